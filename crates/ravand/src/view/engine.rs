//! From a view to a page: which template, which data, and the events around it.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::Arc;

use minijinja::value::{Serde, merge_maps};
use minijinja::{AutoEscape, Environment, ErrorKind as TemplateErrorKind, UndefinedBehavior, Value, context};
use ravand_core::{AddressKey, Error, Result, View, nearest};
use serde_json::Map;

use super::functions;
use super::page::Page;
use super::theme::{Emitted, Sources};
use super::values::Values;
use crate::class_map::{Class, ClassKind};
use crate::events::view::{AfterLoad, AfterOutput, BeforeLoad, DynamicData};
use crate::{Context, Event};

/// The compiled templates of all themes, and which template shows which view.
pub(crate) struct Views {
    templates: Environment<'static>,
    /// By the Rust name of the view's struct, and by the key of its address.
    by_type: HashMap<&'static str, KnownView>,
    by_address: HashMap<AddressKey, KnownView>,
    pub styles: Vec<String>,
    pub scripts: Vec<String>,
    pub asset_themes: HashMap<String, String>,
}

#[derive(Clone)]
struct KnownView {
    address: Arc<str>,
    template: Option<String>,
    /// None where a theme alone knows the view.
    values: Option<Values>,
}

impl Views {
    /// Compiles every template.
    pub fn new(
        sources: Sources,
        classes: &[Class],
        assets: &crate::base::Assets,
        development: bool,
    ) -> Result<Self> {
        let mut templates = Environment::new();
        templates.set_auto_escape_callback(|name| match name.rsplit('.').next() {
            Some("txt" | "md") => AutoEscape::None,
            _ => AutoEscape::Html,
        });
        templates.set_undefined_behavior(UndefinedBehavior::SemiStrict);
        templates.set_debug(development);
        functions::add(&mut templates);
        for (name, text) in &sources.templates {
            templates.add_template(name, text).map_err(|error| template_fault(&error))?;
        }
        let mut by_type = HashMap::new();
        let mut by_address = HashMap::new();
        for class in classes {
            if let ClassKind::View { type_name, template, values } = class.kind {
                let known = KnownView {
                    address: class.address.into(),
                    template: template_of(class.address, template, &sources),
                    values: Some(values),
                };
                by_type.insert(type_name, known.clone());
                by_address.insert(AddressKey::of(class.address), known);
            }
        }
        for (key, file) in &sources.views {
            by_address.entry(key.clone()).or_insert_with(|| KnownView {
                address: key.as_str().into(),
                template: Some(file.clone()),
                values: None,
            });
        }
        let url = |emitted: &Emitted| match emitted {
            Emitted::Url(url) => url.clone(),
            Emitted::File(name) => {
                let version =
                    assets.get(name).map(|asset| format!("?v={}", asset.version)).unwrap_or_default();
                format!("/assets/{name}{version}")
            }
        };
        let styles = sources.styles.iter().map(url).collect();
        let scripts = sources.scripts.iter().map(url).collect();
        Ok(Self { templates, by_type, by_address, styles, scripts, asset_themes: sources.asset_themes })
    }

    fn known(&self, name: &str) -> Option<&KnownView> {
        self.by_type.get(name).or_else(|| self.by_address.get(&AddressKey::of(name)))
    }
}

/// A theme's entry for the view's address comes before the template that the struct names.
fn template_of(address: &str, own: Option<&'static str>, sources: &Sources) -> Option<String> {
    sources.views.get(&AddressKey::of(address)).cloned().or_else(|| own.map(str::to_owned))
}

/// Renders a view as a page. `data` is the response's own data, which the template sees besides the view's.
pub(crate) async fn show(view: View, data: &Map<String, serde_json::Value>, cx: &Context) -> Result<String> {
    let app = cx.app().clone();
    let views = &app.0.views;
    let known = views.known(&view.name);
    let name = known.map_or(view.name, |known| String::from(&*known.address));
    let template = known.and_then(|known| known.template.clone()).or(view.template);
    let template = template.ok_or_else(|| {
        Error::internal(format!(
            "no theme has a template for the view `{name}`: name one by `#[view(\"…\")]` or in theme.json"
        ))
    })?;

    let mut before = BeforeLoad { view: name, template, extra: Map::new() };
    before.trigger(cx).await?;
    let BeforeLoad { view: name, template, mut extra } = before;

    let mut dynamic = Map::new();
    if app.0.listeners.heard(TypeId::of::<DynamicData>()) {
        let mut event = DynamicData { view: name.clone(), data: dynamic };
        event.trigger(cx).await?;
        dynamic = event.data;
    }

    let mut after = AfterLoad { view: name, template, extra: std::mem::take(&mut extra) };
    after.trigger(cx).await?;
    let AfterLoad { view: name, template, extra } = after;

    let found = views.templates.get_template(&template).map_err(|error| missing(&template, &error, views))?;
    let data_of_type = known.and_then(|known| known.values?.make(&*view.data));
    let own = data_of_type.unwrap_or_else(|| Value::from(Serde(&view.data)));
    let page = Value::from_object(Page { cx: cx.clone(), errors: view.errors.clone(), dynamic });
    let errors = Value::from(Serde(&view.errors));
    let errors = context! { errors };
    let values = merge_maps([page, Value::from(Serde(&extra)), Value::from(Serde(data)), own, errors]);
    let output = found.render(values).map_err(|error| template_fault(&error))?;

    if app.0.listeners.heard(TypeId::of::<AfterOutput>()) {
        let mut event = AfterOutput { view: name, output };
        event.trigger(cx).await?;
        return Ok(event.output);
    }
    Ok(output)
}

fn missing(template: &str, error: &minijinja::Error, views: &Views) -> Error {
    if error.kind() != TemplateErrorKind::TemplateNotFound {
        return template_fault(error);
    }
    let names: Vec<&str> = views.templates.templates().map(|(name, _)| name).collect();
    let hint = nearest(template, names).map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
    Error::internal(format!("no theme has a template `{template}`{hint}"))
}

/// A template's fault with its place.
fn template_fault(error: &minijinja::Error) -> Error {
    let place = match (error.name(), error.line()) {
        (Some(name), Some(line)) => format!("{name}:{line}: "),
        (Some(name), None) => format!("{name}: "),
        _ => String::new(),
    };
    let mut text = format!("{place}{error}");
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    Error::internal(text)
}
