//! The staff answered a ticket.

use ravand::prelude::*;

use crate::models::ticket;

/// The staff answered a ticket; the answer is in the database already.
#[derive(Clone, Debug, Event)]
pub struct Answered {
    /// The ticket.
    pub ticket: ticket::Model,
    /// Who answered.
    pub author: String,
    /// The answer.
    pub body: String,
}
