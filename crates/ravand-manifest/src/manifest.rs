//! package.json: what a package says of itself.

use jsonc_parser::ast::Value;
use jsonc_parser::common::Ranged;
use ravand_core::{AddressKey, Problem};

use crate::fields::{Field, Fields};
use crate::json::{Reader, read};
use crate::{
    AutoloadSource, Event, Language, Parsed, Schedule, Spanned, Storage, autoload, check_package_name,
    events, files, languages, options, schedules, storages,
};

/// A package's manifest. Paths are relative to the package, those of `autoload` and `bootstrap` to its `src/`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Manifest {
    /// The package's name: that of its folder.
    pub package: String,
    /// What the package may reach.
    pub permissions: PackagePermissions,
    /// The file with its routes, to be read with [`Routing::parse`](crate::Routing::parse).
    pub routing: Option<Spanned<String>>,
    /// The folders with its themes.
    pub frontend: Vec<Spanned<String>>,
    /// What is autoloaded.
    pub autoload: Option<AutoloadSource>,
    /// The packages that it uses, each once.
    pub dependencies: Vec<Spanned<String>>,
    /// Its phrase files.
    pub languages: Vec<Language>,
    /// Its listeners, in the manifest's order.
    pub events: Vec<Event>,
    /// Its processes that run by the clock, in the manifest's order.
    pub schedules: Vec<Schedule>,
    /// The file that runs before routing.
    pub bootstrap: Option<Spanned<String>>,
    /// Its storages.
    pub storages: Vec<Storage>,
    /// All other keys: the package's own options.
    pub options: serde_json::Map<String, serde_json::Value>,
}

/// What a package may reach. There is one value yet; others are reserved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PackagePermissions {
    /// `"*"`: everything.
    #[default]
    All,
}

impl Manifest {
    /// Reads a package.json; `package` is the name of the folder that it lies in, which
    /// [`check_package_name`] is for.
    ///
    /// ```
    /// use ravand_manifest::Manifest;
    ///
    /// let text = r#"{
    ///     "permissions": "*",
    ///     "frontend": ["frontend"],   // comments and trailing commas are welcome
    ///     "dependencies": ["base"],
    /// }"#;
    /// let (manifest, warnings) = Manifest::parse("ticketing", "package.json", text).into_result()?;
    /// assert_eq!(manifest.frontend[0].value, "frontend");
    /// assert_eq!((manifest.frontend[0].place.line, manifest.frontend[0].place.column), (3, 18));
    /// assert!(warnings.0.is_empty());
    /// # Ok::<(), ravand_core::Problems>(())
    /// ```
    pub fn parse(package: &str, file: &str, text: &str) -> Parsed<Self> {
        let empty = Self { package: package.to_owned(), ..Self::default() };
        read(file, text, empty, fill)
    }
}

fn fill<'v>(reader: &mut Reader<'_>, root: &'v Value<'v>, manifest: &mut Manifest) {
    let Some(mut fields) = Fields::of_file(reader, "an object", root) else { return };
    if let Some(field) = fields.take("permissions") {
        permissions(reader, field);
    }
    manifest.routing = fields.take("routing").and_then(|field| file(reader, field));
    if let Some(field) = fields.take("frontend") {
        let texts = reader.string_or_strings(field.key, field.value);
        manifest.frontend = files::relatives(reader, field.key, texts);
    }
    manifest.autoload = fields.take("autoload").and_then(|field| autoload::source(reader, field));
    if let Some(field) = fields.take("dependencies") {
        manifest.dependencies = dependencies(reader, field, &manifest.package);
    }
    if let Some(field) = fields.take_either(reader, "languages", "langs") {
        manifest.languages = languages::languages(reader, field);
    }
    if let Some(field) = fields.take("events") {
        manifest.events = events::events(reader, field, &manifest.package);
    }
    if let Some(field) = fields.take("schedules") {
        manifest.schedules = schedules::schedules(reader, field, &manifest.package);
    }
    manifest.bootstrap = fields.take("bootstrap").and_then(|field| file(reader, field));
    if let Some(field) = fields.take("storages") {
        manifest.storages = storages::storages(reader, field);
    }
    let rest = fields.keep_rest(reader);
    manifest.options = options::keep(reader, &rest);
}

fn file(reader: &mut Reader<'_>, field: Field<'_>) -> Option<Spanned<String>> {
    let text = reader.string(field.key, "the name of a file", field.value)?;
    files::relative(reader, field.key, text)
}

fn permissions(reader: &mut Reader<'_>, field: Field<'_>) {
    if !matches!(field.value, Value::StringLit(literal) if literal.value == "*") {
        let problem =
            Problem::error("`permissions` is `\"*\"` and nothing else: every other value is reserved");
        let help =
            "it will say what a package may reach, once that can be enforced; write `\"*\"` or leave it out";
        reader.report(problem.help(help), field.value.range());
    }
}

fn dependencies(reader: &mut Reader<'_>, field: Field<'_>, package: &str) -> Vec<Spanned<String>> {
    let mut dependencies: Vec<Spanned<String>> = Vec::new();
    for text in reader.strings(field.key, "an array of package names", field.value) {
        if AddressKey::of(text.value) == AddressKey::of(package) {
            reader.report(Problem::error(format!("the package `{package}` depends on itself")), text.range);
            continue;
        }
        let base = AddressKey::of(text.value) == AddressKey::of("base");
        let wrong = match check_package_name(text.value) {
            _ if text.value == "base" => None,
            Err(_) if base => Some(format!("the package `{}` is written `base`", text.value)),
            Err(error) => Some(error.to_string()),
            Ok(()) => None,
        };
        if let Some(wrong) = wrong {
            reader.report(Problem::error(wrong), text.range);
            continue;
        }
        match dependencies.iter().find(|known| known.value == text.value) {
            None => dependencies.push(reader.spanned(text.value.to_owned(), text.range)),
            Some(first) => {
                let problem =
                    Problem::warning(format!("`{}` is in `dependencies` a second time", text.value));
                let problem = problem.help(format!("the first is on line {}", first.place.line));
                reader.report(problem, text.range);
            }
        }
    }
    dependencies
}
