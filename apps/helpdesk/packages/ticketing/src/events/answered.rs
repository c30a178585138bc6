//! The staff answered a ticket.

use ravand::prelude::*;

use crate::models::ticket;

/// The staff answered a ticket.
///
/// It is triggered inside of the transaction that writes it: what a listener writes by the event's transaction, or
/// queues in it, is there when the ticket is, and a listener that fails undoes all of it.
#[derive(Debug, Event)]
pub struct Answered {
    /// The ticket.
    pub ticket: ticket::Model,
    /// Who answered.
    pub author: String,
    /// The answer.
    pub body: String,
    /// The transaction that the answer is written in.
    pub transaction: Transaction,
}
