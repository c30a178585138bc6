//! Domains: which hosts a rule is for.

use std::borrow::Cow;
use std::cell::OnceCell;

use crate::names::Names;
use crate::{Domain, Params, Pattern};

/// A compiled list of domains.
#[derive(Clone, Debug)]
pub(crate) enum Hosts {
    Any,
    OneOf(Box<[Host]>),
}

/// One domain that is not `*`.
#[derive(Clone, Debug)]
pub(crate) enum Host {
    Name(Box<str>),
    Pattern { pattern: Pattern, groups: Box<[(usize, Box<str>)]> },
}

/// The host of a request, as it came, and as rules compare it once one asks.
pub(crate) struct AskedHost<'a> {
    raw: &'a str,
    normal: OnceCell<Cow<'a, str>>,
}

impl<'a> AskedHost<'a> {
    /// Of a request's authority.
    pub fn new(raw: &'a str) -> AskedHost<'a> {
        AskedHost { raw, normal: OnceCell::new() }
    }

    /// The host without its port, in lower case.
    pub fn normal(&self) -> &str {
        self.normal.get_or_init(|| normal_host(self.raw))
    }
}

impl Hosts {
    /// Of a rule's list, or of the default list; an empty list means any.
    pub fn new(domains: &[Domain]) -> Hosts {
        if domains.is_empty() || domains.contains(&Domain::Any) {
            return Hosts::Any;
        }
        Hosts::OneOf(domains.iter().filter_map(Host::new).collect())
    }

    /// Whether the host is one of them.
    pub fn accept(&self, host: &AskedHost<'_>) -> bool {
        match self {
            Hosts::Any => true,
            Hosts::OneOf(hosts) => hosts.iter().any(|one| one.accept(host.normal())),
        }
    }

    /// The parameters that the first domain of the host gives. `taken` are
    /// the path's own names, which win.
    pub fn params(&self, host: &AskedHost<'_>, taken: &Names, params: &mut Params) {
        let Hosts::OneOf(hosts) = self else { return };
        let host = host.normal();
        let Some(Host::Pattern { pattern, groups }) = hosts.iter().find(|one| one.accept(host)) else {
            return;
        };
        if groups.is_empty() {
            return;
        }
        let Some(captures) = pattern.compiled().captures(host) else { return };
        for (index, name) in groups {
            if let Some(group) = captures.get(*index).filter(|_| !taken.iter().any(|one| one == &**name)) {
                params.push(name, group.as_str());
            }
        }
    }

    /// Whether every host of `other` is one of these, as far as their texts
    /// tell.
    pub fn cover(&self, other: &Hosts) -> bool {
        match (self, other) {
            (Hosts::Any, _) => true,
            (_, Hosts::Any) => false,
            (Hosts::OneOf(mine), Hosts::OneOf(theirs)) => {
                theirs.iter().all(|their| mine.iter().any(|my| my.cover(their)))
            }
        }
    }
}

impl Host {
    fn new(domain: &Domain) -> Option<Host> {
        match domain {
            Domain::Any => None,
            Domain::Name(name) => Some(Host::Name(host_of(name).to_ascii_lowercase().into())),
            Domain::Pattern(pattern) => {
                let groups = named_groups(pattern);
                Some(Host::Pattern { pattern: pattern.clone(), groups })
            }
        }
    }

    fn accept(&self, host: &str) -> bool {
        match self {
            Host::Name(name) => **name == *host,
            Host::Pattern { pattern, .. } => pattern.is_match(host),
        }
    }

    fn cover(&self, other: &Host) -> bool {
        match (self, other) {
            (_, Host::Name(name)) => self.accept(name),
            (Host::Pattern { pattern: mine, .. }, Host::Pattern { pattern: theirs, .. }) => mine == theirs,
            (Host::Name(_), Host::Pattern { .. }) => false,
        }
    }
}

/// Index and name of each named group.
pub(crate) fn named_groups(pattern: &Pattern) -> Box<[(usize, Box<str>)]> {
    let names = pattern.compiled().capture_names().enumerate();
    names.filter_map(|(index, name)| Some((index, name?.into()))).collect()
}

/// A host as rules compare it: without its port and the root's dot, in lower
/// case.
pub(crate) fn normal_host(host: &str) -> Cow<'_, str> {
    let host = host_of(host);
    match host.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => Cow::Owned(host.to_ascii_lowercase()),
        false => Cow::Borrowed(host),
    }
}

/// A host without its port and the root's dot.
pub(crate) fn host_of(authority: &str) -> &str {
    let host = match authority.rfind(':') {
        Some(colon) if authority[colon + 1..].bytes().all(|byte| byte.is_ascii_digit()) => {
            &authority[..colon]
        }
        _ => authority,
    };
    host.strip_suffix('.').unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::normal_host;

    #[test]
    fn hosts_are_compared_without_port_and_case() {
        for (host, expected) in [
            ("example.com", "example.com"),
            ("EXAMPLE.com:8080", "example.com"),
            ("example.com.", "example.com"),
            ("[::1]:80", "[::1]"),
            ("[::1]", "[::1]"),
            ("", ""),
        ] {
            assert_eq!(normal_host(host), expected);
        }
    }
}
