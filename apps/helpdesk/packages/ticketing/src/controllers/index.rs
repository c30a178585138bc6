//! The front page, which is also the controller that conventional routes take for `/`.

use ravand::prelude::*;

use crate::models::listing::{self, Filter};
use crate::models::status::Status;
use crate::models::viewer::Viewer;
use crate::views::home::{Count, Home};

/// The front page.
#[derive(Controller)]
pub struct Index {
    db: Db,
    viewer: Viewer,
}

#[controller]
impl Index {
    /// How the desk stands, and the latest tickets.
    pub async fn index(&self, cx: &Context) -> Result<Home> {
        let filter = Filter { per_page: 6, page: 1, ..Filter::default() };
        let found = listing::find(&self.db, &self.viewer, &filter).await?;
        Ok(Home { counts: counts(cx, &found.counts)?, tickets: found.rows })
    }
}

/// How many tickets there are of each state, with the list of them.
pub(crate) fn counts(cx: &Context, counts: &std::collections::HashMap<Status, u64>) -> Result<Vec<Count>> {
    Status::ALL
        .into_iter()
        .map(|status| {
            let url = cx.url_for("tickets.status", &[("status", status.name())])?;
            Ok(Count { name: status.name(), count: counts.get(&status).copied().unwrap_or_default(), url })
        })
        .collect()
}
