//! Counts every page that is shown: the seed's example of a listener.

use ravand::events::view::AfterLoad;
use ravand::prelude::*;
use ravand::tracing;

use crate::models::page_view;

/// Counts pages.
#[derive(Listeners)]
pub struct Stats {
    db: Db,
}

#[listener]
impl Stats {
    /// Counts the view. A count that fails is no reason not to show the page.
    pub async fn watch(&self, event: &mut AfterLoad) {
        if let Err(error) = page_view::count(&self.db, &event.view).await {
            tracing::error!("a page view could not be counted: {}", error.chain());
        }
    }
}
