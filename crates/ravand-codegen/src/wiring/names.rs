//! The names of rules that a package can build URLs by, and what is wrong with a use of one.

use std::collections::{BTreeMap, BTreeSet};

use ravand_core::{Place, Problem, nearest};
use ravand_manifest::{Route, Spanned};
use ravand_router::Part;

use super::World;
use super::world::{declare, list};
use crate::scan::package::Package;

/// In which language a use of a name is written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Written {
    Rust,
    Template,
}

impl Written {
    /// How a parameter is given there.
    pub(crate) fn parameter(self, name: &str) -> String {
        match self {
            Self::Rust => format!("(\"{name}\", …)"),
            Self::Template => format!("{name}=…"),
        }
    }
}

/// The named rules of a package and of those that it declares.
pub(crate) struct Names<'a> {
    owner: &'a Package,
    by_name: BTreeMap<&'a str, &'a Route>,
    /// The texts of what could not be read: a name that is missing may well be there.
    unread: Vec<&'a str>,
    /// A routing.json in sight is not there at all.
    broken: bool,
}

impl<'a> Names<'a> {
    pub(crate) fn of(world: &World<'a>, owner: &'a Package) -> Self {
        let mut names = Self { owner, by_name: BTreeMap::new(), unread: Vec::new(), broken: false };
        for package in world.visible(owner) {
            names.broken |= package.routing.is_none() && package.manifest.routing.is_some();
            names.unread.extend(package.unread_routing.as_deref());
            names.by_name.extend(named(package));
        }
        names
    }

    /// What is wrong with a use of a name and the parameters that it gives; none when these cannot be told.
    pub(crate) fn check(
        &self,
        world: &World<'a>,
        name: &str,
        place: &Place,
        given: Option<&[Spanned<String>]>,
        written: Written,
    ) -> Vec<Problem> {
        match (self.by_name.get(name), given) {
            (None, _) if self.broken || quotes(&self.unread, name) => Vec::new(),
            (None, _) if quotes_in_group(&self.unread, name) => Vec::new(),
            (None, _) => vec![self.unknown(world, name, place)],
            (Some(route), Some(given)) => missing(name, route, place, given, written),
            (Some(_), None) => Vec::new(),
        }
    }

    fn unknown(&self, world: &World<'a>, name: &str, place: &Place) -> Problem {
        let problem = Problem::error(format!("no rule has the name `{name}`")).at(place.clone());
        let helped = problem.clone().suggest(name, self.by_name.keys().copied());
        if !helped.help.is_empty() {
            return helped;
        }
        let other =
            world.out_of_sight(self.owner).find(|package| named(package).any(|(known, _)| known == name));
        if let Some(package) = other {
            let text = format!(
                "a rule of the package `{}` has it, which `{}` does not declare",
                package.name, self.owner.name
            );
            return problem.help(text).help(declare(&package.name));
        }
        let known: Vec<String> = self.by_name.keys().map(|name| (*name).to_owned()).collect();
        problem.help(match known.as_slice() {
            [] => "no rule has a name yet: write `\"name\": …` into a rule of routing.json".to_owned(),
            known => format!("there are {}", list(known)),
        })
    }
}

/// Whether a text that could not be read has the name in quotes.
pub(super) fn quotes(unread: &[&str], name: &str) -> bool {
    unread.iter().any(|text| text.contains(&format!("\"{name}\"")))
}

/// Whether it has, in quotes, what is left of the name behind the names of groups.
fn quotes_in_group(unread: &[&str], name: &str) -> bool {
    name.match_indices('.').any(|(at, _)| name.get(at + 1..).is_some_and(|rest| quotes(unread, rest)))
}

fn named(package: &Package) -> impl Iterator<Item = (&str, &Route)> {
    let routes = package.routing.iter().flat_map(|(_, routing)| &routing.routes);
    routes.filter_map(|route| Some((route.name.as_ref()?.value.as_str(), route)))
}

/// The parameters that no path of the rule can do without.
fn missing(
    name: &str,
    route: &Route,
    place: &Place,
    given: &[Spanned<String>],
    written: Written,
) -> Vec<Problem> {
    let given: BTreeSet<&str> = given.iter().map(|name| name.value.as_str()).collect();
    let lacks = |wanted: &BTreeSet<&str>| -> Vec<String> {
        wanted.difference(&given).map(|name| (*name).to_owned()).collect()
    };
    let ways: Vec<BTreeSet<&str>> = match &route.rule.regex {
        Some(regex) => vec![regex.names().filter(|name| regex.always_has(name)).collect()],
        None => {
            let has_default = |name: &str| route.rule.defaults.iter().any(|(own, _)| own == name);
            let needed = |path| needed(path).into_iter().filter(|name| !has_default(name)).collect();
            route.rule.paths.iter().map(|path| needed(path)).collect()
        }
    };
    let fewest = ways.iter().map(lacks).min_by_key(Vec::len).unwrap_or_default();
    let has: BTreeSet<&str> = match &route.rule.regex {
        Some(regex) => regex.names().collect(),
        None => route.rule.paths.iter().flatten().filter_map(Part::name).collect(),
    };
    let free: Vec<&str> = given.iter().filter(|name| !has.contains(*name)).copied().collect();
    let problem = |wanted: &String| {
        let text = format!("the rule `{name}` has the parameter `{wanted}`, which is not given here");
        let problem = Problem::error(text).at(place.clone());
        match nearest(wanted, free.iter().copied()) {
            Some(near) => problem.help(format!("`{near}` is given: write `{wanted}`")),
            None => {
                let written = written.parameter(wanted);
                problem.help(format!("write `{written}`; the rule is at {}", route.place))
            }
        }
    };
    fewest.iter().map(problem).collect()
}

/// A path's parameters without a wildcard at its end, which may be empty.
fn needed(path: &[Part]) -> BTreeSet<&str> {
    let last = path.len().saturating_sub(1);
    let optional = |at: usize, part: &Part| at == last && matches!(part, Part::Wildcard { .. });
    path.iter()
        .enumerate()
        .filter(|(at, part)| !optional(*at, part))
        .filter_map(|(_, part)| part.name())
        .collect()
}
