//! The bootstrap.

use ravand::prelude::*;

/// Lets every request pass.
#[bootstrap]
pub async fn pass(cx: &Context) {
    let _ = cx;
}
