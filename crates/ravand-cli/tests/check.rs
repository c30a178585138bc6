//! `check`: what it finds, as a person and as a program read it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

mod support;

use std::fs;

use insta::assert_snapshot;
use support::{fixtures, ravand, seen, text, write};

/// What is said of a folder with these files.
fn check(files: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), files);
    seen(folder.path(), &["check", "."])
}

#[test]
fn an_application_without_errors() {
    assert_snapshot!(seen(&fixtures(), &["check", "helpdesk"]));
}

#[test]
fn warnings_can_be_denied() {
    assert_snapshot!(seen(&fixtures(), &["check", "helpdesk/packages", "--deny-warnings"]));
}

#[test]
fn all_problems_of_all_files_together() {
    assert_snapshot!(seen(&fixtures(), &["check", "broken"]));
}

#[test]
fn as_json() {
    let output = ravand(&fixtures(), &["check", "broken", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let problems = told["problems"].as_array().unwrap();
    let errors = problems.iter().filter(|problem| problem["severity"] == "error").count();
    assert_eq!((told["errors"].as_u64(), told["packages"].as_u64()), (Some(errors as u64), Some(7)));
    let named =
        problems.iter().find(|problem| problem["message"] == "two rules have the name `price`").unwrap();
    assert_snapshot!(serde_json::to_string_pretty(named).unwrap());
}

#[test]
fn files_that_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        &[
            (
                "good/package.json",
                "{ \"routing\": \"routing.json\", \"languages\": { \"en_US\": \"langs\" } }",
            ),
            ("good/langs/en_US.json", "{ \"phrases\": {} }"),
            ("folder/package.json/a", ""),
            // The folder is there: what depends on it is not at fault.
            ("later/package.json", "{ \"routng\": \"a\", \"dependencies\": [\"folder\"] }"),
        ],
    );
    fs::write(folder.path().join("good/routing.json"), b"[\n  { \"path\": \"/caf\xe9\" }\n]").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("/nowhere/at/all", folder.path().join("link")).unwrap();
    assert_snapshot!(seen(folder.path(), &["check", "."]));
}

#[test]
fn phrases_over_languages_and_packages() {
    let languages =
        r#"{ "languages": { "en_US": "en_US.json", "en_GB": "en_GB.json", "fa_IR": "fa_IR.json" } }"#;
    assert_snapshot!(check(&[
        ("a/package.json", languages),
        ("a/en_US.json", r#"{ "phrases": { "hello": "Hello {name}", "colour": "color", "bye": "bye" } }"#),
        // Another English needs only what differs.
        ("a/en_GB.json", r#"{ "phrases": { "colour": "colour" } }"#),
        ("a/fa_IR.json", r#"{ "phrases": { "hello": "سلام {name}" } }"#),
        // The package `b` has what the first one lacks, and overrides a phrase in one language only.
        ("b/package.json", r#"{ "languages": { "fa_IR": "fa.json" }, "dependencies": ["a"] }"#),
        ("b/fa.json", r#"{ "phrases": { "bye": "خداحافظ", "hello": "سلام" } }"#),
        // What cannot be read lacks nothing for certain.
        ("c/package.json", r#"{ "languages": { "en_US": "en.json", "fa_IR": "fa.json" } }"#),
        ("c/en.json", r#"{ "phrases": { "c": "c" } }"#),
        ("c/fa.json", r#"{ "phrases": { "#),
    ]));
}

#[test]
fn templates_without_any_rust() {
    let said = check(&[
        (
            "site/package.json",
            r#"{ "frontend": "theme", "languages": { "en_US": "en.json", "fa_IR": "fa.json" } }"#,
        ),
        ("site/en.json", r#"{ "phrases": { "title": "Shop", "bye": "Bye {name}" } }"#),
        ("site/fa.json", r#"{ "phrases": { "title": "فروشگاه" } }"#),
        ("site/theme/theme.json", r#"{ "name": "site" }"#),
        ("site/theme/html/layout.html", "{{ anything }}{% block page %}{% endblock %}"),
        ("site/theme/assets/site.css", ""),
        (
            "shop/package.json",
            r#"{ "frontend": "theme", "dependencies": ["site"], "routing": "routes.json" }"#,
        ),
        ("shop/routes.json", r#"[{ "path": "carts/:id", "controller": "Carts@show", "name": "cart" }]"#),
        ("shop/theme/theme.json", r#"{ "name": "shop" }"#),
        (
            "shop/theme/html/cart.html",
            "{% extends \"layout.html\" %}\n{% block pages %}{% endblock %}\n\
             {{ t(\"titel\") }}{{ t(\"bye\") }}{{ price|rond }}\n\
             <a href=\"{{ url_for(\"cart\") }}\"><img src=\"{{ asset(\"sit.css\") }}\">{{ nubmer(1) }}</a>\n",
        ),
        ("shop/theme/html/base.html", "{% extends \"layuot.html\" %}"),
        ("shop/theme/html/broken.html", "{% if price %}"),
    ]);
    assert_snapshot!(said);
}

#[test]
fn rules_that_no_request_reaches() {
    let rules = r#"[
  { "path": "/carts/:id", "controller": "controllers/Carts@show" },
  { "path": "/carts/:number", "method": "GET", "controller": "controllers/Carts@number" },
  { "paths": ["/pay/:step", "/carts/:step"], "controller": "controllers/Carts@pay" },
  // Where `ajax` refuses, the next one is asked.
  { "path": "/prices/:id", "controller": "controllers/Carts@price", "permissions": { "ajax": false } },
  { "path": "/prices/:name", "controller": "controllers/Carts@price_of" },
  { "path": "/offers/:id", "controller": "controllers/Carts@offer" },
  // Whether this domain is among the default ones is not known here.
  { "path": "/offers/:name", "domain": "shop.example", "controller": "controllers/Carts@offer_of" }
]"#;
    // Options may mount another package's rules elsewhere.
    let later = r#"[{ "path": "/pay/:way", "controller": "controllers/Bills@pay" }]"#;
    assert_snapshot!(check(&[
        ("shop/package.json", r#"{ "routing": "routes.json" }"#),
        ("shop/routes.json", rules),
        ("bills/package.json", r#"{ "routing": "routes.json", "dependencies": ["shop"] }"#),
        ("bills/routes.json", later),
    ]));
}

#[test]
fn rust_files_are_missed_only_where_there_is_rust() {
    let manifest = r#"{
  "autoload": { "directories": ["controllers"], "files": [{ "file": "libraries/io.rs" }] },
  "bootstrap": "boot.rs"
}"#;
    assert_snapshot!(check(&[
        ("manifest_only/package.json", manifest),
        ("with_src/package.json", manifest),
        ("with_src/src/controllers/tickets.rs", ""),
    ]));
}

#[test]
fn names_that_addresses_cannot_tell_apart() {
    assert_snapshot!(check(&[("help_desk/package.json", "{}"), ("HelpDesk/package.json", "{}")]));
}

#[test]
fn folders_that_are_none() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("a.txt", ""), ("one/package.json", "{}"), ("empty/notes.txt", "")]);
    let all: Vec<String> =
        [&["check", "nowhere"][..], &["check", "a.txt"], &["check", "one"], &["check", "empty"]]
            .into_iter()
            .map(|arguments| seen(folder.path(), arguments))
            .collect();
    assert_snapshot!(all.join("\n"));
}

#[test]
fn no_colours_where_there_is_no_terminal() {
    let plain = text(&ravand(&fixtures(), &["check", "broken"]).stdout);
    assert!(!plain.contains('\u{1b}'));
    let mut forced = support::command(&fixtures(), &["check", "broken"]);
    let forced = text(&forced.env("CLICOLOR_FORCE", "1").output().unwrap().stdout);
    assert!(forced.contains("\u{1b}[1m\u{1b}[31merror"), "{forced:.200}");
}
