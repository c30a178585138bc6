//! `routes`: the listing, the explanation of a request, and what they say when the folder is wrong.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

mod support;

use insta::assert_snapshot;
use serde_json::Value;
use support::{fixtures, ravand, seen};

/// What `match` says of requests to the fixture.
fn explained(requests: &[&[&str]]) -> String {
    let all: Vec<String> = requests
        .iter()
        .map(|request| {
            let arguments = [&["routes", "--packages", "helpdesk", "match"], *request].concat();
            seen(&fixtures(), &arguments)
        })
        .collect();
    all.join("\n")
}

#[test]
fn the_rules_in_their_order() {
    assert_snapshot!(seen(&fixtures(), &["routes", "--packages", "helpdesk"]));
}

#[test]
fn the_rules_as_json() {
    let output = ravand(&fixtures(), &["routes", "--json", "--packages", "helpdesk/packages"]);
    let rows: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(rows.as_array().unwrap().len(), 20);
    assert_snapshot!(serde_json::to_string_pretty(&rows[3]).unwrap());
}

#[test]
fn what_a_request_finds() {
    assert_snapshot!(explained(&[
        &["GET", "/tickets/7"],
        &["POST", "/tickets/7/close"],
        &["GET", "/users/7?api=1"],
        &["GET", "http://shop.example.com/me"],
        &["GET", "/secret?api=1"],
        &["GET", "/health"],
    ]));
}

#[test]
fn what_finds_nothing() {
    assert_snapshot!(explained(&[
        &["PATCH", "/ticket"],
        &["get", "/tickets"],
        &["GET", "/tickets/%zz"],
        &["GET", "tickets"],
        &["GET", "ftp://example.com/"],
        &["GE T", "/"],
    ]));
}

#[test]
fn an_explanation_as_json() {
    assert_snapshot!(explained(&[
        &["GET", "/login", "--json"],
        &["POST", "/about", "--json"],
        &["GET", "/%4", "--json"],
    ]));
}

#[test]
fn of_many_rules_the_far_ones_are_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let rules: Vec<String> = (0..100)
        .map(|at| {
            format!("{{ \"path\": \"/p{at}/:a\", \"controller\": \"controllers/A@a\", \"method\": \"PUT\" }}")
        })
        .chain(["{ \"path\": \"/:x/b\", \"controller\": \"controllers/A@b\" }".to_owned()])
        .collect();
    support::write(
        folder.path(),
        &[
            ("many/package.json", "{ \"routing\": \"r.json\" }"),
            ("many/r.json", &format!("[\n{}\n]", rules.join(",\n"))),
        ],
    );
    let short = seen(folder.path(), &["routes", "--packages", ".", "match", "GET", "/p7/b"]);
    let long = seen(folder.path(), &["routes", "--packages", ".", "match", "GET", "/p7/b", "--all"]);
    assert_eq!(long.matches("the path differs").count(), 99);
    assert_snapshot!(short);
}

#[test]
fn what_is_wrong_stops_it() {
    let said: Vec<String> =
        [&["routes", "--packages", "broken"][..], &["routes", "--packages", "nowhere"], &["routes"]]
            .into_iter()
            .map(|arguments| seen(&fixtures(), arguments))
            .collect();
    assert_snapshot!(said.join("\n"));
}
