//! The page of this package in the menu of the staff.

use ravand::prelude::*;
use userpanel::events::menu::{self, MenuItem};

/// Adds this package's page to the menu.
#[derive(Listeners)]
pub struct Menu;

#[listener]
impl Menu {
    /// Adds the statistics for staff.
    pub async fn tools(&self, event: &mut menu::Menu, cx: &Context) -> Result<()> {
        if event.staff {
            event.tools.push(MenuItem::to_route(cx, "menu.stats", "stats")?);
        }
        Ok(())
    }
}
