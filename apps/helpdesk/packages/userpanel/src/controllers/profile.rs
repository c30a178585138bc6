//! The user's own page.

use ravand::prelude::*;

use crate::auth::current_user::User;
use crate::views::profile::Profile as ProfileView;

/// The user's own page.
#[derive(Controller)]
pub struct Profile {
    user: User,
}

#[controller]
impl Profile {
    /// Who is logged in.
    pub async fn index(&self) -> ProfileView {
        ProfileView { account: self.user.0.clone() }
    }
}
