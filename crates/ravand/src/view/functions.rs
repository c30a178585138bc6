//! What templates can call: URLs, assets, the forms' token and errors.

use std::borrow::Cow;
use std::sync::Arc;

use minijinja::value::Kwargs;
use minijinja::{Environment, Error, ErrorKind, State, Value};

use super::page::{PAGE, Page};
use crate::error_page::escape;
use crate::urls;

/// Adds the functions to an environment.
pub(super) fn add(templates: &mut Environment<'static>) {
    templates.add_function(
        "url",
        |state: &State, path: Cow<'_, str>, values: Kwargs| -> Result<Value, Error> {
            let page = page_of(state)?;
            let absolute: Option<bool> = values.get("absolute")?;
            let params = params(&values)?;
            let params: Vec<(&str, &str)> =
                params.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
            let url = match (params.as_slice(), absolute) {
                ([], None) => Ok(urls::url(&page.cx, &path)),
                (params, absolute) => urls::url_with(&page.cx, &path, params, absolute.unwrap_or(false)),
            };
            url.map(|url| safe(&url))
                .map_err(|error| Error::new(ErrorKind::InvalidOperation, error.to_string()))
        },
    );
    templates.add_function(
        "url_for",
        |state: &State, name: Cow<'_, str>, values: Kwargs| -> Result<Value, Error> {
            let page = page_of(state)?;
            let params = params(&values)?;
            let params: Vec<(&str, &str)> =
                params.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
            urls::url_for(&page.cx, &name, &params)
                .map(|url| safe(&url))
                .map_err(|error| Error::new(ErrorKind::InvalidOperation, error.to_string()))
        },
    );
    templates.add_function("asset", |state: &State, name: Cow<'_, str>| -> Result<Value, Error> {
        let page = page_of(state)?;
        let app = &page.cx.app().0;
        let full = match app.views.asset_themes.get(&*name) {
            Some(theme) => format!("{theme}/{name}"),
            None => name.to_string(),
        };
        let asset = app.assets.get(&full).ok_or_else(|| {
            let names = app.views.asset_themes.keys().map(String::as_str);
            let hint = ravand_core::nearest(&name, names).map(|near| format!("; did you mean `{near}`?"));
            let text = format!("no theme has an asset `{name}`{}", hint.unwrap_or_default());
            Error::new(ErrorKind::InvalidOperation, text)
        })?;
        Ok(safe(&format!("/assets/{full}?v={}", asset.version)))
    });
    templates.add_function("csrf", |state: &State| -> Result<Value, Error> {
        let token = page_of(state)?.cx.csrf_token();
        Ok(Value::from_safe_string(format!("<input type=\"hidden\" name=\"_csrf\" value=\"{token}\">")))
    });
    templates.add_function("csrf_token", |state: &State| -> Result<String, Error> {
        Ok(page_of(state)?.cx.csrf_token())
    });
    templates.add_function("error", |state: &State, field: Cow<'_, str>| -> Result<Vec<String>, Error> {
        let page = page_of(state)?;
        Ok(page.errors.of(&field).iter().map(|phrase| page.cx.t(phrase)).collect())
    });
    templates.add_function("load_css", |state: &State| -> Result<Value, Error> {
        let page = page_of(state)?;
        let styles = &page.cx.app().0.views.styles;
        let tags = styles.iter().map(|url| format!("<link rel=\"stylesheet\" href=\"{}\">\n", escape(url)));
        Ok(Value::from_safe_string(tags.collect()))
    });
    templates.add_function("load_js", |state: &State| -> Result<Value, Error> {
        let page = page_of(state)?;
        let mut tags = String::new();
        if !page.dynamic.is_empty() {
            let json = serde_json::Value::Object(page.dynamic.clone()).to_string();
            // In a script element only `<` can end it; JSON may write it as an escape.
            let json = json.replace('<', "\\u003c");
            tags.push_str(&format!(
                "<script type=\"application/json\" id=\"dynamic-data\">{json}</script>\n"
            ));
        }
        for url in &page.cx.app().0.views.scripts {
            tags.push_str(&format!("<script src=\"{}\" defer></script>\n", escape(url)));
        }
        Ok(Value::from_safe_string(tags))
    });
    super::phrases::add(templates);
}

/// The parameters of a URL. A template cannot write `@`: `hostname=` stands for `@hostname`, `language=` for `@lang`,
/// `encode=` for `@encode`.
fn params(values: &Kwargs) -> Result<Vec<(String, String)>, Error> {
    let mut params = Vec::new();
    for key in values.args().filter(|key| *key != "absolute") {
        let value: Value = values.get(key)?;
        if !value.is_undefined() && !value.is_none() {
            let own = match key {
                "hostname" => "@hostname".to_owned(),
                "language" => "@lang".to_owned(),
                "encode" => "@encode".to_owned(),
                key => key.to_owned(),
            };
            params.push((own, value.to_string()));
        }
    }
    Ok(params)
}

pub(super) fn page_of(state: &State) -> Result<Arc<Page>, Error> {
    state.lookup(PAGE).and_then(|value| value.downcast_object::<Page>()).ok_or_else(|| {
        Error::new(ErrorKind::InvalidOperation, "this function works in a request's page only")
    })
}

/// A URL as HTML: escaped here, because the engine's own escaping would also take apart every `/`.
pub(super) fn safe(url: &str) -> Value {
    Value::from_safe_string(escape(url))
}
