//! The list of tickets.

use ravand::prelude::*;

use crate::models::ticket;
use crate::views::list::List;

/// The list of tickets.
#[derive(Controller)]
pub struct Tickets {
    db: Db,
}

#[controller]
impl Tickets {
    /// The newest twenty.
    pub async fn list(&self) -> Result<List> {
        Ok(List { title: "Tickets", tickets: ticket::newest().all(&*self.db).await? })
    }
}
