//! `cargo xtask tidy`: the house's rules that neither rustfmt nor clippy knows.

mod architecture;
mod files;
mod layers;
mod lock;

use std::fmt;
use std::path::{Path, PathBuf};

use crate::metadata;
use crate::tools::{Outcome, root};

/// A broken rule and its place.
#[derive(Debug, PartialEq)]
pub(crate) struct Fault {
    pub file: PathBuf,
    pub line: usize,
    pub text: String,
}

impl Fault {
    pub fn new(file: impl Into<PathBuf>, line: usize, text: impl Into<String>) -> Self {
        Self { file: file.into(), line, text: text.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file.display(), self.line, self.text)
    }
}

pub(crate) fn run() -> Outcome<bool> {
    let root = root();
    let crates = metadata::crates()?;
    let read = |name: &str| {
        std::fs::read_to_string(root.join(name)).map_err(|error| format!("{name} cannot be read: {error}"))
    };
    let found = files::all(&root)?;
    let mut faults = Vec::new();
    for file in &found {
        let text = std::fs::read(root.join(file)).map_err(|error| format!("{}: {error}", file.display()))?;
        faults.extend(files::check(file, &String::from_utf8_lossy(&text)));
    }
    let short = |file: &Path| file.strip_prefix(&root).unwrap_or(file).to_owned();
    for one in &crates {
        let manifest = std::fs::read_to_string(&one.manifest)?;
        faults.extend(layers::check(one, &short(&one.manifest), &manifest));
    }
    faults.extend(lock::check(&read("Cargo.lock")?));
    match read("ARCHITECTURE.md") {
        Ok(text) => faults.extend(architecture::check(&text, &crates, &root)),
        Err(error) => faults.push(Fault::new("ARCHITECTURE.md", 1, error)),
    }
    faults.iter().for_each(|fault| eprintln!("{fault}"));
    match faults.len() {
        0 => println!("tidy: {} files and {} crates are in order", found.len(), crates.len()),
        count => println!("tidy: {count} faults in {} files and {} crates", found.len(), crates.len()),
    }
    Ok(faults.is_empty())
}
