//! A message for the next page, kept in the session until it is shown.

use ravand::{Result, Session};
use serde::{Deserialize, Serialize};

const KEY: &str = "userpanel.flash";

/// A message for the next page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// `done` or `failed`, which the theme shows in different colours.
    pub kind: String,
    /// The message, in the language of the request that left it.
    pub text: String,
}

/// Leaves a message that something is done.
///
/// # Errors
/// When the session cannot be kept.
pub async fn done(session: &Session, text: impl Into<String>) -> Result<()> {
    session.insert(KEY, Flash { kind: "done".into(), text: text.into() }).await
}

/// Leaves a message that something failed.
///
/// # Errors
/// When the session cannot be kept.
pub async fn failed(session: &Session, text: impl Into<String>) -> Result<()> {
    session.insert(KEY, Flash { kind: "failed".into(), text: text.into() }).await
}

/// Takes the message out. A session without one is not changed.
///
/// # Errors
/// When the session cannot be read.
pub async fn take(session: &Session) -> Result<Option<Flash>> {
    match session.get::<Flash>(KEY).await? {
        None => Ok(None),
        Some(_) => session.remove(KEY).await,
    }
}
