//! Phrases over languages: what one lacks, and parameters that differ.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use ravand_core::{Place, Problem, Problems};
use ravand_manifest::Message;

use super::Named;
use super::named::PhraseFile;
use crate::output::{count, list};
use crate::package::Package;

/// How long a line of phrases grows.
const WIDE: usize = 90;

/// `packages` in load order, with what they name.
pub(super) fn check(packages: &[Package], named: &[Named], problems: &mut Problems) {
    let mut known: HashMap<&str, HashSet<&str>> = HashMap::new();
    for file in named.iter().flat_map(|named| &named.phrases) {
        let keys = file.phrases.phrases.keys().map(String::as_str);
        known.entry(file.language.short()).or_default().extend(keys);
    }
    for (package, named) in packages.iter().zip(named) {
        lacking(package, &named.phrases, &known, problems);
        for variants in variants(std::iter::once(&named.phrases)).values() {
            problems.0.extend(differing(variants));
        }
    }
    // One package may override a phrase of another in one language and not in the next.
    for variants in variants(named.iter().map(|named| &named.phrases)).values() {
        let mut owners = variants.iter().map(|variant| variant.owner);
        let first = owners.next();
        if owners.any(|owner| Some(owner) != first) {
            problems.0.extend(differing(variants));
        }
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
        problems.push(lines(&lacks).into_iter().fold(problem, Problem::help));
    }
}

/// Names in lines that are not too long.
fn lines(names: &[&str]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for name in names {
        match lines.last_mut() {
            Some(line) if line.len() + name.len() < WIDE => {
                line.push_str(&format!(", `{name}`"));
            }
            _ => lines.push(format!("`{name}`")),
        }
    }
    lines
}

/// A phrase in one language.
struct Variant<'a> {
    owner: usize,
    file: &'a PhraseFile,
    key: &'a str,
    message: &'a Message,
}

/// The phrases by their keys; in each language the last one, which is the one that counts.
fn variants<'a>(owners: impl Iterator<Item = &'a Vec<PhraseFile>>) -> BTreeMap<&'a str, Vec<Variant<'a>>> {
    let mut all: BTreeMap<&str, Vec<Variant<'_>>> = BTreeMap::new();
    for (owner, files) in owners.enumerate() {
        for file in files {
            for (key, message) in &file.phrases.phrases {
                let variant = Variant { owner, file, key, message };
                let known = all.entry(key).or_default();
                match known.iter_mut().find(|known| known.file.language == file.language) {
                    Some(known) => *known = variant,
                    None => known.push(variant),
                }
            }
        }
    }
    all
}

/// Each language whose parameters are not those of the first.
fn differing(variants: &[Variant<'_>]) -> Vec<Problem> {
    let Some((first, others)) = variants.split_first() else { return Vec::new() };
    let wanted = first.message.params();
    let others = others.iter().filter(|other| other.message.params() != wanted);
    let problem = |other: &Variant<'_>| {
        let (here, there) = (&other.file.language, &first.file.language);
        let problem = Problem::error(format!(
            "the phrase `{}` has other parameters in `{here}` than in `{there}`",
            other.key
        ));
        problem
            .at(other.file.place(other.key))
            .help(format!("`{here}` has {}", braces(&other.message.params())))
            .help(format!("`{there}` has {}, at {}", braces(&wanted), first.file.place(first.key)))
    };
    others.map(problem).collect()
}

fn braces(params: &[&str]) -> String {
    if params.is_empty() {
        return "none".to_owned();
    }
    let params: Vec<String> = params.iter().map(|name| format!("{{{name}}}")).collect();
    list(params.iter().map(String::as_str))
}
