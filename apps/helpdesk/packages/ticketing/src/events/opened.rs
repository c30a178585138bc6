//! A ticket was opened.

use ravand::prelude::*;

use crate::models::ticket;

/// A ticket was opened.
///
/// It is triggered inside of the transaction that writes it: what a listener writes by the event's transaction, or
/// queues in it, is there when the ticket is, and a listener that fails undoes all of it.
#[derive(Debug, Event)]
pub struct Opened {
    /// The ticket.
    pub ticket: ticket::Model,
    /// What its author wrote.
    pub body: String,
    /// The transaction that the ticket is written in.
    pub transaction: Transaction,
}
