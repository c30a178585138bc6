//! `check` over an application in which something is wrong.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use std::path::Path;

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::{Severity, areas, in_json, number, told};
use crate::package::{File, Package, PhraseFile};
use crate::{Application, Class, Options};
use ravand_terminal::Screen;

/// Rules that hide each other.
const ROUTING: &str = r#"[
    { "path": "/:page...", "controller": "controllers/Files@asset" },
    { "path": "/:theme/:file...", "controller": "controllers/Files@asset" },
    { "path": "/things/:file", "controller": "controllers/Files@asset", "permissions": { "api": false } },
    { "path": "/things/:other", "controller": "controllers/Files@asset" },
]"#;

/// A package without faults.
fn shop() -> Package {
    let files = Class::controller::<crate::base::Files>("packages/shop/controllers/Files", "src/files.rs", 1);
    let phrases = |language, name, text| PhraseFile { language, file: File { name, text } };
    Package {
        name: "shop",
        root: "/nowhere",
        manifest: File {
            name: "package.json",
            text: r#"{
    "routing": "routing.json",
    "languages": { "en_US": "langs/en_US.json", "fa_IR": "langs/fa_IR.json" },
    "storages": { "files": { "@class": "local", "type": "private", "root": "storage/files" } },
}"#,
        },
        routing: Some(File { name: "routing.json", text: "[]" }),
        phrases: vec![
            phrases("en_US", "langs/en_US.json", r#"{ "phrases": { "a": "A" } }"#),
            phrases("fa_IR", "langs/fa_IR.json", r#"{ "phrases": { "a": "آ" } }"#),
        ],
        frontends: Vec::new(),
        classes: vec![files],
        bootstrap: None,
        migrations: crate::private::migrations![],
    }
}

/// The same with rules that hide each other, and languages that lack phrases of each other.
fn broken() -> Package {
    let mut package = shop();
    package.routing = Some(File { name: "routing.json", text: ROUTING });
    for (file, text) in package.phrases.iter_mut().zip([
        r#"{ "phrases": { "a": "A", "b": "B", "c": "C" } }"#,
        r#"{ "phrases": { "a": "آ", "d": "د" } }"#,
    ]) {
        file.file.text = text;
    }
    package
}

/// What is told of the application with these options in a folder that `prepare` fills.
async fn check(options: Value, prepare: impl FnOnce(&Path)) -> String {
    check_package(shop(), options, prepare).await
}

async fn check_package(package: Package, options: Value, prepare: impl FnOnce(&Path)) -> String {
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path());
    let before = tree(folder.path());
    let mut given = json!({ "server": { "port": 0 }, "development": true });
    for (key, value) in options.as_object().unwrap() {
        given[key] = value.clone();
    }
    let application =
        Application::new("shop", "/nowhere", vec![package]).root(folder.path()).options(Options::new(given));
    let areas = areas(application).await;
    assert_eq!(tree(folder.path()), before, "nothing is changed");
    let (errors, warnings) = (number(&areas, Severity::Error), number(&areas, Severity::Warning));
    let json = in_json(&areas, errors, warnings);
    assert_eq!(json["problems"].as_array().unwrap().len(), errors + warnings);
    let text = told(&areas, false, Screen { width: None });
    let text = anstream::adapter::strip_str(&text).to_string();
    text.replace(&folder.path().display().to_string(), "[folder]")
}

/// Every file and folder with its size.
fn tree(folder: &Path) -> Vec<(String, u64)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let (path, data) = entry.map(|entry| (entry.path(), entry.metadata().unwrap())).unwrap();
        found.push((path.display().to_string(), if data.is_dir() { 0 } else { data.len() }));
        if data.is_dir() {
            found.extend(tree(&path));
        }
    }
    found.sort();
    found
}

fn write(folder: &Path, file: &str, text: &str) {
    let path = folder.join(file);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

#[tokio::test]
async fn rules_and_phrases_of_packages() {
    assert_snapshot!(check_package(broken(), json!({}), |_| ()).await);
}

#[tokio::test]
async fn all_is_well() {
    let options = json!({
        "development": false, "router": { "scheme": "https", "default_domains": ["shop.example"] },
        "server": { "port": 0, "trusted_proxies": ["10.0.0.1"] }, "secret": "0123456789abcdefghijklmnopqrstuvwxyz",
    });
    assert_snapshot!(check(options, |_| ()).await);
}

#[tokio::test]
async fn folders_that_are_none() {
    let told = check(json!({}), |folder| {
        write(folder, "packages/shop/storage/files", "a file where a folder should be");
        write(folder, "storage", "another, which leaves no place for the secret");
    });
    assert_snapshot!(told.await);
}

#[tokio::test]
async fn before_visitors() {
    let options = json!({
        "development": false, "router": { "scheme": "https", "www": "nowww" }, "secret": "a".repeat(40),
    });
    assert_snapshot!(check(options, |_| ()).await);
}

#[cfg(unix)]
#[tokio::test]
async fn a_secret_that_is_too_short_or_open() {
    let told = check(json!({ "development": false }), |folder| {
        write(folder, "storage/secret", "short");
        let all = std::os::unix::fs::PermissionsExt::from_mode(0o644);
        std::fs::set_permissions(folder.join("storage/secret"), all).unwrap();
    });
    assert_snapshot!(told.await);
}

#[tokio::test]
async fn options_of_nobody() {
    let options = json!({
        "sever": { "port": 1 }, "packages": { "shopp": {}, "base": { "server": { "prot": 1 } } },
        "session": { "hours": "soon", "secure": 1 }, "translator": "fa_IR",
    });
    assert_snapshot!(check(options, |_| ()).await);
}

#[tokio::test]
async fn names_that_are_not_there() {
    let options = json!({
        "router": { "conventional": true, "default_package": "shp" }, "view": { "theme": "dark" },
    });
    assert_snapshot!(check(options, |_| ()).await);
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn a_database_that_cannot_be_used() {
    let url = |url: &str| json!({ "database": { "url": url } });
    let below_a_file = check(url("sqlite://file/app.sqlite"), |folder| write(folder, "file", ""));
    let no_database = check(url("sqlite://app.sqlite"), |folder| {
        write(folder, "app.sqlite", &"somebody's letter, and no database".repeat(100));
    });
    let told = [below_a_file.await, no_database.await].join("\n\n----\n\n");
    assert_snapshot!(told);
}

#[cfg(all(feature = "sqlite", not(feature = "mysql")))]
#[tokio::test]
async fn a_database_that_the_program_has_no_driver_for() {
    let options = json!({ "database": { "url": "mysql://me:hunter2@127.0.0.1:1/app" } });
    let told = check(options, |_| ()).await;
    assert!(!told.contains("hunter2"), "{told}");
    assert_snapshot!(told);
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn a_database_of_a_newer_program() {
    let folder = tempfile::tempdir().unwrap();
    let options =
        Options::new(json!({ "database": { "url": "sqlite://app.sqlite" }, "server": { "port": 0 } }));
    let application =
        || Application::new("shop", "/nowhere", vec![shop()]).root(folder.path()).options(options.clone());
    let front = application().start().await.unwrap();
    let database = front.app().0.database.clone().unwrap();
    let insert = |name: &str| {
        let sql = format!("INSERT INTO seaql_migrations VALUES ('{name}', 4102444800)");
        sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, sql)
    };
    for name in ["shop/m0007_later", "shop/m0008_later"] {
        sea_orm::ConnectionTrait::execute_raw(&database, insert(name)).await.unwrap();
    }
    // While it runs: the log of the database is there.
    let running = told(&areas(application()).await, false, Screen { width: None });
    front.app().close().await;
    let before = tree(folder.path());
    let told = told(&areas(application()).await, false, Screen { width: None });
    assert_eq!(tree(folder.path()), before, "nothing is changed");
    assert_eq!(told, running);
    let error = application().start().await.expect_err("it cannot start").to_string();
    assert!(error.starts_with("error: the database is newer than this program"), "{error}");
    assert_snapshot!(anstream::adapter::strip_str(&told).to_string());
}
