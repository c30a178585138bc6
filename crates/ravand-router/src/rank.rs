//! The order in which rules are tried.

use crate::{Part, Rule};

/// A place in the order in which rules are tried; smaller is earlier. Each
/// path of a rule has its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rank(pub(crate) usize);

/// The three groups of rules, in the order in which they are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Rules whose path is taken as it is.
    Absolute,
    /// Rules that a language may stand in front of.
    Normal,
    /// Rules for whole paths.
    Regex,
}

/// What decides about the place of one path of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its place.
    pub rank: Rank,
    /// The rule, as [`RouterBuilder::add`](crate::RouterBuilder::add) counted it.
    pub rule: usize,
    /// Which of the rule's paths it is; 0 for a regex rule.
    pub path: usize,
    /// Its group.
    pub class: Class,
    /// How many wildcards it has.
    pub wildcards: usize,
    /// How many dynamic parts it has.
    pub dynamics: usize,
    /// How many parts it has.
    pub parts: usize,
}

/// The places of all rules' paths, in order.
pub(crate) fn order(rules: &[Rule]) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for (index, rule) in rules.iter().enumerate() {
        if rule.regex.is_some() {
            places.push(place(index, 0, Class::Regex, &[]));
            continue;
        }
        let class = if rule.absolute { Class::Absolute } else { Class::Normal };
        let paths = rule.paths.iter().enumerate();
        places.extend(paths.map(|(path, parts)| place(index, path, class, parts)));
    }
    // The sort is stable: load order decides between equals.
    places
        .sort_by_key(|place| (place.class, place.wildcards, place.dynamics, std::cmp::Reverse(place.parts)));
    for (rank, place) in places.iter_mut().enumerate() {
        place.rank = Rank(rank);
    }
    places
}

fn place(rule: usize, path: usize, class: Class, parts: &[Part]) -> Place {
    let count = |test: fn(&Part) -> bool| parts.iter().filter(|part| test(part)).count();
    Place {
        rank: Rank(0),
        rule,
        path,
        class,
        wildcards: count(|part| matches!(part, Part::Wildcard { .. })),
        dynamics: count(|part| matches!(part, Part::Dynamic { .. })),
        parts: parts.len(),
    }
}
