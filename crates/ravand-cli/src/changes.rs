//! What a command is about to write: checked as a whole, then written as a whole or not at all.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use ravand_core::{Problem, Problems};

use crate::output::{self, GOOD, QUIET, paint};
use crate::stop::Stop;
use crate::{files, rustfmt};

/// Files below one folder that will be created or changed.
pub(crate) struct Changes {
    root: PathBuf,
    files: Vec<File>,
    /// Rust files are laid out as `cargo fmt` would.
    is_formatted: bool,
}

struct File {
    /// From the root, with `/` between its parts.
    path: String,
    text: String,
    /// What it was; none for a new file.
    before: Option<String>,
    /// What was done, in a few words.
    notes: Vec<String>,
}

impl Changes {
    /// Nothing yet, below a folder.
    pub(crate) fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), files: Vec::new(), is_formatted: true }
    }

    /// Creates a file, which may not be there.
    pub(crate) fn create(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.files.push(File { path: path.into(), text: text.into(), before: None, notes: Vec::new() });
    }

    /// A file as it will be; none when there is no such file.
    pub(crate) fn read(&self, path: &str) -> Result<Option<String>, Stop> {
        match self.files.iter().find(|file| file.path == path) {
            Some(file) => Ok(Some(file.text.clone())),
            None => Ok(files::read(&self.root.join(path), path)?),
        }
    }

    /// Changes a file that is there. Nothing is told when the text stays the same.
    pub(crate) fn edit(
        &mut self,
        path: &str,
        note: impl Into<String>,
        change: impl FnOnce(&str) -> Result<String, Stop>,
    ) -> Result<(), Stop> {
        let Some(before) = self.read(path)? else {
            return Err(Problem::error(format!("`{path}` is missing")).into());
        };
        let text = change(&before)?;
        if text == before {
            return Ok(());
        }
        match self.files.iter_mut().find(|file| file.path == path) {
            Some(file) => {
                file.text = text;
                file.notes.push(note.into());
            }
            None => {
                let notes = vec![note.into()];
                self.files.push(File { path: path.to_owned(), text, before: Some(before), notes });
            }
        }
        Ok(())
    }

    /// Lays the new Rust files out as `cargo fmt` does; `edition` is that of their crate.
    pub(crate) fn format(&mut self, edition: &str) {
        for file in self.files.iter_mut().filter(|file| file.before.is_none() && file.path.ends_with(".rs")) {
            match rustfmt::format(&file.text, edition, &self.root) {
                Some(text) => file.text = text,
                None => self.is_formatted = false,
            }
        }
    }

    /// Writes everything. When something is in the way or fails, all is as it was before.
    pub(crate) fn write(&self) -> Result<(), Stop> {
        let there: Vec<&str> = self
            .files
            .iter()
            .filter(|file| file.before.is_none() && self.root.join(&file.path).symlink_metadata().is_ok())
            .map(|file| file.path.as_str())
            .collect();
        if !there.is_empty() {
            let problem = |path: &&str| Problem::error(format!("`{path}` is there already"));
            let mut problems = Problems(there.iter().map(problem).collect());
            if let Some(last) = problems.0.last_mut() {
                last.help.push(
                    "nothing is overwritten: choose another name, or move the file away first".to_owned(),
                );
            }
            return Err(problems.into());
        }
        let mut done = Done::default();
        for file in &self.files {
            let path = self.root.join(&file.path);
            let written = match &file.before {
                None => done.create(&path, &file.text),
                Some(before) => done.change(&path, before, &file.text),
            };
            if let Err(error) = written {
                let problem =
                    Problem::error(format!("`{}` cannot be written: {}", file.path, files::reason(&error)));
                return Err(done.undo(problem).into());
            }
        }
        Ok(())
    }

    /// Tells what was done: a line for each file.
    pub(crate) fn tell(&self) -> io::Result<()> {
        self.tell_below(Path::new(""))
    }

    /// [`Changes::tell`], with the paths below a folder.
    pub(crate) fn tell_below(&self, folder: &Path) -> io::Result<()> {
        let (created, changed): (Vec<&File>, Vec<&File>) =
            self.files.iter().partition(|file| file.before.is_none());
        for file in created.into_iter().chain(changed) {
            let word = if file.before.is_none() { "created" } else { "changed" };
            let mut line = format!("{} {}", paint(GOOD, word), folder.join(&file.path).display());
            if file.before.is_some() && !file.notes.is_empty() {
                line.push_str(&paint(QUIET, &format!("    {}", file.notes.join("; "))));
            }
            output::say(&line)?;
        }
        if !self.is_formatted {
            output::say(
                "rustfmt was not found: `rustup component add rustfmt` installs it, to be run over these files",
            )?;
        }
        Ok(())
    }
}

/// What was written up to now, to be taken back when the rest fails.
#[derive(Default)]
struct Done {
    folders: Vec<PathBuf>,
    created: Vec<PathBuf>,
    changed: Vec<(PathBuf, String)>,
}

impl Done {
    fn create(&mut self, path: &Path, text: &str) -> io::Result<()> {
        let missing: Vec<&Path> = path.ancestors().skip(1).take_while(|folder| !folder.is_dir()).collect();
        for folder in missing.into_iter().rev() {
            fs::create_dir(folder)?;
            self.folders.push(folder.to_owned());
        }
        let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
        self.created.push(path.to_owned());
        file.write_all(text.as_bytes())
    }

    /// Writes the new text beside the file and puts it in its place, so that nobody reads half of it.
    fn change(&mut self, path: &Path, before: &str, text: &str) -> io::Result<()> {
        let path = path.canonicalize()?;
        replace(&path, text)?;
        self.changed.push((path, before.to_owned()));
        Ok(())
    }

    /// Takes everything back; what cannot be taken back is added to the problem.
    fn undo(self, problem: Problem) -> Problem {
        let mut left = Vec::new();
        for (path, before) in self.changed.iter().rev() {
            left.extend(replace(path, before).err().map(|_| path));
        }
        for path in self.created.iter().rev() {
            left.extend(fs::remove_file(path).err().map(|_| path));
        }
        for path in self.folders.iter().rev() {
            left.extend(fs::remove_dir(path).err().map(|_| path));
        }
        match left.is_empty() {
            true => problem.help("nothing was changed"),
            false => left.iter().fold(problem, |problem, path| {
                problem.help(format!("`{}` could not be put back as it was", path.display()))
            }),
        }
    }
}

fn replace(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(fs::metadata(path)?.permissions())?;
    file.persist(path)?;
    Ok(())
}
