//! What every template sees besides its view's data, made only when a template asks for it.

use std::sync::Arc;

use minijinja::value::{Enumerator, Object};
use minijinja::{Value, context};
use ravand_core::FieldErrors;
use serde_json::Map;

use super::functions::safe;
use super::phrases::name_of;
use crate::Context;

/// The request as templates and their functions see it.
#[derive(Debug)]
pub(super) struct Page {
    pub cx: Context,
    pub errors: FieldErrors,
    pub dynamic: Map<String, serde_json::Value>,
}

/// What it gives to templates.
pub(super) const NAMES: [&str; 7] = ["lang", "lang_tag", "dir", "path", "query", "development", "languages"];

/// The name under which functions find the page itself.
pub(super) const PAGE: &str = "__page";

impl Object for Page {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        let language = self.cx.language();
        let request = self.cx.request();
        Some(match key {
            PAGE => Value::from_dyn_object(self.clone()),
            "lang" => Value::from(language.code().as_str()),
            "lang_tag" => Value::from(language.bcp47()),
            "dir" => Value::from(language.direction()),
            "path" => Value::from(request.map_or("/", |request| request.path())),
            "query" => Value::from(request.and_then(|request| request.query()).unwrap_or("")),
            "development" => Value::from(self.cx.app().development()),
            "languages" => self.languages(),
            _ => return None,
        })
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Str(&NAMES)
    }
}

impl Page {
    /// Every language with its own name and this page's address in it.
    fn languages(&self) -> Value {
        let language = self.cx.language();
        let codes = self.cx.app().0.translator.languages().iter();
        let entries = codes.map(|code| {
            context! {
                code => code.as_str(), tag => code.bcp47(), name => name_of(language, code),
                url => safe(&self.cx.url_in(code)), current => code == language.code(),
            }
        });
        Value::from(entries.collect::<Vec<_>>())
    }
}
