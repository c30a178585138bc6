//! The search for a request's rule: absolute, normal, regex rules, in turn.

use crate::alternative::{Alternative, Conditions};
use crate::method::Allow;
use crate::path::{Path, Span, Spans};
use crate::tree::Tree;
use crate::walk::{Values, Walk};
use crate::{LanguageMode, Params, Request, Router};

/// The language that a request asks for.
#[derive(Clone, Copy)]
pub(crate) struct Language<'r> {
    pub code: Option<&'r str>,
    /// Where the path goes on after the language in front of it.
    pub after: Option<usize>,
    /// The `lang` parameter names none: only absolute rules are left.
    pub bad: bool,
}

/// One search through all three classes of rules.
pub(crate) struct Search<'s, 'r> {
    pub router: &'r Router,
    pub path: &'s Path<'s>,
    pub conditions: &'s Conditions<'s>,
    pub floor: usize,
}

impl<'r> Search<'_, 'r> {
    /// The first rule in rank order, with the language it is found in; the
    /// values of its path go to `values`.
    pub fn run(
        &self,
        language: Language<'r>,
        values: &mut Values,
        allow: &mut Allow,
    ) -> Option<(&'r Alternative, Option<&'r str>)> {
        let router = self.router;
        let whole = Language { after: None, ..language };
        let taken = match language.after {
            Some(_) => router.languages.default_code(),
            None => language.code,
        };
        if let Some(rank) = self.paths(&router.absolute, whole, values, allow) {
            return Some((&router.alternatives[rank], taken));
        }
        if !language.bad
            && let Some(rank) = self.paths(&router.normal, language, values, allow)
        {
            return Some((&router.alternatives[rank], language.code));
        }
        let found = &router.alternatives[self.patterns(language, allow)?];
        Some((found, if found.absolute { taken } else { language.code }))
    }

    /// The first rule of a tree.
    fn paths(
        &self,
        tree: &Tree,
        language: Language<'_>,
        values: &mut Values,
        allow: &mut Allow,
    ) -> Option<usize> {
        if tree.is_empty() || tree.nodes[0].worst < self.floor {
            return None;
        }
        if let Some(rank) = self.fixed(tree, language) {
            return Some(rank);
        }
        let mut spans = Spans::new();
        self.path.spans(&mut spans);
        let spans = if language.after.is_some() { &spans[1..] } else { &spans[..] };
        let text = (&*self.path.text, spans);
        Walk::new(tree, &self.router.alternatives, self.conditions, text, self.floor).run(values, allow)
    }

    /// A path without parameters, looked up whole.
    fn fixed(&self, tree: &Tree, language: Language<'_>) -> Option<usize> {
        if !self.path.is_plain() {
            return None;
        }
        let rest = &self.path.text[language.after.unwrap_or(0)..];
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        let rest = rest.strip_suffix('/').filter(|rest| !rest.is_empty()).unwrap_or(rest);
        let ranks = tree.fixed.get(rest)?;
        ranks.iter().copied().find(|&rank| rank >= self.floor && self.serves(rank))
    }

    /// The first regex rule.
    fn patterns(&self, language: Language<'_>, allow: &mut Allow) -> Option<usize> {
        let router = self.router;
        let rules = router.alternatives.get(router.first_regex..).unwrap_or_default();
        if rules.is_empty() {
            return None;
        }
        let text = &*self.path.text;
        let matches = router.set.as_ref().map(|set| set.matches(text));
        for (at, alternative) in rules.iter().enumerate() {
            let rank = router.first_regex + at;
            let open = rank >= self.floor && (!language.bad || alternative.absolute);
            let matched = open
                && match &matches {
                    Some(matches) => matches.matched(at),
                    None => {
                        let rule = router.rules.get(alternative.place.rule);
                        let regex = rule.and_then(|rule| rule.regex.as_ref());
                        regex.is_some_and(|regex| regex.is_match(text))
                    }
                };
            if !matched || !alternative.accepts(self.conditions) {
                continue;
            }
            if alternative.methods.serve(&self.conditions.method) {
                return Some(rank);
            }
            allow.add(&alternative.methods);
        }
        None
    }

    fn serves(&self, rank: usize) -> bool {
        let alternative = &self.router.alternatives[rank];
        alternative.methods.serve(&self.conditions.method) && alternative.accepts(self.conditions)
    }
}

impl Router {
    /// The language of a request.
    pub(crate) fn language(&self, request: &Request<'_>, path: &Path<'_>) -> Language<'_> {
        let default = Language { code: self.languages.default_code(), after: None, bad: false };
        match self.languages.mode() {
            LanguageMode::None => Language { code: None, ..default },
            LanguageMode::Parameter => match request.lang_parameter.filter(|name| !name.is_empty()) {
                None => default,
                Some(name) => match self.languages.find(name) {
                    Some(code) => Language { code: Some(code), ..default },
                    None => Language { bad: true, ..default },
                },
            },
            LanguageMode::UriShort | LanguageMode::UriComplete => {
                let first = path.first();
                let named = first.and_then(|(name, end)| Some((self.languages.of_segment(name)?, end)));
                match named {
                    Some((code, end)) => Language { code: Some(code), after: Some(end), ..default },
                    None => default,
                }
            }
        }
    }

    /// The parameters of a match: of the domain, then of the path.
    pub(crate) fn params(
        &self,
        alternative: &Alternative,
        conditions: &Conditions<'_>,
        text: &str,
        values: &[Span],
    ) -> Params {
        let mut params = Params::new();
        let hosts = alternative.hosts(conditions.default_hosts);
        hosts.params(conditions.host, &alternative.names, &mut params);
        params.reserve(values.iter().map(|(start, end)| end - start).sum());
        for (name, &(start, end)) in alternative.names.iter().zip(values) {
            params.push(name.clone(), text.get(start..end).unwrap_or_default());
        }
        if !alternative.groups.is_empty() {
            let rule = self.rules.get(alternative.place.rule);
            let regex = rule.and_then(|rule| rule.regex.as_ref());
            if let Some(captures) = regex.and_then(|regex| regex.compiled().captures(text)) {
                for (index, name) in &alternative.groups {
                    if let Some(group) = captures.get(*index) {
                        params.push(name.clone(), group.as_str());
                    }
                }
            }
        }
        params
    }
}
