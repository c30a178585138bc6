//! Packages: what the build gives of one, and what the start makes of it.

use ravand_core::{LanguageCode, Problems, Result};
use ravand_manifest::{Manifest, Phrases, Route, Theme};

use crate::bootstrap::Bootstrap;
use crate::class_map::Class;

/// A package as its build made it: its files and its classes. Generated code makes it; an application passes
/// it on.
#[doc(hidden)]
pub struct Package {
    pub name: &'static str,
    pub root: &'static str,
    pub manifest: File,
    pub routing: Option<File>,
    pub phrases: Vec<PhraseFile>,
    pub frontends: Vec<Frontend>,
    pub classes: Vec<Class>,
    pub bootstrap: Option<Bootstrap>,
    #[cfg(feature = "database")]
    pub migrations: Vec<Migration>,
    #[cfg(not(feature = "database"))]
    pub migrations: (),
}

/// A text file of a package.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct File {
    pub name: &'static str,
    pub text: &'static str,
}

/// A phrase file and its language.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct PhraseFile {
    pub language: &'static str,
    pub file: File,
}

/// A frontend folder: a source of a theme.
#[doc(hidden)]
pub struct Frontend {
    pub folder: &'static str,
    pub theme: File,
    pub templates: Vec<File>,
    pub assets: Vec<Asset>,
    pub phrases: Vec<PhraseFile>,
}

/// A file that browsers load.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Asset {
    pub name: &'static str,
    pub bytes: &'static [u8],
}

/// A migration of a package's models.
#[cfg(feature = "database")]
#[doc(hidden)]
pub struct Migration {
    pub name: &'static str,
    pub migration: Box<dyn sea_orm_migration::MigrationTrait>,
}

#[cfg(feature = "database")]
impl Migration {
    /// A migration under its file's name.
    pub fn new(name: &'static str, migration: Box<dyn sea_orm_migration::MigrationTrait>) -> Self {
        Self { name, migration }
    }
}

/// A package with its files read.
pub(crate) struct LoadedPackage {
    pub name: String,
    pub source: Package,
    pub manifest: Manifest,
    pub routes: Vec<Route>,
    pub phrases: Vec<(LanguageCode, String, Phrases)>,
    pub themes: Vec<Theme>,
}

impl LoadedPackage {
    /// Reads a package's files; every problem of every file is told together.
    pub fn read(source: Package) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let name = source.name;
        let file = |file: &File| format!("packages/{name}/{}", file.name);
        let parsed = Manifest::parse(name, &file(&source.manifest), source.manifest.text);
        problems.extend(parsed.problems);
        let manifest = parsed.value;
        let mut routes = Vec::new();
        if let Some(routing) = &source.routing {
            let parsed = ravand_manifest::Routing::parse(name, &file(routing), routing.text);
            problems.extend(parsed.problems);
            routes = parsed.value.routes;
        }
        let mut phrases = Vec::new();
        let mut themes = Vec::new();
        let theme_phrases = source.frontends.iter().flat_map(|frontend| &frontend.phrases);
        for phrase_file in source.phrases.iter().chain(theme_phrases) {
            if let Ok(code) = phrase_file.language.parse::<LanguageCode>() {
                let parsed = Phrases::parse(&code, &file(&phrase_file.file), phrase_file.file.text);
                problems.extend(parsed.problems);
                phrases.push((code, phrase_file.file.name.to_owned(), parsed.value));
            }
        }
        for frontend in &source.frontends {
            let parsed = Theme::parse(name, &file(&frontend.theme), frontend.theme.text);
            problems.extend(parsed.problems);
            themes.push(parsed.value);
        }
        if problems.has_errors() {
            return Err(problems);
        }
        Ok(Self { name: name.to_owned(), source, manifest, routes, phrases, themes })
    }
}
