//! What the layout shows on every page: who is logged in, a message, the menu.

use ravand::events::view::BeforeLoad;
use ravand::prelude::*;

use crate::auth::current_user::CurrentUser;
use crate::auth::flash;
use crate::events::menu::Menu;

/// Adds to every page what the layout shows.
#[derive(Listeners)]
pub struct Page {
    user: CurrentUser,
    session: Session,
}

#[listener]
impl Page {
    /// Adds `user`, `is_staff`, `flash` and `menu`.
    pub async fn prepare(&self, event: &mut BeforeLoad, cx: &Context) -> Result<()> {
        let mut menu = Menu { staff: self.user.is_staff(), ..Menu::default() };
        menu.trigger(cx).await?;
        event.add("user", &self.user.0)?;
        event.add("is_staff", menu.staff)?;
        event.add("flash", flash::take(&self.session).await?)?;
        event.add("menu", [menu.pages, menu.tools].concat())
    }
}
