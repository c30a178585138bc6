//! Phrases over languages: what one lacks of the others.

use std::collections::{BTreeSet, HashMap, HashSet};

use ravand_core::{Place, Problem, Problems};

use super::Named;
use super::named::PhraseFile;
use crate::output::{count, lines};
use crate::package::Package;

/// `packages` in load order, with what they name.
pub(super) fn check(packages: &[Package], named: &[Named], problems: &mut Problems) {
    let mut known: HashMap<&str, HashSet<&str>> = HashMap::new();
    for file in named.iter().flat_map(|named| &named.phrases) {
        let keys = file.phrases.phrases.keys().map(String::as_str);
        known.entry(file.language.short()).or_default().extend(keys);
    }
    for (package, named) in packages.iter().zip(named) {
        lacking(package, &named.phrases, &known, problems);
    }
}

/// What languages of a package lack of what its others have. A language is helped by another one of the same
/// short code, and by other packages.
fn lacking(
    package: &Package,
    files: &[PhraseFile],
    known: &HashMap<&str, HashSet<&str>>,
    problems: &mut Problems,
) {
    let all: BTreeSet<&str> =
        files.iter().flat_map(|file| file.phrases.phrases.keys()).map(String::as_str).collect();
    let mut told = HashSet::new();
    for file in files {
        let short = file.language.short();
        let whole = files.iter().filter(|other| other.language.short() == short).all(|other| other.whole);
        if !whole || !told.insert(short) {
            continue;
        }
        let there = known.get(short);
        let lacks: Vec<&str> =
            all.iter().copied().filter(|key| !there.is_some_and(|keys| keys.contains(key))).collect();
        if lacks.is_empty() {
            continue;
        }
        let text = format!(
            "the language `{}` lacks {} of the package `{}`",
            file.language,
            count(lacks.len(), "phrase"),
            package.name
        );
        let problem = Problem::warning(text).at(Place::whole(&file.shown));
        problems.push(lines(lacks.iter().copied()).into_iter().fold(problem, Problem::help));
    }
}
