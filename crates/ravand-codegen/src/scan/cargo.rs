//! What a Cargo.toml says: the crate's name and its dependencies.

use std::collections::BTreeMap;
use std::ops::Range;

use ravand_core::{Place, Problem, Problems};
use toml_edit::{Document, Item, TableLike};

use crate::files::Source;

/// The part of a Cargo.toml that matters here.
#[derive(Debug, Default)]
pub(crate) struct CargoToml {
    pub(crate) name: Option<(String, Place)>,
    pub(crate) dependencies: BTreeMap<String, Place>,
    /// Where a new dependency would be written.
    pub(crate) place: Option<Place>,
    pub(crate) is_workspace: bool,
    /// `deny-warnings` of `[package.metadata.ravand]`: whether warnings are errors.
    pub(crate) deny_warnings: bool,
}

impl CargoToml {
    /// Reads one. What it says of Ravand itself is checked: `problems` takes what is wrong there.
    pub(crate) fn read(source: &Source, problems: &mut Problems) -> Result<Self, Problem> {
        let document = Document::parse(source.text.as_str()).map_err(|error| {
            let span = error.span().unwrap_or_default();
            let message = error.message().lines().next().unwrap_or_default();
            Problem::error(format!("`{}` is not TOML: {message}", source.shown)).at(place(source, Some(span)))
        })?;
        let root = document.as_table();
        let name = root.get("package").and_then(Item::as_table_like).and_then(|package| {
            let name = package.get("name")?;
            Some((name.as_str()?.to_owned(), place(source, name.span())))
        });
        let mut cargo = Self {
            name,
            place: Some(Place::whole(&source.shown)),
            is_workspace: root.contains_key("workspace"),
            dependencies: BTreeMap::new(),
            deny_warnings: false,
        };
        if let Some(options) = table(root, &["package", "metadata", "ravand"]) {
            cargo.read_options(source, options, problems);
        }
        if let Some((key, table)) = root.get_key_value("dependencies") {
            let span = table.span().or_else(|| key.span());
            cargo.place =
                Some(place(source, span.map(|span| span.start..span.start + "[dependencies]".len())));
            if let Some(table) = table.as_table_like() {
                cargo.dependencies = dependencies(source, table);
            }
        }
        Ok(cargo)
    }

    fn read_options(&mut self, source: &Source, options: &dyn TableLike, problems: &mut Problems) {
        const OPTION: &str = "deny-warnings";
        for (name, value) in options.iter() {
            if name != OPTION {
                let at = place(source, options.key(name).and_then(|key| key.span()));
                let problem =
                    Problem::warning(format!("unknown key `{name}` in `[package.metadata.ravand]`"));
                let near = problem.clone().suggest(name, [OPTION]);
                problems.push(match near.help.is_empty() {
                    true => problem.at(at).help(format!("there is `{OPTION}`")),
                    false => near.at(at),
                });
                continue;
            }
            match value.as_bool() {
                Some(deny) => self.deny_warnings = deny,
                None => problems.push(
                    Problem::error(format!("`{OPTION}` is `true` or `false`"))
                        .at(place(source, value.span())),
                ),
            }
        }
    }
}

/// The table of this path, when it is there.
fn table<'t>(root: &'t dyn TableLike, path: &[&str]) -> Option<&'t dyn TableLike> {
    path.iter().try_fold(root, |table, name| table.get(name)?.as_table_like())
}

fn dependencies(source: &Source, table: &dyn TableLike) -> BTreeMap<String, Place> {
    let key = |name: &str| table.key(name).and_then(|key| key.span());
    table.iter().map(|(name, _)| (name.to_owned(), place(source, key(name)))).collect()
}

fn place(source: &Source, span: Option<Range<usize>>) -> Place {
    match span {
        Some(span) => Place::find(&source.shown, &source.text, span.start, span.end - span.start),
        None => Place::whole(&source.shown),
    }
}
