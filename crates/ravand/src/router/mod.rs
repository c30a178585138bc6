//! Stage 3, the router: a request becomes a dispatch token, once.

mod permission;
mod policy;
mod rules;
mod table;

pub(crate) use permission::Permission;
pub(crate) use policy::{host as policy_host, plain, redirect};
pub use rules::RuleRouter;
pub use table::Route;
pub(crate) use table::{RouteTable, address};

use std::borrow::Cow;

use http::Method;
use ravand_core::Result;
use ravand_router::{Rank, Scheme};

use crate::{Token, Wants};

/// What the router looks at. Plugins may change it in `route_startup`.
#[derive(Clone, Debug)]
pub struct RouteRequest<'a> {
    /// The method.
    pub method: Method,
    /// The scheme the client used.
    pub scheme: Scheme,
    /// The host, with its port when one was given.
    pub host: Cow<'a, str>,
    /// The raw path, still percent-encoded.
    pub path: Cow<'a, str>,
    /// The raw query.
    pub query: Option<Cow<'a, str>>,
    /// The form of answer the client wants, for rules' permissions.
    pub wants: Wants,
}

/// What the router made of a request.
#[derive(Clone, Debug)]
pub enum Routed<'r> {
    /// The action that is called.
    Token {
        /// Which.
        token: Token,
        /// The language in the URL, where there is one.
        language: Option<&'r str>,
        /// Where the search goes on if a permission refuses; none when nothing comes after.
        rank: Option<Rank>,
    },
    /// The page has another address, for good.
    Redirect(String),
    /// Something is here, but not for this method.
    MethodNotAllowed(Vec<String>),
    /// Nothing is here.
    NotFound,
}

/// Turns a request into a token. An application may bring its own by [`crate::Application::router`].
pub trait Router: Send + Sync + 'static {
    /// The token of a request; `after` is the rank of a rule that was found before and refused.
    ///
    /// # Errors
    /// When the request cannot be read, as by a path that is ill-formed.
    fn route(&self, request: &RouteRequest<'_>, after: Option<Rank>) -> Result<Routed<'_>>;
}
