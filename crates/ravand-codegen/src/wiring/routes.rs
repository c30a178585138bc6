//! Routes: controllers, middlewares, permissions, and the parameters that they ask for.

use std::collections::BTreeSet;

use ravand_core::{Address, Problem, Problems};
use ravand_manifest::{Allow, Route, Spanned};
use ravand_router::{Domain, Part};

use super::World;
use super::world::{list, short};
use crate::scan::classes::{Kind, Param};
use crate::scan::package::Package;

pub(super) fn check(world: &World<'_>, package: &Package, problems: &mut Problems) {
    let Some((_, routing)) = &package.routing else { return };
    for route in &routing.routes {
        check_target(world, package, route, &route.target, Kind::Controller, problems);
        for middleware in &route.middleware {
            check_target(world, package, route, middleware, Kind::Middleware, problems);
        }
        for allow in [&route.permissions.api, &route.permissions.ajax] {
            if let Allow::Ask(address) = allow {
                // A middleware's method decides as well as a controller's.
                let kind = match world.method(package, address, Kind::Middleware) {
                    Ok(_) => Kind::Middleware,
                    Err(_) => Kind::Controller,
                };
                check_target(world, package, route, address, kind, problems);
            }
        }
    }
}

fn check_target(
    world: &World<'_>,
    package: &Package,
    route: &Route,
    address: &Spanned<Address>,
    kind: Kind,
    problems: &mut Problems,
) {
    match world.method(package, address, kind) {
        Err(problem) => problems.push(problem),
        Ok(None) => {}
        Ok(Some((_, class, member))) => {
            let params = member.params.iter().chain(&class.class.hook_params);
            let action = format!("{}@{}", short(package, class.address.as_str()), member.name);
            problems.0.extend(params.filter_map(|param| missing(route, address, &action, param)));
        }
    }
}

/// A parameter that one of the rule's paths does not have.
fn missing(route: &Route, address: &Spanned<Address>, action: &str, param: &Param) -> Option<Problem> {
    let rule = &route.rule;
    let from_domain = rule.domains.iter().filter_map(|domain| match domain {
        Domain::Pattern(pattern) => Some(pattern.names()),
        _ => None,
    });
    let from_domain: BTreeSet<&str> = match rule.domains.as_slice() {
        [_] => from_domain.flatten().collect(),
        _ => BTreeSet::new(),
    };
    let ways: Vec<BTreeSet<&str>> = match &rule.regex {
        // An exception route's path is where an error happened: its action is given no parameters.
        _ if route.is_exception() => vec![BTreeSet::new()],
        Some(regex) => vec![regex.names().collect()],
        None => rule.paths.iter().map(|path| path.iter().filter_map(Part::name).collect()).collect(),
    };
    let without = ways.iter().find(|names| !names.contains(param.name.as_str()))?;
    if from_domain.contains(param.name.as_str()) {
        return None;
    }
    let has: Vec<String> = without.union(&from_domain).map(|name| (*name).to_owned()).collect();
    let which = if ways.len() > 1 { "a path of the rule" } else { "the rule" };
    let problem = Problem::error(format!(
        "`{action}` asks for the parameter `{}`, which {which} does not have",
        param.name
    ));
    let problem = problem.at(address.place.clone()).help(format!("it is asked for at {}", param.place));
    let near = problem.clone().suggest(&param.name, has.iter().map(String::as_str));
    Some(match has.as_slice() {
        _ if near.help.len() > problem.help.len() => near,
        [] if route.is_exception() => {
            problem.help("an exception route gives no parameters; `Caught` gives the error")
        }
        [] if rule.regex.is_some() => problem.help(format!("write `(?<{0}>…)` into the regex", param.name)),
        [] => problem.help(format!("write `:{}` into the path", param.name)),
        has => problem.help(format!("{which} has {}", list(has))),
    })
}
