//! The application that a command works on: its folder, its packages, and which of them is meant.

use std::env;
use std::path::{Path, PathBuf};

use ravand_core::{AddressKey, Problem, Problems};

use crate::edit::CargoToml;
use crate::files;
use crate::output::list;
use crate::package::Package;
use crate::stop::Stop;

/// An application's folder and the packages in it.
pub(crate) struct Application {
    /// Where its Cargo.toml and its `packages/` are.
    pub(crate) root: PathBuf,
    /// The packages, in byte order.
    pub(crate) packages: Vec<Package>,
    /// What is wrong with the packages.
    pub(crate) problems: Problems,
    /// Its Cargo.toml.
    pub(crate) cargo: CargoToml,
    /// The Cargo.toml of its workspace, when that is another one.
    workspace: Option<CargoToml>,
}

/// The folder of an application: the one that is named, or the nearest around the current folder.
pub(crate) fn folder(named: Option<&Path>) -> Result<PathBuf, Stop> {
    if let Some(named) = named {
        if named.join("packages").is_dir() {
            return Ok(named.to_owned());
        }
        let text = format!("`{}` is no application: it has no `packages/`", named.display());
        let help = "`--app DIR` names the application's folder";
        return Err(Stop::usage(Problem::error(text).help(help)));
    }
    let is_application =
        |folder: &&Path| folder.join("packages").is_dir() && folder.join("Cargo.toml").is_file();
    let here = here()?;
    here.ancestors().find(is_application).map(Path::to_owned).ok_or_else(|| {
        let problem =
            Problem::error("there is no application here: no folder around has a Cargo.toml and `packages/`");
        let problem = problem.help("go into an application's folder, or name it by `--app DIR`");
        Stop::usage(problem.help("`ravand new NAME` makes one"))
    })
}

impl Application {
    /// Reads the application that is named, or the nearest around the current folder.
    pub(crate) fn open(named: Option<&Path>) -> Result<Self, Stop> {
        let root = folder(named)?;
        let file = root.join("Cargo.toml");
        let missing = || {
            let problem = Problem::error(format!("`{}` is missing", file.display()));
            Stop::usage(problem.help("`--app DIR` names the application's folder"))
        };
        let cargo = CargoToml::parse("Cargo.toml", &files::read(&file, "Cargo.toml")?.ok_or_else(missing)?)?;
        let workspace = workspace(&root, &cargo)?;
        let (mut packages, mut problems) = (Vec::new(), Problems::default());
        for (name, _) in files::list(&root.join("packages")).into_iter().filter(|(_, is_folder)| *is_folder) {
            let path = root.join("packages").join(&name);
            packages.extend(Package::read(&name, path, format!("packages/{name}"), &mut problems));
        }
        Ok(Self { root, packages, problems, cargo, workspace })
    }

    /// The package that is asked for, or the one that the current folder is in, or the only one.
    pub(crate) fn package(&self, asked: Option<&str>) -> Result<&Package, Stop> {
        let names = || self.packages.iter().map(|package| package.name.as_str());
        if let Some(asked) = asked {
            let key = AddressKey::of(&asked.replace('-', "_"));
            let found = self.packages.iter().find(|package| AddressKey::of(&package.name) == key);
            return found.ok_or_else(|| {
                let problem = Problem::error(format!("there is no package `{asked}`"));
                let helped = problem.clone().suggest(asked, names());
                Stop::usage(match helped.help.is_empty() {
                    true => problem.help(self.packages_in_words()),
                    false => helped,
                })
            });
        }
        if let Some(around) = self.around()? {
            return Ok(around);
        }
        match self.packages.as_slice() {
            [only] => Ok(only),
            [] => {
                let problem = Problem::error("the application has no package yet");
                Err(Stop::usage(problem.help("`ravand package new NAME` makes one")))
            }
            _ => {
                let problem = Problem::error("it is not said for which package");
                let help = "name it by `--package NAME`, or go into its folder";
                Err(Stop::usage(problem.help(self.packages_in_words()).help(help)))
            }
        }
    }

    /// A package by its name in whatever case, as addresses name it.
    pub(crate) fn find(&self, name: &str) -> Option<&Package> {
        let key = AddressKey::of(name);
        self.packages.iter().find(|package| AddressKey::of(&package.name) == key)
    }

    /// The Cargo.toml of the workspace that the application is in.
    pub(crate) fn workspace(&self) -> &CargoToml {
        self.workspace.as_ref().unwrap_or(&self.cargo)
    }

    /// Whether ravand.toml names a database; one that only the environment names is not seen.
    pub(crate) fn has_database(&self) -> Result<bool, Stop> {
        let Some(text) = files::read(&self.root.join("ravand.toml"), "ravand.toml")? else {
            return Ok(false);
        };
        Ok(CargoToml::parse("ravand.toml", &text)?.has(&["database", "url"]))
    }

    /// The package that the current folder is in.
    fn around(&self) -> Result<Option<&Package>, Stop> {
        let here = here()?;
        let here = here.canonicalize().unwrap_or(here);
        Ok(self
            .packages
            .iter()
            .find(|package| package.path.canonicalize().is_ok_and(|folder| here.starts_with(folder))))
    }

    fn packages_in_words(&self) -> String {
        match self.packages.len() {
            0 => "`packages/` has no package yet; `ravand package new NAME` makes one".to_owned(),
            1 => format!("there is {}", list(self.packages.iter().map(|package| package.name.as_str()))),
            _ => format!("there are {}", list(self.packages.iter().map(|package| package.name.as_str()))),
        }
    }
}

fn here() -> Result<PathBuf, Stop> {
    env::current_dir().map_err(|error| {
        Stop::usage(Problem::error(format!("the current folder cannot be read: {}", files::reason(&error))))
    })
}

/// The Cargo.toml around a folder that says `[workspace]`; none when it is the folder's own.
fn workspace(root: &Path, cargo: &CargoToml) -> Result<Option<CargoToml>, Stop> {
    if cargo.has(&["workspace"]) {
        return Ok(None);
    }
    let whole = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    for folder in whole.ancestors().skip(1) {
        let file = folder.join("Cargo.toml");
        let shown = file.display().to_string();
        let Some(text) = files::read(&file, &shown)? else { continue };
        let cargo = CargoToml::parse(&shown, &text)?;
        if cargo.has(&["workspace"]) {
            return Ok(Some(cargo));
        }
    }
    Ok(None)
}
