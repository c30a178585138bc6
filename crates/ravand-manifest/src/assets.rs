//! A theme's assets: style sheets, scripts and packages of npm.

use jsonc_parser::ast::Value;
use ravand_core::{Place, Problem};

use crate::choice::one_of;
use crate::fields::{Field, Fields};
use crate::json::{Reader, head};
use crate::{Spanned, files};

/// Something that a page of the theme loads.
#[derive(Clone, Debug, PartialEq)]
pub struct Asset {
    /// What it is.
    pub kind: AssetKind,
    /// Where it comes from.
    pub source: AssetSource,
    /// The name that templates know it by; a package has its own.
    pub name: Option<Spanned<String>>,
    /// Its version, as written.
    pub version: Option<Spanned<String>>,
    /// Where it is in theme.json.
    pub place: Place,
}

/// What an asset is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AssetKind {
    /// A style sheet.
    Css,
    /// A script.
    Js,
    /// A style sheet to be compiled by less.
    Less,
    /// A style sheet to be compiled by sass.
    Scss,
    /// A script to be compiled by TypeScript.
    Ts,
    /// A package of npm.
    Package,
}

/// Where an asset comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum AssetSource {
    /// A file of the theme.
    File(Spanned<String>),
    /// This text.
    Inline(Spanned<String>),
    /// The package of this name.
    Package(Spanned<String>),
}

impl AssetKind {
    /// The kind that a file has by its extension.
    ///
    /// ```
    /// use ravand_manifest::AssetKind;
    /// assert_eq!(AssetKind::of_file("assets/js/App.TS"), Some(AssetKind::Ts));
    /// assert_eq!(AssetKind::of_file("logo.png"), None);
    /// ```
    pub fn of_file(file: &str) -> Option<Self> {
        let (_, extension) = file.rsplit_once('.')?;
        match extension.to_ascii_lowercase().as_str() {
            "css" => Some(Self::Css),
            "js" | "mjs" => Some(Self::Js),
            "less" => Some(Self::Less),
            "scss" => Some(Self::Scss),
            "ts" => Some(Self::Ts),
            _ => None,
        }
    }
}

const KINDS: [(&str, AssetKind); 6] = [
    ("css", AssetKind::Css),
    ("js", AssetKind::Js),
    ("less", AssetKind::Less),
    ("scss", AssetKind::Scss),
    ("ts", AssetKind::Ts),
    ("package", AssetKind::Package),
];

const ASSETS: &str = "an array of file names and of objects `{ \"type\": \"css\", \"file\": … }`";

/// The value of `assets`.
pub(crate) fn assets(reader: &mut Reader<'_>, field: Field<'_>) -> Vec<Asset> {
    let entries = reader.array(field.key, ASSETS, field.value);
    entries
        .iter()
        .filter_map(|entry| match entry {
            Value::StringLit(_) => bare_file(reader, entry),
            _ => asset(reader, entry),
        })
        .collect()
}

fn bare_file<'v>(reader: &mut Reader<'_>, value: &'v Value<'v>) -> Option<Asset> {
    let text = reader.string("assets", ASSETS, value)?;
    let file = files::relative(reader, "assets", text)?;
    let Some(kind) = AssetKind::of_file(&file.value) else {
        let problem = Problem::error(format!("`{}` does not tell by its extension what it is", text.value));
        reader.report(problem.help("write `{ \"type\": …, \"file\": … }`"), text.range);
        return None;
    };
    check_served(reader, kind, &file);
    let place = file.place.clone();
    let asset = Asset { kind, place, source: AssetSource::File(file), name: None, version: None };
    check_loaded(reader, &asset);
    Some(asset)
}

/// Warns of an asset that no page loads, because it would have to be compiled or fetched first.
fn check_loaded(reader: &mut Reader<'_>, asset: &Asset) {
    let (tool, extension) = match asset.kind {
        AssetKind::Css | AssetKind::Js => return,
        AssetKind::Less => ("lessc", "css"),
        AssetKind::Scss => ("sass", "css"),
        AssetKind::Ts => ("tsc", "js"),
        AssetKind::Package => ("npm", "js"),
    };
    let problem = match &asset.source {
        AssetSource::File(file) => {
            let stem = file.value.rsplit_once('.').map_or(file.value.as_str(), |(stem, _)| stem);
            let problem =
                Problem::warning(format!("no page loads `{}`: it is not compiled here", file.value));
            problem.help(format!("compile it by `{tool}`, and name what that writes: `{stem}.{extension}`"))
        }
        AssetSource::Inline(_) => Problem::warning("no page loads this text: it is not compiled here")
            .help(format!("write it as `{extension}`, or compile it by `{tool}` into a file of `assets/`")),
        AssetSource::Package(name) => {
            Problem::warning(format!("no page loads the package `{}`: it is not fetched here", name.value))
                .help(format!(
                    "fetch it by `{tool}`, and name the file of it that pages load, below `assets/`"
                ))
        }
    };
    reader.report_at(problem, asset.place.clone());
}

/// Reports a style sheet or script that pages would load and nobody serves.
fn check_served(reader: &mut Reader<'_>, kind: AssetKind, file: &Spanned<String>) {
    if matches!(kind, AssetKind::Css | AssetKind::Js) && !file.value.starts_with("assets/") {
        let problem = Problem::error(format!("`{}` is not served: it lies outside of `assets/`", file.value));
        let problem = problem.help(format!("move it there and write `assets/{}`", file.value));
        reader.report_at(problem, file.place.clone());
    }
}

fn asset<'v>(reader: &mut Reader<'_>, value: &'v Value<'v>) -> Option<Asset> {
    let mut fields = Fields::open(reader, "assets", ASSETS, value)?;
    let kind = fields
        .require(&["type"], "it is `css`, `js`, `less`, `scss`, `ts` or `package`")
        .and_then(|field| one_of(reader, field, &KINDS));
    let (file, inline) = (fields.take("file"), fields.take("inline"));
    let mut filled = |reader: &mut Reader<'_>, key| {
        let field = fields.take(key)?;
        let text = reader.filled_string(key, field.value)?;
        Some(reader.spanned(text.value.to_owned(), text.range))
    };
    let (mut name, version) = (filled(reader, "name"), filled(reader, "version"));
    let source = match (kind?, file, inline) {
        (AssetKind::Package, None, None) => match name.take() {
            Some(name) => Some(AssetSource::Package(name)),
            None => {
                reader.report(Problem::error("a package without its `name`"), fields.head);
                None
            }
        },
        (AssetKind::Package, first, second) => {
            for field in [first, second].into_iter().flatten() {
                let problem =
                    Problem::error(format!("a package has `name` and `version`, and no `{}`", field.key));
                reader.report(problem, field.key_range);
            }
            None
        }
        (kind, Some(file), None) => {
            let text = reader.string(file.key, "a string", file.value);
            let file = text.and_then(|text| files::relative(reader, file.key, text));
            file.iter().for_each(|file| check_served(reader, kind, file));
            file.map(AssetSource::File)
        }
        (_, None, Some(inline)) => {
            let text = reader.string(inline.key, "a string", inline.value);
            text.map(|text| AssetSource::Inline(reader.spanned(text.value.to_owned(), text.range)))
        }
        (_, Some(_), Some(inline)) => {
            reader.report(Problem::error("an asset has `file` or `inline`, not both"), inline.key_range);
            None
        }
        (_, None, None) => {
            let problem = Problem::error("an asset has a `file`, or its text as `inline`");
            reader.report(problem, fields.head);
            None
        }
    };
    fields.refuse_rest(reader);
    let asset = Asset { kind: kind?, source: source?, name, version, place: reader.place(head(value)) };
    check_loaded(reader, &asset);
    Some(asset)
}
