//! What a request finds, and why the rules before were not it.

use ravand_router::{BadPath, Outcome, Params, Reason, Request, Tried};
use serde_json::{Map, Value, json};

use super::{Asked, RouteTable, Row, Wants};

/// The whole way of a request.
#[derive(Debug)]
pub struct Explanation<'t> {
    /// What is asked.
    pub asked: Asked<'t>,
    /// The rules' paths that were tried before the answer, in their order.
    pub before: Vec<Step<'t>>,
    /// What is answered.
    pub answer: Answer<'t>,
}

/// One path of a rule and what became of it.
#[derive(Debug)]
pub struct Step<'t> {
    /// The rule.
    pub row: &'t Row,
    /// What became of it.
    pub tried: Tried,
    /// A permission refuses it, though everything else fits.
    pub refused: Option<Wants>,
}

/// What is answered in the end.
#[derive(Debug)]
pub enum Answer<'t> {
    /// A rule.
    Found {
        /// The rule.
        row: &'t Row,
        /// Which of its paths.
        path: usize,
        /// Its parameters.
        params: Params,
        /// The code of the language, where URLs or the query have one.
        lang: Option<String>,
    },
    /// An action that no rule names.
    Action {
        /// Who found it, as in `the convention /:controller/:action`.
        by: &'static str,
        /// The action's address.
        controller: String,
        /// Its parameters.
        params: Params,
        /// The code of the language.
        lang: Option<String>,
    },
    /// The page has another address, for good.
    Redirect(String),
    /// Something is here, but not for this method.
    NotAllowed(Vec<String>),
    /// Nothing is here.
    NotFound,
}

impl<'t> Explanation<'t> {
    /// Tries the rules one by one.
    ///
    /// # Errors
    /// When the path cannot be read.
    pub fn of(table: &'t RouteTable, asked: Asked<'t>) -> Result<Self, BadPath> {
        let lang = asked.lang();
        let request = Request { lang_parameter: lang.as_deref(), ..asked.request() };
        let mut before = Vec::new();
        for tried in table.router.explain(&request)? {
            let Some(row) = table.rows.get(tried.rule) else { continue };
            let refused = (tried.matched() && row.refuses(asked.wants)).then_some(asked.wants);
            match &tried.params {
                Some(params) if refused.is_none() => {
                    let (params, path) = (params.clone(), tried.path);
                    let lang = table.router.split_language(&request).0.map(str::to_owned);
                    return Ok(Self { asked, before, answer: Answer::Found { row, path, params, lang } });
                }
                _ => before.push(Step { row, tried, refused }),
            }
        }
        let answer = match table.find(&asked) {
            Outcome::MethodNotAllowed { allow } => Answer::NotAllowed(allow),
            _ => Answer::NotFound,
        };
        Ok(Self { asked, before, answer })
    }

    /// Whether an action answers.
    pub fn is_found(&self) -> bool {
        matches!(self.answer, Answer::Found { .. } | Answer::Action { .. })
    }

    /// As JSON: `request`, `tried`, and `found`, `redirect` or `error`.
    pub fn json(&self) -> Value {
        let Asked { method, scheme, host, path, query, .. } = self.asked;
        let tried: Vec<Value> = self.before.iter().map(Step::json).collect();
        let mut value = json!({
            "request": { "method": method, "scheme": scheme.as_str(), "host": host, "path": path, "query": query },
            "tried": tried,
        });
        let (key, said) = match &self.answer {
            Answer::Found { row, path, params, lang } => {
                let middleware = row.route.middleware.iter().map(|address| address.value.as_str());
                let found = json!({
                    "package": row.package, "index": row.index, "name": row.route.rule.name,
                    "controller": row.controller, "params": params_json(params), "lang": lang,
                    "path": row.route.rule.path_text(*path), "middleware": middleware.collect::<Vec<_>>(),
                    "source": row.source(),
                });
                ("found", found)
            }
            Answer::Action { by, controller, params, lang } => {
                let found = json!({ "by": by, "controller": controller, "params": params_json(params), "lang": lang });
                ("found", found)
            }
            Answer::Redirect(to) => ("redirect", to.as_str().into()),
            Answer::NotAllowed(allow) => {
                value["allow"] = json!(allow);
                ("error", "method not allowed".into())
            }
            Answer::NotFound => ("error", "not found".into()),
        };
        value[key] = said;
        value
    }
}

impl Step<'_> {
    /// Why it was not the one.
    pub fn why(&self) -> String {
        match self.refused {
            Some(wants) => refusal(wants),
            None => self.tried.to_string(),
        }
    }

    /// Not even the first part of its path fits.
    pub(super) fn is_far(&self) -> bool {
        self.tried.failed.iter().any(|reason| matches!(reason, Reason::Path { parts: 0 } | Reason::Regex))
    }

    fn json(&self) -> Value {
        let failed = self.tried.failed.iter().map(ToString::to_string);
        let failed: Vec<String> = failed.chain(self.refused.map(refusal)).collect();
        json!({
            "package": self.row.package, "index": self.row.index,
            "path": self.row.route.rule.path_text(self.tried.path), "source": self.row.source(), "failed": failed,
        })
    }
}

fn refusal(wants: Wants) -> String {
    format!("its permission refuses {0} requests (?{0}=1)", wants.word())
}

fn params_json(params: &Params) -> Map<String, Value> {
    params.iter().map(|(name, value)| (name.to_owned(), value.into())).collect()
}
