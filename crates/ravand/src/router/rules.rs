//! The default router: the packages' rules, then, where they are switched on, the conventional routes.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use ravand_core::{AddressKey, Error, ErrorKind, Result};
use ravand_router::{
    Conventional, ConventionalError, LanguageMode, Outcome, Params, Rank, Request, conventional, words,
};

use crate::class_map::{Class, ClassKind, FoundAction};
use crate::controller::Action;
use crate::options::RouterSettings;
use crate::router::{RouteRequest, RouteTable, Routed, Router};
use crate::{Token, accept};

/// Routes by the packages' rules in their order of precedence, and after them by convention.
pub struct RuleRouter {
    rules: Arc<ravand_router::Router>,
    /// The actions of the rules, by their numbers.
    actions: Vec<FoundAction>,
    conventions: Option<Conventions>,
    settings: RouterSettings,
}

/// What conventional routes can reach: the actions of packages that declare `routing`, other than those that a
/// rule names. Such an action has its address already, and its rule may have middlewares in front of it.
struct Conventions {
    default_package: String,
    leading_packages: bool,
    /// Packages by the folded form of their names.
    packages: HashMap<String, String>,
    /// By package and the folded form of the controller's name.
    controllers: HashMap<(String, String), Reachable>,
}

struct Reachable {
    package: &'static str,
    name: &'static str,
    actions: Vec<Action>,
    no_route: Option<Action>,
}

impl RuleRouter {
    pub(crate) fn new(
        rules: Arc<ravand_router::Router>,
        table: &RouteTable,
        routing_packages: &[&str],
        classes: &[Class],
        settings: &RouterSettings,
    ) -> Result<Self> {
        let actions = table.routes.iter().map(|route| route.action.clone()).collect();
        let conventions = match (settings.conventional, &settings.default_package) {
            (false, _) => None,
            (true, Some(package)) if routing_packages.contains(&package.as_str()) => Some(Conventions::new(
                package,
                settings.conventional_packages,
                routing_packages,
                classes,
                table,
            )),
            (true, Some(package)) => {
                return Err(Error::internal(format!(
                    "the option `router.default_package` is `{package}`, which is no package with `routing`; there are: {}",
                    routing_packages.join(", ")
                )));
            }
            (true, None) => {
                return Err(Error::internal(
                    "conventional routes are switched on, but the option `router.default_package` is not set",
                ));
            }
        };
        Ok(Self { rules, actions, conventions, settings: settings.clone() })
    }

    /// The compiled rules.
    pub fn rules(&self) -> &ravand_router::Router {
        &self.rules
    }

    /// The methods of all rules, for who asks about the server as a whole.
    fn methods(&self) -> Vec<String> {
        let mut methods: BTreeSet<&str> = ["OPTIONS"].into();
        for rule in self.rules.rules() {
            match rule.methods.as_slice() {
                [] => methods.extend(["DELETE", "GET", "PATCH", "POST", "PUT"]),
                some => methods.extend(some.iter().map(String::as_str)),
            }
        }
        if methods.contains("GET") {
            methods.insert("HEAD");
        }
        methods.into_iter().map(str::to_owned).collect()
    }

    fn conventional(&self, request: &RouteRequest<'_>) -> Result<Option<Routed<'_>>> {
        let Some(conventions) = &self.conventions else { return Ok(None) };
        let asked = Request {
            method: request.method.as_str(),
            scheme: request.scheme,
            host: &request.host,
            path: &request.path,
            lang_parameter: None,
        };
        let (language, path) = self.rules.split_language(&asked);
        let found = match conventional(path, |first| conventions.package(first)) {
            Ok(found) => found,
            Err(ConventionalError::Bad(bad)) => return Err(Error::bad_request(bad.to_string())),
            Err(_) => return Ok(None),
        };
        let package = found.package.as_deref().unwrap_or(&conventions.default_package);
        let key = (package.to_owned(), words(&found.controller));
        let Some(reachable) = conventions.controllers.get(&key) else { return Ok(None) };
        let wanted = words(&found.action);
        let own = reachable.actions.iter().find(|action| words(action.name) == wanted).copied();
        let Some(action) = own.or(reachable.no_route) else { return Ok(None) };
        let action_name = if own.is_some() { action.name } else { found.action.as_str() };
        let canonical = found.canonical(reachable.name, action_name);
        if own.is_some()
            && canonical != path
            && matches!(request.method, http::Method::GET | http::Method::HEAD)
        {
            let prefix = request.path.strip_suffix(path).unwrap_or_default();
            let query = request.query.as_deref().map(|query| format!("?{query}")).unwrap_or_default();
            return Ok(Some(Routed::Redirect(super::plain(&format!("{prefix}{canonical}{query}")))));
        }
        let params = merged(&found, request.query.as_deref());
        let found = FoundAction {
            action,
            package: reachable.package,
            controller: reachable.name,
            name: if own.is_some() { action.name.into() } else { action_name.to_owned().into() },
        };
        let token = Token::of_action(&found, params, None);
        Ok(Some(Routed::Token { token, language, rank: None }))
    }
}

impl Router for RuleRouter {
    fn route(&self, request: &RouteRequest<'_>, after: Option<Rank>) -> Result<Routed<'_>> {
        if after.is_none()
            && let Some(address) = super::redirect(request, &self.settings)
        {
            return Ok(Routed::Redirect(address));
        }
        let lang = match self.rules.languages().mode() {
            LanguageMode::Parameter => {
                request.query.as_deref().and_then(|query| accept::query_value(query, "lang"))
            }
            _ => None,
        };
        let asked = Request {
            method: request.method.as_str(),
            scheme: request.scheme,
            host: &request.host,
            path: &request.path,
            lang_parameter: lang.as_deref(),
        };
        let outcome = match after {
            None => self.rules.find(&asked),
            Some(rank) => self.rules.find_after(&asked, rank),
        };
        match outcome {
            Outcome::Found(found) => {
                let Some(action) = self.actions.get(found.rule) else {
                    return Err(ErrorKind::Internal.into());
                };
                let token = Token::of_action(action, found.params, u32::try_from(found.rule).ok());
                Ok(Routed::Token { token, language: found.lang, rank: Some(found.rank) })
            }
            Outcome::BadRequest(_) if request.method == http::Method::OPTIONS && request.path == "*" => {
                Ok(Routed::MethodNotAllowed(self.methods()))
            }
            Outcome::BadRequest(bad) => Err(Error::bad_request(bad.to_string())),
            Outcome::MethodNotAllowed { allow } => Ok(Routed::MethodNotAllowed(allow)),
            // What a rule's permission refused is not to be had by convention either.
            Outcome::NotFound if after.is_some() => Ok(Routed::NotFound),
            Outcome::NotFound => Ok(self.conventional(request)?.unwrap_or(Routed::NotFound)),
        }
    }
}

impl Conventions {
    fn new(
        default_package: &str,
        leading_packages: bool,
        packages: &[&str],
        classes: &[Class],
        table: &RouteTable,
    ) -> Self {
        let named: HashSet<AddressKey> = table.targets().map(|target| AddressKey::of(&target)).collect();
        let mut controllers = HashMap::new();
        for class in classes {
            let ClassKind::Controller { actions, no_route } = class.kind else { continue };
            let mut parts = class.address.splitn(4, '/').skip(1);
            let (Some(package), Some(folder), Some(name)) = (parts.next(), parts.next(), parts.next()) else {
                continue;
            };
            let reachable = packages.contains(&package) && AddressKey::of(folder).as_str() == "controllers";
            if reachable && !name.contains('/') {
                let free = |action: &&Action| {
                    !named.contains(&AddressKey::of(&format!("{}@{}", class.address, action.name)))
                };
                let actions = actions.iter().filter(free).copied().collect();
                let reachable = Reachable { package, name, actions, no_route };
                controllers.insert((package.to_owned(), words(name)), reachable);
            }
        }
        Self {
            default_package: default_package.to_owned(),
            leading_packages,
            packages: packages.iter().map(|name| (words(name), (*name).to_owned())).collect(),
            controllers,
        }
    }

    /// The package that a first segment spells, where packages may lead.
    fn package(&self, first: &str) -> Option<String> {
        if self.leading_packages { self.packages.get(&words(first)).cloned() } else { None }
    }
}

/// The query's parameters and the path's, which win.
fn merged(found: &Conventional, query: Option<&str>) -> Params {
    let mut params = Params::new();
    let pairs: Vec<(String, String)> =
        query.and_then(|query| serde_urlencoded::from_str(query).ok()).unwrap_or_default();
    for (name, value) in &pairs {
        params.set(name, value);
    }
    for (name, value) in found.params.iter() {
        params.set(name, value);
    }
    params
}
