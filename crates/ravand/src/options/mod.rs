//! Options: `ravand.toml`, then the environment (`RAVAND__…`), then what was saved while running.

mod mounts;
mod origin;
mod processes;
mod section;
mod settings;

pub(crate) use mounts::PackageMount;
pub(crate) use origin::{PREFIX as VARIABLES, Part};
pub(crate) use processes::ProcessSettings;
#[cfg(feature = "database")]
pub(crate) use settings::DatabaseSettings;
pub(crate) use settings::{LastSlash, RouterSettings, SHORTEST_SECRET, SchemePolicy, Settings, Www};

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use figment::Figment;
use figment::providers::{Env, Format, Toml};
use ravand_core::{Error, Problems, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The application's options, by dotted names: `packages.ticketing.per_page`.
///
/// The framework's own stand under `packages.base`; those two words may be left out, so that
/// `packages.base.router.conventional` and `router.conventional` are one option.
#[derive(Clone)]
pub struct Options(Arc<Inner>);

struct Inner {
    given: Value,
    /// None where they were given by code.
    origin: Option<origin::Origin>,
    saved: RwLock<HashMap<String, Value>>,
    #[cfg(feature = "database")]
    database: std::sync::OnceLock<sea_orm::DatabaseConnection>,
}

impl Options {
    /// Reads `ravand.toml` in the application's folder, where there is one, and the environment.
    ///
    /// # Errors
    /// When the file or a variable cannot be read: the error names the place.
    pub fn load(root: &Path) -> Result<Self> {
        let file = root.join("ravand.toml");
        let origin = origin::Origin::new(file.clone());
        let figment = Figment::new()
            .merge(Toml::file(&file))
            .merge(Env::prefixed(origin::PREFIX).split("__").lowercase(true));
        match figment.extract() {
            Ok(given) => Ok(Self::of(given, Some(origin))),
            Err(error) => Err(match origin.fault() {
                Some(problem) => Problems(vec![problem]).into(),
                None => Error::internal(format!("the options cannot be read: {error}")).caused_by(error),
            }),
        }
    }

    /// Options from a JSON object, for tests and small tools.
    pub fn new(given: Value) -> Self {
        Self::of(given, None)
    }

    fn of(given: Value, origin: Option<origin::Origin>) -> Self {
        Self(Arc::new(Inner {
            given,
            origin,
            saved: RwLock::default(),
            #[cfg(feature = "database")]
            database: std::sync::OnceLock::new(),
        }))
    }

    /// The option of this name; none when it is not set.
    ///
    /// # Errors
    /// When it is set to something that is no `T`. The error never shows the value.
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        match self.read(name) {
            Read::Missing => Ok(None),
            Read::Fine(value) => Ok(Some(value)),
            Read::Wrong(found) => Err(Error::internal(format!(
                "the option `{}` is {found}, which is no {}",
                short(name),
                std::any::type_name::<T>()
            ))),
        }
    }

    /// The option, or its default.
    ///
    /// # Errors
    /// As [`Options::get`].
    pub fn get_or<T: DeserializeOwned>(&self, name: &str, default: T) -> Result<T> {
        self.get(name).map(|value| value.unwrap_or(default))
    }

    /// Sets an option in this program, until it ends.
    ///
    /// # Errors
    /// When the value cannot be JSON.
    pub fn set(&self, name: &str, value: impl Serialize) -> Result<()> {
        let value = serde_json::to_value(value)?;
        self.0.saved.write().unwrap_or_else(PoisonError::into_inner).insert(short(name).to_owned(), value);
        Ok(())
    }

    /// Sets an option and saves it in the options table, from where the next start reads it.
    ///
    /// # Errors
    /// When there is no database, or it refuses.
    #[cfg(feature = "database")]
    pub async fn save(&self, name: &str, value: impl Serialize) -> Result<()> {
        let value = serde_json::to_value(value)?;
        let database = self
            .0
            .database
            .get()
            .ok_or_else(|| Error::internal("there is no database to save options in"))?;
        crate::database::options::save(database, short(name), &value).await?;
        self.set(name, value)
    }

    /// Reads the saved options.
    #[cfg(feature = "database")]
    pub(crate) async fn read_saved(&self, database: &sea_orm::DatabaseConnection) -> Result<()> {
        let _ = self.0.database.set(database.clone());
        let rows = crate::database::options::all(database).await?;
        self.0.saved.write().unwrap_or_else(PoisonError::into_inner).extend(rows);
        Ok(())
    }

    /// The option as it was set or saved.
    pub(crate) fn value(&self, name: &str) -> Option<Value> {
        let name = short(name);
        let saved = self.0.saved.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
        saved.or_else(|| self.given(name).cloned())
    }

    /// Whether code gave them, instead of a file and the environment.
    pub(crate) fn are_given(&self) -> bool {
        self.0.origin.is_none()
    }

    fn read<T: DeserializeOwned>(&self, name: &str) -> Read<T> {
        let Some(value) = self.value(name) else { return Read::Missing };
        // A variable of the environment is a text where a number or a boolean may be asked for.
        let read = T::deserialize(&value).ok();
        let read = read.or_else(|| value.as_str().and_then(|text| serde_json::from_str(text).ok()));
        read.map_or(Read::Wrong(kind(&value)), Read::Fine)
    }

    fn given(&self, name: &str) -> Option<&Value> {
        let at = |start: &'_ [&str]| -> Option<&Value> {
            let path = start.iter().copied().chain(name.split('.'));
            path.into_iter().try_fold(&self.0.given, |value, key| value.get(key))
        };
        at(&[]).or_else(|| at(&["packages", "base"]))
    }
}

/// What came of reading an option.
enum Read<T> {
    Missing,
    Fine(T),
    /// What it is instead, in words.
    Wrong(&'static str),
}

fn short(name: &str) -> &str {
    name.strip_prefix("packages.base.").unwrap_or(name)
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a table",
    }
}

impl std::fmt::Debug for Options {
    /// Names only: values may be secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&String> = self.0.given.as_object().into_iter().flat_map(|map| map.keys()).collect();
        f.debug_struct("Options").field("names", &names).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_types_and_what_was_set() {
        let options = Options::new(json!({
            "router": {"conventional": true},
            "packages": {"base": {"view": {"theme": "dark"}}, "shop": {"per_page": "20", "secret": "s3cret"}},
        }));
        assert_eq!(options.get("packages.base.router.conventional").unwrap(), Some(true));
        assert_eq!(options.get::<String>("view.theme").unwrap().as_deref(), Some("dark"));
        assert_eq!(options.get("packages.shop.per_page").unwrap(), Some(20));
        assert_eq!(options.get::<u8>("nothing.there").unwrap(), None);
        options.set("packages.shop.per_page", 5).unwrap();
        assert_eq!(options.get("packages.shop.per_page").unwrap(), Some(5));
        let fault = options.get::<u8>("packages.shop.secret").unwrap_err();
        assert!(fault.to_string().starts_with("the option `packages.shop.secret` is a text"), "{fault}");
        assert!(!format!("{fault:?} {options:?}").contains("s3cret"));
    }
}
