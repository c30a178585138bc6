//! One package: its manifest and everything that the manifest names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ravand_core::{Address, AddressKey, Place, Problem, Problems, Severity};
use ravand_manifest::{Autoload, AutoloadSource, Event, Manifest, Routing, check_package_name};

use super::autoload::{Listed, listed, missing_file};
use super::cargo::CargoToml;
use super::classes::{Class, Found, classes};
use super::frontend::{Folder, Frontend, PhraseFile};
use super::modules::Modules;
use crate::files::{Files, Source};

/// A package as its folder tells it.
#[derive(Debug, Default)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) root: PathBuf,
    /// What stands before a path from the root in messages.
    pub(crate) prefix: String,
    pub(crate) manifest: Manifest,
    pub(crate) manifest_source: Source,
    /// The file's name and its rules.
    pub(crate) routing: Option<(String, Routing)>,
    pub(crate) phrases: Vec<PhraseFile>,
    pub(crate) frontends: Vec<Frontend>,
    pub(crate) modules: Modules,
    pub(crate) classes: Vec<PackageClass>,
    /// Types under the address that they would have as a class, and their files.
    pub(crate) types: BTreeMap<AddressKey, String>,
    /// The module of the bootstrap.
    pub(crate) bootstrap: Option<Vec<String>>,
    /// Names and modules.
    pub(crate) migrations: Vec<(String, Vec<String>)>,
    pub(crate) cargo: CargoToml,
    /// Its package.json and its Cargo.toml could be read.
    pub(crate) is_declared: bool,
    /// Something in it could not be read, so what is missing may well be there.
    pub(crate) broken: bool,
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

    /// Reads a package; its name is its folder's name.
    pub(crate) fn scan(files: &mut Files, root: &Path, prefix: &str, problems: &mut Problems) -> Self {
        let name = root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let before = problems.0.len();
        let mut package = Self { name, root: root.to_owned(), prefix: prefix.to_owned(), ..Self::default() };
        if let Err(error) = check_package_name(&package.name) {
            problems.push(
                Problem::error(error.to_string())
                    .at(Place::whole(format!("{prefix}package.json")))
                    .help("a package's name is its folder's name: rename the folder"),
            );
        }
        package.read_manifest(files, problems);
        package.read_cargo(files, problems);
        package.is_declared = !has_errors(problems, before);
        package.read_named_files(files, problems);
        package.read_rust(files, problems);
        package.broken |= has_errors(problems, before);
        package
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

    fn folder(&self) -> (String, PathBuf, String) {
        (self.name.clone(), self.root.clone(), self.prefix.clone())
    }

    fn read_manifest(&mut self, files: &mut Files, problems: &mut Problems) {
        let shown = format!("{}package.json", self.prefix);
        match files.read(&self.root.join("package.json"), &shown) {
            Ok(source) => {
                let parsed = Manifest::parse(&self.name, &source.shown, &source.text);
                problems.extend(parsed.problems);
                self.manifest = parsed.value;
                self.manifest_source = source;
            }
            Err(problem) => {
                problems.push(problem.help("a package has a manifest; `{}` is enough to begin with"));
            }
        }
    }

    fn read_cargo(&mut self, files: &mut Files, problems: &mut Problems) {
        let read = files
            .read(&self.root.join("Cargo.toml"), &format!("{}Cargo.toml", self.prefix))
            .and_then(|source| CargoToml::read(&source));
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

    fn read_rust(&mut self, files: &mut Files, problems: &mut Problems) {
        let autoloads = self.autoloads(files, problems);
        let (source_folder, shown_folder) = (self.root.join("src"), format!("{}src/", self.prefix));
        let mut all = listed(files, &source_folder, &shown_folder, &autoloads, problems);
        let bootstrap = self.manifest.bootstrap.clone();
        if let Some(named) = &bootstrap {
            let (relative, path) = (named.value.clone(), source_folder.join(&named.value));
            match path.is_file() {
                true => {
                    let shown = format!("{shown_folder}{relative}");
                    let listed = Listed { relative: relative.clone(), path, shown, entry: None };
                    all.entry(relative).or_insert(listed);
                }
                false => {
                    problems.push(missing_file(files, &source_folder, &relative, &named.place, "`bootstrap`"))
                }
            }
        }
        for file in all.values() {
            let Some((modules, found)) = self.declare(files, file, problems) else { continue };
            let is_bootstrap = bootstrap.as_ref().is_some_and(|named| named.value == file.relative);
            if is_bootstrap {
                self.take_bootstrap(&modules, &found, bootstrap.as_ref().map(|named| &named.place), problems);
            } else if let Some((name, place)) = found.bootstraps.first() {
                let problem =
                    Problem::warning(format!("`{name}` never runs: `bootstrap` does not name its file"));
                problems.push(
                    problem
                        .at(place.clone())
                        .help(format!("write `\"bootstrap\": \"{}\"` into package.json", file.relative)),
                );
            }
            check_entry(file, &found, problems);
            check_modules(file, &found, &all, problems);
            self.take_classes(file, modules, found, problems);
        }
        self.read_migrations(files, problems);
    }

    /// The manifest's autoload, and those of its themes.
    fn autoloads(&self, files: &mut Files, problems: &mut Problems) -> Vec<Autoload> {
        let (name, root, prefix) = self.folder();
        let folder = Folder { name: &name, root: &root, prefix: &prefix };
        let themes =
            self.frontends.iter().map(|frontend| (&frontend.theme.autoload, format!("{}/", frontend.folder)));
        let mut autoloads = Vec::new();
        for (source, below) in [(&self.manifest.autoload, String::new())].into_iter().chain(themes) {
            match source {
                None => {}
                Some(AutoloadSource::Here(autoload)) => autoloads.push(autoload.clone()),
                Some(AutoloadSource::File(named)) => {
                    let file = format!("{below}{}", named.value);
                    let path = root.join(&file);
                    if !path.is_file() {
                        problems.push(folder.missing(
                            &format!("`autoload` names `{}`", named.value),
                            named,
                            &below,
                        ));
                        continue;
                    }
                    match files.read(&path, &format!("{prefix}{file}")) {
                        Ok(source) => {
                            let parsed = Autoload::parse(&source.shown, &source.text);
                            problems.extend(parsed.problems);
                            autoloads.push(parsed.value);
                        }
                        Err(problem) => problems.push(problem),
                    }
                }
            }
        }
        autoloads
    }

    /// Declares the module of a file and reads what the file has.
    fn declare(
        &mut self,
        files: &mut Files,
        file: &Listed,
        problems: &mut Problems,
    ) -> Option<(Vec<String>, Found)> {
        let declared = self.modules.declare(&file.relative, &file.path, &file.shown);
        let modules = declared.map_err(|problem| problems.push(problem)).ok()?;
        let source = files.read(&file.path, &file.shown).map_err(|problem| problems.push(problem)).ok()?;
        let found = classes(&source, problems);
        self.broken |= found.broken;
        Some((modules, found))
    }

    fn take_bootstrap(
        &mut self,
        modules: &[String],
        found: &Found,
        place: Option<&Place>,
        problems: &mut Problems,
    ) {
        match found.bootstraps.as_slice() {
            [_] => self.bootstrap = Some(modules.to_vec()),
            [] if found.broken => {}
            [] => {
                let mut problem = Problem::error("the bootstrap's file has no `#[bootstrap]`");
                problem.place = place.cloned();
                problems.push(
                    problem.help("write `#[bootstrap] pub async fn check(cx: &Context) -> Result<()>` there"),
                );
            }
            [(first, at), .., (last, place)] => problems.push(
                Problem::error(format!(
                    "the bootstrap's file has `#[bootstrap]` at `{first}` and at `{last}`"
                ))
                .at(place.clone())
                .help(format!(
                    "the first is on line {}; a package has one: call one from the other",
                    at.line
                )),
            ),
        }
    }

    fn take_classes(&mut self, file: &Listed, modules: Vec<String>, found: Found, problems: &mut Problems) {
        let folder =
            file.relative.rsplit_once('/').map(|(folder, _)| format!("{folder}/")).unwrap_or_default();
        let address = |name: &str| format!("packages/{}/{folder}{name}", self.name);
        for name in &found.types {
            self.types.entry(AddressKey::of(&address(name))).or_insert_with(|| file.shown.clone());
        }
        let start = self.classes.len();
        for class in found.classes {
            let address = match Address::parse(&address(&class.name), &self.name) {
                Ok(address) => address,
                Err(error) => {
                    let help = "the folders below `src/` are parts of the address";
                    problems.push(
                        Problem::error(format!("a class here has no address: {error}"))
                            .at(class.place)
                            .help(help),
                    );
                    continue;
                }
            };
            let modules = modules.iter().chain(&class.inner).cloned().collect();
            self.classes.push(PackageClass {
                class,
                address,
                modules,
                file: format!("src/{}", file.relative),
            });
        }
        self.check_same(start, problems);
    }

    /// Two structs under one address, or one struct twice of one kind: those from `start` against those before.
    fn check_same(&self, start: usize, problems: &mut Problems) {
        for (index, class) in self.classes.iter().enumerate().skip(start) {
            let before = self.classes.iter().take(index).find(|before| before.address == class.address);
            let Some(before) = before else { continue };
            let same_type = before.modules == class.modules && before.class.name == class.class.name;
            if same_type && before.class.kind != class.class.kind {
                continue;
            }
            let problem = Problem::error(format!("two classes have the address `{}`", before.address));
            problems.push(
                problem
                    .at(class.class.place.clone())
                    .help(format!("the other is at {}", before.class.place))
                    .help("a file's name is no part of an address, and case and `_` make no difference: rename one"),
            );
        }
    }

    fn read_migrations(&mut self, files: &mut Files, problems: &mut Problems) {
        let folder = self.root.join("migrations");
        if !folder.is_dir() {
            // In its own build, a folder that comes later is noticed by its parent.
            if self.prefix.is_empty() {
                files.watch(&self.root);
            }
            return;
        }
        for entry in files.list(&folder).into_iter().filter(|entry| entry.name.ends_with(".rs")) {
            let relative = format!("migrations/{}", entry.name);
            let file = Listed {
                shown: format!("{}{relative}", self.prefix),
                relative,
                path: entry.path,
                entry: None,
            };
            let Some((modules, found)) = self.declare(files, &file, problems) else { continue };
            if !found.broken && !found.types.iter().any(|name| name == "Migration") {
                problems.push(
                    Problem::error(format!("`{}` has no `Migration`", file.shown))
                        .at(Place::whole(&file.shown))
                        .help("write `pub struct Migration;` and its `impl MigrationTrait` there"),
                );
            }
            let name = entry.name.trim_end_matches(".rs").to_owned();
            self.migrations.push((name, modules));
        }
    }
}

fn has_errors(problems: &Problems, from: usize) -> bool {
    problems.0.iter().skip(from).any(|problem| problem.severity == Severity::Error)
}

/// What an entry of `autoload.files` says against what its file has.
fn check_entry(file: &Listed, found: &Found, problems: &mut Problems) {
    let Some(entry) = &file.entry else { return };
    if entry.function {
        for class in &found.classes {
            problems.push(
                Problem::error(format!(
                    "`{}` is a file of functions, and has the class `{}`",
                    file.shown, class.name
                ))
                .at(class.place.clone())
                .help(format!(
                    "line {} of {} says `\"function\": true`",
                    entry.file.place.line, entry.file.place.file
                )),
            );
        }
    }
    if found.broken {
        return;
    }
    for class in &entry.classes {
        let wanted = class.value.rsplit(['/', '\\']).next().unwrap_or_default();
        let key = AddressKey::of(wanted);
        if !found.types.iter().any(|name| AddressKey::of(name) == key) {
            problems.push(
                Problem::error(format!("there is no class `{wanted}` in `{}`", file.shown))
                    .at(class.place.clone())
                    .suggest(wanted, found.types.iter().map(String::as_str)),
            );
        }
    }
}

/// A `mod name;` line for a file that the build declares.
fn check_modules(file: &Listed, found: &Found, all: &BTreeMap<String, Listed>, problems: &mut Problems) {
    let folder = file.relative.rsplit_once('/').map(|(folder, _)| format!("{folder}/")).unwrap_or_default();
    for (name, place) in &found.modules {
        if all.contains_key(&format!("{folder}{name}.rs")) {
            problems.push(
                Problem::error(format!("`mod {name};` declares a file that autoload declares already"))
                    .at(place.clone())
                    .help(format!("leave it out and write `use super::{name};`")),
            );
        }
    }
}
