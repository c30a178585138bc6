//! The router: a request in, the rule that it is for out.

use std::borrow::Cow;

use regex::RegexSet;

use crate::alternative::Alternative;
use crate::builder::RuleNames;
use crate::host::Hosts;
use crate::method::Allow;
use crate::names::Names;
use crate::path::Path;
use crate::rank::Place;
use crate::search::Search;
use crate::tree::Tree;
use crate::words::contains;
use crate::{BadPath, Domain, Languages, Params, Rank, RouterBuilder, Rule, Scheme};

/// Rules, compiled. It is made once by a [`RouterBuilder`] and does not
/// change.
#[derive(Clone, Debug)]
pub struct Router {
    pub(crate) rules: Vec<Rule>,
    pub(crate) languages: Languages,
    pub(crate) default_domains: Vec<Domain>,
    pub(crate) default_hosts: Hosts,
    /// In rank order.
    pub(crate) alternatives: Vec<Alternative>,
    /// The names of paths' parameters, as alternatives count them.
    pub(crate) param_names: Vec<Names>,
    pub(crate) names: RuleNames,
    pub(crate) absolute: Tree,
    pub(crate) normal: Tree,
    /// The patterns of the regex rules; none if they are too large together.
    pub(crate) set: Option<RegexSet>,
    /// The rank of the first regex rule.
    pub(crate) first_regex: usize,
}

/// What the router looks at in a request.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The method, as it came.
    pub method: &'a str,
    /// The scheme the client used.
    pub scheme: Scheme,
    /// The host the client asked, with or without port.
    pub host: &'a str,
    /// The raw path: still percent-encoded, without the query.
    pub path: &'a str,
    /// The query's `lang`, for [`LanguageMode::Parameter`](crate::LanguageMode::Parameter).
    pub lang_parameter: Option<&'a str>,
}

impl<'a> Request<'a> {
    /// `GET http://localhost` with the path.
    pub fn get(path: &'a str) -> Request<'a> {
        Request { method: "GET", scheme: Scheme::Http, host: "localhost", path, lang_parameter: None }
    }
}

/// What the router says of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome<'r> {
    /// A rule is for it.
    Found(Match<'r>),
    /// No rule is for it.
    NotFound,
    /// Rules are for it, but with other methods. An `OPTIONS` request is
    /// answered with the list.
    MethodNotAllowed {
        /// Their methods, sorted; `GET` brings `HEAD` along, and `OPTIONS` is
        /// always there.
        allow: Vec<String>,
    },
    /// Its path cannot be read.
    BadRequest(BadPath),
}

/// The rule of a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Match<'r> {
    /// The rule, as [`RouterBuilder::add`] counted it.
    pub rule: usize,
    /// Where [`Router::find_after`] goes on.
    pub rank: Rank,
    /// The parameters of the domain, then of the path, then the rule's defaults.
    pub params: Params,
    /// The code of the request's language; none when URLs have no language.
    pub lang: Option<&'r str>,
}

impl Router {
    /// Where a router begins.
    pub fn builder() -> RouterBuilder {
        RouterBuilder::new()
    }

    /// The rule that comes first in rank order among those that are for the
    /// request.
    ///
    /// ```
    /// use ravand_router::{Outcome, Request, Router, Rule, parts};
    ///
    /// let mut builder = Router::builder();
    /// builder.add(Rule { methods: vec!["GET".into()], ..Rule::path(parts("/tickets")) })?;
    /// let router = builder.build();
    ///
    /// assert!(matches!(router.find(&Request::get("/tickets")), Outcome::Found(_)));
    /// assert_eq!(router.find(&Request::get("/nothing")), Outcome::NotFound);
    /// let post = Request { method: "POST", ..Request::get("/tickets") };
    /// let allow = ["GET", "HEAD", "OPTIONS"].map(String::from).to_vec();
    /// assert_eq!(router.find(&post), Outcome::MethodNotAllowed { allow });
    /// # Ok::<(), ravand_router::RuleError>(())
    /// ```
    pub fn find(&self, request: &Request<'_>) -> Outcome<'_> {
        let raw = request.path;
        if raw.starts_with('/')
            && !contains(raw, b'%')
            && let Some(outcome) = self.straight(request, raw)
        {
            return outcome;
        }
        self.find_from(request, 0)
    }

    /// The next rule for the request after one that was found and then
    /// refused, by a permission for example.
    pub fn find_after(&self, request: &Request<'_>, rank: Rank) -> Outcome<'_> {
        self.find_from(request, rank.0.saturating_add(1))
    }

    /// A rule.
    pub fn rule(&self, index: usize) -> Option<&Rule> {
        self.rules.get(index)
    }

    /// All rules, in the order in which they were added.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The places of all rules' paths, in the order in which they are tried.
    pub fn places(&self) -> impl ExactSizeIterator<Item = &Place> {
        self.alternatives.iter().map(|alternative| &alternative.place)
    }

    /// The languages.
    pub fn languages(&self) -> &Languages {
        &self.languages
    }

    /// The language that a request's path begins with or asks for, and the path behind it.
    ///
    /// ```
    /// use ravand_router::{LanguageMode, Languages, Request, Router};
    ///
    /// let mut builder = Router::builder();
    /// builder.languages(Languages::new(LanguageMode::UriShort, ["en_US", "fa_IR"], "en_US")?);
    /// let router = builder.build();
    /// assert_eq!(router.split_language(&Request::get("/fa/tickets")), (Some("fa_IR"), "/tickets"));
    /// assert_eq!(router.split_language(&Request::get("/tickets")), (Some("en_US"), "/tickets"));
    /// assert_eq!(router.split_language(&Request::get("/fa")), (Some("fa_IR"), "/"));
    /// # Ok::<(), ravand_router::LanguageError>(())
    /// ```
    pub fn split_language<'p>(&self, request: &Request<'p>) -> (Option<&str>, &'p str) {
        let Ok(path) = Path::parse(request.path) else {
            return (self.languages.default_code(), request.path);
        };
        let language = self.language(request, path.first().map(|(first, _)| first));
        let raw = request.path;
        let rest = match language.in_front {
            true => {
                raw.get(1..).and_then(|path| path.find('/')).and_then(|at| raw.get(at + 1..)).unwrap_or("/")
            }
            false => raw,
        };
        (language.code, rest)
    }

    #[cold]
    fn find_from(&self, request: &Request<'_>, floor: usize) -> Outcome<'_> {
        let path = match Path::parse(request.path) {
            Ok(path) => path,
            Err(bad) => return Outcome::BadRequest(bad),
        };
        if floor == 0
            && path.slashes_separate
            && let Cow::Owned(text) = &path.text
            && let Some(outcome) = self.straight(request, text)
        {
            return outcome;
        }
        let mut allow = Allow::default();
        let conditions = self.conditions(request);
        let search = Search { router: self, request, path: &path, conditions: &conditions, floor };
        match search.run(&mut allow) {
            Some(found) => Outcome::Found(found),
            None => match allow.into_list() {
                Some(allow) => Outcome::MethodNotAllowed { allow },
                None => Outcome::NotFound,
            },
        }
    }
}
