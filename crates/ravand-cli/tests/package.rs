//! `package add` and `package remove`, with the real Cargo on a small workspace.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

mod support;

use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use support::{seen, write};

fn application(folder: &Path) {
    let library =
        |name: &str| format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
    write(
        folder,
        &[
            (
                "Cargo.toml",
                "[workspace]\nmembers = [\"packages/*\"]\nexclude = [\"packages/plain\"]\nresolver = \"3\"\n\n\
                 [package]\nname = \"helpdesk\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n",
            ),
            ("src/main.rs", "fn main() {}\n"),
            ("packages/users/Cargo.toml", &library("users")),
            ("packages/users/package.json", "{}"),
            ("packages/users/src/lib.rs", ""),
            ("packages/ticketing/Cargo.toml", &library("ticketing")),
            ("packages/ticketing/package.json", "{ \"dependencies\": [\"base\", \"users\"] }"),
            ("packages/ticketing/src/lib.rs", ""),
            ("packages/broken/Cargo.toml", &library("broken")),
            ("packages/broken/package.json", "{ \"routing\": \"routng.json\", \"bootstrap\": \"boot.rs\" }"),
            ("packages/broken/routing.json", "[]"),
            ("packages/broken/src/lib.rs", ""),
            ("packages/plain/package.json", "{}"),
        ],
    );
}

#[test]
fn a_package_comes_and_goes() {
    let folder = tempfile::tempdir().unwrap();
    application(folder.path());
    let manifest = || fs::read_to_string(folder.path().join("Cargo.toml")).unwrap();
    let mut said = Vec::new();
    said.push(seen(folder.path(), &["package", "add", "ticketing"]));
    assert!(
        manifest().contains("ticketing = { version = \"0.1.0\", path = \"packages/ticketing\" }"),
        "{}",
        manifest()
    );
    said.push(seen(folder.path(), &["package", "add", "ticketing"]));
    said.push(seen(folder.path(), &["package", "add", "users"]));
    said.push(seen(folder.path(), &["package", "remove", "users"]));
    assert!(!manifest().contains("users ="), "{}", manifest());
    said.push(seen(folder.path(), &["package", "remove", "users"]));
    assert_snapshot!(said.join("\n"));
}

#[test]
fn what_cannot_be_added() {
    let folder = tempfile::tempdir().unwrap();
    application(folder.path());
    write(
        folder.path(),
        &[("lonely/packages/users/package.json", "{}"), ("lonely/packages/users/Cargo.toml", "")],
    );
    let before = fs::read_to_string(folder.path().join("Cargo.toml")).unwrap();
    let said: Vec<String> = [
        &["package", "add", "tiketing"][..],
        &["package", "add", "zzz"],
        &["package", "add", "broken"],
        &["package", "add", "plain"],
        &["package", "remove", "user"],
        &["package", "add", "users", "--app", "nowhere"],
        &["package", "add", "users", "--app", "lonely"],
    ]
    .into_iter()
    .map(|arguments| seen(folder.path(), arguments))
    .collect();
    assert_snapshot!(said.join("\n"));
    assert_eq!(fs::read_to_string(folder.path().join("Cargo.toml")).unwrap(), before);
}
