//! The application that the benchmarks measure, built like any other: packages, and one function that starts it.

use ravand::{Application, Plugin};

ravand::application!();

/// What stands in the way of every request besides the framework itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Extras {
    /// A bootstrap that lets everything pass.
    pub bootstrap: bool,
    /// A plugin whose six hooks do nothing.
    pub plugin: bool,
    /// A listener that hears every request and does nothing.
    pub listener: bool,
    /// A thousand routes that answer, in place of all other rules.
    pub routes: bool,
    /// A thousand routes whose parameter has to be a number, in place of all other rules.
    pub checked: bool,
}

impl Extras {
    /// Extras by their names: `bootstrap`, `plugin`, `listener`, `routes`, `checked`.
    pub fn named(names: &str) -> Self {
        let has = |wanted| names.split(',').any(|name| name == wanted);
        Self {
            bootstrap: has("bootstrap"),
            plugin: has("plugin"),
            listener: has("listener"),
            routes: has("routes"),
            checked: has("checked"),
        }
    }
}

/// The application with its thousand rules and these extras.
pub fn application_with(extras: Extras) -> Application {
    let mut packages = ravand_packages();
    packages.retain(|package| match package.name {
        "guard" => extras.bootstrap,
        "watch" => extras.listener,
        _ => true,
    });
    for package in &mut packages {
        let text = match package.name {
            "rules" if extras.routes || extras.checked => "[]",
            "rules" => include_str!(concat!(env!("OUT_DIR"), "/rules.json")),
            "hello" if extras.routes => include_str!(concat!(env!("OUT_DIR"), "/routes.json")),
            "hello" if extras.checked => include_str!(concat!(env!("OUT_DIR"), "/checked.json")),
            _ => continue,
        };
        if let Some(routing) = &mut package.routing {
            routing.text = text;
        }
    }
    let application = Application::new(env!("CARGO_PKG_NAME"), env!("CARGO_MANIFEST_DIR"), packages);
    if extras.plugin { application.plugin(Idle) } else { application }
}

/// A plugin whose hooks do nothing.
struct Idle;

impl Plugin for Idle {}
