//! `package new`, and `package add` and `package remove` with the real Cargo on a small workspace.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

mod support;

use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use support::{anywhere, changed, ravand, seen, text, tree, write};

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

/// A new application in a folder that goes with the guard.
fn new_application() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let output = ravand(folder.path(), &["new", "shop", "--path", "app", "--vcs", "none"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    folder
}

#[test]
fn a_new_package_in_a_new_application() {
    let folder = new_application();
    let app = folder.path().join("app");
    let before = tree(&app);
    let said = seen(&app.join("packages/home"), &["package", "new", "HelpDesk"]);
    assert_snapshot!(format!("{said}\n{}", anywhere(&changed(&before, &tree(&app)))));
}

#[test]
fn a_new_package_in_an_application_of_other_habits() {
    // No languages, no layout, no lists of the workspace, and crates in a folder beside.
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        &[
            (
                "Cargo.toml",
                "[workspace]\nmembers = [\"apps/*\"]\n\n[workspace.package]\nedition = \"2024\"\n\n[workspace.lints.rust]\nmissing_docs = \"warn\"\n",
            ),
            (
                "apps/desk/Cargo.toml",
                "[package]\nname = \"desk\"\n\n[dependencies]\nravand = { path = \"../../crates/ravand\" } # by its path\nmail = { path = \"packages/mail\" }\n\n\
                 [build-dependencies]\nravand-build = { path = \"../../crates/ravand-build\" }\n",
            ),
            ("apps/desk/packages/mail/package.json", "{ \"frontend\": \"theme\" }\n"),
            ("apps/desk/packages/mail/theme/theme.json", "{ \"name\": \"paper\" }\n"),
            ("apps/desk/packages/mail/Cargo.toml", "[package]\nname = \"mail\"\n"),
        ],
    );
    let before = tree(folder.path());
    let said = seen(folder.path(), &["package", "new", "blog", "--at", "/news", "--app", "apps/desk"]);
    let after = tree(folder.path());
    let shown: Vec<String> = changed(&before, &after)
        .split("\n== ")
        .filter(|file| !file.contains(".rs ==") && !file.contains("html ==\n"))
        .map(str::to_owned)
        .collect();
    assert_snapshot!(format!("{said}\n{}", shown.join("\n== ")));
}

#[test]
fn what_cannot_be_a_new_package() {
    let folder = new_application();
    let app = folder.path().join("app");
    let before = tree(&app);
    let said: Vec<String> = [
        &["package", "new", "Home"][..],
        &["package", "new", "2blog"],
        &["package", "new", "base"],
        &["package", "new", "serde"],
        &["package", "new", "Shop"],
        &["package", "new", "back/office"],
        &["package", "new", "blog", "--at", "/"],
        &["package", "new", "blog", "--app", ".."],
    ]
    .into_iter()
    .map(|arguments| seen(&app, arguments))
    .collect();
    assert_snapshot!(said.join("\n"));
    assert_eq!(changed(&before, &tree(&app)), "", "nothing was written");
}
