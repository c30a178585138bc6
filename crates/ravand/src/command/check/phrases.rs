//! Phrases: what a language lacks and another one has.

use ravand_core::{LanguageCode, Problem};
use ravand_terminal::{count, lines};

use super::{Area, Look};
use crate::command::listing;

/// How many keys are told one by one.
const SHOWN: usize = 10;

pub(super) fn area(look: &Look<'_>) -> Area {
    let missing = listing::missing(look.app);
    let mut languages: Vec<&LanguageCode> = missing.iter().map(|one| one.language).collect();
    languages.dedup();
    let problem = |language: &LanguageCode| {
        let keys: Vec<&str> =
            missing.iter().filter(|one| one.language == language).map(|one| one.key).collect();
        let text = format!("the language `{language}` lacks {}", count(keys.len(), "phrase"));
        let shown = lines(keys.iter().take(SHOWN).copied());
        let problem = shown.into_iter().fold(Problem::warning(text), Problem::help);
        problem.help(format!("`{} phrases {language} --missing` tells where they are", look.app.name()))
    };
    let problems = languages.into_iter().map(problem).collect();
    let codes = look.app.0.translator.languages();
    let names: Vec<&str> = codes.iter().map(LanguageCode::as_str).collect();
    Area::of("phrases", names.join(", "), problems)
}
