//! The page `$template$`.

use ravand::prelude::*;

/// The page `$template$`: an action that returns it shows it$sees$.
#[derive(Debug, Serialize, View)]
#[view("$template$")]
pub struct $Class$$fields$
