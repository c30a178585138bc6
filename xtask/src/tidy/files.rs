//! Rules of a file: it says what it is for, it is one idea, and nothing in it is left for later.

use std::path::{Path, PathBuf};

use super::Fault;
use crate::tools::Outcome;

/// Longer files are seldom one idea.
const LONGEST: usize = 800;

/// Put together here, so that this file does not break its own rule.
const UNFINISHED: [&str; 2] = [concat!("to", "do!"), concat!("unimple", "mented!")];
const LATER: &str = concat!("FIX", "ME");

const TEXTS: [&str; 10] = ["rs", "toml", "md", "json", "html", "css", "js", "sh", "yml", "txt"];

/// Every text file of the workspace, relative to it; no build results and no hidden folders but `.ci` and `.cargo`.
pub(super) fn all(root: &Path) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let list = std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        for entry in list {
            let entry = entry?;
            let (path, name) = (entry.path(), entry.file_name());
            let name = name.to_string_lossy();
            if entry.file_type()?.is_dir() {
                let hidden = name.starts_with('.') && name != ".ci" && name != ".cargo";
                if !hidden && name != "target" && name != "storage" && name != "node_modules" {
                    folders.push(path);
                }
            } else if name != "Cargo.lock" && (is_text(&path) || folder.ends_with(".ci")) {
                found.push(path.strip_prefix(root).unwrap_or(&path).to_owned());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// What is wrong with a file.
pub(super) fn check(file: &Path, text: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    let rust = file.extension().is_some_and(|extension| extension == "rs");
    if rust && !text.starts_with("//! ") {
        faults.push(Fault::new(
            file,
            1,
            "the file does not open with a `//! ` line that says what it is for",
        ));
    }
    let count = text.lines().count();
    if rust && count > LONGEST {
        faults.push(Fault::new(
            file,
            LONGEST + 1,
            format!("the file has {count} lines: is it one idea? ({LONGEST} at most)"),
        ));
    }
    for (at, line) in text.lines().enumerate() {
        let unfinished = UNFINISHED.iter().filter(|word| rust && has_word(line, word));
        for word in unfinished.chain(has_word(line, LATER).then_some(&LATER)) {
            faults.push(Fault::new(file, at + 1, format!("`{word}`: nothing is left for later")));
        }
    }
    faults
}

fn is_text(path: &Path) -> bool {
    path.extension().is_some_and(|extension| TEXTS.iter().any(|known| extension == *known))
}

/// Whether a line has a word that no letter, digit or underscore touches.
pub(super) fn has_word(line: &str, word: &str) -> bool {
    let part = |letter: char| letter.is_alphanumeric() || letter == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line.get(at + word.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(part) && !(after.is_some_and(part))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_text(name: &str, text: &str, expected: &[&str]) {
        let faults: Vec<String> = check(Path::new(name), text).iter().map(ToString::to_string).collect();
        assert_eq!(faults, expected, "{text}");
    }

    #[test]
    fn a_file_says_what_it_is_for() {
        let fault = "a.rs:1: the file does not open with a `//! ` line that says what it is for";
        check_text("a.rs", "//! A.\nfn a() {}\n", &[]);
        check_text("a.rs", "fn a() {}\n", &[fault]);
        check_text("a.rs", "\n//! A.\n", &[fault]);
        check_text("a.rs", "", &[fault]);
        check_text("a.md", "# A\n", &[]);
    }

    #[test]
    fn a_file_is_not_too_long() {
        check_text("a.rs", &format!("//! A.\n{}", "\n".repeat(799)), &[]);
        let fault = "a.rs:801: the file has 801 lines: is it one idea? (800 at most)";
        check_text("a.rs", &format!("//! A.\n{}", "\n".repeat(800)), &[fault]);
    }

    #[test]
    fn nothing_is_left_for_later() {
        let [unfinished, _] = UNFINISHED;
        check_text(
            "a.rs",
            &format!("//! A.\nfn a() {{ {unfinished}() }}"),
            &[&format!("a.rs:2: `{unfinished}`: nothing is left for later")],
        );
        check_text("a.md", unfinished, &[]);
        check_text("a.rs", &format!("//! A.\nfn not_{unfinished}() {{}}"), &[]);
        check_text(
            "b.json",
            &format!("{{}}\n// {LATER}: this"),
            &[&format!("b.json:2: `{LATER}`: nothing is left for later")],
        );
    }

    #[test]
    fn build_results_are_no_files_of_the_workspace() {
        let folder = tempfile::tempdir().unwrap();
        for file in ["a.rs", "target/b.rs", ".git/c.rs", "d/e.md", ".ci/run", "Cargo.lock", "d/f.png"] {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        assert_eq!(all(folder.path()).unwrap(), [".ci/run", "a.rs", "d/e.md"].map(PathBuf::from));
    }
}
