//! A package's Rust files: which there are, the classes in them, and what their code names.

use std::collections::BTreeMap;

use ravand_core::{Address, AddressKey, Place, Problem, Problems};
use ravand_manifest::{Autoload, AutoloadSource};

use super::autoload::{Listed, listed, missing_file};
use super::classes::Found;
use super::frontend::Folder;
use super::lexer::{Token, tokens};
use super::package::{Depth, Package, PackageClass, has_errors};
use super::parallel::{self, Read};
use crate::files::Files;

impl Package {
    /// Reads every file that `autoload` and `bootstrap` name, and the migrations.
    pub(super) fn read_rust(&mut self, files: &mut Files, problems: &mut Problems) {
        let before = problems.0.len();
        let autoloads = self.autoloads(files, problems);
        let (source_folder, shown_folder) = (self.root.join("src"), format!("{}src/", self.prefix));
        let mut all = listed(files, &source_folder, &shown_folder, &autoloads, problems);
        self.broken |= has_errors(problems, before);
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
        let read: Vec<Read> = all.values().filter_map(|file| self.declare(files, file, problems)).collect();
        let found = parallel::read(&read, self.depth == Depth::Uses);
        for (Read { file, modules, .. }, (mut found, faults)) in read.into_iter().zip(found) {
            problems.extend(faults);
            self.take(&mut found);
            let (file, modules) = (&file, modules);
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

    /// Declares the module of a file and reads its text.
    fn declare(&mut self, files: &mut Files, file: &Listed, problems: &mut Problems) -> Option<Read> {
        let declared = self.modules.declare(&file.relative, &file.path, &file.shown);
        let read = declared.and_then(|modules| Ok((modules, files.read(&file.path, &file.shown)?)));
        match read {
            Ok((modules, source)) => Some(Read { file: file.clone(), modules, source }),
            Err(problem) => {
                self.broken = true;
                problems.push(problem);
                None
            }
        }
    }

    /// Takes what a file has besides its classes.
    fn take(&mut self, found: &mut Found) {
        self.broken |= found.broken;
        self.structs.append(&mut found.structs);
        self.uses.append(&mut found.uses);
        self.shapes.append(&mut found.shapes);
        self.additions.merge(std::mem::take(&mut found.additions));
        self.methods.append(&mut found.methods);
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
                    self.broken = true;
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
            if self.prefix.is_empty() && !self.keeps_files() {
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
            let Some(Read { modules, source, .. }) = self.declare(files, &file, problems) else { continue };
            if tokens(&source.text).is_some_and(|tokens| !has_migration(&tokens)) {
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

/// Whether a file has a type `Migration`. Such a file may be long and is asked for nothing else, so it is not parsed.
fn has_migration(tokens: &[Token<'_>]) -> bool {
    let is_type = |token: &Token<'_>| ["struct", "enum", "type"].iter().any(|word| token.is_word(word));
    tokens.windows(2).any(|pair| matches!(pair, [word, name] if is_type(word) && name.is_word("Migration")))
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
