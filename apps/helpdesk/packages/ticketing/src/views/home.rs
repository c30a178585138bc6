//! The front page.

use ravand::prelude::*;

use crate::models::listing::Row;

/// The front page.
#[derive(Debug, Serialize, View)]
#[view("desk/home.html")]
pub struct Home {
    /// How many tickets there are of each state.
    pub counts: Vec<Count>,
    /// The latest tickets.
    pub tickets: Vec<Row>,
}

/// How many tickets there are of a state.
#[derive(Debug, Serialize)]
pub struct Count {
    /// The state.
    pub name: &'static str,
    /// How many.
    pub count: u64,
    /// The list of them.
    pub url: String,
}
