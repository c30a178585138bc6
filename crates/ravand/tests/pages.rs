//! Views: themes merged, templates with their functions, the events around them, two languages at once.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]

mod support;

use ravand::events::view::{AfterLoad, AfterOutput, BeforeLoad, DynamicData};
use ravand::prelude::*;
use ravand::private::{Asset, Class, File, Frontend, Package, PhraseFile};
use ravand_codegen::templates::vocabulary::{PAGE_VALUES, PageValueKind};
use support::{application, call, get, package, text};

#[derive(Serialize, View)]
#[view("page.html")]
pub struct Page {
    name: String,
    count: u32,
}

#[derive(Controller)]
pub struct Pages;

#[controller]
impl Pages {
    pub async fn show(&self) -> Page {
        Page { name: "<Ada>".into(), count: 2 }
    }

    pub async fn by_name(&self) -> Result<View> {
        Ok(View::new("packages/shop/views/page", serde_json::json!({ "name": "by name", "count": 1 })))
    }

    pub async fn form(&self) -> View {
        let mut errors = FieldErrors::default();
        errors.add("name", "errors.required");
        View::from(Page { name: String::new(), count: 0 }).with_errors(errors)
    }
}

#[derive(Listeners)]
pub struct Order;

#[listener]
impl Order {
    pub async fn before(&self, event: &mut BeforeLoad) -> Result<()> {
        event.add("steps", format!("before {}", event.view))
    }

    pub async fn data(&self, event: &mut DynamicData, cx: &Context) -> Result<()> {
        assert!(
            cx.request().is_some_and(|request| request.query() != Some("panic")),
            "while the page is made"
        );
        event.add("evil", "</script><script>alert(1)</script>")
    }

    pub async fn after(&self, event: &mut AfterLoad) -> Result<()> {
        let before = event.extra["steps"].as_str().unwrap_or_default().to_owned();
        event.add("steps", format!("{before}, after with {}", event.template))
    }

    pub async fn output(&self, event: &mut AfterOutput) {
        event.output.push_str("<!-- after output -->");
    }
}

const MANIFEST: &str = r#"{
    "routing": "routing.json", "frontend": ["first", "second"],
    "languages": { "en_US": "langs/en_US.json", "fa_IR": "langs/fa_IR.json" },
    "events": [
        { "name": "packages/base/view/events/beforeLoad", "listener": "listeners/Order@before" },
        { "name": "packages/base/view/events/dynamicData", "listener": "listeners/Order@data" },
        { "name": "/packages/base/view/events/afterLoad", "listener": "listeners\\Order@after" },
        { "name": "packages/base/view/events/afterOutput", "listener": "listeners/Order@output" },
    ],
}"#;

const ROUTING: &str = r#"[
    { "path": "/", "controller": "controllers/Pages@show", "name": "home" },
    { "path": "/by-name", "controller": "controllers/Pages@by_name" },
    { "path": "/form", "controller": "controllers/Pages@form" },
    { "path": "/people/:who", "controller": "controllers/Pages@show", "name": "person" },
]"#;

const TEMPLATE: &str = r#"{% extends "layout.html" %}{% block main -%}
{{ t("hello", name=name) }}|{{ t_html("bold", name=name) }}|{{ t("items", count=count) }}|{{ steps }}
{{ url_for("person", who="a/b") }}|{{ url("/x") }}|{{ asset("app.css") }}|{{ error("name") | join(",") }}
{{ csrf() }}{{ languages[0] | list | join(" ") }}
{%- endblock %}"#;

fn themed() -> Package {
    let classes = vec![
        Class::controller::<Pages>("packages/shop/controllers/Pages", "tests/pages.rs", 1),
        Class::listener::<Order>("packages/shop/listeners/Order", "tests/pages.rs", 1),
        Class::view::<Page>("packages/shop/views/Page", "tests/pages.rs", 1),
    ];
    let mut package = package(MANIFEST, Some(ROUTING), classes);
    let phrases = |language, name, text| PhraseFile { language, file: File { name, text } };
    package.phrases = vec![
        phrases(
            "en_US",
            "langs/en_US.json",
            r#"{ "phrases": { "hello": "Hello {name}", "bold": "<b>{name}</b>", "errors.required": "Needed",
                "items": { "one": "{count} item", "other": "{count} items" } } }"#,
        ),
        phrases(
            "fa_IR",
            "langs/fa_IR.json",
            r#"{ "rtl": true, "phrases": { "hello": "سلام {name}", "items": { "one": "{count} مورد", "other": "{count} مورد" } } }"#,
        ),
    ];
    package.frontends = vec![
        Frontend {
            folder: "first",
            theme: File {
                name: "first/theme.json",
                text: r#"{ "name": "plain", "assets": [{ "type": "css", "file": "assets/app.css" }] }"#,
            },
            templates: vec![
                File { name: "layout.html", text: "overridden" },
                File { name: "page.html", text: TEMPLATE },
            ],
            assets: vec![Asset { name: "app.css", bytes: b"body {}" }],
            phrases: Vec::new(),
        },
        Frontend {
            folder: "second",
            theme: File { name: "second/theme.json", text: r#"{ "name": "plain" }"# },
            templates: vec![File {
                name: "layout.html",
                text: "<html lang={{ lang_tag }} dir={{ dir }}>{{ load_css() }}{% block main %}{% endblock %}{{ load_js() }}",
            }],
            assets: Vec::new(),
            phrases: Vec::new(),
        },
    ];
    package
}

async fn start() -> (ravand::FrontController, tempfile::TempDir) {
    let options = serde_json::json!({ "translator": { "changelang": "uri" }, "development": true });
    let (application, folder) = application(themed(), options);
    (application.start().await.unwrap_or_else(|error| panic!("{error}")), folder)
}

#[tokio::test]
async fn a_page_in_both_languages() {
    let (front, _folder) = start().await;
    let english = call(&front, get("/")).await;
    assert_eq!(english.headers()["content-language"], "en-US");
    assert!(english.headers().contains_key("content-security-policy"));
    let english = text(english).await;
    for part in [
        "<html lang=en-US dir=ltr>",
        "Hello &lt;Ada&gt;|<b>&lt;Ada&gt;</b>|2 items|before packages&#x2f;shop&#x2f;views&#x2f;Page, after with page.html",
        "/people/a%2Fb|/x|",
        "<link rel=\"stylesheet\" href=\"/assets/plain/app.css?v=",
        "<input type=\"hidden\" name=\"_csrf\" value=\"",
        "\\u003c/script>\\u003cscript>alert(1)",
        "<!-- after output -->",
    ] {
        assert!(english.contains(part), "{part} is not in\n{english}");
    }
    // What the build knows of them.
    let languages = PAGE_VALUES.iter().find(|value| value.name == "languages").map(|value| value.kind);
    let Some(PageValueKind::List(keys)) = languages else { panic!("{languages:?}") };
    assert!(english.contains(&keys.join(" ")), "{keys:?} are not in\n{english}");
    let persian = text(call(&front, get("/fa")).await).await;
    for part in ["<html lang=fa-IR dir=rtl>", "سلام &lt;Ada&gt;|", "۲ مورد", "/fa/people/a%2Fb|/fa/x"]
    {
        assert!(persian.contains(part), "{part} is not in\n{persian}");
    }
}

#[tokio::test]
async fn a_panic_while_a_page_is_made_is_a_500() {
    let (front, _folder) = start().await;
    assert_eq!(call(&front, get("/?panic")).await.status(), 500);
    assert_eq!(call(&front, get("/")).await.status(), 200);
}

#[tokio::test]
async fn by_name_with_errors_and_as_json() {
    let (front, _folder) = start().await;
    assert!(text(call(&front, get("/by-name")).await).await.contains("Hello by name"));
    assert!(text(call(&front, get("/form")).await).await.contains("|Needed"));
    let json = text(call(&front, get("/form?api=1")).await).await;
    assert_eq!(json, r#"{"status":true,"name":"","count":0,"errors":{"name":["Needed"]}}"#);
}

#[tokio::test]
async fn assets_are_cached_for_good_and_known_by_their_tag() {
    let (front, _folder) = start().await;
    let asset = call(&front, get("/assets/plain/app.css")).await;
    assert_eq!(asset.headers()["content-type"], "text/css; charset=utf-8");
    assert_eq!(asset.headers()["cache-control"], "no-cache");
    let tag = asset.headers()["etag"].clone();
    let page = text(call(&front, get("/")).await).await;
    let versioned =
        page.split("href=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a link to the style");
    let versioned = call(&front, get(versioned)).await;
    assert_eq!(versioned.headers()["cache-control"], "public, max-age=31536000, immutable");
    let again = http::Request::get("/assets/plain/app.css").header("host", "x").header("if-none-match", tag);
    assert_eq!(call(&front, again.body(axum::body::Body::empty()).unwrap()).await.status(), 304);
}
