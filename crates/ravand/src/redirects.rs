//! Redirects: to a route by its name, to an action by its address, back to where the visitor came from.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::header;
use http::request::Parts;
use ravand_core::{Response, Result};

use crate::{Context, urls};

impl Context {
    /// Sends the client to the route of this name. The status is 303, so that the next request is a GET;
    /// [`Response::set_http_code`] chooses another.
    ///
    /// ```no_run
    /// # use ravand::axum::http::StatusCode;
    /// # fn example(cx: &ravand::Context) -> ravand::Result<ravand::Response> {
    /// let moved = cx.redirect_to("ticket", &[("id", "7")])?;
    /// Ok(moved.set_http_code(StatusCode::PERMANENT_REDIRECT))
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Context::url_for`].
    pub fn redirect_to(&self, name: &str, params: &[(&str, &str)]) -> Result<Response> {
        Ok(Response::new(true).go(urls::url_for(self, name, params)?))
    }

    /// Sends the client to the route that calls an action. An address without `packages/` is of the package whose
    /// action is being dispatched.
    ///
    /// # Errors
    /// As [`Context::url_of`].
    pub fn redirect_to_action(&self, address: &str, params: &[(&str, &str)]) -> Result<Response> {
        Ok(Response::new(true).go(urls::url_of(self, address, params)?))
    }
}

/// Where the visitor came from: an extractor.
///
/// ```no_run
/// # use ravand::{Back, Response};
/// pub async fn close(back: Back) -> Response {
///     back.or("/tickets")
/// }
/// ```
///
/// Only a page of the same host counts, and not the one that is asked for: the visitor is never sent elsewhere, nor
/// round and round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Back(Option<String>);

impl Back {
    /// The page's path and query.
    pub fn page(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// Sends the client back; where nothing is known of a page, to another address. The status is 303.
    pub fn or(self, otherwise: impl Into<String>) -> Response {
        Response::new(true).go(self.0.unwrap_or_else(|| otherwise.into()))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Back {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(page_before(parts)))
    }
}

fn page_before(parts: &Parts) -> Option<String> {
    let request = parts.extensions.get::<Context>()?.request()?;
    let referer: http::Uri = parts.headers.get(header::REFERER)?.to_str().ok()?.parse().ok()?;
    let same = referer.authority()?.as_str().eq_ignore_ascii_case(&request.host);
    let page = referer.path_and_query()?.as_str();
    // Two slashes, or one that browsers take for one, would name another host.
    let odd = page.starts_with("//") || page.contains('\\') || !page.starts_with('/');
    let itself = request.uri.path_and_query().is_some_and(|own| own.as_str() == page);
    (same && !odd && !itself).then(|| page.to_owned())
}
