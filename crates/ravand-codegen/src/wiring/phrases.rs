//! The phrases that a package can use, and what is wrong with a use of one.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use ravand_core::{LanguageCode, Place, Problem};
use ravand_manifest::{Message, Spanned};

use super::World;
use super::names::{Written, quotes};
use super::world::{declare, list};
use crate::scan::frontend::PhraseFile;
use crate::scan::package::Package;

/// The phrases of a package and of those that it declares.
pub(crate) struct Phrases<'a> {
    owner: &'a Package,
    by_key: BTreeMap<&'a str, Vec<(&'a LanguageCode, &'a Message)>>,
    /// The languages that the package itself has; those of all in sight when it has none.
    languages: BTreeSet<&'a LanguageCode>,
    /// The texts of what could not be read: a phrase that is missing may well be there.
    unread: Vec<&'a str>,
    /// A phrase file in sight is not there at all.
    broken: bool,
}

/// All phrase files of a package, those of its themes too.
pub(crate) fn files(package: &Package) -> impl Iterator<Item = &PhraseFile> {
    package.phrases.iter().chain(package.frontends.iter().flat_map(|frontend| &frontend.phrases))
}

impl<'a> Phrases<'a> {
    pub(crate) fn of(world: &World<'a>, owner: &'a Package) -> Self {
        let mut phrases = Self {
            owner,
            by_key: BTreeMap::new(),
            languages: BTreeSet::new(),
            unread: Vec::new(),
            broken: false,
        };
        for package in world.visible(owner) {
            for file in files(package) {
                phrases.unread.extend(file.unread.as_deref());
                for (key, message) in &file.phrases.phrases {
                    phrases.by_key.entry(key).or_default().push((&file.phrases.language, message));
                }
            }
            let named = package.frontends.iter().flat_map(|frontend| &frontend.theme.languages);
            let named = package.manifest.languages.iter().chain(named).count();
            phrases.broken |=
                files(package).count() < named || package.frontends.len() < package.manifest.frontend.len();
        }
        phrases.languages = files(owner).map(|file| &file.phrases.language).collect();
        if phrases.languages.is_empty() {
            let all = world.visible(owner).flat_map(files);
            phrases.languages = all.map(|file| &file.phrases.language).collect();
        }
        phrases
    }

    /// What is wrong with the use of a key: no language has it, or some language of the package lacks it.
    pub(crate) fn check(&self, world: &World<'a>, key: &str, place: &Place) -> Option<Problem> {
        if self.broken || quotes(&self.unread, key) {
            return None;
        }
        let Some(messages) = self.by_key.get(key) else { return Some(self.unknown(world, key, place)) };
        let has = |code: &LanguageCode| {
            // What `en_GB` lacks is taken from `en_US`.
            messages.iter().any(|(known, _)| known.short() == code.short())
        };
        let lacking: Vec<String> =
            self.languages.iter().filter(|code| !has(code)).map(|code| code.to_string()).collect();
        if lacking.is_empty() {
            return None;
        }
        let there: BTreeSet<String> = messages.iter().map(|(code, _)| code.to_string()).collect();
        let there: Vec<String> = there.into_iter().collect();
        let problem = Problem::warning(format!("the phrase `{key}` is missing in {}", list(&lacking)))
            .at(place.clone());
        let own = files(self.owner).filter(|file| lacking.contains(&file.language));
        let own: Vec<String> = own.map(|file| format!("{}{}", self.owner.prefix, file.file)).collect();
        let problem = problem.help(format!("it is there in {}", list(&there)));
        Some(match own.as_slice() {
            [] => problem,
            own => problem.help(format!("write it into {}", list(own))),
        })
    }

    /// What is wrong with the parameters that a use gives to a phrase.
    pub(crate) fn check_params(
        &self,
        key: &str,
        place: &Place,
        given: &[Spanned<String>],
        written: Written,
    ) -> Vec<Problem> {
        let Some(messages) = self.by_key.get(key) else { return Vec::new() };
        let wanted: BTreeSet<&str> = messages.iter().flat_map(|(_, message)| message.params()).collect();
        let mut problems = Vec::new();
        for name in given.iter().filter(|name| !wanted.contains(name.value.as_str())) {
            let problem = Problem::error(format!("the phrase `{key}` has no parameter `{}`", name.value));
            let problem = problem.at(name.place.clone());
            let free = wanted.iter().filter(|wanted| given.iter().all(|name| name.value != **wanted));
            let near = problem.clone().suggest(&name.value, free.copied());
            problems.push(match near.help.is_empty() {
                false => near,
                true => problem.help(has(&wanted)),
            });
        }
        // What another language has besides the first one is wrong there.
        let first = messages.first().map(|(code, _)| code);
        let needed = messages.iter().rev().find(|(code, _)| Some(code) == first);
        let needed = needed.map(|(_, message)| message.params()).unwrap_or_default();
        for name in needed.iter().filter(|name| given.iter().all(|given| given.value != ***name)) {
            let wrong =
                problems.iter().any(|problem| problem.help.contains(&format!("did you mean `{name}`?")));
            if !wrong {
                let text = format!("the phrase `{key}` has the parameter `{name}`, which is not given here");
                let problem = Problem::error(text).at(place.clone());
                problems.push(problem.help(format!("write `{}`", written.parameter(name))));
            }
        }
        problems
    }

    /// Whether a phrase begins with this, or may.
    pub(crate) fn any_begins_with(&self, start: &str) -> bool {
        let mut behind = self.by_key.range::<str, _>((Bound::Included(start), Bound::Unbounded));
        self.broken || !self.unread.is_empty() || behind.next().is_some_and(|(key, _)| key.starts_with(start))
    }

    /// The beginnings of phrases that end as `start` does: in a dot, for one.
    pub(crate) fn beginnings(&self, start: &str) -> BTreeSet<&'a str> {
        let end = start.chars().last().filter(|end| !end.is_alphanumeric());
        let of_key = |key: &'a str| {
            let ends = key.char_indices().filter(move |(_, letter)| Some(*letter) == end);
            ends.filter_map(|(at, letter)| key.get(..at + letter.len_utf8()))
        };
        self.by_key.keys().flat_map(|key| of_key(key)).collect()
    }

    /// The parameters that the phrase has in any language.
    pub(crate) fn params(&self, key: &str) -> Vec<&'a str> {
        let messages = self.by_key.get(key).into_iter().flatten();
        let names: BTreeSet<&str> = messages.flat_map(|(_, message)| message.params()).collect();
        names.into_iter().collect()
    }

    fn unknown(&self, world: &World<'a>, key: &str, place: &Place) -> Problem {
        let problem = Problem::error(format!("no language has the phrase `{key}`")).at(place.clone());
        let helped = problem.clone().suggest(key, self.by_key.keys().copied());
        if !helped.help.is_empty() {
            return helped;
        }
        let mut others = world.out_of_sight(self.owner);
        let other = others.find(|package| files(package).any(|file| file.phrases.phrases.contains_key(key)));
        if let Some(package) = other {
            let text = format!(
                "the package `{}` has it, which `{}` does not declare",
                package.name, self.owner.name
            );
            return problem.help(text).help(declare(&package.name));
        }
        let own: Vec<String> =
            files(self.owner).map(|file| format!("{}{}", self.owner.prefix, file.file)).collect();
        problem.help(match own.as_slice() {
            [] => "the package has no phrases: `languages` of package.json names their files, as in \
                   `{ \"en_US\": \"langs/en_US.json\" }`"
                .to_owned(),
            own => format!("write it into {}", list(own)),
        })
    }
}

fn has(wanted: &BTreeSet<&str>) -> String {
    let names: Vec<String> = wanted.iter().map(|name| (*name).to_owned()).collect();
    match names.as_slice() {
        [] => "it has no parameters".to_owned(),
        names => format!("it has {}", list(names)),
    }
}
