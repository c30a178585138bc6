//! The pages of this package in the menu.

use ravand::prelude::*;
use userpanel::events::menu::{self, MenuItem};

/// Adds this package's pages to the menu.
#[derive(Listeners)]
pub struct Menu;

#[listener]
impl Menu {
    /// Adds the tickets, the help and, for staff, the desk.
    pub async fn pages(&self, event: &mut menu::Menu, cx: &Context) -> Result<()> {
        event.pages.push(MenuItem::to_route(cx, "menu.tickets", "tickets")?);
        event.pages.push(MenuItem::to_route(cx, "menu.help", "help")?);
        if event.staff {
            // The desk has no rule: it is reached by convention.
            event.tools.push(MenuItem { phrase: "menu.desk".to_owned(), url: cx.url("/help-desk") });
        }
        Ok(())
    }
}
