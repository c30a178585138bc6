//! A request, as a person or a line of input writes it.

use std::fmt;

use ravand_router::{BadPath, Request, Scheme};

/// What is asked.
///
/// ```
/// use ravand_terminal::routes::{Asked, Defaults, Wants};
///
/// let asked = Asked::read(Some("GET"), "https://help.example.com/tickets?api=1", None, None, Defaults::default())?;
/// assert_eq!((asked.host, asked.path, asked.wants), ("help.example.com", "/tickets", Wants::Api));
/// # Ok::<(), ravand_terminal::routes::Bad>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Asked<'a> {
    /// The method, as it is written.
    pub method: &'a str,
    /// The scheme.
    pub scheme: Scheme,
    /// The host, with its port where one is written.
    pub host: &'a str,
    /// The raw path.
    pub path: &'a str,
    /// The raw query; empty when there is none.
    pub query: &'a str,
    /// The form of answer.
    pub wants: Wants,
}

/// What a request has that does not say it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Defaults<'a> {
    /// The scheme.
    pub scheme: Scheme,
    /// The host.
    pub host: &'a str,
}

/// The form of answer that a request wants, as far as its URL tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// A page.
    Page,
    /// `?api=1`
    Api,
    /// `?ajax=1`
    Ajax,
}

/// Why a request cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bad {
    /// The method is none.
    Method(String),
    /// The scheme is another one.
    Scheme(String),
    /// The host is none.
    Host(String),
    /// The URL has a scheme and no host.
    NoHost,
    /// The URL has a control character in it.
    Control,
    /// The path cannot be read.
    Path(BadPath),
}

impl<'a> Asked<'a> {
    /// Reads a request. Host and scheme that are not given are those of an absolute URL, else the defaults.
    ///
    /// # Errors
    /// When one of them is none.
    pub fn read(
        method: Option<&'a str>,
        url: &'a str,
        host: Option<&'a str>,
        scheme: Option<&str>,
        defaults: Defaults<'a>,
    ) -> Result<Self, Bad> {
        let method = method.unwrap_or("GET");
        if method.is_empty() || !method.bytes().all(is_token) {
            return Err(Bad::Method(method.to_owned()));
        }
        if url.bytes().any(|byte| byte.is_ascii_control()) {
            return Err(Bad::Control);
        }
        // A client keeps what is behind `#` to itself.
        let url = url.split('#').next().unwrap_or_default();
        let (own, rest) = split(url);
        let scheme = match scheme.or(own.map(|(scheme, _)| scheme)) {
            Some(text) => read_scheme(text)?,
            None => defaults.scheme,
        };
        let host = match (host, own) {
            (Some(host), _) => host,
            (None, Some((_, ""))) => return Err(Bad::NoHost),
            (None, Some((_, host))) => host,
            (None, None) => defaults.host,
        };
        if !host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte)) {
            return Err(Bad::Host(host.to_owned()));
        }
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let path = if path.is_empty() && own.is_some() { "/" } else { path };
        if !path.starts_with('/') {
            return Err(Bad::Path(BadPath::NoSlash));
        }
        Ok(Self { method, scheme, host, path, query, wants: Wants::of(query) })
    }

    /// As the router takes it, without the query's language.
    pub fn request(&self) -> Request<'a> {
        Request {
            method: self.method,
            scheme: self.scheme,
            host: self.host,
            path: self.path,
            lang_parameter: None,
        }
    }

    /// The query's `lang`.
    pub fn lang(&self) -> Option<String> {
        let value = last(self.query, "lang")?;
        String::from_utf8(decoded(value).collect()).ok()
    }
}

impl Default for Defaults<'_> {
    fn default() -> Self {
        Self { scheme: Scheme::Http, host: "localhost" }
    }
}

impl Wants {
    fn of(query: &str) -> Self {
        if is_on(query, "ajax") {
            Self::Ajax
        } else if is_on(query, "api") {
            Self::Api
        } else {
            Self::Page
        }
    }

    /// As the query says it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Api => "api",
            Self::Ajax => "ajax",
        }
    }
}

impl fmt::Display for Bad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Method(text) => write!(f, "`{text}` is no HTTP method"),
            Self::Scheme(text) => write!(f, "the scheme `{text}` is neither http nor https"),
            Self::Host(text) => write!(f, "`{text}` is no host"),
            Self::NoHost => f.write_str("the URL names no host"),
            Self::Control => f.write_str("the URL has a control character in it"),
            Self::Path(bad) => bad.fmt(f),
        }
    }
}

impl std::error::Error for Bad {}

/// Scheme and host of an absolute URL, and what comes behind them.
fn split(url: &str) -> (Option<(&str, &str)>, &str) {
    let absolute = url.split_once("://").filter(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    });
    let Some((scheme, rest)) = absolute else { return (None, url) };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    (Some((scheme, host)), rest)
}

fn read_scheme(text: &str) -> Result<Scheme, Bad> {
    if text.eq_ignore_ascii_case("http") {
        Ok(Scheme::Http)
    } else if text.eq_ignore_ascii_case("https") {
        Ok(Scheme::Https)
    } else {
        Err(Bad::Scheme(text.to_owned()))
    }
}

/// Whether a key of the query is on: its last value is neither empty nor `0` nor `false`.
fn is_on(query: &str, key: &str) -> bool {
    if !query.contains(key) {
        return false;
    }
    last(query, key)
        .is_some_and(|value| ["", "0", "false"].into_iter().all(|off| !decoded(value).eq(off.bytes())))
}

/// The last value of a key of the query, still encoded.
fn last<'q>(query: &'q str, key: &str) -> Option<&'q str> {
    let mut pairs = query.split('&').rev().map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.find(|(name, _)| decoded(name).eq(key.bytes())).map(|(_, value)| value)
}

/// The bytes of a text in a query: `+` is a space, `%20` too.
fn decoded(text: &str) -> impl Iterator<Item = u8> {
    let mut bytes = text.as_bytes();
    std::iter::from_fn(move || {
        let (&first, rest) = bytes.split_first()?;
        let digits = rest.get(..2).filter(|digits| first == b'%' && digits.iter().all(u8::is_ascii_hexdigit));
        let byte = digits
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes = if byte.is_some() { rest.get(2..).unwrap_or_default() } else { rest };
        Some(byte.unwrap_or(if first == b'+' { b' ' } else { first }))
    })
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, expected: Result<(&str, &str, &str), &str>) {
        let found = Asked::read(None, url, None, None, Defaults::default());
        let found = found.map(|asked| (asked.scheme.as_str(), asked.host, asked.path));
        assert_eq!(found.map_err(|bad| bad.to_string()), expected.map_err(str::to_owned), "{url}");
    }

    #[test]
    fn urls() {
        check("/", Ok(("http", "localhost", "/")));
        check("/a?b=/c", Ok(("http", "localhost", "/a")));
        check("/a#b?c", Ok(("http", "localhost", "/a")));
        check("//a/b", Ok(("http", "localhost", "//a/b")));
        check("/go?to=https://example.com/", Ok(("http", "localhost", "/go")));
        check("/go/https://example.com/", Ok(("http", "localhost", "/go/https://example.com/")));
        check("HTTPS://user@Example.com:8080", Ok(("https", "Example.com:8080", "/")));
        check("https://example.com?a", Ok(("https", "example.com", "/")));
        check("http://[::1]:80/a", Ok(("http", "[::1]:80", "/a")));
        check("http:///a", Err("the URL names no host"));
        check("http://exa mple/a", Err("`exa mple` is no host"));
        check("ftp://example.com/", Err("the scheme `ftp` is neither http nor https"));
        check("", Err("the path does not begin with '/'"));
        check("a/b", Err("the path does not begin with '/'"));
        check("?api=1", Err("the path does not begin with '/'"));
        check("/a\nb", Err("the URL has a control character in it"));
    }

    #[test]
    fn what_is_given_wins() {
        let read = |method, url, host, scheme| Asked::read(method, url, host, scheme, Defaults::default());
        let asked = read(Some("PUT"), "https://a.example/x", Some("b.example"), Some("http")).unwrap();
        assert_eq!((asked.method, asked.host, asked.scheme), ("PUT", "b.example", Scheme::Http));
        for bad in ["", "GE T", "قبل"] {
            assert_eq!(read(Some(bad), "/", None, None), Err(Bad::Method(bad.to_owned())));
        }
    }

    #[test]
    fn the_language_of_the_query() {
        for (url, expected) in [
            ("/", None),
            ("/?lang=fa", Some("fa")),
            ("/?lang=fa&lang=%65n_US", Some("en_US")),
            ("/?lang=%ff", None),
        ] {
            let asked = Asked::read(None, url, None, None, Defaults::default()).unwrap();
            assert_eq!(asked.lang().as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn the_form_of_the_answer() {
        for (query, expected) in [
            ("", Wants::Page),
            ("api=1", Wants::Api),
            ("api", Wants::Page),
            ("api=0", Wants::Page),
            ("api=false", Wants::Page),
            ("api=%30", Wants::Page),
            ("api=%", Wants::Api),
            ("api=0&api=1", Wants::Api),
            ("api=1&api=0", Wants::Page),
            ("x=api&rapid=1", Wants::Page),
            ("ajax=1&api=1", Wants::Ajax),
            ("api=1&ajax=", Wants::Api),
        ] {
            assert_eq!(Wants::of(query), expected, "{query}");
        }
    }
}
