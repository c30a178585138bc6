//! The listener.

use ravand::events::request::RequestAccepted;
use ravand::prelude::*;

/// Hears every request.
#[derive(Listeners)]
pub struct Watch;

#[listener]
impl Watch {
    /// Hears a request and does nothing.
    pub async fn hear(&self, event: &mut RequestAccepted) {
        let _ = event;
    }
}
