//! `packages`: the packages in load order, and what each brings.

use ravand_core::Result;
use ravand_terminal::{Column, Table};
use serde_json::{Value, json};

use super::{joined, or_dash};
use crate::App;
use crate::command::output::{As, pretty};
use crate::package::LoadedPackage;

pub(in crate::command) fn packages(app: &App, form: As) -> Result<String> {
    let all: Vec<Brought<'_>> = app.0.packages.iter().map(|package| Brought::of(app, package)).collect();
    let As::Text(screen) = form else {
        return pretty(&Value::Array(all.iter().map(Brought::json).collect()));
    };
    const COLUMNS: [Column; 12] = [
        Column::word("PACKAGE"),
        Column::word("VERSION"),
        Column::word("DEPENDS ON"),
        Column::number("ROUTES"),
        Column::number("CLASSES"),
        Column::number("LISTENERS"),
        Column::number("PHRASES"),
        Column::number("TEMPLATES"),
        Column::number("ASSETS"),
        Column::number("MIGRATIONS"),
        Column::word("LANGUAGES"),
        Column::word("BOOTSTRAP"),
    ];
    let mut table = Table::new(&COLUMNS);
    for one in &all {
        let mut cells = vec![
            one.package.name.clone(),
            one.version.map_or_else(|| "-".to_owned(), str::to_owned),
            or_dash(joined(one.dependencies())),
        ];
        cells.extend(one.counts().map(|(_, count)| count.to_string()));
        cells.push(or_dash(joined(one.languages())));
        cells.push(one.bootstrap().unwrap_or("-").to_owned());
        table.row(cells);
    }
    Ok(table.shown(screen))
}

/// What a package brings.
struct Brought<'a> {
    package: &'a LoadedPackage,
    /// From its manifest, where it says one.
    version: Option<&'a str>,
    migrations: usize,
}

impl<'a> Brought<'a> {
    fn of(app: &App, package: &'a LoadedPackage) -> Self {
        #[cfg(feature = "database")]
        let migrations = {
            let own = format!("{}/", package.name);
            app.0.migrator.names().filter(|name| name.starts_with(&own)).count()
        };
        #[cfg(not(feature = "database"))]
        let (migrations, _) = (0, app);
        let version = package.manifest.options.get("version").and_then(Value::as_str);
        Self { package, version, migrations }
    }

    fn dependencies(&self) -> impl Iterator<Item = &'a str> {
        self.package.manifest.dependencies.iter().map(|dependency| dependency.value.as_str())
    }

    fn languages(&self) -> Vec<&'a str> {
        let mut codes: Vec<&str> = self.package.phrases.iter().map(|(code, ..)| code.as_str()).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    fn bootstrap(&self) -> Option<&'static str> {
        self.package.source.bootstrap.map(|bootstrap| bootstrap.name)
    }

    /// How many of each it brings. Phrases are counted in the language that has the most.
    fn counts(&self) -> impl Iterator<Item = (&'static str, usize)> {
        let LoadedPackage { source, manifest, routes, phrases, themes, .. } = self.package;
        let themed: usize = themes.iter().map(|theme| theme.events.len()).sum();
        let per_language = self.languages().into_iter().map(|language| {
            let files = phrases.iter().filter(|(code, ..)| code.as_str() == language);
            files.map(|(_, _, phrases)| phrases.phrases.len()).sum::<usize>()
        });
        let frontends = || source.frontends.iter();
        [
            ("routes", routes.len()),
            ("classes", source.classes.len()),
            ("listeners", manifest.events.len() + themed),
            ("phrases", per_language.max().unwrap_or(0)),
            ("templates", frontends().map(|frontend| frontend.templates.len()).sum()),
            ("assets", frontends().map(|frontend| frontend.assets.len()).sum()),
            ("migrations", self.migrations),
        ]
        .into_iter()
    }

    fn json(&self) -> Value {
        let package = self.package;
        let mut row = json!({ "name": package.name, "version": self.version });
        row["dependencies"] = self.dependencies().collect();
        for (name, count) in self.counts() {
            row[name] = count.into();
        }
        let themes = package.themes.iter().filter_map(|theme| {
            Some(json!({ "name": theme.name.as_ref()?.value, "version": theme.version }))
        });
        row["themes"] = themes.collect();
        row["languages"] = json!(self.languages());
        row["bootstrap"] = json!(self.bootstrap());
        row["folder"] = package.source.root.into();
        row
    }
}
