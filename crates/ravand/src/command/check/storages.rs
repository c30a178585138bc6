//! Storages: whether packages can write to their folders.

use ravand_core::Problem;
use ravand_terminal::count;

use super::{Area, Look, disk};

pub(super) fn area(look: &Look<'_>) -> Area {
    let root = look.app.root();
    let mut problems = Vec::new();
    let mut number = 0;
    for package in &look.app.0.packages {
        for storage in &package.manifest.storages {
            number += 1;
            let folder = root.join("packages").join(&package.name).join(&storage.root.value);
            let shown = disk::shown(&folder, root);
            let why = disk::cannot_write_into(&folder, root);
            problems.extend(why.map(|why| {
                let (name, package) = (&storage.name.value, &package.name);
                Problem::error(format!(
                    "the storage `{name}` of the package `{package}` cannot be written to: {why}"
                ))
                .at(storage.root.place.clone())
                .help(format!("make {shown} a folder that the user that runs the program may write to"))
            }));
        }
    }
    Area::of("storages", count(number, "folder"), problems)
}
