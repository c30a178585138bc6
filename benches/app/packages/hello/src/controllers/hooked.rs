//! The hello with hooks around it.

use ravand::prelude::*;

use super::hello::{GREETING, Greeting};

/// Says hello between three hooks.
#[derive(Controller)]
pub struct Hooked;

#[controller]
impl Hooked {
    async fn init(&self) {}

    async fn pre_dispatch(&self) {}

    async fn post_dispatch(&self) {}

    /// Hello as JSON.
    pub async fn index(&self) -> Json<Greeting> {
        Json(GREETING)
    }
}
