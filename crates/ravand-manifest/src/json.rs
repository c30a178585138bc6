//! One JSON file being read: its tree, the places in it, and the problems found on the way.

use jsonc_parser::ast::{StringLit, Value};
use jsonc_parser::common::{Range, Ranged};
use jsonc_parser::errors::{ParseError, ParseErrorKind};
use jsonc_parser::{CollectOptions, ParseOptions, ParseStringErrorKind, parse_to_ast};
use ravand_core::{Place, Problem, Problems, Severity};

use crate::places::{Lines, raw_offset};
use crate::{Parsed, Spanned};

/// Reads a file: parses the text and has `fill` put what it says into the model.
pub(crate) fn read<T>(
    file: &str,
    text: &str,
    mut model: T,
    fill: impl for<'v> FnOnce(&mut Reader<'_>, &'v Value<'v>, &mut T),
) -> Parsed<T> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader { lines: Lines::new(file, text), problems: Vec::new() };
    match parse_to_ast(text, &CollectOptions::default(), &options()) {
        Ok(tree) => match &tree.value {
            Some(value) => fill(&mut reader, value, &mut model),
            None => reader.report(Problem::error("the file is empty"), Range::new(0, 0)),
        },
        Err(error) => {
            let problem = syntax(&error);
            reader.report(problem, error.range());
        }
    }
    reader.problems.sort_by_key(|(start, _)| *start);
    Parsed {
        value: model,
        problems: Problems(reader.problems.into_iter().map(|(_, problem)| problem).collect()),
    }
}

/// A file being read.
pub(crate) struct Reader<'a> {
    lines: Lines<'a>,
    problems: Vec<(usize, Problem)>,
}

/// A string of the file.
#[derive(Clone, Copy)]
pub(crate) struct Text<'v> {
    pub value: &'v str,
    pub range: Range,
}

impl Reader<'_> {
    /// Keeps a problem, with its place.
    pub fn report(&mut self, problem: Problem, range: Range) {
        let place = self.place(range);
        self.problems.push((range.start, problem.at(place)));
    }

    /// Keeps a problem of which the place is known.
    pub fn report_at(&mut self, problem: Problem, place: Place) {
        let start = self.lines.offset(&place);
        self.problems.push((start, problem.at(place)));
    }

    /// How many errors there are up to now.
    pub fn errors(&self) -> usize {
        self.problems.iter().filter(|(_, problem)| problem.severity == Severity::Error).count()
    }

    /// The file's name, as messages give it.
    pub fn file(&self) -> String {
        self.lines.file.to_owned()
    }

    pub fn place(&self, range: Range) -> Place {
        self.lines.place(range)
    }

    pub fn line(&self, range: Range) -> usize {
        self.lines.line(range.start)
    }

    /// The range of `length` bytes at byte `offset` of a string's value, in the file.
    pub fn within(&self, text: Text<'_>, offset: usize, length: usize) -> Range {
        let raw = self.lines.text.get(text.range.start..text.range.end).unwrap_or_default();
        let start = raw_offset(raw, offset);
        let end = raw_offset(raw, offset + length).max(start + 1);
        Range::new(text.range.start + start, text.range.start + end)
    }

    pub fn spanned<T>(&self, value: T, range: Range) -> Spanned<T> {
        Spanned::new(value, self.place(range))
    }

    /// Reports that a value has a shape that is not accepted there.
    pub fn wrong_shape(&mut self, key: &str, accepts: &str, value: &Value<'_>) {
        let problem = Problem::error(format!("`{key}` is {accepts}; found {}", shape(value)));
        self.report(problem, head(value));
    }

    pub fn string<'v>(&mut self, key: &str, accepts: &str, value: &'v Value<'v>) -> Option<Text<'v>> {
        match value {
            Value::StringLit(literal) => Some(text(literal)),
            _ => {
                self.wrong_shape(key, accepts, value);
                None
            }
        }
    }

    /// A string that is not blank.
    pub fn filled_string<'v>(&mut self, key: &str, value: &'v Value<'v>) -> Option<Text<'v>> {
        let text = self.string(key, "a string", value)?;
        if text.value.trim().is_empty() {
            self.report(Problem::error(format!("`{key}` is empty")), text.range);
            return None;
        }
        Some(text)
    }

    pub fn boolean(&mut self, key: &str, value: &Value<'_>) -> Option<bool> {
        match value {
            Value::BooleanLit(literal) => Some(literal.value),
            _ => {
                self.wrong_shape(key, "`true` or `false`", value);
                None
            }
        }
    }

    pub fn array<'v>(&mut self, key: &str, accepts: &str, value: &'v Value<'v>) -> &'v [Value<'v>] {
        match value {
            Value::Array(array) => &array.elements,
            _ => {
                self.wrong_shape(key, accepts, value);
                &[]
            }
        }
    }

    pub fn strings<'v>(&mut self, key: &str, accepts: &str, value: &'v Value<'v>) -> Vec<Text<'v>> {
        let elements = self.array(key, accepts, value);
        elements.iter().filter_map(|element| self.string(key, accepts, element)).collect()
    }

    pub fn string_or_strings<'v>(&mut self, key: &str, value: &'v Value<'v>) -> Vec<Text<'v>> {
        match value {
            Value::StringLit(literal) => vec![text(literal)],
            _ => self.strings(key, "a string or an array of strings", value),
        }
    }

    /// [`Reader::string_or_strings`], of which there is at least one.
    pub fn some_strings<'v>(&mut self, key: &str, value: &'v Value<'v>) -> Vec<Text<'v>> {
        self.not_empty(key, value);
        self.string_or_strings(key, value)
    }

    /// Reports an array that has nothing in it.
    pub fn not_empty(&mut self, key: &str, value: &Value<'_>) {
        if let Value::Array(array) = value
            && array.elements.is_empty()
        {
            let problem = Problem::error(format!("`{key}` is an empty array"));
            self.report(problem.help("leave the key out, or name at least one"), array.range);
        }
    }
}

/// What a value is, with its article.
pub(crate) fn shape(value: &Value<'_>) -> &'static str {
    match value {
        Value::StringLit(_) => "a string",
        Value::NumberLit(_) => "a number",
        Value::BooleanLit(literal) if literal.value => "`true`",
        Value::BooleanLit(_) => "`false`",
        Value::Object(_) => "an object",
        Value::Array(_) => "an array",
        Value::NullKeyword(_) => "`null`",
    }
}

/// The range that stands for a value in a message: the opening bracket of a large one.
pub(crate) fn head(value: &Value<'_>) -> Range {
    match value {
        Value::Object(_) | Value::Array(_) => Range::new(value.start(), value.start() + 1),
        _ => value.range(),
    }
}

fn text<'v>(literal: &'v StringLit<'v>) -> Text<'v> {
    Text { value: &literal.value, range: literal.range }
}

fn options() -> ParseOptions {
    ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    }
}

fn syntax(error: &ParseError) -> Problem {
    use ParseErrorKind as Kind;
    let (what, help) = match error.kind() {
        Kind::ExpectedComma => ("a comma is missing here", ""),
        Kind::ExpectedColonAfterObjectKey => ("a colon is missing behind the key", "write `\"key\": value`"),
        Kind::ExpectedObjectValue => ("a value is missing behind the colon", ""),
        Kind::ExpectedStringObjectProperty => ("a key is not in quotes", "write `\"key\": value`"),
        Kind::SingleQuotedStringsNotAllowed => ("a string is written in double quotes", ""),
        Kind::MultipleRootJsonValues => ("something stands behind the end of the file's one value", ""),
        Kind::UnterminatedArray => ("the array is not closed", "its `]` is missing"),
        Kind::UnterminatedObject => ("the object is not closed", "its `}` is missing"),
        Kind::UnterminatedCommentBlock => ("the comment is not closed", "its `*/` is missing"),
        Kind::UnexpectedComma => ("a comma where a value is expected", ""),
        Kind::UnexpectedCloseBrace => ("a `}` where a value is expected", ""),
        Kind::UnexpectedCloseBracket => ("a `]` where a value is expected", ""),
        Kind::UnexpectedColon => ("a colon where a value is expected", ""),
        Kind::UnexpectedWord => ("a word that is no value", "a string is written in double quotes"),
        Kind::UnexpectedToken | Kind::UnexpectedTokenInObject => ("this is no JSON", ""),
        Kind::NestingDepthExceeded => ("the file is nested too deeply", ""),
        Kind::String(ParseStringErrorKind::UnterminatedStringLiteral) => {
            ("the string is not closed", "its `\"` is missing")
        }
        Kind::String(ParseStringErrorKind::InvalidEscape) => {
            ("an unknown escape", "a backslash is written `\\\\` in JSON")
        }
        other => return Problem::error(other.to_string().to_lowercase()),
    };
    let problem = Problem::error(what);
    if help.is_empty() { problem } else { problem.help(help) }
}
