//! The list of tickets.

use ravand::prelude::*;

use crate::models::listing::Row;

/// The list of tickets.
#[derive(Debug, Serialize, View)]
#[view("tickets/list.html")]
pub struct List {
    /// The tickets of this page.
    pub tickets: Vec<Row>,
    /// A tab for each state, and one for all.
    pub tabs: Vec<Tab>,
    /// The state that is shown, or an empty text for all.
    pub status_shown: &'static str,
    /// The words that were searched for.
    pub search: String,
    /// The page, from 1.
    pub page: u64,
    /// How many pages there are.
    pub pages: u64,
    /// How many tickets there are on all of them.
    pub total: u64,
    /// The pages before and after this one, as far as there are any.
    pub previous: Option<String>,
    /// See `previous`.
    pub next: Option<String>,
}

/// A tab of the list.
#[derive(Debug, Serialize)]
pub struct Tab {
    /// The state, or `all`.
    pub name: &'static str,
    /// Where it leads to.
    pub url: String,
    /// How many tickets it has.
    pub count: u64,
    /// Whether it is the one that is shown.
    pub current: bool,
}
