//! The `dependencies` of package.json and of Cargo.toml, which must agree.

use ravand_core::{Problem, Problems};

use super::World;
use crate::scan::package::Package;

pub(super) fn check(world: &World<'_>, package: &Package, problems: &mut Problems) {
    if !package.is_declared {
        return;
    }
    for on in package.manifest.dependencies.iter().filter(|on| on.value != "base") {
        let name = &on.value;
        if !world.names.contains(name) {
            // A whole application tells this with its load order.
            if !world.whole {
                let others = world.names.iter().map(String::as_str).filter(|other| *other != package.name);
                let problem = Problem::error(format!("there is no package `{name}`")).at(on.place.clone());
                problems
                    .push(problem.suggest(name, others).help(format!("it would be the folder `../{name}`")));
            }
        } else if !package.cargo.dependencies.contains_key(name) {
            let problem = Problem::error(format!("`dependencies` has `{name}`, and Cargo.toml has it not"));
            let circle = world.package(name).is_some_and(|other| other.depends_on(&package.name));
            problems.push(problem.at(on.place.clone()).help(match circle {
                true => format!(
                    "`{name}` depends on `{0}`: one of them has to do without the other, by an event that \
                     `{0}` triggers and `{name}` listens to, for example",
                    package.name
                ),
                false => format!(
                    "write `{name} = {{ path = \"../{name}\" }}` under `[dependencies]` of {}Cargo.toml",
                    package.prefix
                ),
            }));
        }
    }
    for (name, place) in &package.cargo.dependencies {
        if world.names.contains(name) && *name != package.name && !package.declares(name) {
            let problem =
                Problem::error(format!("Cargo.toml has the package `{name}`, and package.json has it not"));
            let names =
                package.manifest.dependencies.iter().map(|on| on.value.as_str()).chain([name.as_str()]);
            let names: Vec<String> = names.map(|name| format!("\"{name}\"")).collect();
            problems.push(problem.at(place.clone()).help(format!(
                "write `\"dependencies\": [{}]` into {}package.json",
                names.join(", "),
                package.prefix
            )));
        }
    }
}
