//! The routes of all packages: resolved to their actions, and compiled once.

use ravand_core::{Error, Result};
use ravand_router::{Domain, Pattern};

use super::locale;
use crate::class_map::ClassMap;
use crate::exceptions::ExceptionRoutes;
use crate::options::{PackageMount, Settings, Www};
use crate::package::LoadedPackage;
use crate::router::{Route, RouteTable};
use crate::translate::Translator;

/// Puts what the options mount packages under in front of their rules, exception routes included.
pub(super) fn mount(packages: &mut [LoadedPackage], settings: &Settings) -> Result<()> {
    let mut faults = Vec::new();
    for PackageMount { package: name, mount } in &settings.mounts {
        let package = packages.iter_mut().find(|package| package.name == *name);
        for route in package.into_iter().flat_map(|package| &mut package.routes) {
            match route.rule.clone().mounted(mount) {
                Ok(rule) => route.rule = rule,
                Err(error) => {
                    faults.push(format!("{}: the option `packages.{name}.mount`: {error}", route.place));
                }
            }
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::internal(faults.join("\n"))) }
}

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
    builder.default_domains(domains(&settings.router.default_domains, settings.router.www)?);
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

/// The default domains, by the names that the policy redirects to as well.
fn domains(names: &[String], www: Option<Www>) -> Result<Vec<Domain>> {
    let domain = |name: &String| match name.as_str() {
        "*" => Ok(Domain::Any),
        pattern if pattern.starts_with('/') => Pattern::parse(pattern)
            .map(Domain::Pattern)
            .map_err(|error| Error::internal(format!("the option `router.default_domains`: {error}"))),
        name => Ok(Domain::Name(name.to_owned())),
    };
    if names.is_empty() {
        return Ok(vec![Domain::Any]);
    }
    let mut domains = names.iter().map(domain).collect::<Result<Vec<_>>>()?;
    for name in names.iter().filter(|name| *name != "*" && !name.starts_with('/')) {
        let bare = name.strip_prefix("www.").unwrap_or(name);
        let own = match www {
            None => continue,
            Some(Www::Nowww) => bare.to_owned(),
            Some(Www::Withwww) => format!("www.{bare}"),
        };
        domains.push(Domain::Name(own));
    }
    // The one that the policy wants is the one that URLs are built on.
    if www.is_some() {
        domains.rotate_left(names.len());
    }
    Ok(domains)
}
