//! One package: its manifest and its routes.

use std::path::PathBuf;

use ravand_core::{Place, Problem, Problems};
use ravand_manifest::{Manifest, Parsed, Route, Routing, check_package_name};

use crate::files;

/// A package, as far as its manifest and its routes tell.
#[derive(Clone)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    /// Its folder, as messages name it.
    pub(crate) shown: String,
    pub(crate) manifest: Manifest,
    /// Its package.json has no errors.
    pub(crate) is_declared: bool,
    /// In the order of its routing.json. A route with an error is missing here.
    pub(crate) routes: Vec<Route>,
}

impl Package {
    /// Reads a folder; none when it has no manifest, which is a warning.
    pub(crate) fn read(name: &str, path: PathBuf, shown: String, problems: &mut Problems) -> Option<Self> {
        let (file, manifest) = (format!("{shown}/package.json"), path.join("package.json"));
        let text = match files::read(&manifest, &file) {
            Ok(None) if manifest.is_dir() => {
                Err(Problem::error(format!("`{file}` is a folder, where a file is expected")))
            }
            Ok(None) => {
                problems.push(without_manifest(name, &shown));
                return None;
            }
            Ok(Some(text)) => Ok(text),
            Err(problem) => Err(problem),
        };
        if let Err(error) = check_package_name(name) {
            let problem = Problem::error(error.to_string()).at(Place::whole(&file));
            problems.push(problem.help("a package's name is its folder's name: rename the folder"));
        }
        let parsed = match text {
            Ok(text) => Manifest::parse(name, &file, &text),
            // The package is there, though nothing is known of it: those that depend on it are right.
            Err(problem) => Parsed {
                value: Manifest { package: name.to_owned(), ..Manifest::default() },
                problems: Problems(vec![problem]),
            },
        };
        let is_declared = !parsed.problems.has_errors();
        problems.extend(parsed.problems);
        let manifest = parsed.value;
        let mut package =
            Self { name: name.to_owned(), path, shown, manifest, is_declared, routes: Vec::new() };
        package.read_routes(problems);
        Some(package)
    }

    /// Whether its manifest says that it uses a package.
    pub(crate) fn declares(&self, package: &str) -> bool {
        self.manifest.dependencies.iter().any(|on| on.value == package)
    }

    fn read_routes(&mut self, problems: &mut Problems) {
        let Some(named) = &self.manifest.routing else { return };
        let file = format!("{}/{}", self.shown, named.value);
        match files::read(&self.path.join(&named.value), &file) {
            Ok(Some(text)) => {
                let parsed = Routing::parse(&self.name, &file, &text);
                problems.extend(parsed.problems);
                self.routes = parsed.value.routes;
            }
            Ok(None) => {
                let text = format!("`routing` names `{}`, and there is no such file", named.value);
                problems.push(files::missing_file(text, named, &self.path));
            }
            Err(problem) => problems.push(problem),
        }
    }
}

fn without_manifest(name: &str, shown: &str) -> Problem {
    let problem = Problem::warning(format!("`{shown}` is no package: it has no package.json"));
    match check_package_name(name) {
        Ok(()) => problem.help(format!("write `{{}}` into `{shown}/package.json` to make it one")),
        Err(_) => problem,
    }
}
