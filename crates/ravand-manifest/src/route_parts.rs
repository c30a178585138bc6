//! A route's paths: `"/tickets/:id"`, or an array of parts.

use jsonc_parser::ast::Value;
use jsonc_parser::common::Range;
use percent_encoding::percent_decode_str;
use ravand_core::Problem;
use ravand_router::{Part, Pattern};

use crate::choice::one_of;
use crate::fields::{Field, Fields};
use crate::json::{Reader, Text, head};
use crate::{conditions, names};

/// The value of `path`, or one of `paths`.
pub(crate) fn path<'v>(reader: &mut Reader<'_>, key: &str, value: &'v Value<'v>) -> Vec<Part> {
    let mut path = Path { parts: Vec::new(), names: Vec::new() };
    match value {
        Value::StringLit(_) => path.add_text(reader, key, value),
        Value::Array(array) => {
            for element in &array.elements {
                match element {
                    Value::Object(_) => path.add_object(reader, element),
                    _ => path.add_text(reader, key, element),
                }
            }
        }
        _ => reader.wrong_shape(key, PATH, value),
    }
    path.parts
}

const PATH: &str = "a string such as `/tickets/:id`, or an array of parts";

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Static,
    Dynamic,
    Wildcard,
}

const KINDS: [(&str, Kind); 3] =
    [("static", Kind::Static), ("dynamic", Kind::Dynamic), ("wildcard", Kind::Wildcard)];

struct Path {
    parts: Vec<Part>,
    names: Vec<(String, usize)>,
}

impl Path {
    fn add_text<'v>(&mut self, reader: &mut Reader<'_>, key: &str, value: &'v Value<'v>) {
        let Some(text) = reader.string(key, PATH, value) else { return };
        for (at, segment) in segments(reader, text) {
            match segment.strip_prefix(':') {
                Some(name) => self.add_parameter(reader, text, at, name),
                None => self.add_static(reader, text, at, segment),
            }
        }
    }

    fn add_parameter(&mut self, reader: &mut Reader<'_>, text: Text<'_>, at: usize, name: &str) {
        let range = reader.within(text, at, name.len() + 1);
        let (name, wildcard) = match name.strip_suffix("...") {
            Some(name) => (name, true),
            None => (name, false),
        };
        if self.add_name(reader, name, range) {
            self.parts.push(if wildcard { Part::wildcard(name) } else { Part::dynamic(name) });
        }
    }

    fn add_static(&mut self, reader: &mut Reader<'_>, text: Text<'_>, at: usize, segment: &str) {
        if let Some(found) = segment.find(['?', '#']) {
            let letter = if segment[found..].starts_with('?') { '?' } else { '#' };
            let problem = Problem::error(format!("a path has no `{letter}`"));
            let help = format!(
                "it ends where a query begins; the letter itself is written `%{:02X}`",
                u32::from(letter)
            );
            let range = reader.within(text, at + found, 1);
            reader.report(problem.help(help), range);
            return;
        }
        match decode(segment) {
            Ok(segment) => self.parts.push(Part::Static(segment)),
            Err((found, length, what, help)) => {
                let range = reader.within(text, at + found, length);
                reader.report(Problem::error(what).help(help), range);
            }
        }
    }

    fn add_object<'v>(&mut self, reader: &mut Reader<'_>, value: &'v Value<'v>) {
        let Some(mut fields) = Fields::open(reader, "path", PATH, value) else { return };
        let kind = fields
            .require(&["type"], "a part is `static`, `dynamic` or `wildcard`")
            .and_then(|field| one_of(reader, field, &KINDS));
        let help =
            if kind == Some(Kind::Static) { "the text of the part" } else { "the name of the parameter" };
        let name =
            fields.require(&["name"], help).and_then(|field| reader.string("name", "a string", field.value));
        let (regex, values) = (fields.take("regex"), fields.take("values"));
        fields.refuse_rest(reader);
        match (kind, name) {
            (Some(Kind::Static), Some(text)) => {
                for field in [regex, values].into_iter().flatten() {
                    let problem = Problem::error(format!("a static part has no `{}`", field.key));
                    reader.report(
                        problem.help("only `dynamic` and `wildcard` parts have one"),
                        field.key_range,
                    );
                }
                let all = segments(reader, text);
                if all.is_empty() {
                    reader.report(Problem::error("a static part has no text"), text.range);
                }
                all.into_iter().for_each(|(at, segment)| self.add_static(reader, text, at, segment));
            }
            (Some(kind), Some(text)) => {
                let regex = regex.and_then(|field| regex_of(reader, field));
                let values = values.map(|field| values_of(reader, field)).unwrap_or_default();
                if self.add_name(reader, text.value, text.range) {
                    let name = text.value.to_owned();
                    self.parts.push(match kind {
                        Kind::Wildcard => Part::Wildcard { name, regex, values },
                        _ => Part::Dynamic { name, regex, values },
                    });
                }
            }
            _ => {}
        }
    }

    /// Keeps a parameter's name; one that is none, or is there already, is reported.
    fn add_name(&mut self, reader: &mut Reader<'_>, name: &str, range: Range) -> bool {
        let problem = if name.is_empty() {
            Problem::error("a parameter without a name").help("write `:name`, or `:name...` for a wildcard")
        } else if !names::is_parameter(name) {
            Problem::error(format!("`{name}` is no name of a parameter"))
                .help("write letters, digits and `_`, no digit first; a parameter takes a whole segment")
        } else if let Some((_, line)) = self.names.iter().find(|(known, _)| known == name) {
            Problem::error(format!("the parameter `{name}` is in the path a second time"))
                .help(format!("the first is on line {line}"))
        } else {
            self.names.push((name.to_owned(), reader.line(range)));
            return true;
        };
        reader.report(problem, range);
        false
    }
}

fn regex_of(reader: &mut Reader<'_>, field: Field<'_>) -> Option<Pattern> {
    let text = reader.string(field.key, "a pattern such as `/^[0-9]+$/`", field.value)?;
    conditions::pattern(reader, field.key, text)
}

fn values_of(reader: &mut Reader<'_>, field: Field<'_>) -> Vec<String> {
    let texts = reader.strings(field.key, "an array of strings", field.value);
    if let Value::Array(array) = field.value
        && array.elements.is_empty()
    {
        let problem = Problem::error("`values` is empty: no segment would ever match");
        reader.report(problem, head(field.value));
    }
    texts.into_iter().map(|text| text.value.to_owned()).collect()
}

/// The segments of a text and where they begin; slashes at either end count for nothing.
fn segments<'v>(reader: &mut Reader<'_>, text: Text<'v>) -> Vec<(usize, &'v str)> {
    let mut segments = Vec::new();
    let mut next = 0;
    for segment in text.value.split('/') {
        let at = next;
        next += segment.len() + 1;
        if !segment.is_empty() {
            segments.push((at, segment));
        } else if at > 0 && at < text.value.len() {
            let problem = Problem::warning("an empty segment between two slashes is passed over");
            let range = reader.within(text, at, 1);
            reader.report(problem, range);
        }
    }
    segments
}

/// The text of a segment; or where, how long and what is wrong with its percent-encoding, and a help.
fn decode(segment: &str) -> Result<String, (usize, usize, &'static str, &'static str)> {
    let bytes = segment.as_bytes();
    for (at, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == b'%') {
        let digits = bytes.get(at + 1..at + 3);
        if !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
            return Err((
                at,
                1,
                "a `%` without two hexadecimal digits behind it",
                "a `%` itself is written `%25`",
            ));
        }
    }
    match percent_decode_str(segment).decode_utf8() {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => Err((
            0,
            segment.len(),
            "the segment is not UTF-8 when it is decoded",
            "`%C3%A9` is `é`, for example",
        )),
    }
}
