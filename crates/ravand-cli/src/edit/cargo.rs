//! Cargo.toml: what it says of a crate and of its workspace, and dependencies that are added to it.

use ravand_core::{Place, Problem};
use toml_edit::{DocumentMut, InlineTable, Item, Table, Value, value};

/// A Cargo.toml that is being changed.
pub(crate) struct CargoToml {
    document: DocumentMut,
}

/// Where a dependency comes from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// From the workspace's own list.
    Workspace,
    /// From a folder.
    Path(String),
    /// As it stands in another Cargo.toml.
    Same(Item),
    /// From the registry: a version with features.
    Version(&'static str, &'static [&'static str]),
}

impl CargoToml {
    /// Reads a text; `shown` is the file's name in messages.
    #[expect(
        clippy::result_large_err,
        reason = "a problem is made when something is wrong: its size costs nothing"
    )]
    pub(crate) fn parse(shown: &str, text: &str) -> Result<Self, Problem> {
        let document = text.parse::<DocumentMut>().map_err(|error| {
            let span = error.span().unwrap_or_default();
            let place = Place::find(shown, text, span.start, span.end - span.start);
            let message = error.message().lines().next().unwrap_or_default();
            Problem::error(format!("`{shown}` is not TOML: {message}")).at(place)
        })?;
        Ok(Self { document })
    }

    /// The whole text, as it is now.
    pub(crate) fn text(&self) -> String {
        self.document.to_string()
    }

    /// The crate's name; none where there is only a workspace.
    pub(crate) fn name(&self) -> Option<&str> {
        self.at(&["package", "name"])?.as_str()
    }

    /// The crate's edition: its own, or that of its workspace; 2024 where neither says one.
    pub(crate) fn edition(&self, workspace: &Self) -> String {
        let edition = match self.has(&["package", "edition", "workspace"]) {
            true => workspace.at(&["workspace", "package", "edition"]),
            false => self.at(&["package", "edition"]),
        };
        edition.and_then(Item::as_str).unwrap_or("2024").to_owned()
    }

    /// Whether there is something at the end of a path of keys.
    pub(crate) fn has(&self, path: &[&str]) -> bool {
        self.at(path).is_some()
    }

    /// The texts of the list at the end of a path of keys.
    pub(crate) fn texts(&self, path: &[&str]) -> impl Iterator<Item = &str> {
        self.at(path).and_then(Item::as_array).into_iter().flatten().filter_map(Value::as_str)
    }

    /// A dependency as it stands here, in `dependencies` or another list.
    pub(crate) fn dependency(&self, list: &str, name: &str) -> Option<&Item> {
        self.at(&[list, name])
    }

    /// Whether a dependency of this file or of its workspace's list has a feature that it has by default too.
    pub(crate) fn has_feature(&self, name: &str, feature: &str) -> bool {
        [&["dependencies", name][..], &["workspace", "dependencies", name]].into_iter().any(|path| {
            let Some(item) = self.at(path) else { return false };
            let key = |key: &str| item.as_table_like().and_then(|table| table.get(key));
            if key("workspace").is_some() {
                return false;
            }
            let by_default = key("default-features").and_then(Item::as_bool).unwrap_or(true);
            let features = key("features").and_then(Item::as_array).into_iter().flatten();
            by_default || features.filter_map(Value::as_str).any(|known| known == feature)
        })
    }

    /// Adds a dependency to `dependencies` or `dev-dependencies`, unless it is there; the list stays sorted
    /// where it was.
    pub(crate) fn add(&mut self, list: &str, name: &str, source: &Source) {
        let entry = self.document.entry(list).or_insert_with(|| Item::Table(Table::new()));
        let Some(table) = entry.as_table_like_mut() else { return };
        if table.contains_key(name) {
            return;
        }
        let names: Vec<&str> = table.iter().map(|(name, _)| name).collect();
        let is_sorted = names.is_sorted();
        table.insert(name, source.item());
        if is_sorted && let Some(table) = entry.as_table_mut() {
            table.sort_values();
        }
    }

    fn at(&self, path: &[&str]) -> Option<&Item> {
        path.iter().try_fold(self.document.as_item(), |item, key| item.as_table_like()?.get(key))
    }
}

impl Source {
    /// A dependency of another Cargo.toml, as one in a folder that lies `deeper` below writes it.
    pub(crate) fn of(item: &Item, deeper: usize) -> Self {
        let mut item = item.clone();
        if let Some(plain) = item.as_value_mut() {
            plain.decor_mut().clear();
        }
        let path = item.as_table_like().and_then(|table| table.get("path")).and_then(Item::as_str);
        if let Some(path) = path.filter(|path| std::path::Path::new(path).is_relative()) {
            let path = format!("{}{path}", "../".repeat(deeper));
            if let Some(table) = item.as_table_like_mut() {
                table.insert("path", value(path));
            }
        }
        Self::Same(item)
    }

    fn item(&self) -> Item {
        let inline = |pairs: Vec<(&str, Value)>| value(pairs.into_iter().collect::<InlineTable>());
        match self {
            Self::Workspace => {
                let mut table = Table::new();
                table.set_dotted(true);
                table.insert("workspace", value(true));
                Item::Table(table)
            }
            Self::Path(path) => inline(vec![("path", path.into())]),
            Self::Same(item) => item.clone(),
            Self::Version(version, []) => value(*version),
            Self::Version(version, features) => {
                let features = Value::from_iter(features.iter().copied());
                inline(vec![("version", (*version).into()), ("features", features)])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(text: &str, list: &str, name: &str, source: &Source) -> String {
        let mut cargo = CargoToml::parse("Cargo.toml", text).unwrap();
        cargo.add(list, name, source);
        cargo.text()
    }

    #[test]
    fn dependencies_are_added_in_their_order() {
        let home = Source::Path("packages/home".to_owned());
        assert_eq!(
            add(
                "[dependencies]\nravand = \"1\" # the framework\nzip = \"2\"\n\n[lints]\n",
                "dependencies",
                "serde",
                &Source::Workspace
            ),
            "[dependencies]\nravand = \"1\" # the framework\nserde.workspace = true\nzip = \"2\"\n\n[lints]\n",
        );
        // A list in another order has the new one at its end.
        assert_eq!(
            add("[dependencies]\nzip = \"2\"\nravand.workspace = true\n", "dependencies", "home", &home),
            "[dependencies]\nzip = \"2\"\nravand.workspace = true\nhome = { path = \"packages/home\" }\n",
        );
        assert_eq!(
            add(
                "[package]\nname = \"a\"\n",
                "dev-dependencies",
                "tokio",
                &Source::Version("1", &["macros", "rt"])
            ),
            "[package]\nname = \"a\"\n\n[dev-dependencies]\ntokio = { version = \"1\", features = [\"macros\", \"rt\"] }\n",
        );
        let there = "[dependencies]\nhome = { path = \"elsewhere\" }\n";
        assert_eq!(add(there, "dependencies", "home", &home), there);
    }

    #[test]
    fn a_dependency_as_a_folder_below_writes_it() {
        for (line, expected) in [
            (
                "ravand = { path = \"../../crates/ravand\" } # here",
                "ravand = { path = \"../../../../crates/ravand\" }\n",
            ),
            (
                "ravand = { path = \"/crates/ravand\", default-features = false }",
                "ravand = { path = \"/crates/ravand\", default-features = false }\n",
            ),
            ("ravand.workspace = true", "ravand.workspace = true\n"),
            ("ravand = \"0.1\"", "ravand = \"0.1\"\n"),
        ] {
            let cargo = CargoToml::parse("Cargo.toml", &format!("[dependencies]\n{line}\n")).unwrap();
            let source = Source::of(cargo.dependency("dependencies", "ravand").unwrap(), 2);
            let added = add("[dependencies]\n", "dependencies", "ravand", &source);
            assert_eq!(added, format!("[dependencies]\n{expected}"));
        }
    }

    #[test]
    fn a_feature_that_is_there_by_default() {
        for (text, expected) in [
            ("[dependencies]\nravand = \"1\"", true),
            ("[workspace.dependencies]\nravand = { path = \"x\" }", true),
            (
                "[dependencies]\nravand = { version = \"1\", default-features = false, features = [\"views\"] }",
                false,
            ),
            (
                "[dependencies]\nravand = { version = \"1\", default-features = false, features = [\"sqlite\"] }",
                true,
            ),
            ("[dependencies]\nravand.workspace = true", false),
            ("[dependencies]", false),
        ] {
            let cargo = CargoToml::parse("Cargo.toml", text).unwrap();
            assert_eq!(cargo.has_feature("ravand", "sqlite"), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_toml_is_shown() {
        let problem = CargoToml::parse("Cargo.toml", "[package\nname = 1\n").err().unwrap().to_string();
        assert!(problem.starts_with("error: `Cargo.toml` is not TOML: "), "{problem}");
    }
}
