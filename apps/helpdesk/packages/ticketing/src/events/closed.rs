//! A ticket was closed.

use ravand::prelude::*;

use crate::models::ticket;

/// A ticket was closed, by its author, by the staff, or because nobody wrote for a day after the answer.
///
/// It is triggered inside of the transaction that writes it: what a listener writes by the event's transaction, or
/// queues in it, is there when the ticket is, and a listener that fails undoes all of it.
#[derive(Debug, Event)]
pub struct Closed {
    /// The ticket.
    pub ticket: ticket::Model,
    /// Whether it was closed by itself.
    pub automatically: bool,
    /// The transaction that it is closed in.
    pub transaction: Transaction,
}
