//! Events of a request's way.

use http::{HeaderMap, StatusCode};

use super::Event;
use crate::Token;

/// A request has been read. Its context tells the rest.
#[derive(Debug)]
pub struct RequestAccepted;

/// The router has made the token.
#[derive(Debug)]
pub struct Routed {
    /// The token, which a listener may replace.
    pub token: Token,
}

/// The dispatch loop has ended.
#[derive(Debug)]
pub struct Dispatched {
    /// The last token.
    pub token: Token,
    /// How often the loop went round, from 1.
    pub turns: usize,
}

/// The response is ready to be sent.
#[derive(Debug)]
pub struct Responded {
    /// The HTTP status.
    pub status: StatusCode,
    /// The headers, which a listener may change.
    pub headers: HeaderMap,
}

impl Event for RequestAccepted {}
impl Event for Routed {}
impl Event for Dispatched {}
impl Event for Responded {}
