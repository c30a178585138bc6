//! The menu of every page, which other packages fill.

use ravand::prelude::*;

/// The menu is made for a page: listeners add their pages to it.
#[derive(Clone, Debug, Default, Event)]
pub struct Menu {
    /// Whether it is for a member of the staff.
    pub staff: bool,
    /// Pages for everybody.
    pub pages: Vec<MenuItem>,
    /// Tools of the staff, which stand after the pages.
    pub tools: Vec<MenuItem>,
}

/// An entry of the menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MenuItem {
    /// The phrase that names it.
    pub phrase: String,
    /// Where it leads to.
    pub url: String,
}

impl MenuItem {
    /// An entry that leads to a named route.
    ///
    /// # Errors
    /// When there is no such route.
    pub fn to_route(cx: &Context, phrase: &str, route: &str) -> Result<Self> {
        Ok(Self { phrase: phrase.to_owned(), url: cx.url_for(route, &[])? })
    }
}
