//! What a manifest names: phrase files, frontends, autoloaded files, the bootstrap. Is it there, and is it right?

use std::path::PathBuf;

use ravand_core::{LanguageCode, Problem, Problems};
use ravand_manifest::{AssetSource, Autoload, AutoloadSource, Language, Phrases, Spanned, Theme};

use crate::files;
use crate::package::Package;

/// What a package's manifest names, read.
pub(crate) struct Named {
    pub(crate) themes: Vec<Theme>,
    pub(crate) phrases: Vec<PhraseFile>,
}

/// A phrase file of a package or of one of its themes.
pub(crate) struct PhraseFile {
    pub(crate) language: LanguageCode,
    pub(crate) shown: String,
    pub(crate) phrases: Phrases,
    /// It has no errors, so that what is not in it is missing indeed.
    pub(crate) whole: bool,
}

/// Where a package's Rust files are looked for.
struct Sources {
    folder: PathBuf,
    /// In words.
    place: &'static str,
    /// Without `src/` there is no Rust code yet, and no Rust file is missed.
    has_src: bool,
}

impl Named {
    /// Reads all that the manifest names.
    pub(crate) fn read(package: &Package, problems: &mut Problems) -> Self {
        let mut named = Self { themes: Vec::new(), phrases: Vec::new() };
        named.read_phrases(package, &package.manifest.languages, "", problems);
        let sources = Sources::of(package);
        if let Some(autoload) = &package.manifest.autoload {
            read_autoload(package, &sources, autoload, "", problems);
        }
        if let Some(bootstrap) = &package.manifest.bootstrap {
            sources.check_file("bootstrap", bootstrap, problems);
        }
        for frontend in &package.manifest.frontend {
            named.read_frontend(package, &sources, frontend, problems);
        }
        named
    }

    fn read_phrases(
        &mut self,
        package: &Package,
        languages: &[Language],
        below: &str,
        problems: &mut Problems,
    ) {
        for Language { code, file } in languages {
            let shown = format!("{}/{below}{}", package.shown, file.value);
            let folder = package.path.join(below);
            match files::read(&folder.join(&file.value), &shown) {
                Ok(Some(text)) => {
                    let parsed = Phrases::parse(&code.value, &shown, &text);
                    let whole = !parsed.problems.has_errors();
                    problems.extend(parsed.problems);
                    let language = code.value.clone();
                    self.phrases.push(PhraseFile { language, shown, phrases: parsed.value, whole });
                }
                Ok(None) => {
                    let text = format!("`languages` names `{}`, and there is no such file", file.value);
                    problems.push(files::missing_file(text, file, &folder));
                }
                Err(problem) => problems.push(problem),
            }
        }
    }

    fn read_frontend(
        &mut self,
        package: &Package,
        sources: &Sources,
        named: &Spanned<String>,
        problems: &mut Problems,
    ) {
        let name = &named.value;
        let folder = package.path.join(name);
        if !folder.is_dir() {
            let text = format!("`frontend` names the folder `{name}`, and there is no such folder");
            problems.push(files::missing_folder(text, named, &package.path));
            return;
        }
        let shown = format!("{}/{name}/theme.json", package.shown);
        let text = match files::read(&folder.join("theme.json"), &shown) {
            Ok(Some(text)) => text,
            Ok(None) => {
                let problem = Problem::error(format!("the frontend folder `{name}` has no theme.json"));
                let help = format!("write `{{ \"name\": \"{}\" }}` into `{shown}`", package.name);
                problems.push(problem.at(named.place.clone()).help(help));
                return;
            }
            Err(problem) => return problems.push(problem),
        };
        let parsed = Theme::parse(&package.name, &shown, &text);
        problems.extend(parsed.problems);
        let theme = parsed.value;
        for view in &theme.views {
            let html = folder.join("html");
            if !html.join(&view.file.value).is_file() {
                let text = format!("there is no template `{}` in `{name}/html/`", view.file.value);
                problems.push(files::missing_file(text, &view.file, &html));
            }
        }
        for asset in &theme.assets {
            if let AssetSource::File(file) = &asset.source
                && !folder.join(&file.value).is_file()
            {
                let text = format!("there is no file `{}` in `{name}/`", file.value);
                problems.push(files::missing_file(text, file, &folder));
            }
        }
        let below = format!("{name}/");
        self.read_phrases(package, &theme.languages, &below, problems);
        if let Some(autoload) = &theme.autoload {
            read_autoload(package, sources, autoload, &below, problems);
        }
        self.themes.push(theme);
    }
}

fn read_autoload(
    package: &Package,
    sources: &Sources,
    autoload: &AutoloadSource,
    below: &str,
    problems: &mut Problems,
) {
    let named = match autoload {
        AutoloadSource::Here(autoload) => return sources.check(autoload, problems),
        AutoloadSource::File(named) => named,
    };
    let shown = format!("{}/{below}{}", package.shown, named.value);
    let folder = package.path.join(below);
    match files::read(&folder.join(&named.value), &shown) {
        Ok(Some(text)) => {
            let parsed = Autoload::parse(&shown, &text);
            problems.extend(parsed.problems);
            sources.check(&parsed.value, problems);
        }
        Ok(None) => {
            let text = format!("`autoload` names `{}`, and there is no such file", named.value);
            problems.push(files::missing_file(text, named, &folder));
        }
        Err(problem) => problems.push(problem),
    }
}

impl Sources {
    fn of(package: &Package) -> Self {
        let src = package.path.join("src");
        match src.is_dir() {
            true => Self { folder: src, place: "in `src/`", has_src: true },
            false => Self { folder: package.path.clone(), place: "in the package", has_src: false },
        }
    }

    fn check(&self, autoload: &Autoload, problems: &mut Problems) {
        for directory in &autoload.directories {
            if self.has_src && !self.folder.join(&directory.value).is_dir() {
                let text = format!(
                    "`autoload.directories` names `{}`, and there is no such folder {}",
                    directory.value, self.place
                );
                problems.push(files::missing_folder(text, directory, &self.folder));
            }
        }
        autoload.files.iter().for_each(|entry| self.check_file("autoload", &entry.file, problems));
    }

    fn check_file(&self, key: &str, named: &Spanned<String>, problems: &mut Problems) {
        let rust = named.value.ends_with(".rs");
        if self.folder.join(&named.value).is_file() || (rust && !self.has_src) {
            return;
        }
        let text = format!("`{key}` names `{}`, and there is no such file {}", named.value, self.place);
        problems.push(files::missing_file(text, named, &self.folder));
    }
}
