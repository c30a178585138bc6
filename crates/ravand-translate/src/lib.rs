//! Phrases in the language of a request, and numbers, plurals, dates and times as that language writes them.
//!
//! [`TranslatorBuilder`] gathers the phrase files once; [`Translator`] gives a [`Language`], which is a value
//! that travels with a request. Nothing here knows of a server, a database or a template engine, and nothing
//! is global, so that no request can change the language of another.

mod accept;
mod args;
mod catalog;
mod dates;
mod fill;
mod language;
mod missing;
mod names;
mod numbers;
mod plurals;
mod relative;
mod translator;
mod zone;

pub use args::{Args, Value};
pub use dates::{Calendar, DateStyle};
pub use language::Language;
pub use translator::{Translator, TranslatorBuilder};
pub use zone::{TimeZoneError, check_timezone};

/// Writing to a text cannot fail; a formatter that would fail has written what it could.
fn put(out: &mut String, what: impl std::fmt::Display) {
    let _never_fails = std::fmt::Write::write_fmt(out, format_args!("{what}"));
}
