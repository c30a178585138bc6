//! The eight manifests of the seed: each loads, with its trailing commas, and says what it says.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ravand_manifest::{Autoload, AutoloadSource, Manifest, Spanned};

fn seed(text: &str) -> Manifest {
    let (manifest, warnings) = Manifest::parse("seed", "package.json", text).into_result().unwrap();
    assert!(warnings.0.is_empty(), "{warnings}");
    assert!(manifest.options.is_empty() && manifest.storages.is_empty());
    manifest
}

fn texts(list: &[Spanned<String>]) -> Vec<&str> {
    list.iter().map(|text| text.value.as_str()).collect()
}

fn autoload(manifest: &Manifest) -> &Autoload {
    match &manifest.autoload {
        Some(AutoloadSource::Here(autoload)) => autoload,
        other => panic!("{other:?}"),
    }
}

fn files(autoload: &Autoload) -> Vec<(&str, bool)> {
    autoload.files.iter().map(|file| (file.file.value.as_str(), file.function)).collect()
}

fn languages(manifest: &Manifest) -> Vec<(&str, &str)> {
    manifest.languages.iter().map(|one| (one.code.value.as_str(), one.file.value.as_str())).collect()
}

fn events(manifest: &Manifest) -> Vec<(&str, &str)> {
    manifest.events.iter().map(|one| (one.name.value.as_str(), one.listener.value.as_str())).collect()
}

const STATS: (&str, &str) = ("packages/base/view/events/afterLoad", "packages/seed/listeners/Stats@watch");

#[test]
fn first_autoload() {
    let manifest = seed(include_str!("fixtures/seed/1.json"));
    let autoload = autoload(&manifest);
    assert_eq!(texts(&autoload.directories), ["controllers", "Models", "listeners", "users", "libraries"]);
    assert_eq!(files(autoload), [("libraries/io/io.php", true)]);
}

#[test]
fn second_autoload_by_hand() {
    let manifest = seed(include_str!("fixtures/seed/2.json"));
    let autoload = autoload(&manifest);
    assert_eq!(texts(&autoload.directories), ["libraries", "listeners", "logs", "views", "processes"]);
    assert_eq!(
        files(autoload),
        [
            ("libraries/base/url.php", true),
            ("controllers/Dashboard.php", false),
            ("controllers/Lock.php", false),
            ("controllers/Login.php", false),
        ],
    );
}

#[test]
fn third_and_fourth_frontend() {
    assert_eq!(texts(&seed(include_str!("fixtures/seed/3.json")).frontend), ["frontend"]);
    let all = ["frontend", "blog-frontend", "panel-frontend"];
    assert_eq!(texts(&seed(include_str!("fixtures/seed/4.json")).frontend), all);
}

#[test]
fn fifth_languages() {
    assert_eq!(languages(&seed(include_str!("fixtures/seed/5.json"))), [("fa_IR", "langs/fa_IR.json")]);
}

#[test]
fn sixth_events() {
    assert_eq!(events(&seed(include_str!("fixtures/seed/6.json"))), [STATS]);
}

#[test]
fn seventh_dependencies() {
    assert_eq!(texts(&seed(include_str!("fixtures/seed/7.json")).dependencies), ["base"]);
}

#[test]
fn eighth_everything() {
    let manifest = seed(include_str!("fixtures/seed/8.json"));
    assert_eq!(manifest.routing.as_ref().map(|file| file.value.as_str()), Some("routing.json"));
    assert_eq!(texts(&manifest.frontend), ["frontend"]);
    assert_eq!(texts(&autoload(&manifest).directories), ["controllers", "Models", "listeners", "users"]);
    assert_eq!(texts(&manifest.dependencies), ["base"]);
    assert_eq!(languages(&manifest), [("fa_IR", "langs/fa_IR.json")]);
    assert_eq!(events(&manifest), [STATS]);
    let bootstrap = manifest.bootstrap.unwrap();
    assert_eq!(bootstrap.value, "bootup/checkAccess.php");
    assert_eq!((bootstrap.place.line, bootstrap.place.column, bootstrap.place.length), (18, 18, 24));
}
