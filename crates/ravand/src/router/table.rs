//! The routes of all packages, resolved to the actions and middlewares that they name.

use std::time::Duration;

use ravand_core::{Address, Error, Result};

use crate::class_map::{ClassMap, FoundAction};
use crate::controller::Middleware;
use crate::router::Permission;
use crate::token::Resolved;

/// All routes, in the order their packages were loaded; a rule's index in the router is its index here.
#[derive(Default)]
pub(crate) struct RouteTable {
    pub routes: Vec<Route>,
    /// The addresses of the actions that exception routes name.
    pub exceptions: Vec<String>,
}

/// A rule of a package with what it calls.
#[derive(Clone, Debug)]
pub struct Route {
    /// The package it belongs to.
    pub package: String,
    /// Its place: file, line and column.
    pub place: String,
    /// The rule.
    pub rule: ravand_router::Rule,
    pub(crate) action: FoundAction,
    /// How long middlewares and actions may take together.
    pub timeout: Option<Duration>,
    pub(crate) middlewares: Vec<Middleware>,
    pub(crate) api: Permission,
    pub(crate) ajax: Permission,
}

impl Route {
    /// The address of the action that it calls.
    pub fn target(&self) -> String {
        format!(
            "packages/{}/controllers/{}@{}",
            self.action.package, self.action.controller, self.action.name
        )
    }

    /// Resolves a route of a manifest.
    pub(crate) fn resolve(package: &str, route: &ravand_manifest::Route, classes: &ClassMap) -> Result<Self> {
        let at = |place: &ravand_core::Place, error: Error| Error::internal(format!("{place}: {error}"));
        let action = classes.action(&route.target.value).map_err(|error| at(&route.target.place, error))?;
        let middlewares = route
            .middleware
            .iter()
            .map(|address| classes.middleware(&address.value).map_err(|error| at(&address.place, error)))
            .collect::<Result<_>>()?;
        Ok(Self {
            package: package.to_owned(),
            place: route.place.to_string(),
            rule: route.rule.clone(),
            action,
            timeout: route.timeout,
            middlewares,
            api: Permission::resolve(&route.permissions.api, classes)?,
            ajax: Permission::resolve(&route.permissions.ajax, classes)?,
        })
    }
}

impl RouteTable {
    /// The rule that a token came from.
    pub fn of(&self, resolved: Resolved) -> Option<&Route> {
        self.routes.get(resolved.route? as usize)
    }

    /// The addresses of the actions that rules name, exception routes included.
    pub fn targets(&self) -> impl Iterator<Item = String> {
        self.routes.iter().map(Route::target).chain(self.exceptions.iter().cloned())
    }
}

/// Reads an address that the framework's own code wrote.
pub(crate) fn address(text: &str, package: &str) -> Result<Address> {
    Address::parse(text, package).map_err(|error| Error::internal(format!("`{text}`: {error}")))
}
