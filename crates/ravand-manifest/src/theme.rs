//! theme.json: what a frontend folder says of itself.

use jsonc_parser::ast::Value;
use ravand_core::{Address, AddressKey, Problem};

use crate::fields::{Field, Fields};
use crate::json::{Reader, read};
use crate::{
    Asset, AutoloadSource, Event, Language, Parsed, Spanned, addresses, assets, autoload, events, files,
    languages, names, options,
};

/// One source of a theme. Sources with one name make one theme, in load order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Theme {
    /// The theme's name; absent only when it is missing, which is an error.
    pub name: Option<Spanned<String>>,
    /// Its name for people.
    pub title: Option<String>,
    /// Its version, as written.
    pub version: Option<String>,
    /// What its pages load, in this order.
    pub assets: Vec<Asset>,
    /// Its views.
    pub views: Vec<ThemeView>,
    /// Its phrase files.
    pub languages: Vec<Language>,
    /// What is autoloaded.
    pub autoload: Option<AutoloadSource>,
    /// Its listeners.
    pub events: Vec<Event>,
    /// All other keys: the theme's own options.
    pub options: serde_json::Map<String, serde_json::Value>,
}

/// A view of a theme and the template that shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct ThemeView {
    /// Its address, or a name of the theme's own.
    pub name: Spanned<String>,
    /// The template, relative to `html/`.
    pub file: Spanned<String>,
    /// The address of the view that it stands for.
    pub parent: Option<Spanned<Address>>,
}

impl Theme {
    /// Reads a theme.json; `package` is the package whose frontend folder it lies in.
    ///
    /// ```
    /// use ravand_manifest::{AssetKind, Theme};
    ///
    /// let text = r#"{
    ///     "name": "panel",
    ///     "assets": ["assets/panel.css", { "type": "package", "name": "htmx.org", "version": "^2" }],
    ///     "views": [{ "name": "tickets/list", "file": "tickets/list.html", "parent": "views/List" }]
    /// }"#;
    /// let (theme, _) = Theme::parse("ticketing", "frontend/theme.json", text).into_result()?;
    /// assert_eq!(theme.assets[0].kind, AssetKind::Css);
    /// assert_eq!(theme.views[0].parent.as_ref().unwrap().to_string(), "packages/ticketing/views/List");
    /// # Ok::<(), ravand_core::Problems>(())
    /// ```
    pub fn parse(package: &str, file: &str, text: &str) -> Parsed<Self> {
        read(file, text, Self::default(), |reader, root, theme| fill(reader, root, theme, package))
    }
}

fn fill<'v>(reader: &mut Reader<'_>, root: &'v Value<'v>, theme: &mut Theme, owner: &str) {
    let Some(mut fields) = Fields::of_file(reader, "an object", root) else { return };
    let help = "sources with one name make one theme";
    theme.name = fields.require(&["name"], help).and_then(|field| name(reader, field));
    theme.title = fields.take("title").and_then(|field| string(reader, field));
    theme.version = fields.take("version").and_then(|field| string(reader, field));
    if let Some(field) = fields.take("assets") {
        theme.assets = assets::assets(reader, field);
    }
    if let Some(field) = fields.take("views") {
        theme.views = views(reader, field, owner);
    }
    if let Some(field) = fields.take_either(reader, "languages", "langs") {
        theme.languages = languages::languages(reader, field);
    }
    theme.autoload = fields.take("autoload").and_then(|field| autoload::source(reader, field));
    if let Some(field) = fields.take("events") {
        theme.events = events::events(reader, field, owner);
    }
    let rest = fields.keep_rest(reader);
    theme.options = options::keep(reader, &rest);
}

fn name(reader: &mut Reader<'_>, field: Field<'_>) -> Option<Spanned<String>> {
    let text = reader.filled_string(field.key, field.value)?;
    if !names::is_address_part(text.value) {
        let problem = Problem::error(format!("`{}` is no name of a theme", text.value));
        reader.report(problem.help("write letters, digits, `_` and `-`; `title` is for people"), text.range);
        return None;
    }
    Some(reader.spanned(text.value.to_owned(), text.range))
}

fn string(reader: &mut Reader<'_>, field: Field<'_>) -> Option<String> {
    reader.string(field.key, "a string", field.value).map(|text| text.value.to_owned())
}

const VIEWS: &str = "an array of objects `{ \"name\": …, \"file\": …, \"parent\": … }`";

fn views(reader: &mut Reader<'_>, field: Field<'_>, owner: &str) -> Vec<ThemeView> {
    let mut views: Vec<ThemeView> = Vec::new();
    for entry in reader.array(field.key, VIEWS, field.value) {
        let Some(view) = view(reader, entry, owner) else { continue };
        let key = AddressKey::of(&view.name.value);
        match views.iter().find(|known| AddressKey::of(&known.name.value) == key) {
            None => views.push(view),
            Some(first) => {
                let problem = Problem::error(format!("a second view has the name `{}`", view.name.value));
                let problem = problem.help(format!("the first is on line {}", first.name.place.line));
                reader.report_at(problem, view.name.place);
            }
        }
    }
    views
}

fn view<'v>(reader: &mut Reader<'_>, value: &'v Value<'v>, owner: &str) -> Option<ThemeView> {
    let mut fields = Fields::open(reader, "views", VIEWS, value)?;
    let name = fields.require(&["name"], "its address, or a name of the theme's own").and_then(|field| {
        let text = reader.filled_string(field.key, field.value)?;
        Some(reader.spanned(text.value.to_owned(), text.range))
    });
    let file = fields.require(&["file"], "name the template, relative to `html/`").and_then(|field| {
        let text = reader.string(field.key, "a string", field.value)?;
        files::relative(reader, field.key, text)
    });
    let parent = fields.take("parent").and_then(|field| {
        let text = reader.string(field.key, "the address of a view", field.value)?;
        addresses::class(reader, field.key, text, owner)
    });
    fields.refuse_rest(reader);
    Some(ThemeView { name: name?, file: file?, parent })
}
