//! A middleware that lets everything pass.

use ravand::prelude::*;

/// Lets everything pass.
#[derive(Controller)]
pub struct Pass;

#[middleware]
impl Pass {
    /// Lets the request pass.
    pub async fn check(&self) {}
}
