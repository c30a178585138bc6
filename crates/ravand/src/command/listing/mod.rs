//! Listings: what the application is made of, each as a table and as JSON.

mod classes;
mod events;
mod packages;
mod phrases;
mod routes;

pub(super) use classes::classes;
pub(super) use events::events;
pub(super) use packages::packages;
pub(super) use phrases::phrases;
pub(super) use routes::{explain, routes, table};

pub(super) use phrases::missing;

use ravand_core::Place;

/// File and line of a manifest's entry.
fn line_of(place: &Place) -> String {
    format!("{}:{}", place.file, place.line)
}

/// Names in a cell.
fn joined<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().collect::<Vec<_>>().join(", ")
}

/// The text, or a dash for none.
fn or_dash(text: String) -> String {
    if text.is_empty() { "-".to_owned() } else { text }
}
