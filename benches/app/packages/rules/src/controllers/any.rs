//! What all the rules name.

use ravand::prelude::*;

/// What all the rules name.
#[derive(Controller)]
pub struct Any;

#[controller]
impl Any {
    /// Never called by the benchmarks.
    pub async fn index(&self) -> &'static str {
        "any"
    }
}
