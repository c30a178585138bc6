//! No text makes a reader panic, every problem points into its file, and the router takes every route.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;
use proptest::sample::{Index, select};
use ravand_core::Problems;
use ravand_manifest::{Autoload, Manifest, Phrases, Routing, Theme};
use ravand_router::Router;

const VALID: [&str; 6] = [
    include_str!("fixtures/valid/package.json"),
    include_str!("fixtures/valid/autoload.json"),
    include_str!("fixtures/valid/routing.json"),
    include_str!("fixtures/valid/theme.json"),
    include_str!("fixtures/valid/phrases.json"),
    include_str!("fixtures/seed/8.json"),
];

const TOKENS: [&str; 40] = [
    "{",
    "}",
    "[",
    "]",
    "\"",
    ",",
    ":",
    "\\",
    "/",
    "//",
    "/*",
    "*/",
    "null",
    "true",
    "0",
    "-",
    "1e999",
    "\"\"",
    "{}",
    "[]",
    "%",
    "%2",
    "..",
    ":x",
    "...",
    "@",
    "\\u12",
    "\\ud800",
    "\n",
    "\r",
    "\t",
    "\u{0}",
    "\u{2028}",
    "پ",
    "😀",
    "(",
    "\"path\"",
    "\"type\":\"static\"",
    "\u{feff}",
    "'",
];

#[derive(Clone, Debug)]
enum Change {
    Cut(Index, usize),
    Insert(Index, &'static str),
    Copy(Index, usize, Index),
    Value(Index, &'static str),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (any::<Index>(), 1..30usize).prop_map(|(at, length)| Change::Cut(at, length)),
        (any::<Index>(), select(&TOKENS[..])).prop_map(|(at, token)| Change::Insert(at, token)),
        (any::<Index>(), 1..60usize, any::<Index>())
            .prop_map(|(from, length, to)| Change::Copy(from, length, to)),
        (
            any::<Index>(),
            select(&["null", "5", "\"\"", "{}", "[]", "[{}]", "{\"a\":1}", "\"/a/../\\u0000\""][..])
        )
            .prop_map(|(at, value)| Change::Value(at, value)),
    ]
}

fn apply(text: &mut String, change: &Change) {
    let at = |text: &str, index: &Index| text.floor_char_boundary(index.index(text.len() + 1));
    match change {
        Change::Cut(from, length) => {
            let from = at(text, from);
            let to = text.floor_char_boundary(from + length).max(from);
            text.replace_range(from..to, "");
        }
        Change::Insert(to, token) => text.insert_str(at(text, to), token),
        Change::Copy(from, length, to) => {
            let from = at(text, from);
            let part = text[from..text.floor_char_boundary(from + length).max(from)].to_owned();
            text.insert_str(at(text, to), &part);
        }
        // A string becomes another value, so that the text stays JSON and the readers are reached.
        Change::Value(from, value) => {
            let from = at(text, from);
            let quote = |start: usize| text[start..].find('"').map(|found| start + found);
            if let Some(open) = quote(from)
                && let Some(close) = quote(open + 1)
            {
                text.replace_range(open..=close, value);
            }
        }
    }
}

fn read_all(text: &str) -> Vec<Problems> {
    let file = "file.json";
    vec![
        Manifest::parse("shop", file, text).problems,
        Autoload::parse(file, text).problems,
        Routing::parse("shop", file, text).problems,
        Theme::parse("shop", file, text).problems,
        Phrases::parse(&"fa_IR".parse().unwrap(), file, text).problems,
    ]
}

fn check(text: &str) {
    let lines = text.matches('\n').count() + 1;
    for problem in read_all(text).into_iter().flat_map(|problems| problems.0) {
        assert!(!problem.to_string().is_empty());
        let place = problem.place.expect("every problem of a file has a place");
        assert!((1..=lines).contains(&place.line), "{place} of {lines} lines");
        assert!(place.column + place.length <= text.chars().count() + 2, "{place}");
    }
    let mut builder = Router::builder();
    for route in Routing::parse("shop", "routing.json", text).value.routes {
        assert!(route.place.line <= lines);
        builder.add(route.rule).expect("the router takes every rule that is read without an error");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn broken_files(valid in select(&VALID[..]), changes in prop::collection::vec(change(), 1..6)) {
        let mut text = valid.to_owned();
        changes.iter().for_each(|change| apply(&mut text, change));
        check(&text);
    }

    #[test]
    fn any_text(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn any_tokens(tokens in prop::collection::vec(select(&TOKENS[..]), 0..40)) {
        check(&tokens.concat());
    }

    #[test]
    fn any_string_as_path_regex_and_phrase(text in any::<String>()) {
        let string = serde_json::to_string(&text).unwrap();
        check(&format!("[{{\"path\":{string},\"domain\":{string},\"controller\":{string},\"exceptions\":{string}}}]"));
        check(&format!("[{{\"regex\":{string},\"method\":{string},\"name\":{string},\"scheme\":{string}}}]"));
        check(&format!("{{\"phrases\":{{{string}:{string}}},\"routing\":{string},\"dependencies\":[{string}]}}"));
    }
}

#[test]
fn deep_nesting_is_an_error() {
    for depth in [500, 100_000] {
        for open in ["[", "{\"a\":"] {
            check(&open.repeat(depth));
        }
    }
    check(&format!("{{\"a\":{}{}}}", "[".repeat(400), "]".repeat(400)));
}
