//! Rules for staff only.

use ravand::prelude::*;

use crate::auth::current_user::{CurrentUser, require_staff};

/// Lets staff pass; other users get 403, visitors are led to the log-in.
#[derive(Controller)]
pub struct Staff {
    user: CurrentUser,
}

#[middleware]
impl Staff {
    /// Lets staff pass.
    pub async fn check(&self, cx: &Context) -> Result<Option<Response>> {
        require_staff(&self.user, cx)
    }
}
