//! One table of the framework's own options, read key by key: all that is wrong with it is told together.

use ravand_core::{Problem, Problems};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::origin::Part;
use super::{Options, Read, kind};

/// A table of options while it is read.
pub(super) struct Section<'a> {
    options: &'a Options,
    /// Its name; empty for the options outside tables.
    name: &'static str,
    known: Vec<&'static str>,
    problems: &'a mut Problems,
}

impl<'a> Section<'a> {
    /// Opens the table of this name.
    pub fn open(options: &'a Options, name: &'static str, problems: &'a mut Problems) -> Self {
        let section = Self { options, name, known: Vec::new(), problems };
        if let Some(value) = options.value(name).filter(|value| !value.is_object()) {
            let text =
                format!("the option `{name}` must be a table, as in `[{name}]` (it is {})", kind(&value));
            section.problems.push(options.mark(Problem::error(text), name, Part::Value));
        }
        section
    }

    /// The options outside tables.
    pub fn outside(options: &'a Options, problems: &'a mut Problems) -> Self {
        Self { options, name: "", known: Vec::new(), problems }
    }

    /// The option, when it is set and is what is wanted.
    pub fn maybe<T: DeserializeOwned>(&mut self, key: &'static str, wanted: &str) -> Option<T> {
        self.known.push(key);
        let name = self.full(key);
        match self.options.read(&name) {
            Read::Missing => None,
            Read::Fine(value) => Some(value),
            Read::Wrong(found) => {
                self.wrong(key, format!("must be {wanted}{}", unlike(found, wanted)));
                None
            }
        }
    }

    /// The option, or its default.
    pub fn read<T: DeserializeOwned>(&mut self, key: &'static str, wanted: &str, default: T) -> T {
        self.maybe(key, wanted).unwrap_or(default)
    }

    /// Tells what is wrong with an option: `says` follows its name.
    pub fn wrong(&mut self, key: &str, says: String) {
        let name = self.full(key);
        let problem = Problem::error(format!("the option `{name}` {says}"));
        self.problems.push(self.options.mark(problem, &name, Part::Value));
    }

    /// Refuses every key that was not asked for.
    pub fn close(self) {
        for key in self.options.keys(self.name) {
            if self.known.contains(&key.as_str()) {
                continue;
            }
            let name = self.full(&key);
            let problem = Problem::error(format!("there is no option `{name}`"))
                .suggest(&key, self.known.iter().copied())
                .help(format!("[{}] has {}", self.name, self.known.join(", ")));
            self.problems.push(self.options.mark(problem, &name, Part::Name));
        }
    }

    fn full(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }
}

/// What it is instead, where that is of another kind than what is wanted.
fn unlike(found: &str, wanted: &str) -> String {
    let alike = match found {
        "a text" => wanted.contains('"') || wanted.contains("a text"),
        "a number" => wanted.contains("a number"),
        _ => false,
    };
    if alike { String::new() } else { format!(" (it is {found})") }
}

impl Options {
    /// A problem with the place where an option was set.
    pub(crate) fn mark(&self, problem: Problem, name: &str, part: Part) -> Problem {
        match &self.0.origin {
            Some(origin) => origin.mark(problem, name, part),
            None => problem,
        }
    }

    /// The names in a table, as they were given.
    pub(crate) fn keys(&self, table: &str) -> Vec<String> {
        let at = |path: &str| self.0.given.pointer(path).and_then(Value::as_object);
        let below =
            |start: &str| if table.is_empty() { start.to_owned() } else { format!("{start}/{table}") };
        let mut keys: Vec<String> = Vec::new();
        for map in [at(&below("")), at(&below("/packages/base"))].into_iter().flatten() {
            keys.extend(map.keys().cloned());
        }
        keys.dedup();
        keys
    }
}
