//! A ticket was closed.

use ravand::prelude::*;

use crate::models::ticket;

/// A ticket was closed, by its author, by the staff, or because nobody wrote for a day after the answer.
#[derive(Clone, Debug, Event)]
pub struct Closed {
    /// The ticket.
    pub ticket: ticket::Model,
    /// Whether it was closed by itself.
    pub automatically: bool,
}
