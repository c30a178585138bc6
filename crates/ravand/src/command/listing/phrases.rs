//! `phrases`: how many each language has and lacks, and from which file each phrase is.

use std::collections::BTreeMap;

use ravand_core::{LanguageCode, Result, nearest};
use ravand_manifest::{Message, Piece};
use ravand_terminal::{Column, GOOD, QUIET, Table, count, paint};
use serde_json::{Map, Value, json};

use super::joined;
use crate::App;
use crate::command::End;
use crate::command::output::{As, complain, pretty};

/// A phrase of a language.
struct Phrase<'a> {
    message: &'a Message,
    /// The file that it is from: the last one in load order.
    file: String,
    /// The files that have it too, and come before.
    overrides: Vec<String>,
}

/// A language with its phrases by their keys.
struct Language<'a> {
    code: &'a LanguageCode,
    phrases: BTreeMap<&'a str, Phrase<'a>>,
}

/// A phrase that a language lacks, and where it is in others.
pub(in crate::command) struct Missing<'a> {
    pub language: &'a LanguageCode,
    pub key: &'a str,
    /// Language and file.
    pub there: Vec<(&'a LanguageCode, String)>,
}

/// What is asked of the phrases, and how it ended.
pub(in crate::command) fn phrases(
    app: &App,
    language: Option<&str>,
    only_missing: bool,
    form: As,
) -> Result<(String, End)> {
    let all = languages(app);
    let chosen = match language {
        None => None,
        Some(name) => match find(&all, name) {
            Some(found) => Some(found),
            None => {
                let codes: Vec<&str> = all.iter().map(|language| language.code.as_str()).collect();
                let near = nearest(name, codes.iter().copied());
                let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                complain(&format!("there is no language `{name}`{hint}\nthere are: {}", codes.join(", ")));
                return Ok((String::new(), End::BadUsage));
            }
        },
    };
    Ok(match (chosen, only_missing) {
        (chosen, true) => {
            let mut missing = lacking(&all);
            missing.retain(|one| chosen.is_none_or(|chosen| chosen.code == one.language));
            let end = if missing.is_empty() { End::Done } else { End::Failed };
            (show_missing(&missing, form)?, end)
        }
        (Some(chosen), false) => (show_one(chosen, form)?, End::Done),
        (None, false) => (show_all(app, &all, form)?, End::Done),
    })
}

/// The phrases that some language lacks and another has.
pub(in crate::command) fn missing(app: &App) -> Vec<Missing<'_>> {
    lacking(&languages(app))
}

fn show_all(app: &App, all: &[Language<'_>], form: As) -> Result<String> {
    let missing = lacking(all);
    let lacks = |language: &Language<'_>| missing.iter().filter(|one| one.language == language.code).count();
    let overridden = |language: &Language<'_>| {
        language.phrases.values().map(|phrase| phrase.overrides.len()).sum::<usize>()
    };
    let default = app.0.translator.default_language();
    let is_default = |language: &Language<'_>| language.code == default.code();
    let As::Text(screen) = form else {
        let rows = all.iter().map(|language| {
            json!({
                "language": language.code.as_str(), "default": is_default(language),
                "direction": direction(app, language.code), "phrases": language.phrases.len(),
                "missing": lacks(language), "overridden": overridden(language), "files": files(app, language.code),
            })
        });
        return pretty(&Value::Array(rows.collect()));
    };
    const COLUMNS: [Column; 6] = [
        Column::word("LANGUAGE"),
        Column::word("DIRECTION"),
        Column::number("PHRASES"),
        Column::number("MISSING"),
        Column::number("OVERRIDDEN"),
        Column::text("FILES, IN LOAD ORDER"),
    ];
    let mut table = Table::new(&COLUMNS);
    for language in all {
        let mark = if is_default(language) { " (default)" } else { "" };
        let files = files(app, language.code);
        table.row([
            format!("{}{mark}", language.code),
            direction(app, language.code).to_owned(),
            language.phrases.len().to_string(),
            lacks(language).to_string(),
            overridden(language).to_string(),
            joined(files.iter().map(String::as_str)),
        ]);
    }
    Ok(table.shown(screen))
}

fn show_one(language: &Language<'_>, form: As) -> Result<String> {
    let As::Text(screen) = form else {
        let rows = language.phrases.iter().map(|(key, phrase)| {
            json!({ "key": key, "text": text(phrase.message), "file": phrase.file, "overrides": phrase.overrides })
        });
        return pretty(&Value::Array(rows.collect()));
    };
    const COLUMNS: [Column; 3] = [Column::word("KEY"), Column::word("FROM"), Column::text("TEXT")];
    let mut table = Table::new(&COLUMNS);
    for (key, phrase) in &language.phrases {
        let more = match phrase.overrides.len() {
            0 => String::new(),
            number => format!(" (over {number})"),
        };
        table.row([(*key).to_owned(), format!("{}{more}", phrase.file), shown(phrase.message)]);
    }
    let summary = format!("\n{} in {}", count(language.phrases.len(), "phrase"), language.code);
    Ok(format!("{}\n{}", table.shown(screen), paint(QUIET, &summary)))
}

fn show_missing(missing: &[Missing<'_>], form: As) -> Result<String> {
    let As::Text(screen) = form else {
        let rows = missing.iter().map(|one| {
            let there: Map<String, Value> =
                one.there.iter().map(|(code, file)| (code.to_string(), file.as_str().into())).collect();
            json!({ "language": one.language.as_str(), "key": one.key, "there": there })
        });
        return pretty(&Value::Array(rows.collect()));
    };
    if missing.is_empty() {
        return Ok(paint(GOOD, "no phrase is missing"));
    }
    const COLUMNS: [Column; 3] =
        [Column::word("LANGUAGE"), Column::word("MISSING PHRASE"), Column::word("IT IS IN")];
    let mut table = Table::new(&COLUMNS);
    for one in missing {
        let there = joined(one.there.iter().map(|(_, file)| file.as_str()));
        table.row([one.language.to_string(), one.key.to_owned(), there]);
    }
    let summary = format!("\n{}", count(missing.len(), "missing phrase"));
    Ok(format!("{}\n{}", table.shown(screen), paint(QUIET, &summary)))
}

/// Every language, the default one first, with its phrases.
fn languages(app: &App) -> Vec<Language<'_>> {
    let mut all: Vec<Language<'_>> = Vec::new();
    let codes = app.0.translator.languages().iter();
    let of_packages = app.0.packages.iter().flat_map(|package| &package.phrases).map(|(code, ..)| code);
    for code in codes.chain(of_packages) {
        if !all.iter().any(|language| language.code == code) {
            all.push(Language { code, phrases: BTreeMap::new() });
        }
    }
    for package in &app.0.packages {
        for (code, file, phrases) in &package.phrases {
            let Some(language) = all.iter_mut().find(|language| language.code == code) else { continue };
            let file = path(&package.name, file);
            for (key, message) in &phrases.phrases {
                let new = Phrase { message, file: file.clone(), overrides: Vec::new() };
                if let Some(old) = language.phrases.insert(key, new)
                    && let Some(new) = language.phrases.get_mut(key.as_str())
                {
                    new.overrides = old.overrides;
                    new.overrides.push(old.file);
                }
            }
        }
    }
    all
}

fn files(app: &App, code: &LanguageCode) -> Vec<String> {
    let of = |package: &crate::package::LoadedPackage| {
        let files = package.phrases.iter().filter(|(own, ..)| own == code);
        files.map(|(_, file, _)| path(&package.name, file)).collect::<Vec<_>>()
    };
    app.0.packages.iter().flat_map(of).collect()
}

fn path(package: &str, file: &str) -> String {
    format!("packages/{package}/{file}")
}

/// A language lacks what neither it nor another one of its short code has.
fn lacking<'a>(all: &[Language<'a>]) -> Vec<Missing<'a>> {
    let mut missing = Vec::new();
    let mut keys: Vec<&str> = all.iter().flat_map(|language| language.phrases.keys().copied()).collect();
    keys.sort_unstable();
    keys.dedup();
    for language in all {
        let same = |other: &&Language<'_>| other.code.short() == language.code.short();
        // Where two languages have one short code, the first of them is the one to complete.
        if all.iter().find(same).is_some_and(|first| first.code != language.code) {
            continue;
        }
        for key in keys.iter().copied() {
            if all.iter().filter(same).any(|other| other.phrases.contains_key(key)) {
                continue;
            }
            let there =
                all.iter().filter_map(|other| Some((other.code, other.phrases.get(key)?.file.clone())));
            missing.push(Missing { language: language.code, key, there: there.collect() });
        }
    }
    missing
}

fn find<'l, 'a>(all: &'l [Language<'a>], name: &str) -> Option<&'l Language<'a>> {
    let name = name.replace('-', "_");
    let exact = all.iter().find(|language| language.code.as_str().eq_ignore_ascii_case(&name));
    exact.or_else(|| all.iter().find(|language| language.code.short().eq_ignore_ascii_case(&name)))
}

fn direction(app: &App, code: &LanguageCode) -> &'static str {
    match app.0.translator.language(code.as_str()) {
        Some(language) => language.direction(),
        None if code.is_rtl() => "rtl",
        None => "ltr",
    }
}

/// A phrase as its file writes it: a text, or one for each plural form.
fn text(message: &Message) -> Value {
    if !message.is_plural() {
        return written(message.pieces()).into();
    }
    let forms = message.forms().map(|(form, pieces)| (form.to_string(), written(pieces).into()));
    Value::Object(forms.collect())
}

/// The same in a cell.
fn shown(message: &Message) -> String {
    if !message.is_plural() {
        return written(message.pieces());
    }
    let forms = message.forms().map(|(form, pieces)| format!("{form}: {}", written(pieces)));
    forms.collect::<Vec<_>>().join(" | ")
}

fn written(pieces: &[Piece]) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Literal(text) => text.replace('{', "\\{").replace('}', "\\}"),
        Piece::Param(name) => format!("{{{name}}}"),
    };
    pieces.iter().map(piece).collect()
}
