//! The search for a request's rule: absolute, normal, regex rules, in turn.

use crate::alternative::{Alternative, Conditions};
use crate::host::AskedHost;
use crate::method::{Allow, Method};
use crate::path::{Path, Span};
use crate::separators::Cursor;
use crate::straight::{Straight, straight};
use crate::tree::{Leaf, Tree, small};
use crate::walk::{Values, Walk};
use crate::{LanguageMode, Match, Outcome, Params, Rank, Request, Router};

/// The language that a request asks for.
#[derive(Clone, Copy)]
pub(crate) struct Language<'r> {
    pub code: Option<&'r str>,
    /// Whether it is the path's first segment.
    pub in_front: bool,
    /// The `lang` parameter names none: only absolute rules are left.
    pub bad: bool,
}

/// One search through all three classes of rules.
pub(crate) struct Search<'s, 'r> {
    pub router: &'r Router,
    pub request: &'s Request<'s>,
    pub path: &'s Path<'s>,
    pub conditions: &'s Conditions<'s>,
    pub floor: usize,
}

impl<'r> Search<'_, 'r> {
    /// The first rule in rank order.
    pub fn run(&self, allow: &mut Allow) -> Option<Match<'r>> {
        let router = self.router;
        let all = self.path.separators.first();
        let first = self.path.first();
        let language = router.language(self.request, first.map(|(name, _)| name));
        let behind = first.filter(|_| language.in_front).map_or(all, |(_, behind)| behind);
        if let Some(found) = self.paths(&router.absolute, all, router.taken(language), allow) {
            return Some(found);
        }
        if !language.bad
            && let Some(found) = self.paths(&router.normal, behind, language.code, allow)
        {
            return Some(found);
        }
        let found = &router.alternatives[self.patterns(language, allow)?];
        Some(Match {
            rule: found.place.rule,
            rank: found.place.rank,
            params: router.params(found, self.conditions, &self.path.text, &[]),
            lang: if found.absolute { router.taken(language) } else { language.code },
        })
    }

    /// The first rule of a tree.
    fn paths(
        &self,
        tree: &'r Tree,
        from: Cursor,
        lang: Option<&'r str>,
        allow: &mut Allow,
    ) -> Option<Match<'r>> {
        let router = self.router;
        let mut values = Values::new();
        let mut walk = Walk::new(tree, &router.alternatives, self.conditions, self.path, small(self.floor));
        let leaf = walk.run(from, &mut values, allow)?;
        Some(router.matched(leaf, self.request, &self.path.text, &values, lang))
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
}

impl Router {
    /// What a request finds without a search, if that is certain; each slash
    /// of its decoded path is a separator.
    #[inline(always)]
    pub(crate) fn straight(&self, request: &Request<'_>, path: &str) -> Option<Outcome<'_>> {
        let mut values = Values::new();
        let (found, lang) = if self.absolute.is_empty() && self.languages.mode() == LanguageMode::None {
            (straight(self, &self.normal, request, (path, 1), &mut values), None)
        } else {
            self.straight_after(request, path, &mut values)
        };
        match found {
            Straight::Found(leaf) => Some(Outcome::Found(self.matched(leaf, request, path, &values, lang))),
            Straight::Nothing if self.first_regex == self.alternatives.len() => Some(Outcome::NotFound),
            _ => None,
        }
    }

    /// The same, with a language or an absolute path to look for.
    #[cold]
    fn straight_after(
        &self,
        request: &Request<'_>,
        path: &str,
        values: &mut Values,
    ) -> (Straight<'_>, Option<&str>) {
        let first = match self.languages.in_path() {
            true => path.get(1..).and_then(|path| path.split('/').next()),
            false => None,
        };
        let language = self.language(request, first);
        match straight(self, &self.absolute, request, (path, 1), values) {
            Straight::Nothing if language.bad => return (Straight::Unsure, None),
            Straight::Nothing => values.clear(),
            found => return (found, self.taken(language)),
        }
        let at = match (language.in_front, first) {
            (true, Some(first)) => first.len() + 2,
            _ => 1,
        };
        (straight(self, &self.normal, request, (path, at), values), language.code)
    }

    /// What a request brings besides its path.
    pub(crate) fn conditions<'a>(&'a self, request: &Request<'a>) -> Conditions<'a> {
        Conditions {
            method: Method::new(request.method),
            scheme: request.scheme,
            host: AskedHost::new(request.host),
            default_hosts: &self.default_hosts,
        }
    }

    /// The language of a request whose path's first segment is this.
    pub(crate) fn language(&self, request: &Request<'_>, first: Option<&str>) -> Language<'_> {
        let default = Language { code: self.languages.default_code(), in_front: false, bad: false };
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
                match first.and_then(|first| self.languages.of_segment(first)) {
                    Some(code) => Language { code: Some(code), in_front: true, ..default },
                    None => default,
                }
            }
        }
    }

    /// The language of an absolute rule, which takes one in front for a part
    /// of its path.
    fn taken<'r>(&'r self, language: Language<'r>) -> Option<&'r str> {
        if language.in_front { self.languages.default_code() } else { language.code }
    }

    /// What is said of a path that won.
    #[inline(always)]
    pub(crate) fn matched<'r>(
        &self,
        leaf: &Leaf,
        request: &Request<'_>,
        text: &str,
        values: &[Span],
        lang: Option<&'r str>,
    ) -> Match<'r> {
        let found = |params| Match { rule: leaf.rule as usize, rank: Rank(leaf.rank as usize), params, lang };
        if leaf.more {
            return found(self.more_params(leaf, request, text, values));
        }
        match self.param_names.get(leaf.names as usize) {
            Some(names) if !values.is_empty() => found(Params::of_path(names, text, values)),
            _ => found(Params::new()),
        }
    }

    #[cold]
    fn more_params(&self, leaf: &Leaf, request: &Request<'_>, text: &str, values: &[Span]) -> Params {
        let alternative = self.alternatives.get(leaf.rank as usize);
        let params = |one| self.params(one, &self.conditions(request), text, values);
        alternative.map(params).unwrap_or_default()
    }

    /// The parameters of a match: of the domain, then of the path, then the rule's own.
    pub(crate) fn params(
        &self,
        alternative: &Alternative,
        conditions: &Conditions<'_>,
        text: &str,
        values: &[Span],
    ) -> Params {
        let mut params = Params::new();
        let Some(names) = self.param_names.get(alternative.names as usize) else { return params };
        alternative.hosts(conditions.default_hosts).params(&conditions.host, names, &mut params);
        for (name, &(start, end)) in names.iter().zip(values) {
            params.push(name, text.get(start..end).unwrap_or_default());
        }
        if !alternative.groups.is_empty() {
            let rule = self.rules.get(alternative.place.rule);
            let regex = rule.and_then(|rule| rule.regex.as_ref());
            if let Some(captures) = regex.and_then(|regex| regex.compiled().captures(text)) {
                for (index, name) in &alternative.groups {
                    if let Some(group) = captures.get(*index) {
                        params.push(name, group.as_str());
                    }
                }
            }
        }
        if alternative.defaults {
            let rule = self.rules.get(alternative.place.rule);
            for (name, value) in rule.map_or(&[][..], |rule| &rule.defaults) {
                if params.get(name).is_none() {
                    params.push(name, value);
                }
            }
        }
        params
    }
}
