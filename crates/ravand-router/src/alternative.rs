//! One path of a rule, with the rule's other conditions compiled.

use crate::host::{AskedHost, Hosts, named_groups};
use crate::method::{Method, Methods};
use crate::rank::Place;
use crate::{Rule, Scheme};

/// One path of a rule, ready to be tested against requests. Its index among
/// the router's alternatives is its rank.
#[derive(Clone, Debug)]
pub(crate) struct Alternative {
    pub place: Place,
    pub methods: Methods,
    pub absolute: bool,
    /// The names of the path's parameters: their place in the router's list.
    pub names: u32,
    /// Whether the rule has parameters that its path does not have.
    pub defaults: bool,
    /// The named groups of a regex rule.
    pub groups: Box<[(usize, Box<str>)]>,
    /// None: the router's default domains.
    hosts: Option<Hosts>,
    schemes: Schemes,
}

/// What a request brings to the tests that are not its path.
pub(crate) struct Conditions<'a> {
    pub method: Method<'a>,
    pub scheme: Scheme,
    pub host: AskedHost<'a>,
    pub default_hosts: &'a Hosts,
}

impl Alternative {
    /// Compiles the conditions of one path of a rule.
    pub fn new(rule: &Rule, place: Place, names: u32) -> Alternative {
        Alternative {
            place,
            methods: Methods::new(&rule.methods),
            absolute: rule.absolute,
            names,
            defaults: !rule.defaults.is_empty(),
            groups: rule.regex.as_ref().map(named_groups).unwrap_or_default(),
            hosts: (!rule.domains.is_empty()).then(|| Hosts::new(&rule.domains)),
            schemes: Schemes::new(&rule.schemes),
        }
    }

    /// Whether the scheme is one of the rule's.
    pub fn accepts_scheme(&self, scheme: Scheme) -> bool {
        self.schemes.accept(scheme)
    }

    /// The rule's domains, or the router's.
    pub fn hosts<'a>(&'a self, default: &'a Hosts) -> &'a Hosts {
        self.hosts.as_ref().unwrap_or(default)
    }

    /// Whether scheme and domain are the rule's; the method is apart, since a
    /// rule that fails by it alone makes the answer 405.
    pub fn accepts(&self, conditions: &Conditions<'_>) -> bool {
        self.accepts_scheme(conditions.scheme)
            && self.hosts(conditions.default_hosts).accept(&conditions.host)
    }

    /// Whether every request that meets the conditions of `other` meets
    /// these.
    pub fn cover(&self, other: &Alternative, default: &Hosts) -> bool {
        self.methods.cover(&other.methods)
            && self.schemes.cover(other.schemes)
            && self.hosts(default).cover(other.hosts(default))
    }
}

/// The schemes of a rule; empty means both.
#[derive(Clone, Copy, Debug)]
struct Schemes {
    http: bool,
    https: bool,
}

impl Schemes {
    fn new(schemes: &[Scheme]) -> Schemes {
        let accepts = |scheme| schemes.is_empty() || schemes.contains(&scheme);
        Schemes { http: accepts(Scheme::Http), https: accepts(Scheme::Https) }
    }

    fn accept(self, scheme: Scheme) -> bool {
        match scheme {
            Scheme::Http => self.http,
            Scheme::Https => self.https,
        }
    }

    fn cover(self, other: Schemes) -> bool {
        (self.http || !other.http) && (self.https || !other.https)
    }
}
