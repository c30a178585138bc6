//! One phrase in several languages: do its parameters agree?

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use ravand_core::{LanguageCode, Place, Problem, nearest};
use ravand_manifest::{Message, Phrases};

use super::phrases::files;
use super::world::list;
use crate::scan::frontend::PhraseFile;
use crate::scan::package::Package;

/// A phrase in one language.
#[derive(Clone, Copy)]
struct Variant<'a> {
    owner: &'a Package,
    /// The place of the owner in the load order.
    order: usize,
    file: &'a PhraseFile,
    message: &'a Message,
}

impl<'a> Variant<'a> {
    fn language(&self) -> &'a LanguageCode {
        &self.file.phrases.language
    }
}

/// The phrases whose parameters differ from language to language and that `owner` wrote, or wrote last. `packages` are
/// in load order: in each language the last text counts. The measure is the language that has the phrase first, for a
/// package names its default language first.
pub(super) fn check(packages: &[&Package], owner: &Package) -> Vec<Problem> {
    let mut variants: BTreeMap<&str, Vec<Variant<'_>>> = BTreeMap::new();
    for file in files(owner) {
        variants.extend(file.phrases.phrases.keys().map(|key| (key.as_str(), Vec::new())));
    }
    for (order, package) in packages.iter().enumerate() {
        for file in files(package) {
            for (key, message) in &file.phrases.phrases {
                let Some(known) = variants.get_mut(key.as_str()) else { continue };
                let variant = Variant { owner: package, order, file, message };
                match known.iter_mut().find(|known| known.language() == variant.language()) {
                    Some(known) => *known = variant,
                    None => known.push(variant),
                }
            }
        }
    }
    let mut places = Places::default();
    let mut problems = Vec::new();
    for (key, variants) in &variants {
        let Some((measure, others)) = variants.split_first() else { continue };
        for other in others {
            // Who wrote the later of the two can mend it.
            let at_measure = measure.order > other.order;
            let later = if at_measure { measure } else { other };
            if later.owner.name == owner.name {
                problems.extend(differs(key, measure, other, at_measure, &mut places));
            }
        }
    }
    problems
}

/// What is wrong when the parameters of `other` are not those of the measure; told at the measure when `at_measure`.
fn differs<'a>(
    key: &str,
    measure: &Variant<'a>,
    other: &Variant<'a>,
    at_measure: bool,
    places: &mut Places<'a>,
) -> Option<Problem> {
    let (wanted, has) = (measure.message.params(), other.message.params());
    if wanted == has {
        return None;
    }
    let without = |from: &[&str], those: &[&str]| -> Vec<String> {
        from.iter().filter(|name| !those.contains(name)).map(|name| (*name).to_owned()).collect()
    };
    let (extra, missing) = (without(&has, &wanted), without(&wanted, &has));
    let (language, first) = (other.language(), measure.language());
    let named = |names: &[String]| {
        let plural = if names.len() > 1 { "s" } else { "" };
        format!("parameter{plural} {}", braces(names.iter().map(String::as_str)))
    };
    let mut problem = match extra.as_slice() {
        [] => {
            Problem::warning(format!("the phrase `{key}` leaves out the {} in `{language}`", named(&missing)))
        }
        extra => Problem::error(format!(
            "the phrase `{key}` has the {} in `{language}`, and not in `{first}`",
            named(extra)
        )),
    };
    let meant = extra.first().filter(|_| extra.len() == 1);
    if let Some(meant) = meant.and_then(|name| nearest(name, missing.iter().map(String::as_str))) {
        problem = problem.help(format!("did you mean `{{{meant}}}`?"));
    }
    let (here, there) = if at_measure { (measure, other) } else { (other, measure) };
    let params = match there.message.params().as_slice() {
        [] => "no parameters".to_owned(),
        params => braces(params.iter().copied()),
    };
    let help = format!("in `{}` it has {params}, at {}", there.language(), places.of(there, key));
    Some(problem.at(places.of(here, key)).help(help))
}

/// `{a}`, `{b}` and `{c}`.
fn braces<'n>(names: impl Iterator<Item = &'n str>) -> String {
    list(&names.map(|name| format!("{{{name}}}")).collect::<Vec<_>>())
}

/// Where phrases stand, looked up when there is something to tell: a file is read again for that.
#[derive(Default)]
struct Places<'a>(HashMap<&'a Path, BTreeMap<String, Place>>);

impl<'a> Places<'a> {
    fn of(&mut self, variant: &Variant<'a>, key: &str) -> Place {
        let shown = format!("{}{}", variant.owner.prefix, variant.file.file);
        let places = self.0.entry(&variant.file.path).or_insert_with(|| {
            let text = std::fs::read_to_string(&variant.file.path).unwrap_or_default();
            Phrases::places(&shown, &text)
        });
        places.get(key).cloned().unwrap_or_else(|| Place::whole(shown))
    }
}
