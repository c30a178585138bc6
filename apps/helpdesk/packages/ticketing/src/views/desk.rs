//! The desk: what waits for the staff.

use ravand::prelude::*;

use crate::models::listing::Row;
use crate::views::home::Count;

/// The desk.
#[derive(Debug, Serialize, View)]
#[view("desk/index.html")]
pub struct Desk {
    /// How many tickets there are of each state.
    pub counts: Vec<Count>,
    /// The tickets that wait, the one that waits longest first.
    pub tickets: Vec<Row>,
    /// How many answered tickets are due to be closed.
    pub due: usize,
}

/// What closing would close now.
#[derive(Debug, Serialize, View)]
#[view("desk/auto_close.html")]
pub struct AutoClose {
    /// The tickets.
    pub tickets: Vec<Row>,
}
