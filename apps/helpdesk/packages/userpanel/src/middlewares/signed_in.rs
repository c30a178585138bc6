//! Rules for users only.

use ravand::prelude::*;

use crate::auth::current_user::{CurrentUser, to_login};

/// Lets users pass; others are led to the log-in, JSON is answered with 401.
#[derive(Controller)]
pub struct SignedIn {
    user: CurrentUser,
}

#[middleware]
impl SignedIn {
    /// Lets users pass.
    pub async fn check(&self, cx: &Context) -> Result<Option<Response>> {
        match self.user.0 {
            Some(_) => Ok(None),
            None => Ok(Some(Response::new(false).go(to_login(cx)?))),
        }
    }
}
