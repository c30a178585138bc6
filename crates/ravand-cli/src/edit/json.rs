//! JSON with comments and trailing commas: values are added where they belong, and nothing else is touched.

use jsonc_parser::ParseOptions;
use jsonc_parser::cst::{CstArray, CstInputValue, CstNode, CstObject, CstRootNode};
use ravand_core::{Place, Problem};

use crate::stop::Stop;

/// A file of JSON that is being changed. New values come as the texts that shall stand there.
pub(crate) struct Json {
    root: CstRootNode,
    shown: String,
    mark: &'static str,
}

impl Json {
    /// Reads a text; `shown` is the file's name in messages.
    pub(crate) fn parse(shown: &str, text: &str) -> Result<Self, Stop> {
        let (mark, text) = match text.strip_prefix('\u{feff}') {
            Some(rest) => ("\u{feff}", rest),
            None => ("", text),
        };
        let options = ParseOptions {
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
        };
        let root = CstRootNode::parse(text, &options).map_err(|error| {
            let place =
                Place::find(shown, text, error.range().start, error.range().end - error.range().start);
            Problem::error(error.kind().to_string()).at(place)
        })?;
        Ok(Self { root, shown: shown.to_owned(), mark })
    }

    /// The whole text, as it is now.
    pub(crate) fn text(&self) -> String {
        format!("{}{}", self.mark, self.root)
    }

    /// Puts a value at the end of the file's array.
    pub(crate) fn push(&self, value: &str) -> Result<(), Stop> {
        let array = self.root.array_value().ok_or_else(|| self.wrong("the file", "an array"))?;
        append(&array, value);
        Ok(())
    }

    /// Puts a value at the end of the array at the end of a path of keys, which is made where it is not there.
    pub(crate) fn push_at(&self, path: &[&str], value: &str) -> Result<(), Stop> {
        let Some((last, way)) = path.split_last() else { return self.push(value) };
        let object = self.object(way)?;
        match object.get(last).map(|property| property.array_value()) {
            Some(Some(array)) => append(&array, value),
            Some(None) => return Err(self.wrong(&format!("`{}`", path.join(".")), "an array")),
            None => {
                let array = object.append(last, CstInputValue::Array(Vec::new())).array_value();
                array.iter().for_each(|array| append(array, value));
            }
        }
        Ok(())
    }

    /// Sets a key of the object at the end of a path of keys, unless it is there.
    pub(crate) fn set_at(&self, path: &[&str], key: &str, value: &str) -> Result<(), Stop> {
        let object = self.object(path)?;
        if object.get(key).is_none() {
            insert(&object, key, value);
        }
        Ok(())
    }

    /// The object at the end of a path of keys; what is not there is made.
    fn object(&self, path: &[&str]) -> Result<CstObject, Stop> {
        let mut object = self.root.object_value().ok_or_else(|| self.wrong("the file", "an object"))?;
        for key in path {
            object = object
                .object_value_or_create(key)
                .ok_or_else(|| self.wrong(&format!("`{}`", path.join(".")), "an object"))?;
        }
        Ok(object)
    }

    fn wrong(&self, what: &str, expected: &str) -> Stop {
        let problem = Problem::error(format!("nothing can be added: {what} is expected to be {expected}"));
        problem.at(Place::whole(&self.shown)).into()
    }
}

/// A text as JSON writes it.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The value is put in as an empty string, whose text is replaced then: the library lays out an object of its
/// own over several lines, and a rule is written on one. Each object stands on a line of its own.
fn append(array: &CstArray, value: &str) {
    if value.starts_with('{') {
        array.ensure_multiline();
    }
    replace(Some(array.append(CstInputValue::String(String::new()))), value);
}

fn insert(object: &CstObject, key: &str, value: &str) {
    replace(object.append(key, CstInputValue::String(String::new())).value(), value);
}

fn replace(node: Option<CstNode>, value: &str) {
    if let Some(literal) = node.and_then(|node| node.as_string_lit()) {
        literal.set_raw_value(value.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, change: impl Fn(&Json) -> Result<(), Stop>, expected: &str) {
        let json = Json::parse("a.json", text).unwrap();
        change(&json).unwrap();
        assert_eq!(json.text(), expected);
        // What was changed can be read, and changed again.
        Json::parse("a.json", &json.text()).unwrap();
    }

    #[test]
    fn an_array_keeps_its_layout() {
        let rule = "{ \"path\": \"/b\" }";
        for (text, expected) in [
            ("[]", "[\n  { \"path\": \"/b\" }\n]"),
            ("[\n]\n", "[\n  { \"path\": \"/b\" }\n]\n"),
            ("[\n    { \"a\": 1 }\n]\n", "[\n    { \"a\": 1 },\n    { \"path\": \"/b\" }\n]\n"),
            ("[\n    { \"a\": 1 },\n]\n", "[\n    { \"a\": 1 },\n    { \"path\": \"/b\" },\n]\n"),
            (
                "// top\n[\n\t{ \"a\": 1 }, // one\n\t// end\n]\n",
                "// top\n[\n\t{ \"a\": 1 }, // one\n\t{ \"path\": \"/b\" },\n\t// end\n]\n",
            ),
            ("[\r\n  1\r\n]\r\n", "[\r\n  1,\r\n  { \"path\": \"/b\" }\r\n]\r\n"),
            ("\u{feff}[1]", "\u{feff}[\n  1,\n  { \"path\": \"/b\" }\n]"),
            ("/* x */ [ 1, /* y */ ]", "/* x */ [\n  1,\n  { \"path\": \"/b\" },\n  /* y */\n]"),
        ] {
            check(text, |json| json.push(rule), expected);
        }
    }

    #[test]
    fn what_is_not_there_is_made() {
        let path = ["autoload", "directories"];
        for (text, expected) in [
            (
                "{\n    \"autoload\": { \"directories\": [\"a\"] },\n}\n",
                "{\n    \"autoload\": { \"directories\": [\"a\", \"b\"] },\n}\n",
            ),
            (
                "{\n    \"autoload\": {\n        \"directories\": [\n            \"a\", // first\n        ],\n    },\n}\n",
                "{\n    \"autoload\": {\n        \"directories\": [\n            \"a\", // first\n            \"b\",\n        ],\n    },\n}\n",
            ),
            (
                "{\n    \"routing\": \"r.json\"\n}\n",
                "{\n    \"routing\": \"r.json\",\n    \"autoload\": {\n        \"directories\": [\"b\"]\n    }\n}\n",
            ),
            ("{}\n", "{\n  \"autoload\": {\n    \"directories\": [\"b\"]\n  }\n}\n"),
        ] {
            check(text, |json| json.push_at(&path, "\"b\""), expected);
        }
        check("{ \"a\": 1 }", |json| json.set_at(&[], "a", "2"), "{ \"a\": 1 }");
        check(
            "{\n    \"a\": 1\n}",
            |json| json.set_at(&["b"], "c", "2"),
            "{\n    \"a\": 1,\n    \"b\": {\n        \"c\": 2\n    }\n}",
        );
    }

    #[test]
    fn another_shape_is_an_error() {
        let json = Json::parse("a.json", "{ \"events\": {}, \"autoload\": \"x.json\" }").unwrap();
        let fault = |result: Result<(), Stop>| match result.unwrap_err() {
            Stop::Wrong(problems) => problems.to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(
            fault(json.push_at(&["events"], "1")),
            "error: nothing can be added: `events` is expected to be an array\n --> a.json:1:1\n"
        );
        assert!(fault(json.push_at(&["autoload", "directories"], "1")).contains("to be an object"));
        assert!(fault(json.push("1")).contains("the file is expected to be an array"));
        assert!(fault(Json::parse("a.json", "[1,").map(drop)).contains("a.json:1:"));
        assert_eq!(quoted("a\"b"), "\"a\\\"b\"");
    }
}
