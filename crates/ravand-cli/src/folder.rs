//! The folder of the packages: where it is, and what lies in it.

use std::fs;
use std::path::{Path, PathBuf};

use ravand_core::{Place, Problem, Problems};
use ravand_manifest::{Spanned, load_order};

use crate::files;
use crate::package::Package;
use crate::stop::Stop;

/// The folder whose folders are packages.
pub(crate) struct Folder {
    path: PathBuf,
    /// What stands before a package's name in messages: `packages/` for an application's folder.
    prefix: &'static str,
}

/// What was found in a folder: the packages in byte order, and what is wrong with them.
pub(crate) struct Found {
    pub(crate) packages: Vec<Package>,
    pub(crate) problems: Problems,
}

impl Folder {
    /// Takes the folder itself, or `packages/` in it where it is an application's.
    pub(crate) fn open(dir: &Path) -> Result<Self, Stop> {
        let shown = dir.display();
        if let Err(error) = fs::read_dir(dir) {
            let text = match dir.is_file() {
                true => format!("`{shown}` is a file; name the folder that the packages lie in"),
                false => format!("the folder `{shown}` cannot be read: {}", files::reason(&error)),
            };
            return Err(Stop::usage(Problem::error(text)));
        }
        let inner = dir.join("packages");
        let application = inner.is_dir() && !is_package(&inner);
        if application && (has_packages(&inner) || !has_packages(dir)) {
            return Ok(Self { path: inner, prefix: "packages/" });
        }
        if is_package(dir) && !has_packages(dir) {
            let problem = Problem::error(format!("`{shown}` is one package: it has a package.json itself"));
            return Err(Stop::usage(problem.help("name the folder that it lies in, with all packages")));
        }
        Ok(Self { path: dir.to_owned(), prefix: "" })
    }

    /// Reads the manifests and the routes of all packages.
    pub(crate) fn read(&self) -> Result<Found, Stop> {
        let entries = fs::read_dir(&self.path).map_err(|error| {
            let text = format!("`{}` cannot be read: {}", self.path.display(), files::reason(&error));
            Stop::usage(Problem::error(text))
        })?;
        let mut problems = Problems::default();
        let mut names = Vec::new();
        for entry in entries {
            match entry {
                Ok(entry) => names.push(entry.file_name()),
                Err(error) => {
                    let text = format!("an entry of the folder cannot be read: {}", files::reason(&error));
                    problems.push(Problem::error(text));
                }
            }
        }
        names.sort();
        let mut packages = Vec::new();
        for name in names {
            let path = self.path.join(&name);
            let name = name.to_string_lossy();
            let shown = format!("{}{name}", self.prefix);
            match fs::metadata(&path) {
                _ if name.starts_with('.') => {}
                Ok(metadata) if metadata.is_dir() => {
                    packages.extend(Package::read(&name, path, shown, &mut problems));
                }
                Ok(_) => {}
                Err(error) => {
                    let text = format!("`{shown}` cannot be read: {}", files::reason(&error));
                    problems.push(Problem::error(text).at(Place::whole(shown)));
                }
            }
        }
        Ok(Found { packages, problems })
    }
}

impl Found {
    /// The packages in load order; in byte order, and what is wrong is told, when there is none.
    pub(crate) fn order(&mut self) {
        let declared: Vec<(&str, &[Spanned<String>])> = self
            .packages
            .iter()
            .map(|package| (package.name.as_str(), package.manifest.dependencies.as_slice()))
            .collect();
        let places: std::collections::HashMap<String, usize> = match load_order(&declared) {
            Ok(order) => {
                order.into_iter().enumerate().map(|(place, name)| (name.to_owned(), place)).collect()
            }
            Err(problems) => return self.problems.extend(problems),
        };
        self.packages.sort_by_key(|package| places.get(&package.name).copied());
    }
}

fn has_packages(folder: &Path) -> bool {
    files::list(folder).iter().any(|(name, _)| is_package(&folder.join(name)))
}

fn is_package(folder: &Path) -> bool {
    folder.join("package.json").is_file()
}
