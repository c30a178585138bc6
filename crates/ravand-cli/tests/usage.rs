//! The command line itself: help, bad usage, completions.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

mod support;

use insta::assert_snapshot;
use support::{fixtures, ravand, seen, text};

#[test]
fn help() {
    let said: Vec<String> = [
        &["--help"][..],
        &["new", "--help"],
        &["package", "--help"],
        &["package", "new", "--help"],
        &["package", "add", "--help"],
        &["package", "remove", "--help"],
        &["generate", "--help"],
        &["generate", "controller", "--help"],
        &["generate", "model", "--help"],
        &["check", "--help"],
        &["routes", "--help"],
        &["routes", "match", "--help"],
        &["completions", "--help"],
    ]
    .into_iter()
    .map(|arguments| seen(&fixtures(), arguments))
    .collect();
    assert_snapshot!(said.join("\n"));
}

#[test]
fn bad_usage() {
    let said: Vec<String> = [
        &["chek", "."][..],
        &["check"],
        &["routes", "--packages", "helpdesk", "match", "GET"],
        &["routes", "--packages", "helpdesk", "match", "GET", "/", "--stdin"],
        &["completions", "cmd"],
        &["new"],
        &["generate", "modle", "post"],
        &["generate"],
    ]
    .into_iter()
    .map(|arguments| seen(&fixtures(), arguments))
    .collect();
    assert_snapshot!(said.join("\n"));
}

#[test]
fn completions() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = ravand(&fixtures(), &["completions", shell]);
        let script = text(&output.stdout);
        assert!(
            output.status.success() && script.contains("deny-warnings") && script.contains("migration"),
            "{shell}"
        );
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut command = support::command(&fixtures(), &["routes", "--packages", "helpdesk", "--json"]);
    let mut child = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
}
