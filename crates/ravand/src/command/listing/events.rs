//! `events`: every event, the framework's own too, and its listeners in the order they are called.

use ravand_core::{AddressKey, Result};
use ravand_terminal::{Column, QUIET, Table, count, paint};
use serde_json::{Value, json};

use super::{classes, line_of};
use crate::command::output::{As, pretty};
use crate::events::known;
use crate::{App, ClassKind};

/// An event, where it is declared, and who hears it.
struct Heard<'a> {
    address: &'a str,
    /// When the framework fires it; none for a package's own.
    when: Option<&'static str>,
    source: Option<String>,
    /// Address and place in the manifest.
    listeners: Vec<(&'a str, String)>,
}

pub(in crate::command) fn events(app: &App, heard: bool, form: As) -> Result<String> {
    let mut events = all(app);
    if heard {
        events.retain(|event| !event.listeners.is_empty());
    }
    let As::Text(screen) = form else {
        return pretty(&Value::Array(events.iter().map(Heard::json).collect()));
    };
    const COLUMNS: [Column; 3] =
        [Column::word("EVENT"), Column::word("LISTENERS, IN CALL ORDER"), Column::word("DECLARED IN")];
    let mut table = Table::new(&COLUMNS);
    for event in &events {
        let mut name = event.address;
        for (listener, place) in &event.listeners {
            table.row([name, listener, place]);
            name = "";
        }
        if event.listeners.is_empty() {
            table.row([name, "-", "-"]);
        }
    }
    let listeners = events.iter().map(|event| event.listeners.len()).sum();
    let summary = format!("\n{}, {}", count(events.len(), "event"), count(listeners, "listener"));
    Ok(format!("{}\n{}", table.shown(screen), paint(QUIET, &summary)))
}

/// The framework's events as they fire, then the packages' by their addresses.
fn all(app: &App) -> Vec<Heard<'_>> {
    let own = known::all().map(|(address, when)| Heard {
        address,
        when: Some(when),
        source: None,
        listeners: Vec::new(),
    });
    let mut declared: Vec<Heard<'_>> = app
        .0
        .classes
        .all()
        .iter()
        .filter(|class| matches!(class.kind, ClassKind::Event { .. }))
        .map(|class| {
            let source = format!("{}:{}", classes::file(class), class.line);
            Heard { address: class.address, when: None, source: Some(source), listeners: Vec::new() }
        })
        .collect();
    declared.sort_by_key(|event| event.address);
    let mut events: Vec<Heard<'_>> = own.chain(declared).collect();
    // As the start adds them: by package, the manifest's before the themes'.
    for package in &app.0.packages {
        let themed = package.themes.iter().flat_map(|theme| &theme.events);
        for entry in package.manifest.events.iter().chain(themed) {
            let key = entry.name.value.key();
            if let Some(event) = events.iter_mut().find(|event| AddressKey::of(event.address) == *key) {
                event.listeners.push((entry.listener.value.as_str(), line_of(&entry.listener.place)));
            }
        }
    }
    events
}

impl Heard<'_> {
    fn json(&self) -> Value {
        let listeners: Vec<Value> = self
            .listeners
            .iter()
            .map(|(address, place)| json!({ "address": address, "declared": place }))
            .collect();
        json!({ "event": self.address, "when": self.when, "source": self.source, "listeners": listeners })
    }
}
