//! Gathers the packages; and writes the rules that fill the router: the help desk's and a thousand more.

use std::path::Path;

use serde_json::{Map, Value, json};

/// How many rules there are besides the help desk's.
const MORE: usize = 1_000;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    ravand_build::application();
    let desk = Path::new("../../apps/helpdesk/packages");
    println!("cargo::rerun-if-changed={}", desk.display());
    let mut rules = Vec::new();
    let mut packages: Vec<_> = std::fs::read_dir(desk)?.collect::<Result<Vec<_>, _>>()?;
    packages.sort_by_key(std::fs::DirEntry::file_name);
    for package in packages {
        let file = package.path().join("routing.json");
        if file.is_file() {
            println!("cargo::rerun-if-changed={}", file.display());
            rules.extend(of_help_desk(&std::fs::read_to_string(&file)?)?);
        }
    }
    rules.extend((0..MORE).map(generated));
    let out = std::env::var("OUT_DIR")?;
    let routes: Vec<Value> = (0..MORE).map(answered).collect();
    let checked: Vec<Value> = (0..MORE).map(checked).collect();
    for (name, rules) in [("rules.json", &rules), ("routes.json", &routes), ("checked.json", &checked)] {
        std::fs::write(Path::new(&out).join(name), serde_json::to_string(rules)?)?;
    }
    Ok(())
}

/// The help desk's rules with their paths and conditions; what they call is not there.
fn of_help_desk(text: &str) -> Outcome<Vec<Value>> {
    let file: Option<Value> = jsonc_parser::parse_to_serde_value(text, &Default::default())?;
    let Some(Value::Array(rules)) = file else { return Err("a routing.json is no array".into()) };
    let requests = rules.into_iter().filter(|rule| rule.get("exceptions").is_none());
    Ok(requests
        .map(|rule| {
            let mut kept = Map::new();
            for key in ["path", "paths", "regex", "method", "domain", "scheme", "absolute"] {
                kept.extend(rule.get(key).map(|value| (key.to_owned(), value.clone())));
            }
            kept.insert("controller".to_owned(), "controllers/Any@index".into());
            Value::Object(kept)
        })
        .collect())
}

/// The same with actions of the package `hello`.
fn answered(number: usize) -> Value {
    let mut rule = generated(number);
    rule["controller"] =
        if number.is_multiple_of(4) { "controllers/Hello@index" } else { "controllers/Hello@item" }.into();
    rule
}

/// Rules whose parameter has to be a number.
fn checked(number: usize) -> Value {
    let path = format!("/area{}/resource{number}/:id", number / 40);
    json!({
        "path": path, "method": "GET", "controller": "controllers/Hello@item",
        "requirements": { "id": "/^[0-9]+$/" },
    })
}

/// Rules of the usual shapes, four to a resource.
fn generated(number: usize) -> Value {
    let resource = format!("/area{}/resource{}", number / 40, number / 4);
    let (path, method) = match number % 4 {
        0 => (resource, "GET"),
        1 => (format!("{resource}/:id"), "GET"),
        2 => (format!("{resource}/:id/edit"), "POST"),
        _ => (format!("{resource}/:id/files/:file..."), "GET"),
    };
    json!({ "path": path, "method": method, "controller": "controllers/Any@index" })
}
