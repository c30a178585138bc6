//! The home page.

use ravand::prelude::*;

use crate::models::greeting::{Draft, Model};

/// The home page. Its template sees these fields.
#[derive(Debug, Serialize, View)]
#[view("home/index.html")]
pub struct HomePage {
    /// The greetings, the newest first.
    pub greetings: Vec<Model>,
    /// What was filled in before.
    pub draft: Draft,
}
