//! A ticket with its messages.

use ravand::prelude::*;

use crate::models::status::Status;
use crate::models::viewer::Viewer;
use crate::models::{message, ticket};

/// A ticket with its messages.
#[derive(Debug, Serialize, View)]
#[view("tickets/show.html")]
pub struct Show {
    /// The ticket.
    pub ticket: Shown,
    /// Its messages, the oldest first.
    pub messages: Vec<message::Model>,
    /// Whether the viewer may write in it and close it.
    pub may_write: bool,
    /// What was written before and could not be taken.
    pub reply: String,
}

/// What of a ticket is shown: not its key, and the address only to who may write in it.
#[derive(Debug, Serialize)]
pub struct Shown {
    id: i64,
    subject: String,
    department: String,
    status: Status,
    public: bool,
    author_name: String,
    author_email: Option<String>,
    created_at: i64,
    updated_at: i64,
    answered_at: Option<i64>,
}

impl Show {
    /// The page as the viewer may see it.
    pub fn new(ticket: ticket::Model, messages: Vec<message::Model>, viewer: &Viewer) -> Self {
        let may_write = viewer.may_write(&ticket);
        Self { ticket: Shown::new(ticket, may_write), messages, may_write, reply: String::new() }
    }
}

impl Shown {
    /// What a viewer sees of a ticket.
    pub fn new(ticket: ticket::Model, may_write: bool) -> Self {
        Self {
            id: ticket.id,
            subject: ticket.subject,
            department: ticket.department,
            status: ticket.status,
            public: ticket.public,
            author_name: ticket.author_name,
            author_email: may_write.then_some(ticket.author_email),
            created_at: ticket.created_at,
            updated_at: ticket.updated_at,
            answered_at: ticket.answered_at,
        }
    }
}
