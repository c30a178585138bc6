//! `routes`, `packages`, `classes`: what the application is made of, as tables or as JSON.

use ravand_core::Result;
use ravand_router::{Domain, Part};
use serde_json::{Value, json};

use super::{End, say, table};
use crate::Application;
use crate::router::Route;
use crate::start::Reach;

pub(super) async fn routes(application: Application, as_json: bool) -> Result<End> {
    let app = application.start_to(Reach::Wiring).await?;
    let rules = &app.0.rules;
    let shown = rules.places().filter_map(|place| {
        let route = app.0.routes.routes.get(place.rule)?;
        let path = match route.rule.paths.get(place.path) {
            Some(parts) => path(parts),
            None => route.rule.regex.as_ref().map(|regex| regex.as_str().to_owned()).unwrap_or_default(),
        };
        Some((route, path))
    });
    if as_json {
        let rows: Vec<Value> = shown
            .map(|(route, path)| {
                json!({
                    "methods": route.rule.methods, "host": host(route), "path": path, "name": route.rule.name,
                    "controller": route.target(), "middleware": route.middlewares.len(), "package": route.package,
                    "source": route.place,
                })
            })
            .collect();
        say(&serde_json::to_string_pretty(&rows)?);
        return Ok(End::Done);
    }
    let rows: Vec<Vec<String>> = shown
        .map(|(route, path)| {
            let methods =
                if route.rule.methods.is_empty() { "any".to_owned() } else { route.rule.methods.join(",") };
            let name = route.rule.name.clone().unwrap_or_default();
            vec![methods, host(route), path, name, route.target(), route.place.clone()]
        })
        .collect();
    say(&table(&["METHODS", "HOST", "PATH", "NAME", "ACTION", "SOURCE"], &rows));
    Ok(End::Done)
}

pub(super) async fn packages(application: Application, as_json: bool) -> Result<End> {
    let app = application.start_to(Reach::Wiring).await?;
    let rows: Vec<Value> = app
        .0
        .packages
        .iter()
        .map(|package| {
            let dependencies: Vec<&str> =
                package.manifest.dependencies.iter().map(|dependency| dependency.value.as_str()).collect();
            let languages: Vec<&str> = package.phrases.iter().map(|(code, _, _)| code.as_str()).collect();
            json!({
                "name": package.name, "dependencies": dependencies, "routes": package.routes.len(),
                "classes": package.source.classes.len(), "languages": languages,
                "listeners": package.manifest.events.len(), "bootstrap": package.source.bootstrap.map(|b| b.name),
                "folder": package.source.root,
            })
        })
        .collect();
    if as_json {
        say(&serde_json::to_string_pretty(&rows)?);
        return Ok(End::Done);
    }
    let list = |value: &Value| {
        let items = value.as_array().into_iter().flatten().filter_map(Value::as_str);
        items.collect::<Vec<_>>().join(", ")
    };
    let lines: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            vec![
                row["name"].as_str().unwrap_or_default().to_owned(),
                list(&row["dependencies"]),
                row["routes"].to_string(),
                row["classes"].to_string(),
                row["listeners"].to_string(),
                list(&row["languages"]),
                row["bootstrap"].as_str().unwrap_or_default().to_owned(),
            ]
        })
        .collect();
    say(&table(
        &["PACKAGE", "DEPENDS ON", "ROUTES", "CLASSES", "LISTENERS", "LANGUAGES", "BOOTSTRAP"],
        &lines,
    ));
    Ok(End::Done)
}

pub(super) async fn classes(application: Application, as_json: bool) -> Result<End> {
    let app = application.start_to(Reach::Wiring).await?;
    let mut classes: Vec<_> = app.0.classes.all().iter().collect();
    classes.sort_by_key(|class| (class.kind.word(), class.address));
    if as_json {
        let rows: Vec<Value> = classes
            .iter()
            .map(|class| {
                json!({
                    "kind": class.kind.word(), "address": class.address, "methods": class.kind.methods(),
                    "file": class.file, "line": class.line,
                })
            })
            .collect();
        say(&serde_json::to_string_pretty(&rows)?);
        return Ok(End::Done);
    }
    let rows: Vec<Vec<String>> = classes
        .iter()
        .map(|class| {
            let source = format!("{}:{}", class.file, class.line);
            vec![
                class.kind.word().to_owned(),
                class.address.to_owned(),
                class.kind.methods().join(", "),
                source,
            ]
        })
        .collect();
    say(&table(&["KIND", "ADDRESS", "METHODS", "SOURCE"], &rows));
    Ok(End::Done)
}

fn path(parts: &[Part]) -> String {
    if parts.is_empty() {
        return "/".to_owned();
    }
    let part = |part: &Part| match part {
        Part::Static(text) => text.clone(),
        Part::Dynamic { name, values, .. } if !values.is_empty() => format!(":{name}({})", values.join("|")),
        Part::Dynamic { name, regex: Some(regex), .. } => format!(":{name}({})", regex.as_str()),
        Part::Dynamic { name, .. } => format!(":{name}"),
        Part::Wildcard { name, .. } => format!(":{name}..."),
    };
    parts.iter().map(|one| format!("/{}", part(one))).collect()
}

fn host(route: &Route) -> String {
    let domain = |domain: &Domain| match domain {
        Domain::Any => "*".to_owned(),
        Domain::Name(name) => name.clone(),
        Domain::Pattern(pattern) => pattern.as_str().to_owned(),
    };
    if route.rule.domains.is_empty() {
        "-".to_owned()
    } else {
        route.rule.domains.iter().map(domain).collect::<Vec<_>>().join(",")
    }
}
