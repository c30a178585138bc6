//! Processes over tickets.

use ravand::prelude::*;

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
    /// Closes the tickets that have been answered for at least a day, and has their authors told: all of it or nothing.
    /// The response says how many.
    #[process(unique = "waiting", on_taken = "existing", time_limit = "5m")]
    pub async fn auto_close(&self, run: &Run) -> Result<Response> {
        let response = Response::new(false);
        let mut transaction = self.db.begin().await?;
        let closed = auto_close::close_due(&transaction, now()).await?;
        let count = closed.len();
        for ticket in closed {
            run.log(format!("#{} is closed", ticket.id));
            let mut event = Closed { ticket, automatically: true, transaction };
            event.trigger(&self.cx).await?;
            transaction = event.transaction;
        }
        transaction.commit().await?;
        Ok(response.set_status(true).set_data(count, "closed"))
    }
}
