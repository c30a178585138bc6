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
}

impl Extras {
    /// Extras by their names: `bootstrap`, `plugin`, `listener`.
    pub fn named(names: &str) -> Self {
        let has = |wanted| names.split(',').any(|name| name == wanted);
        Self { bootstrap: has("bootstrap"), plugin: has("plugin"), listener: has("listener") }
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
    for package in packages.iter_mut().filter(|package| package.name == "rules") {
        if let Some(routing) = &mut package.routing {
            routing.text = include_str!(concat!(env!("OUT_DIR"), "/rules.json"));
        }
    }
    let application = Application::new(env!("CARGO_PKG_NAME"), env!("CARGO_MANIFEST_DIR"), packages);
    if extras.plugin { application.plugin(Idle) } else { application }
}

/// A plugin whose hooks do nothing.
struct Idle;

impl Plugin for Idle {}
