//! What stands in front of rules: a path, a domain, a scheme, and parameters of its own.

use std::fmt;

use crate::{Domain, Part, Pattern, Rule, Scheme};

/// What a group of rules, or all rules of a package, have in front of their own.
///
/// ```
/// use ravand_router::{Domain, Mount, Rule, parts};
///
/// let mount = Mount {
///     prefix: parts("/support"),
///     domains: vec![Domain::Name("help.example.com".into())],
///     ..Mount::default()
/// };
/// let rule = Rule::path(parts("/tickets/:id")).mounted(&mount)?;
/// assert_eq!(rule.path_text(0), "/support/tickets/:id");
/// assert_eq!(rule.hosts_text(&[Domain::Any]), "help.example.com");
/// # Ok::<(), ravand_router::MountError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mount {
    /// What paths begin with.
    pub prefix: Vec<Part>,
    /// The domains of rules that name none of their own.
    pub domains: Vec<Domain>,
    /// The schemes of rules that name none of their own.
    pub schemes: Vec<Scheme>,
    /// Parameters where the rule gives none of the name.
    pub defaults: Vec<(String, String)>,
}

/// Why a rule cannot be mounted: nothing can stand in front of its regex.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MountError {
    regex: String,
    prefix: String,
}

impl Rule {
    /// The rule behind a mount. Parameters at the end of a path that have a default may be left out: the rule gets
    /// the shorter paths too.
    ///
    /// ```
    /// use ravand_router::{Mount, Rule, parts};
    ///
    /// let mount = Mount { defaults: vec![("page".into(), "1".into())], ..Mount::default() };
    /// let rule = Rule::path(parts("/tickets/:page")).mounted(&mount)?;
    /// assert_eq!(rule.paths, [parts("/tickets/:page"), parts("/tickets")]);
    /// # Ok::<(), ravand_router::MountError>(())
    /// ```
    ///
    /// # Errors
    /// A regex that does not begin with `^` can stand anywhere in a path, and none can be told of a prefix's
    /// parameters: neither can have a prefix.
    pub fn mounted(mut self, mount: &Mount) -> Result<Rule, MountError> {
        if !mount.prefix.is_empty() {
            if let Some(regex) = &self.regex {
                self.regex = Some(behind(regex, &mount.prefix)?);
            }
            for path in &mut self.paths {
                path.splice(0..0, mount.prefix.iter().cloned());
            }
        }
        if self.domains.is_empty() {
            self.domains.clone_from(&mount.domains);
        }
        if self.schemes.is_empty() {
            self.schemes.clone_from(&mount.schemes);
        }
        for (name, value) in &mount.defaults {
            if self.defaults.iter().all(|(own, _)| own != name) {
                self.defaults.push((name.clone(), value.clone()));
            }
        }
        self.add_shorter_paths();
        Ok(self)
    }

    /// Parameters at the end of a path that have a default may be left out.
    fn add_shorter_paths(&mut self) {
        let has_default =
            |part: &Part| part.name().is_some_and(|name| self.defaults.iter().any(|(own, _)| own == name));
        let mut shorter: Vec<Vec<Part>> = Vec::new();
        for path in &self.paths {
            let mut path = path.clone();
            while path.pop_if(|part| has_default(part)).is_some() {
                if !self.paths.contains(&path) && !shorter.contains(&path) {
                    shorter.push(path.clone());
                }
            }
        }
        self.paths.append(&mut shorter);
    }
}

fn behind(regex: &Pattern, prefix: &[Part]) -> Result<Pattern, MountError> {
    let mut text = String::new();
    let mut fixed = true;
    for part in prefix {
        text.push('/');
        text.push_str(&part.to_string());
        fixed &= part.name().is_none();
    }
    let found = if fixed { regex.behind(&text) } else { None };
    found.ok_or_else(|| MountError { regex: regex.to_string(), prefix: text })
}

impl fmt::Display for MountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { regex, prefix } = self;
        write!(
            f,
            "{prefix} cannot stand in front of the regex {regex}: the prefix has to be fixed, and the regex to begin with ^"
        )
    }
}

impl std::error::Error for MountError {}

#[cfg(test)]
mod tests {
    use super::Mount;
    use crate::{Domain, Pattern, Rule, Scheme, parts};

    fn check(regex: &str, prefix: &str, expected: Result<&str, &str>) {
        let mount = Mount { prefix: parts(prefix), ..Mount::default() };
        let rule = Rule::regex(Pattern::parse(regex).unwrap()).mounted(&mount);
        let text = rule.map(|rule| rule.path_text(0)).map_err(|error| error.to_string());
        assert_eq!(text.as_deref().map_err(String::as_str), expected, "{regex}");
    }

    #[test]
    fn regexes_stand_behind_a_prefix() {
        check("#^/news/(?<year>[0-9]+)$#", "/a.b", Ok(r"#^/a\.b/news/(?<year>[0-9]+)$#"));
        check(r"/\A\/x/i", "/a b", Ok(r"/\A(?-ix:/a b)\/x/i"));
        let says = "/a cannot stand in front of the regex #b$#: the prefix has to be fixed, and the regex to begin with ^";
        check("#b$#", "/a", Err(says));
        for (regex, prefix) in [("#^/a|^/b#", "/x"), ("#(^/a)#", "/x"), ("#^/a#m", "/x"), ("#^/a#", "/:x")] {
            let mount = Mount { prefix: parts(prefix), ..Mount::default() };
            assert!(Rule::regex(Pattern::parse(regex).unwrap()).mounted(&mount).is_err(), "{regex}");
        }
        check("#b$#", "/", Ok("#b$#"));
        let mount = Mount { prefix: parts("/A"), ..Mount::default() };
        let rule = Rule::regex(Pattern::parse("#^/b#i").unwrap()).mounted(&mount).unwrap();
        let regex = rule.regex.unwrap();
        assert!(regex.is_match("/A/B") && !regex.is_match("/a/b"));
    }

    #[test]
    fn what_the_rule_says_itself_wins() {
        let default = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mount = Mount {
            domains: vec![Domain::Name("a.example".into())],
            schemes: vec![Scheme::Https],
            defaults: vec![default("kind", "open"), default("page", "1")],
            ..Mount::default()
        };
        let own = Rule {
            domains: vec![Domain::Any],
            schemes: vec![Scheme::Http],
            defaults: vec![default("page", "2")],
            ..Rule::path(parts("/"))
        };
        let rule = own.mounted(&mount).unwrap();
        assert_eq!((rule.domains, rule.schemes), (vec![Domain::Any], vec![Scheme::Http]));
        assert_eq!(rule.defaults, [default("page", "2"), default("kind", "open")]);
    }
}
