//! The names that options give: a package's, a theme's. They can be checked only when the packages are there.

use std::collections::BTreeSet;

use ravand_core::{Problem, Problems, Result, nearest};

use crate::options::{Options, PackageMount, Part, Settings};
use crate::package::LoadedPackage;

/// Refuses options that name what is not there.
pub(super) fn check(options: &Options, settings: &Settings, packages: &[LoadedPackage]) -> Result<()> {
    let mut problems = Problems::default();
    if settings.router.conventional
        && let Some(name) = &settings.router.default_package
    {
        let own = packages.iter().filter(|package| package.name != "base");
        let routing = own.filter(|package| package.manifest.routing.is_some());
        let names: Vec<&str> = routing.map(|package| package.name.as_str()).collect();
        let what = "which is no package with `routing`";
        problems.0.extend(missing(options, "router.default_package", name, what, &names));
    }
    if cfg!(feature = "views")
        && let Some(name) = &settings.theme
    {
        let themes = packages.iter().flat_map(|package| &package.themes);
        let names = themes.filter_map(|theme| Some(theme.name.as_ref()?.value.as_str()));
        // Several packages contribute to one theme.
        let names: Vec<&str> = names.collect::<BTreeSet<_>>().into_iter().collect();
        problems.0.extend(missing(options, "view.theme", name, "which is no theme of any package", &names));
    }
    for PackageMount { package, .. } in &settings.mounts {
        let own = packages.iter().filter(|package| package.name != "base");
        let names: Vec<&str> = own.map(|package| package.name.as_str()).collect();
        if !names.contains(&package.as_str()) {
            let option = format!("packages.{package}.mount");
            let problem =
                Problem::error(format!("the option `{option}` is of no package of the application"));
            let problem = problem.suggest(package, names.iter().copied());
            problems.push(options.mark(problem, &option, Part::Name));
        }
    }
    if problems.has_errors() { Err(problems.into()) } else { Ok(()) }
}

fn missing(options: &Options, option: &str, name: &str, what: &str, names: &[&str]) -> Option<Problem> {
    if names.contains(&name) {
        return None;
    }
    let problem = Problem::error(format!("the option `{option}` is `{name}`, {what}"));
    let problem = match (nearest(name, names.iter().copied()), names) {
        (Some(near), _) => problem.help(format!("did you mean `{near}`?")),
        (None, []) => problem.help("there is none"),
        (None, names) => problem.help(format!("there are: {}", names.join(", "))),
    };
    Some(options.mark(problem, option, Part::Value))
}
