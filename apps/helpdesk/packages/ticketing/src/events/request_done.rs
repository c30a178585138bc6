//! What a ticket asked for has been done.

use ravand::prelude::*;

use crate::models::ticket;

/// The staff says that what a ticket asked for has been done, and wants its author to know. Who tells the author is
/// another package's business.
#[derive(Clone, Debug, Event)]
pub struct RequestDone {
    /// The ticket.
    pub ticket: ticket::Model,
    /// How the author is told.
    pub how: How,
    /// What became of it; nothing when no package listens.
    pub told: Option<Told>,
}

/// How a message is sent: the three ways in which a process can be called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// In the background: nobody waits.
    #[default]
    Background,
    /// It is started here, and waited for.
    Wait,
    /// Both in one call.
    RunAndWait,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// It goes out in the background.
    InBackground,
    /// It was sent.
    Sent,
    /// It is still being sent.
    NotYet,
    /// It could not be sent.
    Failed,
}

impl Told {
    /// The phrase that says so.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::InBackground => "ticket.message_queued",
            Self::Sent => "ticket.message_sent",
            Self::NotYet => "ticket.message_later",
            Self::Failed => "ticket.message_failed",
        }
    }
}
