//! Pages: a template below the package's frontend, in the application's layout where there is one, with its
//! title as a phrase where there are languages.

use std::path::Path;

use ravand_core::Problem;
use ravand_manifest::Theme;

use super::Next;
use super::target::Target;
use crate::application::Application;
use crate::edit::quoted;
use crate::files;
use crate::name::Name;
use crate::package::Package;
use crate::stop::Stop;
use crate::template::fill;

/// The template that pages extend.
const LAYOUT: &str = "layout.html";

/// What a page shows.
pub(crate) struct Page<'a> {
    pub(crate) name: &'a Name,
    /// The template's name below `html/`.
    pub(crate) template: String,
    /// What stands below the title, with a line break at its end.
    pub(crate) body: &'a str,
}

impl Target<'_> {
    /// The template of a view or an action: in a folder of the package's own, for templates of all packages
    /// share their names.
    pub(crate) fn template_name(&self, name: &Name) -> String {
        let file = if name.path() == self.name { "index".to_owned() } else { name.path() };
        format!("{}/{file}.html", self.name)
    }

    /// The beginning of a class's phrases, and of its rule's name where that is taken.
    pub(crate) fn key(&self, name: &Name) -> String {
        if name.path() == self.name { self.name.clone() } else { format!("{}.{}", self.name, name.dotted()) }
    }

    /// Creates a page's template, and its title's phrase.
    pub(crate) fn page(&mut self, page: &Page<'_>) -> Result<(), Stop> {
        let frontend = self.frontend()?;
        let title = match self.phrase(&format!("{}.title", self.key(page.name)), &page.name.title())? {
            Some(call) => call,
            None => page.name.title(),
        };
        let layout = self.layout(&frontend)?;
        let template = match &layout {
            Some(layout) if layout.contains("block title") => {
                include_str!("../../templates/page/titled.html")
            }
            Some(_) => include_str!("../../templates/page/content.html"),
            None => include_str!("../../templates/page/whole.html"),
        };
        let text = fill(template, &[("title", &title), ("body", page.body)]);
        let path = self.path(&format!("{frontend}/html/{}", page.template));
        self.check_template(&page.template)?;
        self.changes.create(path, text);
        Ok(())
    }

    /// The package's first frontend folder, which is made where there is none.
    fn frontend(&mut self) -> Result<String, Stop> {
        if let Some(frontend) = self.manifest()?.frontend.first() {
            return Ok(frontend.value.clone());
        }
        let theme = theme_name(self.application).unwrap_or_else(|| self.name.clone());
        let text = format!("{{\n    \"name\": {}\n}}\n", quoted(&theme));
        self.changes.create(self.path("frontend/theme.json"), text);
        self.json("package.json", "has the frontend `frontend`", |json| {
            json.set_at(&[], "frontend", &quoted("frontend"))
        })?;
        Ok("frontend".to_owned())
    }

    /// What is left to be done by people: the title in every language but English.
    pub(crate) fn translations(&self) -> Result<Vec<Next>, Stop> {
        let languages = self.manifest()?.languages;
        let others = languages.iter().filter(|language| language.code.value.short() != "en");
        let next = |file: &str| (self.path(file), "has the title in English: translate it".to_owned());
        Ok(others.map(|language| next(&language.file.value)).collect())
    }

    /// Adds a phrase in every language of the package, and gives the call for templates; none where there are
    /// no languages.
    fn phrase(&mut self, key: &str, text: &str) -> Result<Option<String>, Stop> {
        let languages = self.manifest()?.languages;
        for language in &languages {
            let note = format!("phrase `{key}`");
            self.json(&language.file.value, note, |json| json.set_at(&["phrases"], key, &quoted(text)))?;
        }
        Ok((!languages.is_empty()).then(|| format!("{{{{ t({}) }}}}", quoted(key))))
    }

    /// The layout's text: the package's own, or that of a package which it depends on.
    fn layout(&self, frontend: &str) -> Result<Option<String>, Stop> {
        let own = self.changes.read(&self.path(&format!("{frontend}/html/{LAYOUT}")))?;
        let manifest = self.manifest()?;
        let others = manifest.dependencies.iter().filter_map(|on| self.application.find(&on.value));
        let layout = own.or_else(|| others.into_iter().find_map(layout_of));
        Ok(layout.filter(|text| text.contains("block content")))
    }

    /// A template of the same name in another package would be overridden, or override this one.
    fn check_template(&self, template: &str) -> Result<(), Stop> {
        for package in self.application.packages.iter().filter(|package| package.name != self.name) {
            for frontend in &package.manifest.frontend {
                if package.path.join(&frontend.value).join("html").join(template).is_file() {
                    let text =
                        format!("{}/{}/html/{template} is there already", package.shown, frontend.value);
                    let help = "templates of all packages share their names: choose another name";
                    return Err(Problem::error(text).help(help).into());
                }
            }
        }
        Ok(())
    }
}

/// Whether a package has the layout that pages extend.
pub(crate) fn has_layout(package: &Package) -> bool {
    layout_of(package).is_some_and(|text| text.contains("block content"))
}

/// The name of the application's theme: that of the package with the layout, or of the first one with a theme.
pub(crate) fn theme_name(application: &Application) -> Option<String> {
    let with_layout = application.packages.iter().filter(|package| has_layout(package));
    with_layout.chain(&application.packages).find_map(|package| {
        let frontend = package.manifest.frontend.first()?;
        let text = read(&package.path.join(&frontend.value).join("theme.json"))?;
        Some(Theme::parse(&package.name, "theme.json", &text).value.name?.value)
    })
}

fn layout_of(package: &Package) -> Option<String> {
    let mut frontends = package.manifest.frontend.iter();
    frontends.find_map(|frontend| read(&package.path.join(&frontend.value).join("html").join(LAYOUT)))
}

/// A file's text; one that cannot be read is as good as none here.
fn read(path: &Path) -> Option<String> {
    files::read(path, "").ok().flatten()
}
