//! The routes of all packages, resolved to the actions and middlewares that they name.

use std::sync::Arc;

use ravand_core::{Address, Error, Result};

use crate::class_map::{ClassMap, FoundAction};
use crate::controller::{Action, Middleware};

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
    pub(crate) middlewares: Vec<Middleware>,
    pub(crate) api: Permission,
    pub(crate) ajax: Permission,
}

/// Whether a rule is open to API or ajax requests.
#[derive(Clone, Debug)]
pub(crate) enum Permission {
    Yes,
    No,
    /// A middleware's method decides.
    Ask(Middleware),
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
        let permission = |allow: &ravand_manifest::Allow| match allow {
            ravand_manifest::Allow::Yes => Ok(Permission::Yes),
            ravand_manifest::Allow::No => Ok(Permission::No),
            ravand_manifest::Allow::Ask(address) => classes
                .middleware(&address.value)
                .map(Permission::Ask)
                .map_err(|error| at(&address.place, error)),
        };
        Ok(Self {
            package: package.to_owned(),
            place: route.place.to_string(),
            rule: route.rule.clone(),
            action,
            middlewares,
            api: permission(&route.permissions.api)?,
            ajax: permission(&route.permissions.ajax)?,
        })
    }
}

impl RouteTable {
    /// The addresses of the actions that rules name, exception routes included.
    pub fn targets(&self) -> impl Iterator<Item = String> {
        self.routes.iter().map(Route::target).chain(self.exceptions.iter().cloned())
    }

    /// The action of a rule and the names of its place.
    pub fn names(&self, index: usize) -> Option<(Action, [Arc<str>; 3])> {
        let found = &self.routes.get(index)?.action;
        Some((found.action, [found.package.clone(), found.controller.clone(), found.name.clone()]))
    }
}

/// Reads an address that the framework's own code wrote.
pub(crate) fn address(text: &str, package: &str) -> Result<Address> {
    Address::parse(text, package).map_err(|error| Error::internal(format!("`{text}`: {error}")))
}
