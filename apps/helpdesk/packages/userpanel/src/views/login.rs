//! The log-in page.

use ravand::prelude::*;

/// The log-in page.
#[derive(Debug, Serialize, View)]
#[view("userpanel/login.html")]
pub struct Login {
    /// The address that was given before.
    pub email: String,
    /// The page that the log-in leads to.
    pub back: String,
    /// Whether the users for trying things out are told.
    pub demo: bool,
}
