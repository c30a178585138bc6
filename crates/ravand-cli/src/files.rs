//! Reading the user's files: what cannot be read is a problem with a clear text.

use std::path::Path;
use std::{fs, io};

use ravand_core::{Place, Problem};
use ravand_manifest::Spanned;

/// Folders that hold no source of a user's.
const PASSED_OVER: [&str; 2] = ["target", "node_modules"];
/// How many folders deep a suggestion is looked for: a link may lead in a circle.
const DEEP: usize = 12;

/// The text of a file, none when there is no such file. `shown` is its name for people.
#[expect(
    clippy::result_large_err,
    reason = "a problem is made when something is wrong: its size costs nothing"
)]
pub(crate) fn read(path: &Path, shown: &str) -> Result<Option<String>, Problem> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        // A folder is no file; who named it knows better what to say.
        Err(_) if path.is_dir() => return Ok(None),
        Err(error) => {
            let problem = Problem::error(format!("`{shown}` cannot be read: {}", reason(&error)));
            return Err(problem.at(Place::whole(shown)));
        }
    };
    String::from_utf8(bytes).map(Some).map_err(|error| {
        let start = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(error.as_bytes().get(..start).unwrap_or_default());
        let mut place = Place::find(shown, &before, before.len(), 0);
        place.source_line.clear();
        let problem = Problem::error(format!("`{shown}` is not UTF-8")).at(place);
        problem.help("save it as UTF-8: the first byte that is none is there")
    })
}

/// What an error of the file system says, without its number.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    text.to_lowercase()
}

/// The names in a folder with whether each is a folder, in byte order; hidden ones are left out.
pub(crate) fn list(folder: &Path) -> Vec<(String, bool)> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<(String, bool)> = entries
        .filter_map(Result::ok)
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path().is_dir()))
        .filter(|(name, _)| !name.starts_with('.'))
        .collect();
    names.sort();
    names
}

/// Everything below a folder, by its path from there; of `folders` the folders, else the files.
pub(crate) fn tree(folder: &Path, folders: bool) -> Vec<String> {
    let mut found = Vec::new();
    walk(folder, "", folders, DEEP, &mut found);
    found
}

fn walk(folder: &Path, prefix: &str, folders: bool, deep: usize, found: &mut Vec<String>) {
    for (name, is_folder) in list(folder) {
        let path = format!("{prefix}{name}");
        if is_folder && deep > 0 && !PASSED_OVER.contains(&name.as_str()) {
            walk(&folder.join(&name), &format!("{path}/"), folders, deep - 1, found);
        }
        if is_folder == folders {
            found.push(path);
        }
    }
}

/// A file that is named and not there: with the one of its name in another folder, or the nearest.
pub(crate) fn missing_file(text: String, named: &Spanned<String>, folder: &Path) -> Problem {
    let problem = Problem::error(text).at(named.place.clone());
    if folder.join(&named.value).is_dir() {
        return problem.help("it is a folder, and a file is named here");
    }
    suggest(problem, &named.value, &tree(folder, false))
}

/// A folder that is named and not there, with the nearest.
pub(crate) fn missing_folder(text: String, named: &Spanned<String>, folder: &Path) -> Problem {
    let problem = Problem::error(text).at(named.place.clone());
    if folder.join(&named.value).is_file() {
        return problem.help("it is a file, and a folder is named here");
    }
    suggest(problem, &named.value, &tree(folder, true))
}

fn suggest(problem: Problem, path: &str, there: &[String]) -> Problem {
    let name = |path: &str| path.rsplit('/').next().map(str::to_owned);
    let mut same = there.iter().filter(|other| name(other) == name(path));
    match (same.next(), same.next()) {
        (Some(one), None) => problem.help(format!("did you mean `{one}`?")),
        _ => problem.suggest(path, there.iter().map(String::as_str)),
    }
}
