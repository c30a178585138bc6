//! The package that gets new files: its manifest as it will be, and the changes that are gathered for it.

use ravand_core::{Problem, Problems};
use ravand_manifest::{Autoload, AutoloadSource, Manifest};

use super::classes;
use crate::application::Application;
use crate::changes::Changes;
use crate::edit::{CargoToml, Json, Source, quoted};
use crate::files;
use crate::name::Name;
use crate::stop::Stop;

/// A package of an application, and what will be changed in it. Nothing is written before [`Target::finish`].
pub(crate) struct Target<'a> {
    pub(crate) application: &'a Application,
    pub(crate) name: String,
    pub(crate) changes: Changes,
}

impl<'a> Target<'a> {
    /// The package that is asked for, or that is meant.
    pub(crate) fn open(application: &'a Application, asked: Option<&str>) -> Result<Self, Stop> {
        let name = application.package(asked)?.name.clone();
        let changes = Changes::new(&application.root);
        let target = Self { application, name, changes };
        // What is wrong with its files is told before anything is added to them.
        let shown = target.path("");
        let own =
            |problem: &&Problem| problem.place.as_ref().is_some_and(|place| place.file.starts_with(&shown));
        let problems = Problems(application.problems.0.iter().filter(own).cloned().collect());
        match problems.has_errors() {
            true => Err(problems.into()),
            false => Ok(target),
        }
    }

    /// A file of the package, from the application's folder.
    pub(crate) fn path(&self, file: &str) -> String {
        format!("packages/{}/{file}", self.name)
    }

    /// The manifest as it will be.
    pub(crate) fn manifest(&self) -> Result<Manifest, Stop> {
        let path = self.path("package.json");
        let text = self.changes.read(&path)?.unwrap_or_default();
        let (manifest, _) = Manifest::parse(&self.name, &path, &text).into_result()?;
        Ok(manifest)
    }

    /// Changes a JSON file of the package.
    pub(crate) fn json(
        &mut self,
        file: &str,
        note: impl Into<String>,
        change: impl FnOnce(&Json) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let path = self.path(file);
        self.changes.edit(&path, note, |text| {
            let json = Json::parse(&path, text)?;
            change(&json)?;
            Ok(json.text())
        })
    }

    /// Creates the file of a class in a folder of `src/`, which is autoloaded from then on.
    pub(crate) fn class(&mut self, folder: &str, name: &Name, class: &str, text: String) -> Result<(), Stop> {
        let within = format!("src/{folder}/{}", name.folder());
        self.check_module(&within, name.snake())?;
        self.check_class(&within, name.snake(), class)?;
        self.changes.create(self.path(&format!("src/{folder}/{}.rs", name.path())), text);
        self.autoload(folder)
    }

    /// Says `dependencies` of a package, in both of its files.
    pub(crate) fn depend_on(&mut self, package: &str) -> Result<(), Stop> {
        if !self.manifest()?.dependencies.iter().any(|on| on.value == package) {
            self.json("package.json", format!("depends on `{package}`"), |json| {
                json.push_at(&["dependencies"], &quoted(package))
            })?;
        }
        let source = Source::Path(format!("../{package}"));
        self.cargo("dependencies", package, &source)
    }

    /// Adds a crate to the package's Cargo.toml: from the workspace's list, or this version of the registry.
    pub(crate) fn needs(
        &mut self,
        list: &str,
        name: &str,
        version: &'static str,
        features: &'static [&'static str],
    ) -> Result<(), Stop> {
        let source = match self.application.workspace().has(&["workspace", "dependencies", name]) {
            true => Source::Workspace,
            false => Source::Version(version, features),
        };
        self.cargo(list, name, &source)
    }

    /// `serde`, which a struct that derives `Serialize` or `Deserialize` needs.
    pub(crate) fn needs_serde(&mut self) -> Result<(), Stop> {
        self.needs("dependencies", "serde", "1", &["derive"])
    }

    /// `tokio`, which an asynchronous test needs.
    pub(crate) fn needs_tokio_in_tests(&mut self) -> Result<(), Stop> {
        self.needs("dev-dependencies", "tokio", "1", &["macros", "rt"])
    }

    /// Whether a test can open a SQLite database.
    pub(crate) fn has_sqlite(&self) -> Result<bool, Stop> {
        let own = self.read_cargo()?;
        let application = self.application;
        let all = [&own, &application.cargo, application.workspace()];
        Ok(all.into_iter().any(|cargo| cargo.has_feature("ravand", "sqlite")))
    }

    /// Checks what was gathered, and writes it.
    pub(crate) fn finish(mut self) -> Result<Changes, Stop> {
        let manifest = self.manifest()?;
        if let Some(routing) = &manifest.routing {
            self.check_rules(&routing.value)?;
        }
        let edition = self.read_cargo()?.edition(self.application.workspace());
        self.changes.format(&edition);
        self.changes.write()?;
        Ok(self.changes)
    }

    fn read_cargo(&self) -> Result<CargoToml, Stop> {
        let path = self.path("Cargo.toml");
        let text = self.changes.read(&path)?;
        let missing = || {
            Problem::error(format!("`{path}` is missing")).help("a package is a crate of its folder's name")
        };
        Ok(CargoToml::parse(&path, &text.ok_or_else(missing)?)?)
    }

    fn cargo(&mut self, list: &str, name: &str, source: &Source) -> Result<(), Stop> {
        self.read_cargo()?;
        let path = self.path("Cargo.toml");
        let note = format!("{list}: `{name}`");
        self.changes.edit(&path, note, |text| {
            let mut cargo = CargoToml::parse(&path, text)?;
            cargo.add(list, name, source);
            Ok(cargo.text())
        })
    }

    /// Adds a folder to the autoloaded ones, unless it is one already or lies in one.
    fn autoload(&mut self, folder: &str) -> Result<(), Stop> {
        let manifest = self.manifest()?;
        let (file, keys, autoload) = match manifest.autoload {
            None => ("package.json".to_owned(), &["autoload", "directories"][..], Autoload::default()),
            Some(AutoloadSource::Here(autoload)) => {
                ("package.json".to_owned(), &["autoload", "directories"][..], autoload)
            }
            Some(AutoloadSource::File(named)) => {
                let path = self.path(&named.value);
                let text = self.changes.read(&path)?;
                let missing = || {
                    files::missing_file(
                        format!("`autoload` names `{}`, and there is no such file", named.value),
                        &named,
                        &self.application.root.join(self.path("")),
                    )
                };
                let (autoload, _) = Autoload::parse(&path, &text.ok_or_else(missing)?).into_result()?;
                (named.value, &["directories"][..], autoload)
            }
        };
        let covers = |listed: &str| listed == "." || listed == folder;
        if autoload.directories.iter().any(|listed| covers(&listed.value)) {
            return Ok(());
        }
        self.json(&file, format!("autoloads `{folder}`"), |json| json.push_at(keys, &quoted(folder)))
    }

    /// A file and a folder of one module's name are refused by the build.
    fn check_module(&self, within: &str, snake: &str) -> Result<(), Stop> {
        let folder = self.path(within);
        for (other, is_folder) in files::list(&self.application.root.join(&folder)) {
            let stem = if is_folder { other.as_str() } else { other.strip_suffix(".rs").unwrap_or_default() };
            if classes::module_name(stem) == snake && other != format!("{snake}.rs") {
                let text = format!("`{folder}{other}` is the module `{snake}` already");
                let help = "a module is one file or one folder: choose another name";
                return Err(Problem::error(text).help(help).into());
            }
        }
        Ok(())
    }

    /// Two classes of one name in a folder would have one address.
    fn check_class(&self, within: &str, snake: &str, class: &str) -> Result<(), Stop> {
        let folder = self.path(within);
        for (file, is_folder) in files::list(&self.application.root.join(&folder)) {
            let path = format!("{folder}{file}");
            // That the file itself is there is told when it is to be written.
            if is_folder || !file.ends_with(".rs") || file == format!("{snake}.rs") {
                continue;
            }
            let Some(text) = self.changes.read(&path)? else { continue };
            if classes::classes(&text).iter().any(|known| classes::is_same(&known.name, class)) {
                let text = format!("`{path}` has a class `{class}` already");
                let help = "a file's name is no part of an address: choose another name";
                return Err(Problem::error(text).help(help).into());
            }
        }
        Ok(())
    }
}
