//! The listings of an application of two packages, as people and as programs see them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use insta::assert_snapshot;
use ravand_terminal::Screen;
use serde_json::{Value, json};

use super::line::{self, Kind};
use super::output::As;
use super::{End, listing};
use crate::events::event_of;
use crate::package::{Asset, File, Frontend, Package, PhraseFile};
use crate::private::{ListenerMethod, Listeners};
use crate::start::Reach;
use crate::{App, Application, Class, Event, Options};

pub struct Sold;
impl Event for Sold {}

pub struct Books;

impl Listeners for Books {
    const LISTENERS: &'static [ListenerMethod] = &[
        ListenerMethod { name: "write", event: event_of::<Sold>, call: |_, _| Box::pin(async { Ok(()) }) },
        ListenerMethod { name: "close", event: event_of::<Sold>, call: |_, _| Box::pin(async { Ok(()) }) },
    ];
}

const SHOP: &str = r#"{
    "version": "2.1.0", "routing": "routing.json", "frontend": "frontend",
    "languages": { "en_US": "langs/en_US.json", "fa_IR": "langs/fa_IR.json" },
}"#;

const ROUTING: &str = r#"[
    { "paths": ["/things", "/all"], "controller": "controllers/Files@asset", "method": "GET", "name": "things" },
    { "path": "/things/:theme/:file...", "controller": "controllers/Files@asset", "scheme": "https" },
    { "path": ["things", { "type": "dynamic", "name": "theme", "values": ["a", "b"] }, ":file"],
      "controller": "controllers/Files@asset", "method": ["PUT", "POST"], "permissions": { "api": false } },
    { "path": "/raw", "absolute": true, "domain": "/^raw\\./", "controller": "controllers/Files@public" },
    { "regex": "/^\\/(?<theme>[a-z]+)-(?<file>[a-z]+)$/", "controller": "controllers/Files@asset" },
    { "exceptions": "NotFound", "controller": "controllers/Files@public" },
]"#;

const BOOKS: &str = r#"{
    "dependencies": ["shop"],
    "languages": { "en_US": "langs/en_US.json", "fa_IR": "langs/fa_IR.json" },
    "events": [
        { "name": "packages/shop/events/Sold", "listener": "listeners/Books@write" },
        { "name": "packages/shop/events/sold", "listener": "listeners/books@close" },
    ],
}"#;

const ENGLISH: &str = r#"{ "phrases": { "hello": "Hello {name}!", "n": { "one": "one thing", "other": "{count} things" }, "only": "Only here" } }"#;
const PERSIAN: &str = r#"{ "phrases": { "hello": "سلام {name}!", "n": "{count} چیز", "line": "یک\nدو" } }"#;

fn package(name: &'static str, manifest: &'static str) -> Package {
    Package {
        name,
        root: "/app",
        manifest: File { name: "package.json", text: manifest },
        routing: None,
        phrases: Vec::new(),
        frontends: Vec::new(),
        classes: Vec::new(),
        bootstrap: None,
        migrations: crate::private::migrations![],
    }
}

fn phrases(language: &'static str, name: &'static str, text: &'static str) -> PhraseFile {
    PhraseFile { language, file: File { name, text } }
}

async fn app(options: Value) -> App {
    let mut shop = package("shop", SHOP);
    shop.routing = Some(File { name: "routing.json", text: ROUTING });
    shop.phrases =
        vec![phrases("en_US", "langs/en_US.json", ENGLISH), phrases("fa_IR", "langs/fa_IR.json", PERSIAN)];
    shop.frontends = vec![Frontend {
        folder: "frontend",
        theme: File { name: "frontend/theme.json", text: r#"{ "name": "plain", "version": "1.0.0" }"# },
        templates: vec![File { name: "page.html", text: "" }],
        assets: vec![Asset { name: "css/a.css", bytes: b"" }],
        phrases: vec![phrases(
            "fa_IR",
            "frontend/langs/fa_IR.json",
            r#"{ "phrases": { "hello": "درود {name}!" } }"#,
        )],
    }];
    shop.classes = vec![
        Class::controller::<crate::base::Files>(
            "packages/shop/controllers/Files",
            "src/controllers/files.rs",
            7,
        ),
        Class::event::<Sold>("packages/shop/events/Sold", "src/events/sold.rs", 3),
    ];
    let mut books = package("books", BOOKS);
    books.phrases = vec![
        phrases("en_US", "langs/en_US.json", r#"{ "phrases": { "hello": "Good day, {name}!" } }"#),
        phrases("fa_IR", "langs/fa_IR.json", r#"{ "phrases": {} }"#),
    ];
    books.classes =
        vec![Class::listener::<Books>("packages/books/listeners/Books", "src/listeners/books.rs", 12)];
    let application = Application::new("shop", "/app", vec![books, shop]).options(Options::new(options));
    application.start_to(Reach::Wiring).await.unwrap_or_else(|error| panic!("{error}"))
}

const FILE: As = As::Text(Screen { width: None });

fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[tokio::test]
async fn routes() {
    let app = app(json!({})).await;
    assert_snapshot!(plain(&listing::routes(&app, FILE).unwrap()));
    let rows = json(&listing::routes(&app, As::Json).unwrap());
    assert_eq!(rows.as_array().unwrap().len(), 8);
    assert_snapshot!("a_rule_as_json", serde_json::to_string_pretty(&rows[6]).unwrap());
}

#[tokio::test]
async fn what_a_request_finds() {
    let languages = json!({ "translator": { "changelang": "uri" } });
    let conventional = json!({
        "router": { "conventional": true, "default_package": "shop", "www": "nowww", "default_domains": ["shop.example"] },
    });
    let mut told = String::new();
    for (options, requests) in [
        (
            json!({}),
            vec![
                ("GET", "/things"),
                ("PATCH", "/things"),
                ("POST", "/things/a/x"),
                ("POST", "/things/a/x?api=1"),
            ],
        ),
        (json!({}), vec![("GET", "https://shop.example/things/a/b/c"), ("GET", "/thingz"), ("GET", "/%zz")]),
        (languages, vec![("GET", "/fa/things")]),
        (conventional, vec![("GET", "/Files/public?x=1"), ("GET", "http://www.shop.example/things")]),
    ] {
        let app = app(options).await;
        for (method, url) in requests {
            let (text, end) = listing::explain(&app, method, url, false, FILE).unwrap();
            told.push_str(&format!("$ shop routes match {method} {url}\n{}\n-- {end:?}\n\n", plain(&text)));
            let (text, same) = listing::explain(&app, method, url, false, As::Json).unwrap();
            let value = json(&text);
            assert_eq!(same, end);
            assert_eq!(value.get("found").is_some(), end == End::Done, "{method} {url}: {value}");
        }
    }
    assert_snapshot!(told);
}

#[tokio::test]
async fn an_explanation_as_json() {
    let app = app(json!({ "translator": { "changelang": "parameter" } })).await;
    let (text, _) = listing::explain(&app, "POST", "/things/b/x?lang=fa", false, As::Json).unwrap();
    assert_snapshot!(text);
}

#[tokio::test]
async fn packages() {
    let app = app(json!({})).await;
    assert_snapshot!(plain(&listing::packages(&app, FILE).unwrap()));
    assert_snapshot!("a_package_as_json", {
        let rows = json(&listing::packages(&app, As::Json).unwrap());
        serde_json::to_string_pretty(&rows[1]).unwrap()
    });
}

#[tokio::test]
async fn classes() {
    let app = app(json!({})).await;
    let line = app.0.classes.all().iter().find(|class| class.file == "src/base.rs").unwrap().line;
    let shown = plain(&listing::classes(&app, None, FILE).unwrap());
    assert_snapshot!(shown.replace(&format!("base.rs:{line}"), "base.rs:??"));
    let rows = json(&listing::classes(&app, Some(Kind::Controller), As::Json).unwrap());
    assert_eq!(rows.as_array().unwrap().len(), 2);
    assert_eq!(
        rows[1],
        json!({
            "kind": "controller", "address": "packages/shop/controllers/Files", "methods": ["asset", "public"],
            "file": "packages/shop/src/controllers/files.rs", "line": 7,
        })
    );
    assert!(
        plain(&listing::classes(&app, Some(Kind::Process), FILE).unwrap())
            .ends_with("no package has a process")
    );
}

#[tokio::test]
async fn events() {
    let app = app(json!({})).await;
    assert_snapshot!(plain(&listing::events(&app, false, FILE).unwrap()));
    let rows = json(&listing::events(&app, true, As::Json).unwrap());
    assert_snapshot!("heard_events_as_json", serde_json::to_string_pretty(&rows).unwrap());
}

#[tokio::test]
async fn phrases_of_all_languages_and_of_one() {
    let app = app(json!({})).await;
    let show =
        |language: Option<&str>, missing, form| listing::phrases(&app, language, missing, form).unwrap();
    let mut told = String::new();
    for (line, language, missing) in [
        ("phrases", None, false),
        ("phrases fa", Some("fa"), false),
        ("phrases --missing", None, true),
        ("phrases en-US --missing", Some("en-US"), true),
    ] {
        let (text, end) = show(language, missing, FILE);
        told.push_str(&format!("$ shop {line}\n{}\n-- {end:?}\n\n", plain(&text)));
        assert!(json(&show(language, missing, As::Json).0).as_array().is_some_and(|rows| !rows.is_empty()));
    }
    assert_snapshot!(told);
    assert_snapshot!("phrases_as_json", show(Some("en_US"), false, As::Json).0);
    assert_eq!(show(Some("de"), false, FILE).1, End::BadUsage);
}

/// On a terminal a phrase's direction is kept to its own place, and no line is broken by the terminal.
#[tokio::test]
async fn on_a_narrow_terminal() {
    let app = app(json!({})).await;
    let screen = As::Text(Screen { width: Some(70) });
    let phrases = listing::phrases(&app, Some("fa_IR"), false, screen).unwrap().0;
    assert!(phrases.contains("\u{2068}درود {name}!\u{2069}"), "{phrases}");
    let routes = listing::routes(&app, screen).unwrap();
    assert_snapshot!(plain(&format!("{phrases}\n\n{routes}")).replace(['\u{2068}', '\u{2069}'], ""));
}

#[test]
fn help() {
    let application = Application::new("shop", "/app", Vec::new());
    let mut told = String::new();
    for path in [
        "",
        "serve",
        "routes",
        "routes match",
        "packages",
        "classes",
        "events",
        "phrases",
        "migrate",
        "migrate up",
        "migrate down",
        "migrate status",
        "check",
        "completions",
    ] {
        let arguments = ["shop"].into_iter().chain(path.split_whitespace()).chain(["--help"]);
        let error = line::command(&application).try_get_matches_from(arguments).unwrap_err();
        assert!(!error.use_stderr(), "{path}: {error}");
        let text = error.to_string();
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
        told.push_str(&format!(
            "$ shop {}--help\n{error}\n\n",
            if path.is_empty() { String::new() } else { format!("{path} ") }
        ));
    }
    assert_snapshot!(told);
}

#[test]
fn bad_usage() {
    let application = Application::new("shop", "/app", Vec::new());
    let mut told = String::new();
    for line in [
        "sreve",
        "zzz",
        "routes mach GET /",
        "routes match GET",
        "classes contoller",
        "classes controllers x",
        "migrate down 0",
        "check --jsn",
        "serve --port many",
        "--color sometimes routes",
        "completions tcsh",
    ] {
        let arguments = ["shop"].into_iter().chain(line.split(' '));
        let error = line::command(&application).try_get_matches_from(arguments).unwrap_err();
        assert!(error.use_stderr(), "{line}");
        told.push_str(&format!("$ shop {line}\n{error}\n"));
    }
    assert_snapshot!(told);
}
