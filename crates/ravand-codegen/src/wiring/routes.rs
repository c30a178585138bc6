//! Routes: controllers, middlewares, permissions, and the parameters that they ask for.

use std::collections::BTreeSet;

use ravand_core::{Address, Problem, Problems};
use ravand_manifest::{Allow, Route, Spanned};
use ravand_router::{Domain, Part, Pattern};

use super::world::{Found, Wanted, list, short};
use super::{World, fit};
use crate::scan::asked::Param;
use crate::scan::classes::Kind;
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
                check_permission(world, package, route, address, problems);
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
    match world.method(Wanted { owner: package, address, kind, in_full: false }) {
        Err(problem) => problems.push(problem),
        Ok(None) => {}
        Ok(Some(found)) => check_params(package, route, address, found, problems),
    }
}

/// What a controller's action that decides about a permission cannot return: it says neither yes nor no.
const NO_ANSWERS: [&str; 9] =
    ["View", "Forward", "Html", "Json", "Redirect", "String", "str", "Vec", "Bytes"];

/// A permission is decided by a middleware's method, or by an action that answers with a response.
fn check_permission(
    world: &World<'_>,
    package: &Package,
    route: &Route,
    address: &Spanned<Address>,
    problems: &mut Problems,
) {
    let wanted = |kind| Wanted { owner: package, address, kind, in_full: false };
    if let Ok(Some(found)) = world.method(wanted(Kind::Middleware)) {
        check_params(package, route, address, found, problems);
        return;
    }
    let found = match world.method(wanted(Kind::Controller)) {
        Ok(Some(found)) => found,
        Ok(None) => return,
        Err(problem) => {
            problems.push(problem);
            return;
        }
    };
    if let Some((output, place)) = &found.2.output
        && NO_ANSWERS.contains(&output.as_str())
    {
        let problem = Problem::error(format!(
            "`{}` decides about a permission, and `{output}` says neither yes nor no",
            action(package, found)
        ));
        problems.push(
            problem
                .at(address.place.clone())
                .help(format!("it returns `{output}` at {place}"))
                .help("return `Response` or `Result<Response>` (its status decides) or `Result<()>`, or name a middleware's method"),
        );
    }
    check_params(package, route, address, found, problems);
}

/// Whether the rule gives what the method and its hooks ask for.
fn check_params(
    package: &Package,
    route: &Route,
    address: &Spanned<Address>,
    found: Found<'_>,
    problems: &mut Problems,
) {
    let (owner, class, member) = found;
    let action = action(package, found);
    let named = member.asked.params.iter().chain(&class.class.hooks.params);
    let structs = member.asked.structs.iter().chain(&class.class.hooks.structs);
    let fields = structs.filter_map(|path| owner.structs.get(path)).flatten();
    for param in named.chain(fields) {
        match absent(route, param) {
            Some(absent) => problems.push(missing(route, address, &action, param, &absent)),
            None => problems.0.extend(fit::check(route, address, &action, param)),
        }
    }
}

fn action(package: &Package, (_, class, member): Found<'_>) -> String {
    format!("{}@{}", short(package, class.address.as_str()), member.name)
}

/// Why a parameter may be absent, and which the rule has in this case.
enum Absent<'a> {
    /// A path, or the regex, does not have it.
    Nowhere(BTreeSet<&'a str>),
    /// The regex finds addresses without it.
    Sometimes(&'a Pattern),
}

/// Whether the rule may call its action without a parameter that is asked for.
fn absent<'a>(route: &'a Route, param: &Param) -> Option<Absent<'a>> {
    let (rule, name) = (&route.rule, param.name.as_str());
    let has_default = rule.defaults.iter().any(|(own, _)| own == name);
    if param.optional || (has_default && !route.is_exception()) {
        return None;
    }
    let of_domain = match rule.domains.as_slice() {
        [Domain::Pattern(pattern)] => Some(pattern),
        _ => None,
    };
    let from_domain: BTreeSet<&str> = of_domain.into_iter().flat_map(Pattern::names).collect();
    let ways: Vec<BTreeSet<&str>> = match &rule.regex {
        // An exception route's path is where an error happened: its action is given no parameters.
        _ if route.is_exception() => vec![BTreeSet::new()],
        Some(regex) => vec![regex.names().collect()],
        None => rule.paths.iter().map(|path| path.iter().filter_map(Part::name).collect()).collect(),
    };
    if from_domain.contains(name) {
        return of_domain.filter(|pattern| !pattern.always_has(name)).map(Absent::Sometimes);
    }
    if let Some(without) = ways.iter().find(|names| !names.contains(name)) {
        return Some(Absent::Nowhere(without.union(&from_domain).copied().collect()));
    }
    rule.regex.as_ref().filter(|regex| !regex.always_has(name)).map(Absent::Sometimes)
}

/// A parameter that the rule does not give, or not always.
fn missing(
    route: &Route,
    address: &Spanned<Address>,
    action: &str,
    param: &Param,
    absent: &Absent<'_>,
) -> Problem {
    let (rule, name) = (&route.rule, &param.name);
    let which = if rule.paths.len() > 1 { "a path of the rule" } else { "the rule" };
    let asks = format!("`{action}` asks for the parameter `{name}`");
    let asked = match &param.of {
        Some(of) => format!("it is a field of `{of}` at {}", param.place),
        None => format!("it is asked for at {}", param.place),
    };
    let optional = match &param.of {
        Some(_) => {
            "where it may be absent, make the field an `Option`, or write `#[serde(default)]` above it"
        }
        None => "where it may be absent, ask for `Param<Option<…>>`",
    };
    let has = match absent {
        Absent::Sometimes(pattern) => {
            let problem = Problem::error(format!("{asks}, which `{pattern}` does not always find"));
            return problem.at(address.place.clone()).help(asked).help(optional);
        }
        Absent::Nowhere(has) => has,
    };
    let problem = Problem::error(format!("{asks}, which {which} does not have"));
    let problem = problem.at(address.place.clone()).help(asked);
    let near = problem.clone().suggest(name, has.iter().copied());
    let has: Vec<String> = has.iter().map(|name| (*name).to_owned()).collect();
    let problem = match has.as_slice() {
        _ if near.help.len() > problem.help.len() => near,
        [] if route.is_exception() => {
            problem.help("an exception route gives no parameters; `Caught` gives the error")
        }
        [] if rule.regex.is_some() => problem.help(format!("write `(?<{name}>…)` into the regex")),
        [] => problem.help(format!("write `:{name}` into the path")),
        has => problem.help(format!("{which} has {}", list(has))),
    };
    match rule.paths.len() > 1 || param.of.is_some() {
        true => problem.help(optional),
        false => problem,
    }
}
