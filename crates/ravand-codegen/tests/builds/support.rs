//! The fixture's files as cases change them, and what the builds say of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use ravand_codegen::{Built, application, package};

pub const MANIFEST: &str = "packages/ticketing/package.json";
pub const ROUTING: &str = "packages/ticketing/routing.json";
pub const TICKETS: &str = "packages/ticketing/src/controllers/tickets.rs";

pub fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/helpdesk")
}

/// A copy of the fixture's files, to be changed by a case.
pub struct Case(pub BTreeMap<String, String>);

impl Case {
    pub fn new() -> Self {
        Self::of(&fixture())
    }

    /// A copy of another fixture's files.
    pub fn of(fixture: &Path) -> Self {
        let mut files = BTreeMap::new();
        gather(fixture, "", &mut files);
        Self(files)
    }

    pub fn write(mut self, path: &str, text: &str) -> Self {
        self.0.insert(path.to_owned(), text.to_owned());
        self
    }

    pub fn remove(mut self, path: &str) -> Self {
        assert!(self.0.remove(path).is_some(), "{path}");
        self
    }

    #[track_caller]
    pub fn replace(mut self, path: &str, from: &str, to: &str) -> Self {
        let text = self.0.get_mut(path).unwrap_or_else(|| panic!("{path}"));
        assert!(text.contains(from), "{path} has no {from}");
        *text = text.replacen(from, to, 1);
        self
    }

    pub fn build(&self, build: fn(&Path) -> Built, below: &str) -> Built {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        for (path, text) in &self.0 {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let mut built = build(&root.join(below));
        built.code = built.code.replace(root.to_str().unwrap(), "/root");
        built
    }

    pub fn package(&self) -> String {
        self.build(package, "packages/ticketing").problems.to_string()
    }

    pub fn application(&self) -> String {
        self.build(application, "").problems.to_string()
    }
}

fn gather(folder: &Path, prefix: &str, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        match entry.path().is_dir() {
            true => gather(&entry.path(), &format!("{name}/"), files),
            false => drop(files.insert(name, fs::read_to_string(entry.path()).unwrap())),
        }
    }
}

/// Cases of one theme: what was changed, and what the build says.
#[derive(Default)]
pub struct Said(pub String);

impl Said {
    pub fn package(&mut self, what: &str, case: Case) {
        self.add(what, case.package());
    }

    pub fn application(&mut self, what: &str, case: Case) {
        self.add(what, case.application());
    }

    pub fn add(&mut self, what: &str, problems: String) {
        self.0.push_str(&format!(
            "## {what}\n\n{}\n",
            if problems.is_empty() { "nothing\n" } else { &problems }
        ));
    }
}

/// Holds a text that a person reads against its snapshot.
macro_rules! snapshot {
    ($name:literal, $text:expr $(,)?) => {
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!($name, $text) });
    };
}

pub(crate) use snapshot;
