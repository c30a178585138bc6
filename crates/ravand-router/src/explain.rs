//! Why a request finds its rule: the plain ordered scan, told step by step.
//!
//! It shares nothing with the compiled tree but the order of ranks, so that
//! the tests hold the tree to it.

use std::fmt;

use crate::alternative::{Alternative, Conditions};
use crate::path::{Path, Span};
use crate::rank::Class;
use crate::search::Language;
use crate::tree::Check;
use crate::walk::Values;
use crate::{BadPath, Params, Part, Rank, Request, Router, Rule};

/// What became of one path of a rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// The rule.
    pub rule: usize,
    /// Which of its paths; 0 for a regex rule.
    pub path: usize,
    /// Its place in the order.
    pub rank: Rank,
    /// Why it is not for the request; empty if it is.
    pub failed: Vec<Reason>,
    /// The parameters, if it is for the request.
    pub params: Option<Params>,
}

impl Tried {
    /// Whether it is for the request.
    pub fn matched(&self) -> bool {
        self.failed.is_empty()
    }
}

impl fmt::Display for Tried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.matched() {
            return f.write_str("matched");
        }
        for (at, reason) in self.failed.iter().enumerate() {
            write!(f, "{}{reason}", if at == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

/// A condition of a rule that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The method is not one of the rule's.
    Method,
    /// The scheme is not one of the rule's.
    Scheme,
    /// The host is not one of the rule's domains.
    Domain,
    /// The `lang` parameter names no available language.
    Language,
    /// The path is another one.
    Path {
        /// How many of the rule's parts took something, at the most.
        parts: usize,
    },
    /// The pattern does not find the path.
    Regex,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Method => f.write_str("the method differs"),
            Reason::Scheme => f.write_str("the scheme differs"),
            Reason::Domain => f.write_str("the domain differs"),
            Reason::Language => f.write_str("the language is not available"),
            Reason::Path { parts: 0 } => f.write_str("the path differs"),
            Reason::Path { parts } => write!(f, "the path differs after {parts} of the rule's parts"),
            Reason::Regex => f.write_str("the regex does not find the path"),
        }
    }
}

impl Router {
    /// Tries all rules in order, one by one, and says what became of each.
    ///
    /// It is for people who ask; [`Router::find`] gives the same answer fast.
    ///
    /// ```
    /// use ravand_router::{Request, Router, Rule, parts};
    ///
    /// let mut builder = Router::builder();
    /// builder.add(Rule::path(parts("/tickets/:id")))?;
    /// builder.add(Rule { methods: vec!["POST".into()], ..Rule::path(parts("/tickets/new")) })?;
    /// let tried = builder.build().explain(&Request::get("/tickets/new"))?;
    /// assert_eq!((tried[0].rule, tried[0].to_string().as_str()), (1, "the method differs"));
    /// assert_eq!((tried[1].rule, tried[1].to_string().as_str()), (0, "matched"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn explain(&self, request: &Request<'_>) -> Result<Vec<Tried>, BadPath> {
        let path = Path::parse(request.path)?;
        let conditions = self.conditions(request);
        let language = self.language(request, path.first().map(|(first, _)| first));
        let spans = path.spans();
        let tried = self.alternatives.iter().filter_map(|alternative| {
            let rule = self.rules.get(alternative.place.rule)?;
            let mut failed = conditions_failed(alternative, &conditions, language);
            let values = match path_of(rule, alternative, language, &path.text, &spans) {
                Ok(values) => values,
                Err(reason) => {
                    failed.push(reason);
                    Values::new()
                }
            };
            let matched = failed.is_empty();
            Some(Tried {
                rule: alternative.place.rule,
                path: alternative.place.path,
                rank: alternative.place.rank,
                params: matched.then(|| self.params(alternative, &conditions, &path.text, &values)),
                failed,
            })
        });
        Ok(tried.collect())
    }
}

/// How one path takes the segments, wildcards as little as possible; or how
/// many of its parts took something, at the most.
pub(crate) fn take(parts: &[Part], text: &str, spans: &[Span]) -> Result<Values, usize> {
    let mut values = Values::new();
    let mut most = 0;
    match take_from(parts, text, spans, 0, &mut values, &mut most) {
        true => Ok(values),
        false => Err(most),
    }
}

fn conditions_failed(
    alternative: &Alternative,
    conditions: &Conditions<'_>,
    language: Language<'_>,
) -> Vec<Reason> {
    let hosts = alternative.hosts(conditions.default_hosts);
    let tests = [
        (alternative.methods.serve(&conditions.method), Reason::Method),
        (alternative.accepts_scheme(conditions.scheme), Reason::Scheme),
        (hosts.accept(&conditions.host), Reason::Domain),
        (alternative.absolute || !language.bad, Reason::Language),
    ];
    tests.into_iter().filter(|(passed, _)| !passed).map(|(_, reason)| reason).collect()
}

fn path_of(
    rule: &Rule,
    alternative: &Alternative,
    language: Language<'_>,
    text: &str,
    spans: &[Span],
) -> Result<Values, Reason> {
    if let Some(regex) = &rule.regex {
        return if regex.is_match(text) { Ok(Values::new()) } else { Err(Reason::Regex) };
    }
    let parts = rule.paths.get(alternative.place.path).map_or(&[][..], Vec::as_slice);
    let in_front = alternative.place.class == Class::Normal && language.in_front;
    take(parts, text, &spans[usize::from(in_front)..]).map_err(|parts| Reason::Path { parts })
}

fn take_from(
    parts: &[Part],
    text: &str,
    spans: &[Span],
    taken: usize,
    values: &mut Values,
    most: &mut usize,
) -> bool {
    *most = taken.max(*most);
    let Some((part, parts)) = parts.split_first() else { return spans.is_empty() };
    let first = spans.first().copied();
    let full = |(start, end): Span| start < end;
    let slice = |(start, end): Span| text.get(start..end).unwrap_or_default();
    let meets = |value| Check::of(part).is_none_or(|check| check.accept(slice(value)));
    match (part, first) {
        (Part::Static(wanted), Some(first)) => {
            slice(first) == wanted && take_from(parts, text, &spans[1..], taken + 1, values, most)
        }
        (Part::Dynamic { .. }, Some(first)) => {
            if !full(first) || !meets(first) {
                return false;
            }
            values.push(first);
            let done = take_from(parts, text, &spans[1..], taken + 1, values, most);
            if !done {
                values.pop();
            }
            done
        }
        (Part::Wildcard { .. }, Some(first)) => {
            full(first)
                && (0..spans.len()).any(|last| {
                    let value = (first.0, spans[last].1);
                    if !full(spans[last]) || !meets(value) {
                        return false;
                    }
                    values.push(value);
                    let done = take_from(parts, text, &spans[last + 1..], taken + 1, values, most);
                    if !done {
                        values.pop();
                    }
                    done
                })
        }
        (Part::Wildcard { .. }, None) if parts.is_empty() && meets((0, 0)) => {
            values.push((0, 0));
            true
        }
        (_, None) => false,
    }
}
