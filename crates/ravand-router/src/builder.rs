//! Collecting rules: what is refused, and the compilation at the end.

use std::collections::HashMap;
use std::fmt;

use regex::{RegexSet, RegexSetBuilder};

use crate::alternative::Alternative;
use crate::host::Hosts;
use crate::names::Names;
use crate::rank::{Class, order};
use crate::tree::{Tree, small};
use crate::{Domain, Languages, Part, Router, Rule};

/// The names of rules, with the rules that have them.
pub(crate) type RuleNames = HashMap<String, usize>;

/// Takes rules in load order and compiles them.
#[derive(Clone, Debug, Default)]
pub struct RouterBuilder {
    rules: Vec<Rule>,
    names: RuleNames,
    languages: Languages,
    default_domains: Vec<Domain>,
}

impl RouterBuilder {
    /// No rules, no languages, every domain.
    pub fn new() -> RouterBuilder {
        RouterBuilder::default()
    }

    /// The languages of the application.
    pub fn languages(&mut self, languages: Languages) -> &mut RouterBuilder {
        self.languages = languages;
        self
    }

    /// The domains of rules that name none; an empty list means any domain.
    /// Where a named group of theirs has the name of a path's parameter, the
    /// path's is taken.
    pub fn default_domains(&mut self, domains: Vec<Domain>) -> &mut RouterBuilder {
        self.default_domains = domains;
        self
    }

    /// Adds a rule and gives it its number; the order of the calls is load
    /// order.
    ///
    /// ```
    /// use ravand_router::{Router, Rule, parts};
    ///
    /// let mut builder = Router::builder();
    /// let home = Rule { name: Some("home".into()), ..Rule::path(parts("/")) };
    /// assert_eq!(builder.add(home.clone())?, 0);
    /// assert_eq!(
    ///     builder.add(home).unwrap_err().to_string(),
    ///     "rule 1 has the name 'home' of rule 0; a name belongs to one rule"
    /// );
    /// # Ok::<(), ravand_router::RuleError>(())
    /// ```
    pub fn add(&mut self, mut rule: Rule) -> Result<usize, RuleError> {
        let index = self.rules.len();
        let fail = |kind| RuleError { rule: index, kind };
        check_shape(&rule).map_err(fail)?;
        check_parameters(&rule).map_err(fail)?;
        for method in &mut rule.methods {
            if !is_token(method) {
                return Err(fail(RuleErrorKind::Method { method: method.clone() }));
            }
            method.make_ascii_uppercase();
        }
        if let Some(name) = &rule.name {
            if let Some(&first) = self.names.get(name) {
                let name = name.clone();
                return Err(fail(RuleErrorKind::DuplicateName { name, first }));
            }
            self.names.insert(name.clone(), index);
        }
        self.rules.push(rule);
        Ok(index)
    }

    /// Compiles the rules.
    pub fn build(self) -> Router {
        let places = order(&self.rules);
        let default_hosts = Hosts::new(&self.default_domains);
        let mut names = NameLists::default();
        let alternatives = places.iter().filter_map(|place| {
            let rule = self.rules.get(place.rule)?;
            let parts = rule.paths.get(place.path).map_or(&[][..], Vec::as_slice);
            let names = names.place(parts.iter().filter_map(Part::name));
            Some(Alternative::new(rule, *place, names))
        });
        let alternatives: Vec<Alternative> = alternatives.collect();
        let tree = |class| {
            let of_class = alternatives.iter().filter(|alternative| alternative.place.class == class);
            Tree::new(&self.rules, of_class, &default_hosts)
        };
        Router {
            absolute: tree(Class::Absolute),
            normal: tree(Class::Normal),
            alternatives,
            param_names: names.lists,
            set: pattern_set(&self.rules),
            first_regex: places.partition_point(|place| place.class < Class::Regex),
            default_hosts,
            default_domains: self.default_domains,
            languages: self.languages,
            names: self.names,
            rules: self.rules,
        }
    }
}

/// The names of paths' parameters, each list of them once.
#[derive(Default)]
struct NameLists {
    lists: Vec<Names>,
    places: HashMap<Vec<String>, u32>,
}

impl NameLists {
    fn place<'a>(&mut self, names: impl Iterator<Item = &'a str>) -> u32 {
        *self.places.entry(names.map(str::to_owned).collect()).or_insert_with_key(|names| {
            self.lists.push(Names::new(names.iter().map(String::as_str)));
            small(self.lists.len() - 1)
        })
    }
}

/// Why a rule is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError {
    rule: usize,
    kind: RuleErrorKind,
}

impl RuleError {
    /// The number that the rule would have had.
    pub fn rule(&self) -> usize {
        self.rule
    }

    /// What is wrong with it.
    pub fn kind(&self) -> &RuleErrorKind {
        &self.kind
    }
}

/// The ways for a rule to be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RuleErrorKind {
    /// Another rule has the name.
    DuplicateName {
        /// The name.
        name: String,
        /// The rule that has it.
        first: usize,
    },
    /// Two parameters of one path, or of a path and a domain, share a name.
    DuplicateParameter {
        /// The name.
        name: String,
    },
    /// A parameter without a name.
    UnnamedParameter,
    /// A static part without text: no segment is empty.
    EmptyStatic,
    /// Neither paths nor a regex.
    NoPath,
    /// Both paths and a regex.
    PathAndRegex,
    /// A method that is no HTTP token.
    Method {
        /// The method.
        method: String,
    },
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rule = self.rule;
        match &self.kind {
            RuleErrorKind::DuplicateName { name, first } => {
                write!(f, "rule {rule} has the name '{name}' of rule {first}; a name belongs to one rule")
            }
            RuleErrorKind::DuplicateParameter { name } => {
                write!(f, "rule {rule} has two parameters with the name '{name}'")
            }
            RuleErrorKind::UnnamedParameter => write!(f, "rule {rule} has a parameter without a name"),
            RuleErrorKind::EmptyStatic => {
                write!(f, "rule {rule} has a static part without text; no segment of a path is empty")
            }
            RuleErrorKind::NoPath => write!(f, "rule {rule} has no path; it needs paths or a regex"),
            RuleErrorKind::PathAndRegex => {
                write!(f, "rule {rule} has paths and a regex; it can have one of them")
            }
            RuleErrorKind::Method { method } => {
                write!(f, "rule {rule} has the method '{method}'; a method is a word such as GET")
            }
        }
    }
}

impl std::error::Error for RuleError {}

fn check_shape(rule: &Rule) -> Result<(), RuleErrorKind> {
    match (rule.paths.is_empty(), &rule.regex) {
        (true, None) => return Err(RuleErrorKind::NoPath),
        (false, Some(_)) => return Err(RuleErrorKind::PathAndRegex),
        _ => {}
    }
    for part in rule.paths.iter().flatten() {
        match part {
            Part::Static(text) if text.is_empty() => return Err(RuleErrorKind::EmptyStatic),
            _ if part.name().is_some_and(str::is_empty) => return Err(RuleErrorKind::UnnamedParameter),
            _ => {}
        }
    }
    Ok(())
}

fn check_parameters(rule: &Rule) -> Result<(), RuleErrorKind> {
    for domain in &rule.domains {
        let Domain::Pattern(pattern) = domain else { continue };
        for path in &rule.paths {
            check_distinct(pattern.names().chain(path.iter().filter_map(Part::name)))?;
        }
        if let Some(regex) = &rule.regex {
            check_distinct(pattern.names().chain(regex.names()))?;
        }
    }
    if rule.defaults.iter().any(|(name, _)| name.is_empty()) {
        return Err(RuleErrorKind::UnnamedParameter);
    }
    check_distinct(rule.defaults.iter().map(|(name, _)| name.as_str()))?;
    rule.paths.iter().try_for_each(|path| check_distinct(path.iter().filter_map(Part::name)))
}

fn check_distinct<'a>(names: impl Iterator<Item = &'a str>) -> Result<(), RuleErrorKind> {
    let mut seen = Vec::new();
    for name in names {
        if seen.contains(&name) {
            return Err(RuleErrorKind::DuplicateParameter { name: name.to_owned() });
        }
        seen.push(name);
    }
    Ok(())
}

fn is_token(method: &str) -> bool {
    let special = |byte| b"!#$%&'*+-.^_`|~".contains(&byte);
    !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_alphanumeric() || special(byte))
}

/// All regex rules at once, unless they are too large together.
fn pattern_set(rules: &[Rule]) -> Option<RegexSet> {
    let patterns: Vec<String> =
        rules.iter().filter_map(|rule| rule.regex.as_ref()).map(|regex| regex.inline()).collect();
    let limit = 64 << 20;
    RegexSetBuilder::new(patterns).size_limit(limit).dfa_size_limit(limit).build().ok()
}
