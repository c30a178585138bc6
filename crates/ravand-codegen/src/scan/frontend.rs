//! A package's frontend folders: their theme.json, templates, assets and phrases.

use std::path::{Path, PathBuf};

use ravand_core::{Problem, Problems};
use ravand_manifest::{AssetSource, Language, Phrases, Spanned, Theme};

use crate::files::{Files, Source};

/// A frontend folder.
#[derive(Debug)]
pub(crate) struct Frontend {
    pub(crate) folder: String,
    pub(crate) theme_path: PathBuf,
    pub(crate) theme: Theme,
    /// Below `html/`.
    pub(crate) templates: Vec<(String, PathBuf)>,
    /// What the templates say, by their names; without those that cannot be read.
    pub(crate) texts: Vec<(String, Source)>,
    /// Below `assets/`.
    pub(crate) assets: Vec<(String, PathBuf)>,
    pub(crate) phrases: Vec<PhraseFile>,
}

/// A phrase file.
#[derive(Debug)]
pub(crate) struct PhraseFile {
    pub(crate) language: String,
    /// From the package's root.
    pub(crate) file: String,
    pub(crate) path: PathBuf,
    pub(crate) phrases: Phrases,
    /// Its text, when something in it could not be read.
    pub(crate) unread: Option<String>,
}

/// A package's folder, as far as files of it are read.
pub(crate) struct Folder<'a> {
    pub(crate) name: &'a str,
    pub(crate) root: &'a Path,
    /// What stands before a path from the root in messages.
    pub(crate) prefix: &'a str,
}

impl Folder<'_> {
    /// Reads one frontend folder; nothing when it has no theme.json.
    pub(crate) fn frontend(
        &self,
        files: &mut Files,
        named: &Spanned<String>,
        problems: &mut Problems,
    ) -> Option<Frontend> {
        let name = &named.value;
        let folder = self.root.join(name);
        if !folder.is_dir() {
            let there = Files::default().list(self.root);
            let there = there.iter().filter(|entry| entry.is_folder).map(|entry| entry.name.as_str());
            problems.push(
                Problem::error(format!("`frontend` names the folder `{name}`, and there is no such folder"))
                    .at(named.place.clone())
                    .suggest(name, there),
            );
            return None;
        }
        files.watch(&folder);
        let theme_path = folder.join("theme.json");
        if !theme_path.is_file() {
            problems.push(
                Problem::error(format!("the frontend folder `{name}` has no theme.json"))
                    .at(named.place.clone())
                    .help(format!(
                        "write `{{ \"name\": \"{name}\" }}` into `{}{name}/theme.json`",
                        self.prefix
                    )),
            );
            return None;
        }
        let source = files
            .read(&theme_path, &format!("{}{name}/theme.json", self.prefix))
            .map_err(|problem| problems.push(problem))
            .ok()?;
        let parsed = Theme::parse(self.name, &source.shown, &source.text);
        problems.extend(parsed.problems);
        let theme = parsed.value;
        let templates = files.tree(&folder.join("html"));
        let texts = self.texts(files, name, &templates, problems);
        for view in &theme.views {
            if !templates.iter().any(|(template, _)| *template == view.file.value) {
                let text = format!("there is no template `{}` in `{name}/html/`", view.file.value);
                let problem = Problem::error(text).at(view.file.place.clone());
                let there = templates.iter().map(|(template, _)| template.as_str());
                problems.push(suggest_file(problem, &view.file.value, there));
            }
        }
        for asset in &theme.assets {
            let AssetSource::File(file) = &asset.source else { continue };
            if !folder.join(&file.value).is_file() {
                let there = Files::default().tree(&folder);
                let problem = Problem::error(format!("there is no file `{}` in `{name}/`", file.value));
                let problem = problem.at(file.place.clone());
                problems.push(suggest_file(
                    problem,
                    &file.value,
                    there.iter().map(|(file, _)| file.as_str()),
                ));
            }
        }
        let assets = files.tree(&folder.join("assets"));
        assets.iter().for_each(|(_, path)| files.watch(path));
        let below = format!("{name}/");
        let phrases = self.phrases(files, &theme.languages, &below, problems);
        Some(Frontend { folder: name.clone(), theme_path, theme, templates, texts, assets, phrases })
    }

    /// Reads the templates below a frontend folder's `html/`.
    fn texts(
        &self,
        files: &mut Files,
        frontend: &str,
        templates: &[(String, PathBuf)],
        problems: &mut Problems,
    ) -> Vec<(String, Source)> {
        let read = |(name, path): &(String, PathBuf)| {
            let source = files.read(path, &format!("{}{frontend}/html/{name}", self.prefix));
            source.map(|source| (name.clone(), source)).map_err(|problem| problems.push(problem)).ok()
        };
        templates.iter().filter_map(read).collect()
    }

    /// Reads the phrase files that a manifest or a theme names; `below` is the folder that they lie in.
    pub(crate) fn phrases(
        &self,
        files: &mut Files,
        languages: &[Language],
        below: &str,
        problems: &mut Problems,
    ) -> Vec<PhraseFile> {
        let mut phrases = Vec::new();
        for language in languages {
            let file = format!("{below}{}", language.file.value);
            let path = self.root.join(&file);
            if !path.is_file() {
                problems.push(self.missing(
                    &format!("`languages` names `{}`", language.file.value),
                    &language.file,
                    below,
                ));
                continue;
            }
            let source = match files.read(&path, &format!("{}{file}", self.prefix)) {
                Ok(source) => source,
                Err(problem) => {
                    problems.push(problem);
                    continue;
                }
            };
            let parsed = Phrases::parse(&language.code.value, &source.shown, &source.text);
            let unread = parsed.problems.has_errors().then_some(source.text);
            problems.extend(parsed.problems);
            let language = language.code.value.as_str().to_owned();
            phrases.push(PhraseFile { language, file, path, phrases: parsed.value, unread });
        }
        phrases
    }

    /// A file that a manifest names and that is not there, with the nearest one of its folder.
    pub(crate) fn missing(&self, what: &str, named: &Spanned<String>, below: &str) -> Problem {
        let (folder, _) = named.value.rsplit_once('/').unwrap_or_default();
        let there = Files::default().list(&self.root.join(below).join(folder));
        let there: Vec<String> = there
            .into_iter()
            .filter(|entry| !entry.is_folder)
            .map(|entry| if folder.is_empty() { entry.name } else { format!("{folder}/{}", entry.name) })
            .collect();
        Problem::error(format!("{what}, and there is no such file"))
            .at(named.place.clone())
            .suggest(&named.value, there.iter().map(String::as_str))
    }
}

/// The problem with what a wrong path may mean: the one file of its name in another folder, or the nearest.
pub(crate) fn suggest_file<'a>(
    problem: Problem,
    path: &'a str,
    files: impl Iterator<Item = &'a str> + Clone,
) -> Problem {
    let name = |path: &'a str| path.rsplit('/').next();
    let mut same = files.clone().filter(|file| name(file) == name(path));
    match (same.next(), same.next()) {
        (Some(file), None) => problem.help(format!("did you mean `{file}`?")),
        _ => problem.suggest(path, files),
    }
}
