//! The templates and phrases of packages, checked without any Rust.

use std::path::Path;

use ravand_core::Problems;

use crate::files::Files;
use crate::scan::package::{Depth, Package};
use crate::wiring::{self, World};

/// What is wrong with the templates and phrases of packages, each by its folder and by what that is called in
/// messages. What their manifests say is not told here, nor what only Rust knows: the data of views. A phrase that
/// some language lacks is told per package by who checks folders, not where it is used.
pub fn templates(packages: &[(&Path, &str)]) -> Problems {
    let mut files = Files::default();
    let mut scan = |(root, shown): &(&Path, &str)| {
        Package::scan(&mut files, root, &format!("{shown}/"), Depth::Files, &mut Problems::default())
    };
    let packages: Vec<Package> = packages.iter().map(&mut scan).collect();
    let names = packages.iter().map(|package| package.name.clone()).collect();
    let folder = packages.first().and_then(|package| package.root.parent()).unwrap_or(Path::new(""));
    let world = World::new(packages.iter().collect(), names, folder, true);
    let mut problems = Problems::default();
    wiring::check_templates(&world, &packages.iter().collect::<Vec<_>>(), false, &mut problems);
    problems
}
