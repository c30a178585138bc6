//! The page of an error.

use ravand::prelude::*;

/// The page of an error that the client made.
#[derive(Debug, Serialize, View)]
#[view("errors/show.html")]
pub struct Fault {
    /// The HTTP status.
    pub code: u16,
    /// The error's class, as `NotFound`.
    pub error: &'static str,
    /// What happened, in a few words.
    pub title: String,
    /// What it means, and what can be done.
    pub message: String,
}
