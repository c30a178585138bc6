//! Actions that change something are not for `GET`, whatever address they are reached by.

use ravand::axum::extract::FromRequestParts;
use ravand::axum::http::Method;
use ravand::axum::http::request::Parts;
use ravand::{Error, Result};

/// An argument of every action that changes something: a request by `GET`, `HEAD` or another method without
/// effects is answered with 405. A rule's own methods do not hold for the action's conventional address.
#[derive(Clone, Copy, Debug)]
pub struct Changing;

impl<S: Send + Sync> FromRequestParts<S> for Changing {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        match parts.method {
            Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE => {
                Err(Error::method_not_allowed(vec!["POST".to_owned()]))
            }
            _ => Ok(Self),
        }
    }
}
