//! Requests as JSON lines in, answers as JSON lines out, one for each, in order.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, BufRead, Write};

use ravand_router::{Match, Outcome, Params};
use ravand_terminal::routes::{Asked, Defaults, RouteTable, Row};
use serde::Deserialize;
use serde::de::{Deserializer, Visitor};

/// Answers every line. Output that waits is written out whenever the input has no whole line left, so that
/// whoever asks line by line gets an answer each time.
pub(super) fn run(table: &RouteTable, mut input: impl Lines, mut out: impl Write) -> io::Result<()> {
    let heads: Vec<Vec<u8>> = table.rows.iter().map(head).collect();
    let (mut line, mut answer) = (Vec::new(), Vec::new());
    while input.next_line(&mut line)? {
        answer.clear();
        match read(&line) {
            Ok(asked) => match asked.find(table) {
                Ok(Outcome::Found(found)) => found_line(&heads, &found, &mut answer),
                Ok(Outcome::NotFound) => answer.extend_from_slice(b"{\"error\":\"not found\"}"),
                Ok(Outcome::MethodNotAllowed { allow }) => {
                    answer.extend_from_slice(b"{\"error\":\"method not allowed\",\"allow\":");
                    json(&allow, &mut answer);
                    answer.push(b'}');
                }
                Ok(Outcome::BadRequest(bad)) => error_line(&format!("bad request: {bad}"), &mut answer),
                Err(text) => error_line(&text, &mut answer),
            },
            Err(text) => error_line(&text, &mut answer),
        }
        answer.push(b'\n');
        out.write_all(&answer)?;
        if !input.has_line() {
            out.flush()?;
        }
    }
    out.flush()
}

/// Input by lines.
pub(super) trait Lines {
    /// Reads the next line without its end; false when there is none.
    fn next_line(&mut self, line: &mut Vec<u8>) -> io::Result<bool>;
    /// Whether a whole line is there already.
    fn has_line(&self) -> bool;
}

impl<R: io::Read> Lines for io::BufReader<R> {
    fn next_line(&mut self, line: &mut Vec<u8>) -> io::Result<bool> {
        line.clear();
        let read = self.read_until(b'\n', line)?;
        if line.last() == Some(&b'\n') {
            line.pop();
        }
        Ok(read > 0)
    }

    fn has_line(&self) -> bool {
        self.buffer().contains(&b'\n')
    }
}

/// A line of input. What it has besides is not looked at.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow, default)]
    method: Text<'a>,
    #[serde(borrow, default)]
    url: Text<'a>,
    #[serde(borrow, default)]
    host: Text<'a>,
    #[serde(borrow, default)]
    scheme: Text<'a>,
}

/// A string that may be left out or null, borrowed where nothing in it is escaped.
#[derive(Default)]
struct Text<'a>(Option<Cow<'a, str>>);

impl Line<'_> {
    fn find<'t>(&self, table: &'t RouteTable) -> Result<Outcome<'t>, String> {
        let Some(url) = self.url.0.as_deref() else {
            return Err("bad input: the line has no `url`".to_owned());
        };
        let (method, host, scheme) =
            (self.method.0.as_deref(), self.host.0.as_deref(), self.scheme.0.as_deref());
        let asked = Asked::read(method, url, host, scheme, Defaults::default())
            .map_err(|bad| format!("bad request: {bad}"))?;
        Ok(table.find(&asked))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor).map(Text)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Option<Cow<'de, str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Some(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(text.to_owned())))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

fn read(line: &[u8]) -> Result<Line<'_>, String> {
    let text = std::str::from_utf8(line)
        .map_err(|error| format!("bad input: the line is not UTF-8 at byte {}", error.valid_up_to()))?;
    if text.trim().is_empty() {
        return Err("bad input: the line is empty".to_owned());
    }
    if !text.trim_start().starts_with('{') {
        return Err("bad input: the line is no JSON object".to_owned());
    }
    serde_json::from_str(text).map_err(|error| {
        let said = error.to_string();
        let said = said.rsplit_once(" at line").map_or(said.as_str(), |(said, _)| said);
        format!("bad input: {said}, at column {}", error.column())
    })
}

/// What every answer of a rule begins with, up to its parameters.
fn head(row: &Row) -> Vec<u8> {
    let mut head = b"{\"package\":".to_vec();
    json(&row.package, &mut head);
    head.extend_from_slice(format!(",\"index\":{},\"name\":", row.index).as_bytes());
    json(&row.route.rule.name, &mut head);
    head.extend_from_slice(b",\"controller\":");
    json(row.controller.as_str(), &mut head);
    head.extend_from_slice(b",\"params\":{");
    head
}

fn found_line(heads: &[Vec<u8>], found: &Match<'_>, answer: &mut Vec<u8>) {
    answer.extend_from_slice(heads.get(found.rule).map_or(&[], Vec::as_slice));
    params(&found.params, answer);
    answer.extend_from_slice(b"},\"lang\":");
    json(&found.lang, answer);
    answer.push(b'}');
}

fn params(params: &Params, answer: &mut Vec<u8>) {
    for (at, (name, value)) in params.iter().enumerate() {
        if at > 0 {
            answer.push(b',');
        }
        json(name, answer);
        answer.push(b':');
        json(value, answer);
    }
}

fn error_line(text: &str, answer: &mut Vec<u8>) {
    answer.extend_from_slice(b"{\"error\":");
    json(text, answer);
    answer.push(b'}');
}

/// Strings and lists of strings are always JSON, and a vector takes every byte: there is no error to be had.
fn json<T: serde::Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) {
    let written = serde_json::to_writer(out, value);
    debug_assert!(written.is_ok(), "a string is JSON");
}
