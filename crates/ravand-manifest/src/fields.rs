//! The keys of an object, taken one by one; what is left is unknown.

use jsonc_parser::ast::{ObjectProp, ObjectPropName, Value};
use jsonc_parser::common::{Range, Ranged};
use ravand_core::{Problem, nearest};

use crate::json::{Reader, head};

/// The keys of an object that are not read yet, and the names of those that were asked for.
pub(crate) struct Fields<'v> {
    /// The range that stands for the object in a message.
    pub head: Range,
    rest: Vec<Field<'v>>,
    known: Vec<&'static str>,
    missing: Vec<(&'static [&'static str], Problem)>,
}

/// A key and its value.
#[derive(Clone, Copy)]
pub(crate) struct Field<'v> {
    pub key: &'v str,
    pub key_range: Range,
    pub value: &'v Value<'v>,
}

impl<'v> Fields<'v> {
    /// The keys of `value`, which is what stands under `key`; a second key of one name is reported.
    pub fn open(reader: &mut Reader<'_>, key: &str, accepts: &str, value: &'v Value<'v>) -> Option<Self> {
        let Value::Object(object) = value else {
            reader.wrong_shape(key, accepts, value);
            return None;
        };
        let rest = distinct(reader, &object.properties);
        Some(Self { head: head(value), rest, known: Vec::new(), missing: Vec::new() })
    }

    /// The keys of the file's whole object.
    pub fn of_file(reader: &mut Reader<'_>, accepts: &str, root: &'v Value<'v>) -> Option<Self> {
        let file = reader.file();
        Self::open(reader, &file, accepts, root)
    }

    /// Takes out a key, when it is there.
    pub fn take(&mut self, key: &'static str) -> Option<Field<'v>> {
        self.known.push(key);
        let at = self.rest.iter().position(|field| field.key == key)?;
        Some(self.rest.remove(at))
    }

    /// Takes out a key that has two names; both at once are an error.
    pub fn take_either(
        &mut self,
        reader: &mut Reader<'_>,
        name: &'static str,
        other: &'static str,
    ) -> Option<Field<'v>> {
        match (self.take(name), self.take(other)) {
            (Some(first), Some(second)) => {
                let line = reader.line(first.key_range);
                let problem = Problem::error(format!("`{name}` and `{other}` are two names of one key"));
                reader
                    .report(problem.help(format!("`{name}` is on line {line}: keep one")), second.key_range);
                Some(first)
            }
            (first, second) => first.or(second),
        }
    }

    /// Takes out a key that has to be there.
    pub fn require(&mut self, key: &'static [&'static str; 1], help: &str) -> Option<Field<'v>> {
        let [name] = *key;
        let field = self.take(name);
        if field.is_none() {
            self.miss(key, Problem::error(format!("`{name}` is missing")).help(help));
        }
        field
    }

    /// Keeps the problem that none of these keys is there. It is reported at the end, unless an unknown key
    /// turns out to be one of them misspelt.
    pub fn miss(&mut self, keys: &'static [&'static str], problem: Problem) {
        self.missing.push((keys, problem));
    }

    /// Reports what is missing and every key that nobody took. Keys that begin with `@`, `$` or `//` are notes
    /// of the user's own.
    pub fn refuse_rest(self, reader: &mut Reader<'_>) {
        let mut meant = Vec::new();
        for field in self.rest.iter().filter(|field| !is_note(field.key)) {
            let problem = Problem::error(format!("unknown key `{}`", field.key));
            let near = nearest(field.key, self.known.iter().copied());
            meant.extend(near);
            let problem = match near {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem.help(format!("the keys here are {}", list(&self.known))),
            };
            reader.report(problem, field.key_range);
        }
        for (keys, problem) in self.missing {
            if !keys.iter().any(|key| meant.contains(key)) {
                reader.report(problem, self.head);
            }
        }
    }

    /// Reports what is missing, and warns of every key that nobody took and that looks like one that is known.
    pub fn keep_rest(self, reader: &mut Reader<'_>) -> Vec<Field<'v>> {
        for field in &self.rest {
            if let Some(near) = nearest(field.key, self.known.iter().copied()) {
                let problem = Problem::warning(format!("unknown key `{}`", field.key));
                reader.report(problem.help(format!("did you mean `{near}`?")), field.key_range);
            }
        }
        for (_, problem) in self.missing {
            reader.report(problem, self.head);
        }
        self.rest
    }
}

/// Every key of an object, in order, each once; a second key of one name is reported.
pub(crate) fn distinct<'v>(reader: &mut Reader<'_>, properties: &'v [ObjectProp<'v>]) -> Vec<Field<'v>> {
    let mut seen = std::collections::HashMap::with_capacity(properties.len());
    let mut fields = Vec::with_capacity(properties.len());
    for property in properties {
        let (key, key_range) = (name(&property.name), property.name.range());
        match seen.get(key) {
            None => {
                seen.insert(key, key_range);
                fields.push(Field { key, key_range, value: &property.value });
            }
            Some(first) => {
                let line = reader.line(*first);
                let problem = Problem::error(format!("the key `{key}` is here a second time"));
                reader.report(problem.help(format!("the first is on line {line}")), key_range);
            }
        }
    }
    fields
}

/// `a`, `b` and `c`, each in backquotes.
pub(crate) fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

fn is_note(key: &str) -> bool {
    key.starts_with(['@', '$']) || key.starts_with("//")
}

fn name<'v>(name: &'v ObjectPropName<'v>) -> &'v str {
    name.as_str()
}
