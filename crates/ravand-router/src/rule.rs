//! The rules a router is made of: what a request must look like.

use crate::Pattern;

/// One rule: the requests that it is for.
///
/// Conditions that are empty take everything. A rule has either paths or a
/// regex.
///
/// ```
/// use ravand_router::{Domain, Rule, Scheme, parts};
///
/// let rule = Rule {
///     methods: vec!["GET".into(), "POST".into()],
///     domains: vec![Domain::Name("help.example.com".into())],
///     schemes: vec![Scheme::Https],
///     name: Some("ticket".into()),
///     ..Rule::path(parts("/tickets/:id"))
/// };
/// assert_eq!(rule.paths[0].len(), 2);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rule {
    /// One or more paths; empty only for a regex rule. A path without parts
    /// is `/`.
    pub paths: Vec<Vec<Part>>,
    /// A pattern for the whole decoded path, its leading slash and its
    /// language included. Its named groups become parameters.
    pub regex: Option<Pattern>,
    /// The methods, in upper case. Empty: any method. `GET` serves `HEAD`
    /// too.
    pub methods: Vec<String>,
    /// The domains. Empty: the router's default domains.
    pub domains: Vec<Domain>,
    /// The schemes. Empty: any scheme.
    pub schemes: Vec<Scheme>,
    /// The path is taken as it is, with no language in front.
    pub absolute: bool,
    /// The name that [`Router::url_for`](crate::Router::url_for) finds it by.
    pub name: Option<String>,
    /// Parameters that a match has where path, regex and domain give none of the name. A URL leaves such a value
    /// out where it can.
    pub defaults: Vec<(String, String)>,
}

impl Rule {
    /// A rule of one path, open to every method, domain and scheme.
    pub fn path(path: Vec<Part>) -> Rule {
        Rule { paths: vec![path], ..Rule::default() }
    }

    /// A rule for all paths that a pattern finds.
    pub fn regex(regex: Pattern) -> Rule {
        Rule { regex: Some(regex), ..Rule::default() }
    }
}

/// One part of a path.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// One segment, decoded, taken letter by letter.
    Static(String),
    /// One segment of any text that is not empty.
    Dynamic {
        /// The parameter's name.
        name: String,
        /// What the decoded segment must look like.
        regex: Option<Pattern>,
        /// The segments that are accepted; empty: all.
        values: Vec<String>,
    },
    /// One or more segments; at the end of a path also none.
    Wildcard {
        /// The parameter's name.
        name: String,
        /// What the decoded segments, joined with `/`, must look like.
        regex: Option<Pattern>,
        /// The joined values that are accepted; empty: all.
        values: Vec<String>,
    },
}

impl Part {
    /// A dynamic part without requirements.
    pub fn dynamic(name: impl Into<String>) -> Part {
        Part::Dynamic { name: name.into(), regex: None, values: Vec::new() }
    }

    /// A wildcard without requirements.
    pub fn wildcard(name: impl Into<String>) -> Part {
        Part::Wildcard { name: name.into(), regex: None, values: Vec::new() }
    }

    /// The parameter that the part gives, if any.
    pub fn name(&self) -> Option<&str> {
        match self {
            Part::Static(_) => None,
            Part::Dynamic { name, .. } | Part::Wildcard { name, .. } => Some(name),
        }
    }
}

/// The parts of a path written as one text: `/tickets/:id/files/:file...`.
///
/// Empty segments are passed over, static ones are taken as they are.
///
/// ```
/// use ravand_router::{Part, parts};
///
/// assert_eq!(parts("/"), []);
/// assert_eq!(
///     parts("/a/:b/:c..."),
///     [Part::Static("a".into()), Part::dynamic("b"), Part::wildcard("c")]
/// );
/// ```
pub fn parts(path: &str) -> Vec<Part> {
    path.split('/').filter(|segment| !segment.is_empty()).map(part).collect()
}

fn part(segment: &str) -> Part {
    match segment.strip_prefix(':') {
        Some(name) => match name.strip_suffix("...") {
            Some(name) => Part::wildcard(name),
            None => Part::dynamic(name),
        },
        None => Part::Static(segment.to_owned()),
    }
}

/// A domain that a rule is for.
#[derive(Clone, Debug, PartialEq)]
pub enum Domain {
    /// `*`: any domain.
    Any,
    /// This domain, without a port; letter case does not matter.
    Name(String),
    /// Every domain that the pattern finds; it is shown the host in lower
    /// case and without its port, and its named groups become parameters.
    Pattern(Pattern),
}

/// The scheme of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// `http`
    Http,
    /// `https`
    Https,
}

impl Scheme {
    /// The scheme as URLs write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Scheme::Http => "http",
            Scheme::Https => "https",
        }
    }
}
