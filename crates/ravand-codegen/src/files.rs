//! Reading the user's files, and remembering which were read.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::{fs, io};

use proc_macro2::Span;
use ravand_core::{Place, Problem};

/// A longer line is not shown in a message.
const SHOWN: usize = 400;

/// The file system as one build sees it: whatever is read or listed is remembered.
#[derive(Debug, Default)]
pub(crate) struct Files {
    watched: BTreeSet<PathBuf>,
}

/// A file's text under the path that the user knows it by.
#[derive(Clone, Debug, Default)]
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    pub(crate) shown: String,
    pub(crate) text: String,
    /// Where its lines begin, once somebody asked.
    lines: OnceLock<Vec<usize>>,
}

impl Files {
    /// Every file and folder that was read.
    pub(crate) fn into_watched(self) -> Vec<PathBuf> {
        self.watched.into_iter().collect()
    }

    /// Remembers a file that the compiler reads.
    pub(crate) fn watch(&mut self, path: &Path) {
        self.watched.insert(path.to_owned());
    }

    /// Reads a file that must be there.
    pub(crate) fn read(&mut self, path: &Path, shown: &str) -> Result<Source, Problem> {
        self.watch(path);
        let text = fs::read_to_string(path).map_err(|error| {
            let problem = match error.kind() {
                io::ErrorKind::NotFound => Problem::error(format!("the file `{shown}` is missing")),
                io::ErrorKind::InvalidData => Problem::error(format!("the file `{shown}` is not UTF-8")),
                _ => Problem::error(format!("the file `{shown}` cannot be read: {error}")),
            };
            problem.at(Place::whole(shown))
        })?;
        Ok(Source { path: path.to_owned(), shown: shown.to_owned(), text, lines: OnceLock::new() })
    }

    /// The entries of a folder in byte order, hidden ones left out; nothing when there is no such folder.
    pub(crate) fn list(&mut self, folder: &Path) -> Vec<Entry> {
        let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
        self.watch(folder);
        let mut entries: Vec<Entry> = entries
            .filter_map(Result::ok)
            .map(|entry| Entry {
                path: entry.path(),
                name: entry.file_name().to_string_lossy().into_owned(),
                is_folder: entry.path().is_dir(),
            })
            .filter(|entry| !entry.name.starts_with('.'))
            .collect();
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        entries
    }

    /// The files of a folder and its subfolders, by their paths from it with `/`, in byte order.
    pub(crate) fn tree(&mut self, folder: &Path) -> Vec<(String, PathBuf)> {
        let mut found = Vec::new();
        self.walk(folder, "", &mut found);
        found.sort();
        found
    }

    fn walk(&mut self, folder: &Path, prefix: &str, found: &mut Vec<(String, PathBuf)>) {
        for entry in self.list(folder) {
            let name = format!("{prefix}{}", entry.name);
            match entry.is_folder {
                true => self.walk(&entry.path, &format!("{name}/"), found),
                false => found.push((name, entry.path)),
            }
        }
    }
}

/// An entry of a folder.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) path: PathBuf,
    pub(crate) name: String,
    pub(crate) is_folder: bool,
}

impl Source {
    /// Where a span of this file's syntax stands.
    pub(crate) fn place(&self, span: Span) -> Place {
        let (start, end) = (span.start(), span.end());
        let source_line = self.line(start.line);
        let last = if end.line == start.line { end.column } else { source_line.chars().count() };
        Place {
            file: self.shown.clone(),
            line: start.line,
            column: start.column + 1,
            length: last.saturating_sub(start.column),
            source_line: source_line.to_owned(),
        }
    }
}

impl Source {
    /// Where so many bytes of the text stand.
    pub(crate) fn place_at(&self, offset: usize, length: usize) -> Place {
        let line = self.starts().partition_point(|start| *start <= offset).max(1);
        let start = self.starts().get(line - 1).copied().unwrap_or_default();
        let source_line = self.line(line);
        let column = (offset - start).min(source_line.len());
        let end = (column + length).min(source_line.len());
        let count = |from, to| source_line.get(from..to).map_or(0, |part| part.chars().count());
        Place {
            file: self.shown.clone(),
            line,
            column: count(0, column) + 1,
            length: count(column, end),
            // A template may be minified: one line of a hundred thousand letters is no picture.
            source_line: if source_line.len() > SHOWN { String::new() } else { source_line.to_owned() },
        }
    }

    /// A line, counted from 1, without its end.
    fn line(&self, line: usize) -> &str {
        let start = self.starts().get(line.saturating_sub(1)).copied().unwrap_or(self.text.len());
        self.text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default()
    }

    fn starts(&self) -> &[usize] {
        self.lines.get_or_init(|| {
            let breaks = self.text.match_indices('\n').map(|(at, _)| at + 1);
            std::iter::once(0).chain(breaks).collect()
        })
    }
}

/// A path without `.` and with each `..` taken back, without asking the disk.
pub(crate) fn normal(path: &Path) -> PathBuf {
    let mut parts = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                if !parts.pop() {
                    parts.push("..");
                }
            }
            other => parts.push(other),
        }
    }
    parts
}

/// Writes a file only when its text changes, so that nothing is compiled again for nothing.
///
/// # Errors
/// When the file cannot be written.
pub fn write_if_changed(path: &Path, text: &str) -> io::Result<()> {
    match fs::read_to_string(path) {
        Ok(old) if old == text => Ok(()),
        _ => fs::write(path, text),
    }
}
