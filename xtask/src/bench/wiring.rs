//! `wiring`: what the build script of a package of a hundred files costs, and that it is not run again for an
//! unchanged one.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use serde_json::Value;

use super::Place;
use super::pair::Spread;
use crate::tools::{Outcome, cargo, output};

const ROUNDS: usize = 21;
const GOAL_MS: f64 = 100.0;
/// How many there are of each: a controller, a view, its template and an event.
const OF_EACH: usize = 25;

/// A package of the workspace whose build script is as every package's: its compiled form is run here.
const PACKAGE: &str = "ticketing";

pub(crate) fn run(place: &Place) -> Outcome<bool> {
    let script = script()?;
    let root = place.files.join("wiring/hundred");
    let out = place.files.join("wiring/out");
    let files = write(&root)?;
    std::fs::create_dir_all(&out)?;
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let mut command = Command::new(&script);
        command.env("CARGO_MANIFEST_DIR", &root).env("OUT_DIR", &out).env("CARGO_PKG_NAME", "hundred");
        let start = Instant::now();
        output(command.current_dir(&root))?;
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    let made = std::fs::read_to_string(out.join("package.rs"))?;
    let last = format!("controllers/Pages{}", OF_EACH - 1);
    if !made.contains(&last) {
        return Err(format!("the build script found no `{last}`").into());
    }
    let times = Spread::of(times);
    let held = times.median < GOAL_MS;
    println!(
        "the build script of a package of {files} files, unoptimised as cargo builds it, {ROUNDS} rounds:"
    );
    println!("  {times} ms; goal under {GOAL_MS} ms: {}", if held { "holds" } else { "does NOT hold" });

    let fresh = is_fresh()?;
    println!(
        "an unchanged package: {}",
        if fresh { "its script is not run" } else { "its script IS run again" }
    );
    Ok(held && fresh)
}

/// The compiled build script.
fn script() -> Outcome<PathBuf> {
    let text = output(&mut cargo(&["build", "--package", PACKAGE, "--message-format", "json"]))?;
    for line in text.lines() {
        let message: Value = serde_json::from_str(line)?;
        let field = |path: &str| message.pointer(path).and_then(Value::as_str).unwrap_or_default();
        if field("/target/kind/0") == "custom-build" && field("/package_id").contains(PACKAGE) {
            return Ok(field("/filenames/0").into());
        }
    }
    Err(format!("cargo names no build script of `{PACKAGE}`").into())
}

/// Whether a second build of the package has nothing to do.
fn is_fresh() -> Outcome<bool> {
    let text = output(&mut cargo(&["build", "--package", PACKAGE, "--message-format", "json"]))?;
    let mut own = text.lines().filter(|line| line.contains(&format!("/{PACKAGE}#")));
    Ok(own.all(|line| !line.contains("\"fresh\":false")))
}

/// Writes the package; how many files it has.
fn write(root: &Path) -> Outcome<usize> {
    let mut files = vec![
        ("package.json".to_owned(), MANIFEST.to_owned()),
        ("Cargo.toml".to_owned(), CARGO.to_owned()),
        ("src/lib.rs".to_owned(), "ravand::package!();\n".to_owned()),
        ("frontend/theme.json".to_owned(), THEME.to_owned()),
        ("frontend/html/layout.html".to_owned(), LAYOUT.to_owned()),
    ];
    let (mut rules, mut phrases) = (Vec::new(), Vec::new());
    for n in 0..OF_EACH {
        let numbered = |text: &str| text.replace("NN", &n.to_string());
        files.push((numbered("src/controllers/pagesNN.rs"), numbered(CONTROLLER)));
        files.push((numbered("src/views/pageNN.rs"), numbered(VIEW)));
        files.push((numbered("src/events/seenNN.rs"), numbered(EVENT)));
        files.push((numbered("frontend/html/pageNN.html"), numbered(TEMPLATE)));
        rules.push(numbered(RULES));
        phrases.push(numbered(r#""pageNN.title": "Page NN""#));
    }
    files.push(("routing.json".to_owned(), format!("[\n{}\n]\n", rules.join(",\n"))));
    let phrases = format!("{{ \"phrases\": {{\n{}\n}} }}\n", phrases.join(",\n"));
    files.push(("langs/en_US.json".to_owned(), phrases.clone()));
    files.push(("langs/fa_IR.json".to_owned(), phrases));
    for (name, text) in &files {
        let file = root.join(name);
        std::fs::create_dir_all(file.parent().unwrap_or(root))?;
        std::fs::write(file, text)?;
    }
    Ok(files.len())
}

const MANIFEST: &str = r#"{
    "routing": "routing.json",
    "frontend": "frontend",
    "autoload": { "directories": ["controllers", "views", "events"] },
    "languages": { "en_US": "langs/en_US.json", "fa_IR": "langs/fa_IR.json" }
}
"#;
const CARGO: &str =
    "[package]\nname = \"hundred\"\n\n[dependencies]\nravand = { path = \"ravand\" }\nserde = \"1\"\n";
const THEME: &str = r#"{ "name": "hundred", "title": "Hundred", "version": "1" }"#;
const LAYOUT: &str = "<title>{{ title }}</title>{% block content %}{% endblock %}\n";
const RULES: &str = r#"    { "path": "/pagesNN/:id", "controller": "controllers/PagesNN@view", "name": "pageNN" },
    { "path": "/pagesNN", "controller": "controllers/PagesNN@list" }"#;
const CONTROLLER: &str = r##"//! Pages.

use ravand::prelude::*;

use crate::views::pageNN::PageNN;

/// Pages.
#[derive(Controller)]
pub struct PagesNN;

#[controller]
impl PagesNN {
    /// One page.
    pub async fn view(&self, Param(id): Param<i64>, cx: &Context) -> Result<PageNN> {
        let own = cx.url_for("pageNN", &[("id", &id.to_string())])?;
        Ok(PageNN { title: cx.t("pageNN.title"), own, id, entries: Vec::new() })
    }

    /// How many there are.
    pub async fn list(&self) -> Result<Response> {
        let mut total = 0;
        for each in 0..100 {
            if each % 3 == 0 {
                total += each;
            }
        }
        Ok(Response::new(true).set_data(total, "total"))
    }
}
"##;
const VIEW: &str = r##"//! A page.

use ravand::prelude::*;

/// A page.
#[derive(Serialize, View)]
#[view("pageNN.html")]
pub struct PageNN {
    /// Its title.
    pub title: String,
    /// Its address.
    pub own: String,
    /// Its number.
    pub id: i64,
    /// What stands on it.
    pub entries: Vec<String>,
}
"##;
const EVENT: &str = r##"//! A page was seen.

use ravand::prelude::*;

/// A page was seen.
#[derive(Event)]
pub struct SeenNN {
    /// Which.
    pub id: i64,
}
"##;
const TEMPLATE: &str = r##"{% extends "layout.html" %}
{% block content %}
<h1>{{ t("pageNN.title") }}</h1>
{% for entry in entries %}<a href="{{ url_for("pageNN", id=id) }}">{{ entry }}</a>{% endfor %}
<a href="{{ own }}">{{ id }}</a>
{% endblock %}
"##;
