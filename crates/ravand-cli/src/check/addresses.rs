//! Addresses in manifests: do they name a package that is there, and that the writer declares?
//!
//! Whether the class is there too only the build knows, for only it reads Rust.

use ravand_core::{Address, AddressKey, Problem, Problems};
use ravand_manifest::{Allow, Event, Spanned};

use super::Named;
use crate::output::list;
use crate::package::Package;

pub(super) fn check(packages: &[Package], named: &[Named], problems: &mut Problems) {
    let names: Vec<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    for (package, named) in packages.iter().zip(named) {
        let themed = named.themes.iter().flat_map(|theme| &theme.events);
        let events = package.manifest.events.iter().chain(themed);
        let of_events = events.flat_map(|Event { name, listener }| [name, listener]);
        let of_routes = package.routes.iter().flat_map(|route| {
            let permissions = [&route.permissions.api, &route.permissions.ajax];
            let asked = permissions.into_iter().filter_map(|allow| match allow {
                Allow::Ask(address) => Some(address),
                _ => None,
            });
            std::iter::once(&route.target).chain(&route.middleware).chain(asked)
        });
        let faults = of_events.chain(of_routes).filter_map(|address| fault(package, address, &names));
        problems.0.extend(faults);
    }
}

fn fault(owner: &Package, address: &Spanned<Address>, names: &[&str]) -> Option<Problem> {
    let text = address.value.as_str();
    if !text.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("packages/")) {
        return None;
    }
    let name = address.value.package();
    let key = AddressKey::of(name);
    if key == AddressKey::of(&owner.name) || key == AddressKey::of("base") {
        return None;
    }
    let Some(real) = names.iter().find(|known| AddressKey::of(known) == key) else {
        let problem = Problem::error(format!("there is no package `{name}`")).at(address.place.clone());
        let helped = problem.clone().suggest(name, names.iter().copied());
        return Some(match helped.help.is_empty() {
            true => problem.help(format!("there are {}", list(names.iter().copied().take(8)))),
            false => helped,
        });
    };
    if !owner.is_declared || owner.declares(real) {
        return None;
    }
    let problem = Problem::error(format!(
        "`{text}` is of the package `{real}`, which `{}` does not declare",
        owner.name
    ));
    let file = format!("{}/package.json", owner.shown);
    Some(problem.at(address.place.clone()).help(format!("write `\"{real}\"` into `dependencies` of {file}")))
}
