//! The routes of all packages: resolved to their actions, and compiled once.

use ravand_core::{Error, Result};
use ravand_router::{Domain, Pattern};

use super::locale;
use crate::class_map::ClassMap;
use crate::exceptions::ExceptionRoutes;
use crate::options::Settings;
use crate::package::LoadedPackage;
use crate::router::{Route, RouteTable};
use crate::translate::Translator;

/// Resolves every route; the compiled rules have the indices of `table`. All faults are told together.
pub(super) fn compile(
    packages: &[LoadedPackage],
    settings: &Settings,
    classes: &ClassMap,
    translator: &Translator,
    table: &mut RouteTable,
    exceptions: &mut ExceptionRoutes,
) -> Result<ravand_router::Router> {
    let mut builder = ravand_router::Router::builder();
    builder.languages(locale::languages(settings, translator)?);
    builder.default_domains(domains(&settings.router.default_domains)?);
    let mut faults = Vec::new();
    for package in packages {
        for route in &package.routes {
            if route.is_exception() {
                table.exceptions.push(route.target.value.to_string());
                exceptions.add(route, classes).unwrap_or_else(|error| faults.push(error.to_string()));
                continue;
            }
            match Route::resolve(&package.name, route, classes) {
                Ok(resolved) => match builder.add(route.rule.clone()) {
                    Ok(_) => table.routes.push(resolved),
                    Err(error) => faults.push(format!("{}: {error}", route.place)),
                },
                Err(error) => faults.push(error.to_string()),
            }
        }
    }
    if faults.is_empty() { Ok(builder.build()) } else { Err(Error::internal(faults.join("\n"))) }
}

fn domains(names: &[String]) -> Result<Vec<Domain>> {
    let domain = |name: &String| match name.as_str() {
        "*" => Ok(Domain::Any),
        pattern if pattern.starts_with('/') => Pattern::parse(pattern)
            .map(Domain::Pattern)
            .map_err(|error| Error::internal(format!("the option `router.default_domains`: {error}"))),
        name => Ok(Domain::Name(name.to_owned())),
    };
    match names {
        [] => Ok(vec![Domain::Any]),
        names => names.iter().map(domain).collect(),
    }
}
