//! The form of a new ticket.

use ravand::prelude::*;

/// The form of a new ticket.
#[derive(Debug, Serialize, View)]
#[view("tickets/add.html")]
pub struct Add {
    /// What was filled in before.
    pub form: NewTicket,
    /// The departments to choose from.
    pub departments: &'static [&'static str],
}

/// What the form of a new ticket brings.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NewTicket {
    /// What it is about.
    pub subject: String,
    /// Who it is for.
    pub department: String,
    /// What its author writes.
    pub body: String,
    /// The author's name, without an account.
    pub name: String,
    /// The author's e-mail address, without an account.
    pub email: String,
    /// Not empty when everybody may read it.
    pub public: String,
}
