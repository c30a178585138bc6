//! Stage 1, accept: who asks, by which host and scheme, for what, and in which form.

use std::net::IpAddr;

use http::request::Parts;
use http::{Method, Uri, header};
use ravand_core::{Error, ErrorKind, Result};
use ravand_router::Scheme;

use crate::options::Settings;

/// What is known of a request from its first line, its headers and its connection.
#[derive(Clone, Debug)]
pub struct RequestInfo {
    /// The method.
    pub method: Method,
    /// The address as it was asked for: path and query.
    pub uri: Uri,
    /// The host, in lower case, with its port when one was given.
    pub host: String,
    /// The scheme the client used.
    pub scheme: Scheme,
    /// The client's address: the connection's, or what a trusted proxy says it is.
    pub client: IpAddr,
    /// The form of answer the client wants.
    pub wants: Wants,
}

/// The form of answer a client wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// A page.
    Html,
    /// JSON, asked for by `Accept: application/json`.
    Json,
    /// JSON, asked for by `?api=1`.
    Api,
    /// JSON for a script of a page, asked for by `?ajax=1`.
    Ajax,
}

impl Wants {
    /// Whether the answer is JSON.
    pub fn is_json(self) -> bool {
        self != Self::Html
    }
}

impl RequestInfo {
    /// What is left to say of a request that could not be accepted.
    pub(crate) fn unreadable(parts: &Parts, peer: IpAddr) -> Self {
        Self {
            method: parts.method.clone(),
            uri: Uri::from_static("/"),
            host: String::new(),
            scheme: Scheme::Http,
            client: peer,
            wants: wants(parts),
        }
    }

    /// The raw path.
    pub fn path(&self) -> &str {
        self.uri.path()
    }

    /// The raw query, without the `?`.
    pub fn query(&self) -> Option<&str> {
        self.uri.query()
    }

    /// The value of a key of the query, decoded.
    pub fn query_value(&self, key: &str) -> Option<String> {
        query_value(self.query()?, key)
    }
}

/// Reads what is known of a request; `peer` is the other end of its connection.
pub(crate) fn accept(parts: &Parts, peer: IpAddr, settings: &Settings) -> Result<RequestInfo> {
    if parts.uri.path().len() + parts.uri.query().map_or(0, str::len) > settings.server.max_uri {
        return Err(ErrorKind::UriTooLong.into());
    }
    let trusted = !settings.server.trusted_proxies.is_empty() && settings.server.trusts(peer);
    let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let own_host = match parts.uri.authority() {
        Some(authority) => authority.as_str(),
        None => match parts.headers.get(header::HOST) {
            Some(host) => host.to_str().map_err(|_| bad_host())?,
            None => "",
        },
    };
    let host = if trusted { text("x-forwarded-host").map_or(own_host, first) } else { own_host };
    if host
        .bytes()
        .any(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']' | b'_')))
    {
        return Err(bad_host());
    }
    let forwarded_scheme = if trusted { text("x-forwarded-proto").map(first) } else { None };
    let scheme = match forwarded_scheme {
        Some(scheme) if scheme.eq_ignore_ascii_case("https") => Scheme::Https,
        Some(_) => Scheme::Http,
        None if parts.uri.scheme_str() == Some("https") => Scheme::Https,
        None => Scheme::Http,
    };
    let client = if trusted {
        text("x-forwarded-for").map_or(peer, |list| settings.server.client(list, peer))
    } else {
        peer
    };
    Ok(RequestInfo {
        method: parts.method.clone(),
        uri: parts.uri.clone(),
        host: host.to_ascii_lowercase(),
        scheme,
        client,
        wants: wants(parts),
    })
}

/// The value of a key of a raw query, decoded. The last one wins.
pub(crate) fn query_value(query: &str, key: &str) -> Option<String> {
    if !query.contains(key) {
        return None;
    }
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).ok()?;
    pairs.into_iter().rev().find(|(name, _)| name == key).map(|(_, value)| value)
}

fn wants(parts: &Parts) -> Wants {
    if let Some(query) = parts.uri.query() {
        let on = |key: &str| {
            query_value(query, key).is_some_and(|value| !matches!(value.as_str(), "" | "0" | "false"))
        };
        if on("ajax") {
            return Wants::Ajax;
        }
        if on("api") {
            return Wants::Api;
        }
    }
    let accept = parts.headers.get(header::ACCEPT).map(http::HeaderValue::as_bytes);
    match accept {
        // What most clients send needs no reading.
        None | Some(b"*/*") => Wants::Html,
        Some(b"application/json") => Wants::Json,
        Some(accept)
            if accept.starts_with(b"text/html,") && !accept.windows(4).any(|part| part == b"json") =>
        {
            Wants::Html
        }
        Some(accept) if std::str::from_utf8(accept).is_ok_and(crate::negotiate::prefers_json) => Wants::Json,
        _ => Wants::Html,
    }
}

fn first(list: &str) -> &str {
    list.split(',').next().unwrap_or_default().trim()
}

fn bad_host() -> Error {
    Error::bad_request("the Host header names no host")
}
