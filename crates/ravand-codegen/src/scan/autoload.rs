//! Autoload: which Rust files a package's manifest asks for.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ravand_core::{Place, Problem, Problems};
use ravand_manifest::{Autoload, AutoloadFile};

use crate::files::Files;

/// A Rust file of a package.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    /// From the folder that modules begin at: `controllers/tickets.rs`.
    pub(crate) relative: String,
    pub(crate) path: PathBuf,
    pub(crate) shown: String,
    /// The entry of `autoload.files`, when it has one.
    pub(crate) entry: Option<AutoloadFile>,
}

/// The files of `autoload`, by their paths from `src/`: the `files` first, for they win, then the folders.
pub(crate) fn listed(
    files: &mut Files,
    source_folder: &Path,
    shown_folder: &str,
    autoloads: &[Autoload],
    problems: &mut Problems,
) -> BTreeMap<String, Listed> {
    let mut listed = BTreeMap::new();
    for entry in autoloads.iter().flat_map(|autoload| &autoload.files) {
        let relative = entry.file.value.clone();
        let (path, shown) = (source_folder.join(&relative), format!("{shown_folder}{relative}"));
        if !path.is_file() {
            problems.push(missing_file(files, source_folder, &relative, &entry.file.place, "`autoload`"));
        } else if is_mod(&relative) {
            problems.push(mod_file(&shown).at(entry.file.place.clone()));
        } else {
            listed.insert(relative.clone(), Listed { relative, path, shown, entry: Some(entry.clone()) });
        }
    }
    for directory in autoloads.iter().flat_map(|autoload| &autoload.directories) {
        let (folder, prefix) = match directory.value.as_str() {
            "." => (source_folder.to_owned(), String::new()),
            name => (source_folder.join(name), format!("{name}/")),
        };
        if !folder.is_dir() {
            problems.push(missing_folder(source_folder, &directory.value, &directory.place));
            continue;
        }
        for (name, path) in files.tree(&folder) {
            let relative = format!("{prefix}{name}");
            let is_root = relative == "lib.rs" || relative == "main.rs";
            if !name.ends_with(".rs") || is_root || listed.contains_key(&relative) {
                continue;
            }
            let shown = format!("{shown_folder}{relative}");
            if is_mod(&relative) {
                problems.push(mod_file(&shown).at(Place::whole(&shown)));
                continue;
            }
            listed.insert(relative.clone(), Listed { relative, path, shown, entry: None });
        }
    }
    listed
}

/// A file under `src/` that a manifest names and that is not there.
pub(crate) fn missing_file(
    files: &mut Files,
    source_folder: &Path,
    relative: &str,
    place: &Place,
    key: &str,
) -> Problem {
    let problem = Problem::error(format!("{key} names `{relative}`, and there is no such file in `src/`"));
    let problem = problem.at(place.clone());
    if source_folder.join(relative).is_dir() {
        return problem.help("it is a folder: `autoload.directories` takes folders");
    }
    let there = files.tree(source_folder);
    problem
        .suggest(relative, there.iter().map(|(name, _)| name.as_str()).filter(|name| name.ends_with(".rs")))
}

fn missing_folder(source_folder: &Path, name: &str, place: &Place) -> Problem {
    let problem = Problem::error(format!(
        "`autoload.directories` names `{name}`, and there is no such folder in `src/`"
    ));
    let problem = problem.at(place.clone());
    if source_folder.join(name).is_file() {
        return problem.help("it is a file: `autoload.files` takes files");
    }
    let mut there = Vec::new();
    folders(source_folder, "", &mut there);
    problem.suggest(name, there.iter().map(String::as_str))
}

/// The folders below a folder, for a suggestion; this is no reading, so it is not remembered.
fn folders(folder: &Path, prefix: &str, found: &mut Vec<String>) {
    let mut unseen = Files::default();
    for entry in unseen.list(folder).into_iter().filter(|entry| entry.is_folder) {
        let name = format!("{prefix}{}", entry.name);
        folders(&entry.path, &format!("{name}/"), found);
        found.push(name);
    }
}

fn is_mod(relative: &str) -> bool {
    relative == "mod.rs" || relative.ends_with("/mod.rs")
}

fn mod_file(shown: &str) -> Problem {
    Problem::error(format!("`{shown}` is in an autoloaded folder"))
        .help("the build declares a module for each file and folder, so a `mod.rs` has no place: give it another name")
}
