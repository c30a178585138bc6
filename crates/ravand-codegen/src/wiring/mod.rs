//! Whether what the manifests name is there, and fits.

mod dependencies;
mod events;
mod routes;
mod views;
mod world;

pub(crate) use events::{Wire, path, wire};
pub(crate) use world::World;

use ravand_core::Problems;

use crate::scan::package::Package;

/// Checks all wiring of one package.
pub(crate) fn check(world: &World<'_>, package: &Package, problems: &mut Problems) {
    dependencies::check(world, package, problems);
    routes::check(world, package, problems);
    events::check(world, package, problems);
    views::check(world, package, problems);
}
