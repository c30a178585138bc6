//! The dispatch token: which package, controller and action come next, and with which parameters.

use std::borrow::Cow;

use ravand_router::Params;

use crate::class_map::FoundAction;
use crate::controller::Call;

/// Which action is called next, and with what. A value: setting a part gives a new token.
///
/// ```
/// use ravand::Token;
/// let token = Token::new("ticketing", "Tickets", "view").with_param("id", 7);
/// assert_eq!(token.controller_name(), "Tickets");
/// assert_eq!(token.params().get("id"), Some("7"));
/// let token = token.set_action_name("close");
/// assert_eq!(token.to_string(), "packages/ticketing/controllers/Tickets@close");
/// ```
#[derive(Clone, Debug)]
pub struct Token {
    // Names that the class map has are borrowed from the program.
    package: Cow<'static, str>,
    controller: Cow<'static, str>,
    action: Cow<'static, str>,
    params: Params,
    pub(crate) resolved: Option<Resolved>,
}

/// What the router already knows of a token, so that the dispatcher looks nothing up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Resolved {
    /// Calls the action.
    pub call: Call,
    /// The rule it came from, for its middlewares.
    pub route: Option<u32>,
}

/// What an action returns to have another one called: the loop goes round once more.
///
/// A forward carries only its own parameters; [`Forward::with_params`] takes those of the present token along.
///
/// ```
/// use ravand::Forward;
/// let forward = Forward::to("controllers/Tickets@view").param("id", 7);
/// # let _ = forward;
/// ```
#[derive(Clone, Debug)]
#[must_use = "a forward is followed only when the action returns it"]
pub struct Forward {
    pub(crate) address: String,
    pub(crate) params: Params,
    pub(crate) merge: bool,
}

impl Token {
    /// A token for an action of a controller below the package's `controllers`.
    pub fn new(package: &str, controller: &str, action: &str) -> Self {
        Self {
            package: package.to_owned().into(),
            controller: controller.to_owned().into(),
            action: action.to_owned().into(),
            params: Params::new(),
            resolved: None,
        }
    }

    /// The token of a request that the router has not seen.
    pub(crate) fn empty() -> Self {
        let empty = Cow::Borrowed("");
        Self {
            package: empty.clone(),
            controller: empty.clone(),
            action: empty,
            params: Params::new(),
            resolved: None,
        }
    }

    /// The token of an action of the class map; `route` is the rule that it came from.
    pub(crate) fn of_action(found: &FoundAction, params: Params, route: Option<u32>) -> Self {
        Self {
            package: Cow::Borrowed(found.package),
            controller: Cow::Borrowed(found.controller),
            action: found.name.clone(),
            params,
            resolved: Some(Resolved { call: found.action.call, route }),
        }
    }

    /// The package's name.
    pub fn package(&self) -> &str {
        &self.package
    }

    /// The controller's path below `controllers`, as `Tickets` or `admin/Users`.
    pub fn controller_name(&self) -> &str {
        &self.controller
    }

    /// The action's name.
    pub fn action_name(&self) -> &str {
        &self.action
    }

    /// The parameters, in the order they were given.
    pub fn params(&self) -> &Params {
        &self.params
    }

    /// The token of another package.
    #[must_use]
    pub fn set_package(mut self, package: &str) -> Self {
        self.package = package.to_owned().into();
        self.resolved = None;
        self
    }

    /// The token of another controller.
    #[must_use]
    pub fn set_controller_name(mut self, controller: &str) -> Self {
        self.controller = controller.to_owned().into();
        self.resolved = None;
        self
    }

    /// The token of another action.
    #[must_use]
    pub fn set_action_name(mut self, action: &str) -> Self {
        self.action = action.to_owned().into();
        self.resolved = None;
        self
    }

    /// The token with these parameters and no others.
    #[must_use]
    pub fn set_params(mut self, params: Params) -> Self {
        self.params = params;
        self
    }

    /// The token with one more parameter, or another value of it.
    #[must_use]
    pub fn with_param(mut self, name: &str, value: impl ToString) -> Self {
        self.params.set(name, &value.to_string());
        self
    }
}

impl std::fmt::Display for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "packages/{}/controllers/{}@{}", self.package, self.controller, self.action)
    }
}

impl Forward {
    /// Another action, by its address; one without `packages/` is of the package that forwards.
    pub fn to(address: impl Into<String>) -> Self {
        Self { address: address.into(), params: Params::new(), merge: false }
    }

    /// Gives it a parameter.
    pub fn param(mut self, name: &str, value: impl ToString) -> Self {
        self.params.set(name, &value.to_string());
        self
    }

    /// Takes the present token's parameters along; its own win.
    pub fn with_params(mut self) -> Self {
        self.merge = true;
        self
    }
}

impl axum::response::IntoResponse for Forward {
    fn into_response(self) -> axum::response::Response {
        let mut response = http::StatusCode::NO_CONTENT.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The forward in an HTTP response that axum made of one.
pub(crate) fn carried_forward(response: &mut axum::response::Response) -> Option<Forward> {
    response.extensions_mut().remove::<Forward>()
}
