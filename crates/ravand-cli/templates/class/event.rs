//! The event `$address$`.

use ravand::prelude::*;

/// The event `$address$`: `$value$.trigger(cx).await?` calls its listeners.
#[derive(Clone, Debug, Event)]
pub struct $Class$$fields$
