//! Processes over tickets.

use ravand::prelude::*;
use ravand::tracing;

use crate::events::closed::Closed;
use crate::libraries::clock::now;
use crate::models::auto_close;

/// Processes over tickets.
#[derive(Processes)]
pub struct Tickets {
    db: Db,
    cx: Context,
}

#[process]
impl Tickets {
    /// Closes the tickets that have been answered for at least a day. The response says how many.
    pub async fn auto_close(&self) -> Result<Response> {
        let response = Response::new(false);
        let closed = auto_close::close_due(&self.db, now()).await?;
        let count = closed.len();
        for ticket in closed {
            // The ticket is closed already: a listener that fails is no reason to leave the others unheard.
            let id = ticket.id;
            if let Err(error) = (Closed { ticket, automatically: true }).trigger(&self.cx).await {
                tracing::error!(ticket = id, "a listener of `Closed` failed: {}", error.chain());
            }
        }
        Ok(response.set_status(true).set_data(count, "closed"))
    }
}
