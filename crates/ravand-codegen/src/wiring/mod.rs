//! Whether what the manifests name is there, and fits.

mod code;
mod dependencies;
mod events;
mod fit;
mod names;
mod phrases;
mod phrases_languages;
mod routes;
mod schedules;
mod templates;
mod templates_calls;
mod templates_views;
mod views;
mod world;

pub(crate) use events::{Wire, path, wire};
pub(crate) use templates::check as check_templates;
pub(crate) use world::{World, list};

use ravand_core::Problems;

use crate::scan::package::Package;

/// Checks all wiring of one package.
pub(crate) fn check(world: &World<'_>, package: &Package, problems: &mut Problems) {
    dependencies::check(world, package, problems);
    routes::check(world, package, problems);
    events::check(world, package, problems);
    views::check(world, package, problems);
    schedules::check(world, package, problems);
    code::check(world, package, problems);
}
