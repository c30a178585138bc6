//! Extractors of Ravand's own: a route's parameters, and the client's address.

use std::any::type_name;
use std::net::IpAddr;
use std::str::FromStr;

use axum::extract::FromRequestParts;
use http::request::Parts;
use ravand_core::{Error, Result};
use serde::de::DeserializeOwned;

use crate::context::{Context, FromContext, from_request_by_context};
use crate::controller::Dispatch;

/// One parameter of the route. The argument's own name says which: `Param(id): Param<i64>`.
///
/// A value that is no `T` answers 404: the address names nothing that is there. Where a rule may do without the
/// parameter, ask for `Param<Option<T>>`: it is `None` when the parameter is absent, or empty and no `T`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Param<T>(pub T);

/// All parameters of the route, read into a type by their names.
///
/// Numbers and booleans are read from the text. A parameter that is missing or ill-formed answers 404.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Params<T>(pub T);

/// The client's address: the connection's other end, or what a trusted proxy says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client(pub IpAddr);

/// What a route's parameter can be read into: every type that reads itself from a text.
#[diagnostic::on_unimplemented(
    message = "a parameter of a route cannot be read into `{Self}`",
    label = "it does not read itself from a text",
    note = "`Param<T>` reads one parameter by `T: FromStr`; `Params<T>` reads all of them into a struct that derives `Deserialize`"
)]
pub trait ParamValue: FromStr {}

#[diagnostic::do_not_recommend]
impl<T: FromStr> ParamValue for T {}

/// Reads one parameter of the token.
#[doc(hidden)]
pub fn param<T: ParamValue>(dispatch: &Dispatch, name: &str) -> Result<T> {
    let value = dispatch.token().params().get(name).ok_or_else(|| {
        let text = format!("`{}` was called without its parameter `{name}`", dispatch.token());
        // A rule has the parameters of its action, which the build checks; a conventional address may not.
        let conventional = dispatch.token().resolved.is_some_and(|to| to.route.is_none());
        if conventional { Error::not_found(text) } else { Error::internal(text) }
    })?;
    value.parse().map_err(|_| {
        Error::not_found(format!("the parameter `{name}` is `{value}`, which is no {}", type_name::<T>()))
    })
}

/// Reads one parameter of the token that may be absent.
#[doc(hidden)]
pub fn optional_param<T: ParamValue>(dispatch: &Dispatch, name: &str) -> Result<Option<T>> {
    match dispatch.token().params().get(name) {
        None => Ok(None),
        Some("") => Ok("".parse().ok()),
        Some(_) => param(dispatch, name).map(Some),
    }
}

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let cx = Context::from_request_parts(parts, state).await?;
        let token = cx.token().ok_or_else(|| Error::internal("there is no token before the dispatch"))?;
        // The URL-encoded form is the one that serde reads numbers and booleans from.
        let text = serde_urlencoded::to_string(token.params().iter().collect::<Vec<_>>())
            .map_err(|error| Error::internal("the parameters could not be written").caused_by(error))?;
        serde_urlencoded::from_str(&text)
            .map(Self)
            .map_err(|error| Error::not_found("the route's parameters do not fit").caused_by(error))
    }
}

impl FromContext for Client {
    async fn from_context(cx: &Context) -> Result<Self> {
        cx.request()
            .map(|request| Self(request.client))
            .ok_or_else(|| Error::internal("there is no client outside a request"))
    }
}

from_request_by_context!(Client);
