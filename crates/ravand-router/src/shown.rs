//! Rules as people write and read them: paths, hosts, methods, and what a rule costs.

use std::fmt;

use crate::rank::Class;
use crate::{Domain, Part, Place, Router, Rule};

/// What a rule costs to find, the cheapest first.
///
/// ```
/// use ravand_router::{Cost, Router, Rule, parts};
///
/// let mut builder = Router::builder();
/// builder.add(Rule::path(parts("/tickets/:id/files/:file...")))?;
/// builder.add(Rule::path(parts("/tickets/new")))?;
/// let costs: Vec<Cost> = builder.build().places().map(|place| place.cost()).collect();
/// assert_eq!(costs, [Cost::Static, Cost::Wildcard]);
/// # Ok::<(), ravand_router::RuleError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cost {
    /// Its segments are looked up.
    Static,
    /// Some of its segments take any text, or are checked.
    Dynamic,
    /// It takes any number of segments: several ways are perhaps tried.
    Wildcard,
    /// A pattern is searched in the whole path.
    Regex,
}

impl Place {
    /// What it costs to find the rule by this path.
    pub fn cost(&self) -> Cost {
        match self {
            Place { class: Class::Regex, .. } => Cost::Regex,
            Place { wildcards: 1.., .. } => Cost::Wildcard,
            Place { dynamics: 1.., .. } => Cost::Dynamic,
            _ => Cost::Static,
        }
    }
}

impl Router {
    /// The domains of rules that name none.
    pub fn default_domains(&self) -> &[Domain] {
        &self.default_domains
    }
}

impl Rule {
    /// One of its paths, or its regex, as [`parts`](crate::parts) would read it back where it has no checks.
    ///
    /// ```
    /// use ravand_router::{Part, Rule, parts};
    ///
    /// let mut rule = Rule::path(parts("/tickets/:id/:file..."));
    /// assert_eq!(rule.path_text(0), "/tickets/:id/:file...");
    /// let (regex, values) = (None, vec!["csv".into(), "txt".into()]);
    /// rule.paths.push(vec![Part::Dynamic { name: "format".into(), regex, values }]);
    /// assert_eq!(rule.path_text(1), "/:format(csv|txt)");
    /// ```
    pub fn path_text(&self, path: usize) -> String {
        match (&self.regex, self.paths.get(path).map(Vec::as_slice)) {
            (Some(regex), _) => regex.as_str().to_owned(),
            (None, None | Some([])) => "/".to_owned(),
            (None, Some(parts)) => parts.iter().map(|part| format!("/{part}")).collect(),
        }
    }

    /// Its methods, or `any`.
    pub fn methods_text(&self) -> String {
        if self.methods.is_empty() { "any".to_owned() } else { self.methods.join(",") }
    }

    /// Its schemes and domains; `default` are the domains where it names none.
    ///
    /// ```
    /// use ravand_router::{Domain, Rule, Scheme, parts};
    ///
    /// let mut rule = Rule::path(parts("/"));
    /// assert_eq!(rule.hosts_text(&[Domain::Any]), "*");
    /// rule.schemes = vec![Scheme::Https];
    /// assert_eq!(rule.hosts_text(&[Domain::Name("example.com".into())]), "https://example.com");
    /// ```
    pub fn hosts_text(&self, default: &[Domain]) -> String {
        let domains = if self.domains.is_empty() { default } else { &self.domains };
        let domains: Vec<String> = domains.iter().map(ToString::to_string).collect();
        let domains = domains.join(",");
        if self.schemes.is_empty() {
            return domains;
        }
        let schemes: Vec<&str> = self.schemes.iter().map(|scheme| scheme.as_str()).collect();
        format!("{}://{domains}", schemes.join(","))
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Cost::Static => "static",
            Cost::Dynamic => "dynamic",
            Cost::Wildcard => "wildcard",
            Cost::Regex => "regex",
        })
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, dots, regex, values) = match self {
            Part::Static(text) => return f.write_str(text),
            Part::Dynamic { name, regex, values } => (name, "", regex, values),
            Part::Wildcard { name, regex, values } => (name, "...", regex, values),
        };
        write!(f, ":{name}{dots}")?;
        if let Some(regex) = regex {
            write!(f, "({})", regex.as_str())?;
        }
        if !values.is_empty() {
            write!(f, "({})", values.join("|"))?;
        }
        Ok(())
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Domain::Any => f.write_str("*"),
            Domain::Name(name) => f.write_str(name),
            Domain::Pattern(pattern) => f.write_str(pattern.as_str()),
        }
    }
}
