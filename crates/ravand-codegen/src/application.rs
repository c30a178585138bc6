//! An application's build: finds its packages, checks the wiring between them, and lists them in load order.

use std::path::Path;

use quote::quote;
use ravand_core::{AddressKey, Place, Problem, Problems, Severity};
use ravand_manifest::{Spanned, load_order};

use crate::built::{Built, pretty};
use crate::files::{Files, normal};
use crate::scan::cargo::CargoToml;
use crate::scan::modules::ident;
use crate::scan::package::{Depth, Package};
use crate::wiring::{self, World};

/// Builds the application whose Cargo.toml is in `root`: `application.rs`, and what is wrong with it or with
/// one of its packages.
pub fn application(root: &Path) -> Built {
    let root = normal(root);
    let (mut files, mut problems) = (Files::default(), Problems::default());
    let cargo = files
        .read(&root.join("Cargo.toml"), "Cargo.toml")
        .and_then(|source| CargoToml::read(&source, &mut problems));
    let cargo = cargo.unwrap_or_else(|problem| {
        problems.push(problem);
        CargoToml::default()
    });
    let packages = packages(&mut files, &root, &mut problems);
    let name = cargo.name.as_ref().map(|(name, _)| name.as_str()).unwrap_or_default();
    for package in &packages {
        if !cargo.dependencies.contains_key(&package.name) {
            problems.push(not_a_dependency(&root, name, &cargo, &package.name));
        }
    }
    let declared: Vec<(&str, &[Spanned<String>])> = packages
        .iter()
        .map(|package| (package.name.as_str(), package.manifest.dependencies.as_slice()))
        .collect();
    let order = load_order(&declared).unwrap_or_else(|found| {
        // Those without a place are of two packages of one name, which are told with theirs.
        problems.0.extend(found.0.into_iter().filter(|problem| problem.place.is_some()));
        Vec::new()
    });
    same_names(&packages, &mut problems);
    let names = packages.iter().map(|package| package.name.clone()).collect();
    let world = World::new(packages.iter().collect(), names, &root.join("packages"), true);
    let mut found = Problems::default();
    packages.iter().for_each(|package| wiring::check(&world, package, &mut found));
    wiring::check_templates(&world, &packages.iter().collect::<Vec<_>>(), true, &mut found);
    problems.extend(errors(found));
    route_names(&packages, &mut problems);
    let watched = files.into_watched();
    if problems.has_errors() {
        return Built { code: String::new(), problems, watched, deny_warnings: cargo.deny_warnings };
    }
    let order = order.into_iter().filter(|name| *name != "base").map(ident);
    let tokens = quote! {
        #[doc(hidden)]
        pub fn ravand_packages() -> ::std::vec::Vec<::ravand::private::Package> {
            ::std::vec::Vec::from([#(::#order::ravand_package()),*])
        }
    };
    let code = pretty(&format!("the application `{name}`"), tokens);
    Built { code, problems, watched, deny_warnings: cargo.deny_warnings }
}

/// The packages of `packages/`, in byte order of their folders.
fn packages(files: &mut Files, root: &Path, problems: &mut Problems) -> Vec<Package> {
    let folder = root.join("packages");
    if !folder.is_dir() {
        let problem = Problem::error("there is no folder `packages/` next to Cargo.toml");
        problems.push(
            problem.at(Place::whole("Cargo.toml")).help("an application's packages are the folders in it"),
        );
        return Vec::new();
    }
    let mut packages = Vec::new();
    for entry in Files::default().list(&folder).into_iter().filter(|entry| entry.is_folder) {
        let name = &entry.name;
        if !Package::is_at(&entry.path) {
            let problem =
                Problem::warning(format!("`packages/{name}` is no package: it has no package.json"));
            problems.push(
                problem.help(format!("write `{{}}` into `packages/{name}/package.json` to make it one")),
            );
            continue;
        }
        let mut found = Problems::default();
        packages.push(Package::scan(
            files,
            &entry.path,
            &format!("packages/{name}/"),
            Depth::Uses,
            &mut found,
        ));
        problems.extend(errors(found));
    }
    // A package that comes later is noticed by its parent, or else with the next change of a file that is watched.
    if !packages.iter().any(Package::keeps_files) {
        files.watch(&folder);
    }
    packages
}

/// The errors alone: a package's warnings are told by its own build.
fn errors(found: Problems) -> Problems {
    Problems(found.0.into_iter().filter(|problem| problem.severity == Severity::Error).collect())
}

/// Packages whose names differ in case and `_` only: an address could not tell them apart.
fn same_names(packages: &[Package], problems: &mut Problems) {
    for (index, package) in packages.iter().enumerate() {
        let key = AddressKey::of(&package.name);
        let before = packages.iter().take(index).find(|before| AddressKey::of(&before.name) == key);
        if let Some(before) = before {
            let (first, second) = (&before.name, &package.name);
            let problem =
                Problem::error(format!("the packages `{first}` and `{second}` have one name in addresses"));
            problems.push(
                problem
                    .at(Place::whole(format!("packages/{second}/package.json")))
                    .help("case and `_` make no difference there: rename the folder of one"),
            );
        }
    }
}

fn not_a_dependency(root: &Path, application: &str, cargo: &CargoToml, package: &str) -> Problem {
    let from = workspace(root);
    let path = root.join("packages").join(package);
    let path = path.strip_prefix(&from).unwrap_or(&path).to_string_lossy().into_owned();
    let problem = Problem::error(format!("the package `{package}` is no dependency of the application"));
    let place = cargo.place.clone().unwrap_or_else(|| Place::whole("Cargo.toml"));
    problem.at(place).help(format!("cargo add --package {application} --path {path}"))
}

/// The folder of the workspace that a folder is in; the folder itself when it is in none.
fn workspace(root: &Path) -> std::path::PathBuf {
    let mut unseen = Files::default();
    let mut is_workspace = |folder: &Path| {
        let read = unseen.read(&folder.join("Cargo.toml"), "Cargo.toml");
        let problems = &mut Problems::default();
        read.and_then(|source| CargoToml::read(&source, problems)).is_ok_and(|cargo| cargo.is_workspace)
    };
    root.ancestors().find(|folder| is_workspace(folder)).unwrap_or(root).to_owned()
}

/// Two rules of one name: `url_for` could not tell them apart.
fn route_names(packages: &[Package], problems: &mut Problems) {
    let names: Vec<(&Package, &Spanned<String>)> = packages
        .iter()
        .filter_map(|package| Some((package, &package.routing.as_ref()?.1)))
        .flat_map(|(package, routing)| {
            routing.routes.iter().filter_map(move |route| Some((package, route.name.as_ref()?)))
        })
        .collect();
    for (index, (package, name)) in names.iter().enumerate() {
        let before = names
            .iter()
            .take(index)
            .find(|(other, known)| other.name != package.name && known.value == name.value);
        if let Some((_, known)) = before {
            let problem = Problem::error(format!("two rules have the name `{}`", name.value));
            problems.push(problem.at(name.place.clone()).help(format!("the other is at {}", known.place)));
        }
    }
}
