//! Stage 1, accept: who asks, by which host and scheme, for what, and in which form.

use std::net::IpAddr;

use http::{HeaderMap, HeaderValue, Method, Request, Uri, header};
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
    /// The trace that the request is part of.
    pub(crate) traceparent: Option<HeaderValue>,
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
    pub(crate) fn unreadable<B>(request: &Request<B>, peer: IpAddr) -> Self {
        Self {
            method: request.method().clone(),
            uri: Uri::from_static("/"),
            host: String::new(),
            scheme: Scheme::Http,
            client: peer,
            wants: wants(request.uri(), request.headers().get(header::ACCEPT)),
            traceparent: None,
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

/// Reads what is known of a request, and its cookies; `peer` is the other end of its connection.
pub(crate) fn accept<B>(
    request: &Request<B>,
    peer: IpAddr,
    settings: &Settings,
) -> Result<(RequestInfo, Option<HeaderValue>)> {
    let uri = request.uri();
    if uri.path_and_query().map_or(0, |whole| whole.as_str().len()) > settings.server.max_uri {
        return Err(ErrorKind::UriTooLong.into());
    }
    let heads = Heads::of(request.headers())?;
    let trusted = !settings.server.trusted_proxies.is_empty() && settings.server.trusts(peer);
    let text =
        |name: &str| request.headers().get_all(name).iter().next_back().and_then(|value| value.to_str().ok());
    let own_host = match uri.authority() {
        // A host alone asks for a tunnel.
        Some(_) if uri.scheme().is_none() => return Err(Error::bad_request("the request asks for no path")),
        Some(authority) => authority.as_str().as_bytes(),
        None => heads.host.map_or(&[][..], HeaderValue::as_bytes),
    };
    let forwarded_host = if trusted { text("x-forwarded-host").map(last) } else { None };
    let host = host(forwarded_host.map_or(own_host, str::as_bytes))?;
    let forwarded_scheme = if trusted { text("x-forwarded-proto").map(last) } else { None };
    let scheme = match forwarded_scheme {
        Some(scheme) if scheme.eq_ignore_ascii_case("https") => Scheme::Https,
        Some(_) => Scheme::Http,
        None if uri.scheme_str() == Some("https") => Scheme::Https,
        None => settings.scheme_of(trusted),
    };
    let client = if trusted {
        let lists = request.headers().get_all("x-forwarded-for").iter().filter_map(|list| list.to_str().ok());
        settings.server.client(&lists.collect::<Vec<_>>().join(","), peer)
    } else {
        peer
    };
    let wants = wants(uri, heads.accept);
    let info = RequestInfo {
        method: request.method().clone(),
        uri: uri.clone(),
        host,
        scheme,
        client,
        wants,
        traceparent: heads.traceparent.cloned(),
    };
    Ok((info, heads.cookie.cloned()))
}

/// Where a trace goes on: <https://www.w3.org/TR/trace-context/>.
const TRACEPARENT: &str = "traceparent";

/// The headers that every request is asked for, found in one pass.
#[derive(Default)]
struct Heads<'a> {
    host: Option<&'a HeaderValue>,
    accept: Option<&'a HeaderValue>,
    cookie: Option<&'a HeaderValue>,
    traceparent: Option<&'a HeaderValue>,
}

impl<'a> Heads<'a> {
    /// Two hosts are none: whoever reads the other one takes the request for another site's.
    fn of(headers: &'a HeaderMap) -> Result<Self> {
        let mut heads = Self::default();
        for (name, value) in headers {
            if *name == header::HOST {
                if heads.host.replace(value).is_some() {
                    return Err(bad_host());
                }
            } else if *name == header::ACCEPT {
                heads.accept.get_or_insert(value);
            } else if *name == header::COOKIE {
                heads.cookie.get_or_insert(value);
            } else if name == TRACEPARENT {
                heads.traceparent.get_or_insert(value);
            }
        }
        Ok(heads)
    }
}

/// What each byte of a host becomes; 0 where it may not stand in one.
const HOST_LETTERS: [u8; 256] = {
    let mut letters = [0; 256];
    let mut byte = 0;
    while byte < 128_u8 {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']' | b'_') {
            letters[byte as usize] = byte.to_ascii_lowercase();
        }
        byte += 1;
    }
    letters
};

/// The host in lower case, when all its letters may stand in one.
fn host(bytes: &[u8]) -> Result<String> {
    let mut host = String::with_capacity(bytes.len());
    for byte in bytes {
        match HOST_LETTERS[usize::from(*byte)] {
            0 => return Err(bad_host()),
            letter => host.push(char::from(letter)),
        }
    }
    Ok(host)
}

/// The value of a key of a raw query, decoded. The last one wins.
pub(crate) fn query_value(query: &str, key: &str) -> Option<String> {
    if !query.contains(key) {
        return None;
    }
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).ok()?;
    pairs.into_iter().rev().find(|(name, _)| name == key).map(|(_, value)| value)
}

fn wants(uri: &Uri, accept: Option<&HeaderValue>) -> Wants {
    if let Some(query) = uri.query() {
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
    match accept.map(HeaderValue::as_bytes) {
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

/// What the nearest proxy has added: what stands before it may be the client's own.
fn last(list: &str) -> &str {
    list.rsplit(',').next().unwrap_or_default().trim()
}

fn bad_host() -> Error {
    Error::bad_request("the Host header names no host")
}
