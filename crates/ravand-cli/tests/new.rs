//! `new`: an application from nothing, and what is left when it cannot be made.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

mod support;

use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use support::{anywhere, command, names, ravand, seen, text, write};

#[test]
fn an_application_from_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let said = seen(folder.path(), &["new", "shop", "--vcs", "none"]);
    assert_eq!(names(folder.path()), ["shop"], "nothing is left beside it");
    let read = |file: &str| fs::read_to_string(folder.path().join("shop").join(file)).unwrap();
    let cargo = anywhere(&read("Cargo.toml"));
    assert_snapshot!(format!(
        "{said}\n== Cargo.toml ==\n{cargo}\n== ravand.toml ==\n{}",
        read("ravand.toml")
    ));
}

#[test]
fn its_name_is_written_in_many_ways() {
    let folder = tempfile::tempdir().unwrap();
    for (name, made, title) in
        [("HelpDesk", "help_desk", "Help desk"), ("call-centre", "call-centre", "Call centre")]
    {
        let output = ravand(folder.path(), &["new", name, "--vcs", "none"]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let read = |file: &str| fs::read_to_string(folder.path().join(made).join(file)).unwrap();
        assert!(read("Cargo.toml").contains(&format!("\nname = \"{made}\"\n")));
        assert!(read("packages/home/langs/fa_IR.json").contains(&format!("\"app.name\": \"{title}\"")));
    }
}

#[test]
fn a_folder_that_is_named_or_empty() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("empty")).unwrap();
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let sources = sources.to_str().unwrap();
    let here = folder.path().join("empty");
    for (place, path, made) in [(folder.path(), "other", "other"), (&here, ".", "empty")] {
        let arguments = ["new", "shop", "--path", path, "--ravand", sources, "--vcs", "none"];
        let output = ravand(place, &arguments);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let cargo = fs::read_to_string(folder.path().join(made).join("Cargo.toml")).unwrap();
        assert!(cargo.contains("name = \"shop\"") && cargo.contains("/crates/ravand\""), "{cargo}");
    }
    assert_eq!(names(folder.path()), ["empty", "other"]);
}

#[test]
fn what_cannot_be_made() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("full/letter.txt", "dear me"), ("file", "")]);
    let said: Vec<String> = [
        &["new", "2shop"][..],
        &["new", "boutique/shop"],
        &["new", "match"],
        &["new", "test"],
        &["new", "Home"],
        &["new", "full"],
        &["new", "file"],
        &["new", "shop", "--path", "nowhere/shop"],
        &["new", "shop", "--ravand", "full"],
        &["new", "shop", "--vcs", "svn"],
    ]
    .into_iter()
    .map(|arguments| seen(folder.path(), arguments))
    .collect();
    assert_snapshot!(said.join("\n"));
    assert_eq!(names(folder.path()), ["file", "full"], "nothing half-written is left");
    assert_eq!(names(&folder.path().join("full")), ["letter.txt"]);
}

#[test]
fn inside_of_another_workspace() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = "[workspace]\nmembers = [\"apps/*\"]\nexclude = [\"apps/own\"]\n";
    write(folder.path(), &[("Cargo.toml", workspace), ("apps/a.txt", "")]);
    let said = seen(&folder.path().join("apps"), &["new", "shop", "--vcs", "none"]);
    let whole = folder.path().canonicalize().unwrap();
    assert_snapshot!(said.replace(whole.to_str().unwrap(), "/work"));
    for path in ["apps/own", "shop"] {
        let output = ravand(folder.path(), &["new", "shop", "--path", path, "--vcs", "none"]);
        assert!(output.status.success(), "{path}: {}", text(&output.stderr));
    }
}

#[test]
fn a_repository_is_begun_unless_there_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let new = |place: &Path, arguments: &[&str]| {
        // The folder of tests may itself lie in a repository.
        let mut command = command(place, arguments);
        command.env("GIT_CEILING_DIRECTORIES", folder.path()).output().unwrap()
    };
    assert!(new(folder.path(), &["new", "shop"]).status.success());
    assert!(folder.path().join("shop/.git").is_dir());
    assert!(new(&folder.path().join("shop"), &["new", "inner"]).status.success());
    assert!(!folder.path().join("shop/inner/.git").exists());
    assert!(new(&folder.path().join("shop"), &["new", "own", "--vcs", "git"]).status.success());
    assert!(folder.path().join("shop/own/.git").is_dir());
}

#[test]
fn a_failure_on_the_way_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("empty")).unwrap();
    for path in ["shop", "empty"] {
        // Without a git there is no repository, which is found when all files are written.
        let mut command = command(folder.path(), &["new", "shop", "--path", path, "--vcs", "git"]);
        let output = command.env("PATH", "").output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output.stderr).contains("`git init` failed"), "{}", text(&output.stderr));
    }
    assert_eq!(names(folder.path()), ["empty"]);
    assert!(names(&folder.path().join("empty")).is_empty());
}
