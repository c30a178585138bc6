//! Where an option was set: a line of `ravand.toml`, or a variable of the environment.

use std::path::{Path, PathBuf};

use ravand_core::{Place, Problem};
use toml_edit::{ImDocument, Item, TableLike};

/// What an option's variable begins with; `__` stands between the parts of its name.
pub(crate) const PREFIX: &str = "RAVAND__";

/// Where the options of an application were read from.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    file: PathBuf,
}

impl Origin {
    pub fn new(file: PathBuf) -> Self {
        Self { file }
    }

    /// What is wrong with the file itself; nothing when it is there and can be read, or is not there.
    pub fn fault(&self) -> Option<Problem> {
        let shown = shown(&self.file);
        let text = match std::fs::read_to_string(&self.file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
            Err(error) => {
                return Some(Problem::error(format!("the options in {shown} cannot be read: {error}")));
            }
        };
        let error = ImDocument::parse(text.as_str()).err()?;
        let span = error.span().unwrap_or_default();
        let message = format!("the options cannot be read: {}", error.message().replace('\n', "; "));
        Some(Problem::error(message).at(Place::find(shown, &text, span.start, span.len())))
    }

    /// The problem with the place where the option was set: its value's, or its name's.
    pub fn mark(&self, problem: Problem, name: &str, part: Part) -> Problem {
        if let Some(variable) = variable(name) {
            return problem.help(format!("the variable {variable} of the environment sets it"));
        }
        let Ok(text) = std::fs::read_to_string(&self.file) else { return problem };
        let Some(span) = span(&text, name, part) else { return problem };
        let mut place = Place::find(shown(&self.file), &text, span.start, span.len());
        if is_secret(name) {
            place.source_line.clear();
        }
        problem.at(place)
    }
}

/// What of an option is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Name,
    Value,
}

/// The options whose values are shown to nobody.
fn is_secret(name: &str) -> bool {
    ["secret", "password", "url", "key"].iter().any(|word| name.ends_with(word))
}

/// The file as messages name it: the application's own needs no folder.
fn shown(file: &Path) -> String {
    file.file_name().map_or_else(|| file.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// The variable that sets an option, or a table that it is in.
fn variable(name: &str) -> Option<String> {
    let wanted = name.to_ascii_lowercase();
    let named = |variable: &String| {
        let upper = variable.to_ascii_uppercase();
        upper.strip_prefix(PREFIX).is_some_and(|rest| {
            let rest = rest.to_ascii_lowercase().replace("__", ".");
            wanted.strip_prefix(&rest).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    };
    std::env::vars_os().filter_map(|(variable, _)| variable.into_string().ok()).find(named)
}

fn span(text: &str, name: &str, part: Part) -> Option<std::ops::Range<usize>> {
    let document = ImDocument::parse(text).ok()?;
    let keys: Vec<&str> = name.split('.').collect();
    let below = |start: &[&str]| {
        let path: Vec<&str> = start.iter().chain(&keys).copied().collect();
        find(document.as_table(), &path, part)
    };
    below(&[]).or_else(|| below(&["packages", "base"]))
}

fn find(table: &dyn TableLike, path: &[&str], part: Part) -> Option<std::ops::Range<usize>> {
    let (first, rest) = path.split_first()?;
    let (key, item) = table.get_key_value(first)?;
    match (rest, part) {
        ([], Part::Name) => key.span().or_else(|| item.span()),
        ([], Part::Value) => match item {
            Item::Table(_) | Item::ArrayOfTables(_) => key.span().or_else(|| item.span()),
            _ => item.span(),
        },
        (rest, part) => find(item.as_table_like()?, rest, part),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_places_of_names_and_values() {
        let text =
            "development = true\n\n[server]\nport = \"many\"\n\n[packages.base.view]\ntheme = 'dark'\n";
        for (name, part, expected) in [
            ("development", Part::Value, Some("true")),
            ("server", Part::Name, Some("server")),
            ("server.port", Part::Name, Some("port")),
            ("server.port", Part::Value, Some("\"many\"")),
            ("view.theme", Part::Value, Some("'dark'")),
            ("server.address", Part::Value, None),
            ("server.port.x", Part::Value, None),
        ] {
            let found = span(text, name, part).and_then(|span| text.get(span));
            assert_eq!(found, expected, "{name} {part:?}");
        }
    }
}
