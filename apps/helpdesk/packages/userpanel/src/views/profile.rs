//! The user's own page.

use ravand::prelude::*;

use crate::models::user;

/// The user's own page.
#[derive(Debug, Serialize, View)]
#[view("userpanel/profile.html")]
pub struct Profile {
    /// The user.
    pub account: user::Model,
}
