//! The texts of the errors, as a person reads them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write as _;

use ravand_core::Problems;
use ravand_manifest::{Autoload, Manifest, Phrases, Routing, Theme};

/// Every input with its problems, one after the other.
fn show(inputs: &[&str], parse: impl Fn(&str) -> Problems) -> String {
    let mut shown = String::new();
    for (number, input) in inputs.iter().enumerate() {
        let problems = parse(input);
        assert!(!problems.0.is_empty(), "no problem in {input}");
        write!(shown, "## {}\n{problems}\n", number + 1).unwrap();
    }
    shown
}

/// Holds the texts against the snapshot of this name.
fn check(name: &str, shown: String) {
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, shown));
}

#[test]
fn json() {
    check(
        "json",
        show(
            &[
                "",
                "  // only a note",
                "{ \"routing\": \"a\"",
                "{ \"routing\" \"a\" }",
                "{ \"routing\": }",
                "{ \"routing\": 'a' }",
                "{ routing: \"a\" }",
                "{\n  \"routing\": \"a\"\n  \"bootstrap\": \"b\"\n}",
                "{ \"frontend\": [\"a\" \"b\"] }",
                "{ \"routing\": \"a }",
                "{ \"routing\": \"a\\qb\" }",
                "{} {}",
                "{ \"a\": 0x10 }",
                "{ \"a\": yes }",
                "{ /* never closed",
                "[",
                "{ , }",
                "{ \"limit\": 1e999 }",
                "{ \"routing\": \"a\",\n  \"routing\": \"b\",\n  \"own\": { \"x\": 1, \"x\": 2 } }",
            ],
            |text| Manifest::parse("shop", "package.json", text).problems,
        ),
    );
}

#[test]
fn manifest() {
    check(
        "manifest",
        show(
            &[
                "[]",
                "{ \"frontend\": 5 }",
                "{ \"frontend\": [\"a\", null] }",
                "{ \"permissions\": [\"database\"] }",
                "{ \"rotuing\": \"routing.json\", \"author\": \"me\" }",
                "{ \"routing\": \"/etc/routing.json\", \"bootstrap\": \"a/../../b.rs\" }",
                "{ \"routing\": \"C:\\\\routing.json\" }",
                "{ \"frontend\": [\"frontend\", \"./frontend/\"] }",
                "{ \"dependencies\": [\"shop\", \"users\", \"users\", \"Base\", \"my-users\", \"fn\"] }",
                "{ \"languages\": {},\n  \"langs\": {} }",
                "{ \"languages\": { \"farsi\": \"fa.json\", \"en_US\": true } }",
                "{ \"languages\": { \"fa-ir\": \"fa.json\", \"EN\": \"en.json\" } }",
                "{ \"languages\": [\"fa_IR\"] }",
                "{ \"events\": [{ \"name\": \"events/Closed@x\", \"listener\": \"listeners/Stats\" }, { \"listner\": \"a\" }] }",
                "{ \"events\": {} }",
                "{ \"events\": [{ \"name\": \"events Closed\", \"listener\": \"a//b@c\" }] }",
                "{ \"autoload\": 1 }",
                "{ \"autoload\": { \"directories\": \"controllers\", \"filse\": [] } }",
                "{ \"autoload\": { \"files\": [{ \"file\": \"a.rs\", \"classes\": [\"A\"], \"function\": true },\n  { \"file\": \"./a.rs\" }, {}, \"b.rs\"] } }",
                "{ \"storages\": { \"pub lic\": { \"@class\": \"s3\", \"type\": \"privat\" } } }",
                "{ \"storages\": [] }",
            ],
            |text| Manifest::parse("shop", "packages/shop/package.json", text).problems,
        ),
    );
}

#[test]
fn autoload() {
    check(
        "autoload",
        show(
            &[
                "[]",
                "{ \"files\": { \"file\": \"a.rs\" } }",
                "{ \"files\": [{ \"file\": \"a.rs\", \"function\": 1 }] }",
            ],
            |text| Autoload::parse("autoload.json", text).problems,
        ),
    );
}

#[test]
fn routing() {
    let rule = |rest: &str| format!("[{{ \"controller\": \"controllers/Home@index\", {rest} }}]");
    let rules: Vec<String> = [
        "\"path\": 5",
        "\"path\": \"/a\", \"regex\": \"/b/\"",
        "\"paths\": []",
        "\"paths\": \"/a\"",
        "\"path\": \"/a/:id/:id\"",
        "\"path\": \"/a/:/:2x/:file.json/:...\"",
        "\"path\": \"/a%zz/%FF/b?c=1\"",
        "\"path\": \"/a//b\"",
        "\"path\": [\"a\", { \"type\": \"regexp\", \"name\": \"x\" }, 7]",
        "\"path\": [{ \"type\": \"dynamc\", \"name\": \"x\" }, { \"name\": \"y\" }, { \"type\": \"wildcard\" }]",
        "\"path\": [{ \"type\": \"dynamic\", \"name\": \"id\", \"regex\": \"/^\\\\d+(/\", \"values\": [] }]",
        "\"path\": [{ \"type\": \"static\", \"name\": \"a\", \"regex\": \"/a/\", \"valeus\": [] }]",
        "\"regex\": \"^a$\"",
        "\"path\": \"/\", \"method\": [\"GET\", \"PSOT\", \"GET|POST\", \"a b\"]",
        "\"path\": \"/\", \"method\": []",
        "\"path\": \"/\", \"domain\": [\"*.example.com\", \"https://example.com\", \"راه.com\", \"\", \"/[/\"]",
        "\"path\": \"/:shop\", \"domain\": \"/^(?<shop>a)\\\\.com$/\"",
        "\"path\": \"/\", \"scheme\": [\"htps\", \"ftp\"]",
        "\"path\": \"/\", \"absolute\": \"yes\"",
        "\"path\": \"/\", \"middleware\": [\"a b\", false]",
        "\"path\": \"/\", \"permissions\": { \"api\": 0, \"ajax\": \"controllers/Home\", \"html\": true }",
        "\"path\": \"/\", \"permissions\": \"*\"",
        "\"exceptions\": [\"NotFuond\", \"packages/base/Nothing\", \"errors/Locked@x\", \"errors/Own\"], \"regex\": \"/a/\"",
        "\"path\": \"/\", \"name\": \" \"",
        "\"path\": \"/\", \"mehtod\": \"GET\", \"colour\": 1",
        "\"path\": \"/\", \"handler\": \"controllers/Home@index\"",
        "\"path\": \"/:page\", \"defaults\": { \"page\": null, \"2x\": 1 }, \"requirements\": { \"pgae\": \"/^a$/\" }",
        "\"path\": \"/:page\", \"defaults\": [\"page\"], \"requirements\": { \"page\": \"^a$\", \"x\": [] }",
        "\"path\": \"/:page\", \"defaults\": { \"page\": \"x\" }, \"requirements\": { \"page\": \"/^[0-9]+$/\" }",
        "\"path\": \"/:page\", \"defaults\": { \"page\": \"x\" }, \"requirements\": { \"page\": [\"a\", \"b\"] }",
        "\"path\": \"/\", \"timeout\": \"5s\"",
        "\"path\": \"/\", \"timeout\": 0",
        "\"exceptions\": \"NotFound\", \"defaults\": { \"page\": 1 }",
    ]
    .into_iter()
    .map(rule)
    .collect();
    let whole = [
        "{}",
        "[1, {}]",
        "[{ \"pth\": \"/\", \"contoller\": \"controllers/Home@index\" }]",
        "[{ \"path\": \"/\", \"controller\": \"controllers/Home\" }]",
        "[{ \"path\": \"/\", \"controller\": \"controllers/Ho me@x\" }]",
        "[{ \"rules\": [], \"controller\": \"a/B@c\", \"regex\": \"/a/\", \"midleware\": \"a/B@c\" }]",
        "[{ \"rules\": {} }]",
        "[{ \"path\": \"/:shop\", \"rules\": [{ \"path\": \"/:shop\", \"controller\": \"a/B@c\" }] }]",
        "[{ \"domain\": \"/^(?<shop>a)$/\", \"rules\": [{ \"path\": \"/:shop\", \"controller\": \"a/B@c\" }] }]",
        "[{ \"path\": \"/:shop\", \"rules\": [{ \"regex\": \"#^/a#\", \"controller\": \"a/B@c\" }] }]",
        "[\n  { \"path\": \"/a\", \"controller\": \"a/B@c\", \"name\": \"shop.home\" },\n  { \"name\": \"shop.\", \"rules\": [{ \"path\": \"/b\", \"controller\": \"a/B@c\", \"name\": \"home\" }] }\n]",
        "[\n  { \"path\": \"/a\", \"controller\": \"a/B@c\", \"name\": \"home\" },\n  { \"path\": \"/b\", \"controller\": \"a/B@c\", \"name\": \"home\" }\n]",
    ];
    let inputs: Vec<&str> = rules.iter().map(String::as_str).chain(whole).collect();
    check("routing", show(&inputs, |text| Routing::parse("shop", "routing.json", text).problems));
}

#[test]
fn theme() {
    check(
        "theme",
        show(
            &[
                "{}",
                "{ \"name\": \"my theme\", \"asets\": [] }",
                "{ \"name\": \"a\", \"title\": 1, \"version\": 2 }",
                "{ \"name\": \"a\", \"assets\": [\"logo.png\", { \"file\": \"a.css\" }, { \"type\": \"sass\", \"file\": \"a\" }] }",
                "{ \"name\": \"a\", \"assets\": [{ \"type\": \"js\" }, { \"type\": \"js\", \"file\": \"a.js\", \"inline\": \"\" }] }",
                "{ \"name\": \"a\", \"assets\": [{ \"type\": \"package\", \"file\": \"x\" }, { \"type\": \"package\" }] }",
                "{ \"name\": \"a\", \"assets\": [{ \"type\": \"css\", \"file\": \"https://cdn.example.com/a.css\" }] }",
                "{ \"name\": \"a\", \"assets\": [\"css/app.css\", { \"type\": \"js\", \"file\": \"app.js\" }, \"app.scss\"] }",
                "{ \"name\": \"a\", \"views\": [{ \"name\": \"v\" }, { \"name\": \"views/A\", \"file\": \"a\", \"parent\": \"b@c\" }] }",
                "{ \"name\": \"a\", \"views\": [{ \"name\": \"x_y\", \"file\": \"a\" },\n { \"name\": \"Xy\", \"file\": \"b\" }] }",
            ],
            |text| Theme::parse("shop", "frontend/theme.json", text).problems,
        ),
    );
}

#[test]
fn phrases() {
    check(
        "phrases",
        show(
            &[
                "{}",
                "{ \"phrases\": [], \"rtl\": 1, \"autor\": \"me\" }",
                "{ \"phrases\": { \"a\": \"x\",\n  \"b\": \"y\",\n  \"a\": \"z\" } }",
                "{ \"phrases\": { \"a\": \"سلام {name\" } }",
                "{ \"phrases\": { \"a\": \"say \\\"{}\\\"\" } }",
                "{ \"phrases\": { \"a\": \"{ name }\" } }",
                "{ \"phrases\": { \"a\": 5 } }",
                "{ \"phrases\": { \"a\": { \"one\": \"x\" } } }",
                "{ \"phrases\": { \"a\": { \"othr\": \"x\" } } }",
                "{ \"phrases\": { \"tickets\": { \"title\": \"x\" } } }",
                "{ \"phrases\": { \"a\": { \"one\": 1, \"other\": \"{2}\" } } }",
            ],
            |text| Phrases::parse(&"fa_IR".parse().unwrap(), "langs/fa_IR.json", text).problems,
        ),
    );
}
