//! The page of the newest tickets.

use ravand::prelude::*;

use crate::models::ticket;

/// The page of the newest tickets.
#[derive(Debug, Serialize, View)]
#[view("tickets/list.html")]
pub struct List {
    /// The page's title.
    pub title: &'static str,
    /// The tickets.
    pub tickets: Vec<ticket::Model>,
}
