//! What a ticket asked for has been done.

use ravand::prelude::*;

use crate::models::ticket;

/// The staff says that what a ticket asked for has been done, and wants its author to know. Who tells the author is
/// another package's business.
#[derive(Clone, Debug, Event)]
pub struct RequestDone {
    /// The ticket.
    pub ticket: ticket::Model,
    /// Whether a listener told the author.
    pub told: bool,
}
