//! What a package's and an application's build write, and what they say when the wiring is wrong.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

mod code;
mod events;
mod extractors;
mod files;
mod packages;
mod routes;
mod support;
mod templates;
mod views;

use std::fs;
use std::path::{Path, PathBuf};

use ravand_codegen::{Built, application, package, write_if_changed};

use crate::support::{Case, TICKETS, fixture, snapshot};

#[test]
fn the_fixture_is_right() {
    let case = Case::new();
    assert_eq!(case.package(), "");
    let built = case.build(package, "packages/ticketing");
    snapshot!("package", built.code);
    let built = case.build(package, "packages/users");
    snapshot!("package_small", built.code);
    let built = case.build(application, "");
    snapshot!("application", built.code);
    insta::assert_snapshot!(built.problems, @r"
    warning: `packages/notes` is no package: it has no package.json
      = help: write `{}` into `packages/notes/package.json` to make it one
    ");
}

#[test]
fn a_syntax_error_is_left_to_the_compiler() {
    let case = Case::new().replace(TICKETS, "impl Tickets {", "impl Tickets { fn");
    let built = case.build(package, "packages/ticketing");
    assert_eq!(built.problems.to_string(), "");
    assert!(built.code.contains("#[path = \"tickets.rs\"]\n    pub mod tickets;"), "{}", built.code);
    assert!(!built.code.contains("packages/ticketing/controllers/Tickets\""));
}

#[test]
fn what_is_watched() {
    let built = package(&fixture().join("packages/ticketing"));
    let watched: Vec<String> = built
        .watched
        .iter()
        .map(|path| path.strip_prefix(fixture()).unwrap().to_str().unwrap().to_owned())
        .collect();
    snapshot!("watched", watched.join("\n"));
}

/// Cargo watches a folder with everything below it, so none is watched that the application writes into.
#[test]
fn what_the_application_writes_is_not_watched() {
    let watched = |case: &Case, build: fn(&Path) -> Built, below: &str| {
        let built = case.build(build, below);
        let folders = |path: &PathBuf| ["packages", "packages/users"].iter().any(|name| path.ends_with(name));
        built.watched.iter().filter(|path| folders(path)).count()
    };
    assert_eq!(watched(&Case::new(), package, "packages/users"), 1);
    assert_eq!(watched(&Case::new(), application, ""), 1);
    let writes = Case::new().write("packages/users/storage/private/mail.txt", "");
    assert_eq!(watched(&writes, package, "packages/users"), 0);
    assert_eq!(watched(&writes, application, ""), 0);
}

#[test]
fn a_file_is_written_when_it_changes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("package.rs");
    write_if_changed(&file, "a").unwrap();
    let times = fs::FileTimes::new().set_modified(std::time::SystemTime::UNIX_EPOCH);
    let touch = || fs::File::options().write(true).open(&file).unwrap().set_times(times).unwrap();
    touch();
    write_if_changed(&file, "a").unwrap();
    assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), std::time::SystemTime::UNIX_EPOCH);
    write_if_changed(&file, "b").unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap(), "b");
}
