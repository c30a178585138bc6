//! One package: its manifest and everything that the manifest names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ravand_core::{Address, AddressKey, Place, Problem, Problems, Severity};
use ravand_manifest::{Event, Manifest, Routing, check_package_name};

use super::additions::Additions;
use super::asked::Param;
use super::cargo::CargoToml;
use super::classes::Class;
use super::code::Use;
use super::frontend::{Folder, Frontend, PhraseFile};
use super::modules::Modules;
use super::shapes::Shape;
use crate::files::{Files, Source};

/// A package as its folder tells it.
#[derive(Debug, Default)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) root: PathBuf,
    /// What stands before a path from the root in messages.
    pub(crate) prefix: String,
    /// How much of it was read.
    pub(crate) depth: Depth,
    pub(crate) manifest: Manifest,
    pub(crate) manifest_source: Source,
    /// The file's name and its rules.
    pub(crate) routing: Option<(String, Routing)>,
    /// The text of its routing.json, when something in it could not be read.
    pub(crate) unread_routing: Option<String>,
    pub(crate) phrases: Vec<PhraseFile>,
    pub(crate) frontends: Vec<Frontend>,
    pub(crate) modules: Modules,
    pub(crate) classes: Vec<PackageClass>,
    /// Types under the address that they would have as a class, and their files.
    pub(crate) types: BTreeMap<AddressKey, String>,
    /// The structs that serde reads, by their paths from the crate's root.
    pub(crate) structs: BTreeMap<Vec<String>, Vec<Param>>,
    /// What its Rust code names.
    pub(crate) uses: Vec<Use>,
    /// What templates see of its types, by their paths from the crate's root.
    pub(crate) shapes: BTreeMap<Vec<String>, Shape>,
    /// What its code adds to views.
    pub(crate) additions: Additions,
    /// Methods of its own that the framework's could be taken for.
    pub(crate) methods: Vec<String>,
    /// The module of the bootstrap.
    pub(crate) bootstrap: Option<Vec<String>>,
    /// Names and modules.
    pub(crate) migrations: Vec<(String, Vec<String>)>,
    pub(crate) cargo: CargoToml,
    /// Its package.json and its Cargo.toml could be read, so that what it does not declare it does not use.
    pub(crate) is_declared: bool,
    /// A Rust file of it could not be read, so a class that is missing may well be there.
    pub(crate) broken: bool,
}

/// How much of a package is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Its manifest and what that names, without Rust.
    Files,
    /// What it has, which is all that other packages need.
    #[default]
    Names,
    /// Also what it uses, in its code.
    Uses,
}

/// A class in its package.
#[derive(Debug)]
pub(crate) struct PackageClass {
    pub(crate) class: Class,
    pub(crate) address: Address,
    /// The modules that it stands in.
    pub(crate) modules: Vec<String>,
    /// Its file, from the package's root.
    pub(crate) file: String,
}

impl Package {
    /// Whether a folder is a package.
    pub(crate) fn is_at(root: &Path) -> bool {
        root.join("package.json").is_file()
    }

    /// Reads a package; its name is its folder's name. `prefix` stands before its paths in messages.
    pub(crate) fn scan(
        files: &mut Files,
        root: &Path,
        prefix: &str,
        depth: Depth,
        problems: &mut Problems,
    ) -> Self {
        let name = root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let mut package =
            Self { name, root: root.to_owned(), prefix: prefix.to_owned(), depth, ..Self::default() };
        if let Err(error) = check_package_name(&package.name) {
            problems.push(
                Problem::error(error.to_string())
                    .at(Place::whole(format!("{prefix}package.json")))
                    .help("a package's name is its folder's name: rename the folder"),
            );
        }
        package.broken = !package.read_manifest(files, problems);
        package.is_declared = package.read_cargo(files, problems) && !package.broken;
        package.read_named_files(files, problems);
        if depth != Depth::Files {
            package.read_rust(files, problems);
        }
        package
    }

    /// Whether the application writes files into it. Cargo watches a folder with all that is in it, so the package's own
    /// folder is none to be watched then: whatever a user uploads would begin a new build.
    pub(crate) fn keeps_files(&self) -> bool {
        !self.manifest.storages.is_empty() || self.root.join("storage").is_dir()
    }

    /// Every listener that its manifest and its themes name.
    pub(crate) fn events(&self) -> impl Iterator<Item = &Event> {
        self.manifest.events.iter().chain(self.frontends.iter().flat_map(|frontend| &frontend.theme.events))
    }

    /// Whether it declares that it uses a package, in one of its two files at least: that they disagree is told
    /// once.
    pub(crate) fn depends_on(&self, package: &str) -> bool {
        self.declares(package) || self.cargo.dependencies.contains_key(package)
    }

    /// Whether its manifest declares that it uses a package.
    pub(crate) fn declares(&self, package: &str) -> bool {
        self.manifest.dependencies.iter().any(|on| on.value == package)
    }

    pub(super) fn folder(&self) -> (String, PathBuf, String) {
        (self.name.clone(), self.root.clone(), self.prefix.clone())
    }

    /// Reads package.json; whether it could be read, be it with errors in it.
    fn read_manifest(&mut self, files: &mut Files, problems: &mut Problems) -> bool {
        let shown = format!("{}package.json", self.prefix);
        match files.read(&self.root.join("package.json"), &shown) {
            Ok(source) => {
                let parsed = Manifest::parse(&self.name, &source.shown, &source.text);
                let nothing = Manifest { package: self.name.clone(), ..Manifest::default() };
                let is_read = !(parsed.problems.has_errors() && parsed.value == nothing);
                problems.extend(parsed.problems);
                self.manifest = parsed.value;
                self.manifest_source = source;
                is_read
            }
            Err(problem) => {
                problems.push(problem.help("a package has a manifest; `{}` is enough to begin with"));
                false
            }
        }
    }

    /// Reads Cargo.toml; whether it could be read.
    fn read_cargo(&mut self, files: &mut Files, problems: &mut Problems) -> bool {
        let read = files
            .read(&self.root.join("Cargo.toml"), &format!("{}Cargo.toml", self.prefix))
            .and_then(|source| CargoToml::read(&source, problems));
        let is_read = read.is_ok();
        match read {
            Ok(cargo) => self.cargo = cargo,
            Err(problem) => problems.push(problem),
        }
        if let Some((crate_name, place)) = &self.cargo.name
            && *crate_name != self.name
        {
            problems.push(
                Problem::error(format!("the crate is called `{crate_name}` and its folder `{}`", self.name))
                    .at(place.clone())
                    .help(format!("a package has its folder's name: write `name = \"{}\"`", self.name)),
            );
        }
        is_read
    }

    fn read_named_files(&mut self, files: &mut Files, problems: &mut Problems) {
        let (name, root, prefix) = self.folder();
        let folder = Folder { name: &name, root: &root, prefix: &prefix };
        if let Some(named) = &self.manifest.routing {
            let path = root.join(&named.value);
            match path.is_file() {
                false => {
                    problems.push(folder.missing(&format!("`routing` names `{}`", named.value), named, ""));
                }
                true => match files.read(&path, &format!("{prefix}{}", named.value)) {
                    Ok(source) => {
                        let parsed = Routing::parse(&name, &source.shown, &source.text);
                        self.unread_routing = parsed.problems.has_errors().then_some(source.text);
                        problems.extend(parsed.problems);
                        self.routing = Some((named.value.clone(), parsed.value));
                    }
                    Err(problem) => problems.push(problem),
                },
            }
        }
        self.phrases = folder.phrases(files, &self.manifest.languages, "", problems);
        let named = self.manifest.frontend.iter();
        self.frontends = named.filter_map(|named| folder.frontend(files, named, problems)).collect();
    }
}

/// Whether there are errors among the problems from this one on.
pub(super) fn has_errors(problems: &Problems, from: usize) -> bool {
    problems.0.iter().skip(from).any(|problem| problem.severity == Severity::Error)
}
