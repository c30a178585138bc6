//! The page at `$at$`.

use ravand::prelude::*;

/// The page at `$at$`. Its template sees these fields.
#[derive(Debug, Serialize, View)]
#[view("$template$")]
pub struct $Class$Page {
    /// What is listed.
    pub items: Vec<String>,
}
