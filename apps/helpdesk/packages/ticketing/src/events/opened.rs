//! A ticket was opened.

use ravand::prelude::*;

use crate::models::ticket;

/// A ticket was opened; it is in the database already.
#[derive(Clone, Debug, Event)]
pub struct Opened {
    /// The ticket.
    pub ticket: ticket::Model,
    /// What its author wrote.
    pub body: String,
}
