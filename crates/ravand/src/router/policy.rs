//! Policies: permanent redirects to the one host, scheme and form of path that an application chose.

use http::Method;
use ravand_router::Scheme;

use crate::RouteRequest;
use crate::options::{LastSlash, RouterSettings, Www};

/// The address that the policies send a request to; none when it is right as it is. Path and query are kept.
/// Only GET and HEAD are redirected, and only to hosts that the options name or to the request's own.
pub(crate) fn redirect(request: &RouteRequest<'_>, settings: &RouterSettings) -> Option<String> {
    let none = settings.scheme.is_none() && settings.www.is_none() && settings.last_slash.is_none();
    if none || !matches!(request.method, Method::GET | Method::HEAD) {
        return None;
    }
    let scheme = match settings.scheme {
        Some(crate::options::SchemePolicy::Http) => Scheme::Http,
        Some(crate::options::SchemePolicy::Https) => Scheme::Https,
        None => request.scheme,
    };
    let host = host(&request.host, settings);
    let path = path(&request.path, settings);
    if scheme == request.scheme && host == request.host && path == request.path {
        return None;
    }
    let query = request.query.as_deref().map(|query| format!("?{query}")).unwrap_or_default();
    if scheme == request.scheme && host == request.host {
        return Some(plain(&format!("{path}{query}")));
    }
    let word = if scheme == Scheme::Https { "https" } else { "http" };
    // Another scheme is another port.
    let host = if scheme == request.scheme { host.as_str() } else { without_port(&host) };
    Some(plain(&format!("{word}://{host}{path}{query}")))
}

/// A host as the policies write it: only one that the options name gets or loses its `www.`.
pub(crate) fn host(host: &str, settings: &RouterSettings) -> String {
    let bare = without_port(host);
    let known = settings.default_domains.iter().any(|domain| same_site(domain, bare));
    match settings.www {
        Some(Www::Nowww) if known => host.strip_prefix("www.").unwrap_or(host).to_owned(),
        Some(Www::Withwww) if known && !host.starts_with("www.") => format!("www.{host}"),
        _ => host.to_owned(),
    }
}

/// An address without the letter that browsers take for a slash.
pub(crate) fn plain(url: &str) -> String {
    url.replace('\\', "%5C")
}

fn path(path: &str, settings: &RouterSettings) -> String {
    // What browsers take for another host stays as it is: nothing is there.
    if path.starts_with("//") || path.starts_with("/\\") {
        return path.to_owned();
    }
    let file = path.rsplit('/').next().is_some_and(|last| last.contains('.'));
    match settings.last_slash {
        Some(LastSlash::With) if !path.ends_with('/') && !file => format!("{path}/"),
        Some(LastSlash::Without) if path.len() > 1 && path.ends_with('/') => {
            path.trim_end_matches('/').to_owned()
        }
        _ => path.to_owned(),
    }
}

fn same_site(domain: &str, host: &str) -> bool {
    let bare = |name: &str| name.strip_prefix("www.").unwrap_or(name).to_ascii_lowercase();
    bare(domain) == bare(host)
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) && !name.is_empty() => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Wants;
    use crate::options::SchemePolicy;

    fn check(settings: &RouterSettings, host: &str, path: &str, expected: Option<&str>) {
        let request = RouteRequest {
            method: Method::GET,
            scheme: Scheme::Http,
            host: host.into(),
            path: path.into(),
            query: Some("a=1".into()),
            wants: Wants::Html,
        };
        assert_eq!(redirect(&request, settings).as_deref(), expected, "{host}{path}");
    }

    #[test]
    fn each_policy() {
        let none = RouterSettings::default();
        check(&none, "example.com", "/a/", None);
        let slash = RouterSettings { last_slash: Some(LastSlash::With), ..none.clone() };
        check(&slash, "example.com", "/a", Some("/a/?a=1"));
        check(&slash, "example.com", "/a.css", None);
        let bare = RouterSettings { last_slash: Some(LastSlash::Without), ..none.clone() };
        check(&bare, "example.com", "/a//", Some("/a?a=1"));
        check(&bare, "example.com", "//evil.example/", None);
        check(&bare, "example.com", "/", None);
        let https = RouterSettings { scheme: Some(SchemePolicy::Https), ..none.clone() };
        check(&https, "example.com:8080", "/a", Some("https://example.com/a?a=1"));
        let www =
            RouterSettings { www: Some(Www::Withwww), default_domains: vec!["example.com".into()], ..none };
        check(&www, "example.com", "/a", Some("http://www.example.com/a?a=1"));
        check(&www, "evil.example", "/a", None);
    }
}
