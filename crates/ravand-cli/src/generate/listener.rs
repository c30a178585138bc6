//! `generate listener`: a listener, and its entry under the manifest's `events`.

use heck::ToSnakeCase;
use ravand_core::{Place, Problem};
use ravand_manifest::{Spanned, load_order};

use super::Next;
use super::events::{self, Event};
use super::target::Target;
use crate::edit::quoted;
use crate::name::{Name, is_free};
use crate::stop::Stop;
use crate::template::fill;

/// Adds a listener.
pub(super) fn add(target: &mut Target<'_>, name: &str, event: &str) -> Result<Vec<Next>, Stop> {
    let name = Name::parse(name)?;
    let event = events::find(target.application, &target.name, event)?;
    if event.package != "base" && event.package != target.name {
        check_circle(target, &event.package)?;
        target.depend_on(&event.package)?;
    }
    let class = name.camel();
    let method = event.name.to_snake_case();
    let method = if is_free(&method) { method } else { format!("on_{method}") };
    let (uses, its_type) = uses(target, &class, &event);
    let (argument, said) = match event.is_debug {
        true => ("event", "\"{event:?}\"".to_owned()),
        false => ("_event", format!("\"{} was heard\"", event.name)),
    };
    let parts = [
        ("event", event.address.as_str()),
        ("Event", &event.name),
        ("Class", &class),
        ("method", &method),
        ("argument", argument),
        ("said", &said),
        ("type", &its_type),
        ("uses", &uses),
    ];
    target.class(
        "listeners",
        &name,
        &class,
        fill(include_str!("../../templates/class/listener.rs"), &parts),
    )?;
    let listener = format!("listeners/{}{class}@{method}", name.folder());
    let entry = format!("{{ \"name\": {}, \"listener\": {} }}", quoted(&event.address), quoted(&listener));
    let note = format!("`{listener}` hears `{}`", event.name);
    target.json("package.json", note, |json| json.push_at(&["events"], &entry))?;
    Ok(vec![
        ("cargo build".to_owned(), "checks that it listens to its event".to_owned()),
        ("cargo run".to_owned(), format!("writes each `{}` into the log", event.name)),
    ])
}

/// The `use` lines, sorted, and the event's type. An event of the listener's own name is named by its module.
fn uses(target: &Target<'_>, class: &str, event: &Event) -> (String, String) {
    let root = match event.package.as_str() {
        "base" => "ravand",
        package if package == target.name => "crate",
        package => package,
    };
    let module = format!("{root}::{}", event.module);
    let (path, its_type) = match event.name == class {
        false => (format!("{module}::{}", event.name), event.name.clone()),
        true => {
            (module.clone(), format!("{}::{}", module.rsplit("::").next().unwrap_or_default(), event.name))
        }
    };
    let mut lines = vec!["ravand::prelude::*".to_owned(), "ravand::tracing".to_owned()];
    if root != "crate" {
        lines.push(path.clone());
    }
    lines.sort();
    let mut text: String = lines.iter().map(|line| format!("use {line};\n")).collect();
    if root == "crate" {
        text.push_str(&format!("\nuse {path};\n"));
    }
    (text.trim_end().to_owned(), its_type)
}

/// A dependency that closes a circle cannot be added.
fn check_circle(target: &Target<'_>, on: &str) -> Result<(), Stop> {
    let packages = &target.application.packages;
    let mut declared: Vec<(&str, Vec<Spanned<String>>)> = packages
        .iter()
        .map(|package| (package.name.as_str(), package.manifest.dependencies.clone()))
        .collect();
    // What is missing or circular already is told by the build.
    let order = |declared: &[(&str, Vec<Spanned<String>>)]| {
        let all: Vec<(&str, &[Spanned<String>])> =
            declared.iter().map(|(name, on)| (*name, on.as_slice())).collect();
        load_order(&all).map(|_| ())
    };
    if order(&declared).is_err() {
        return Ok(());
    }
    if let Some((_, own)) = declared.iter_mut().find(|(name, _)| *name == target.name) {
        own.push(Spanned::new(on.to_owned(), Place::whole(target.path("package.json"))));
    }
    order(&declared).map_err(|problems| {
        let text = format!("`{}` cannot listen to an event of `{on}`, which depends on it", target.name);
        let circle = problems.0.into_iter().next().map(|problem| problem.message);
        circle.into_iter().fold(Problem::error(text), Problem::help).into()
    })
}
