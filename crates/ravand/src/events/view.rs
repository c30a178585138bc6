//! Events of a view, in the order they fire: before_load, dynamic data, after_load, after_output.

use serde::Serialize;
use serde_json::{Map, Value};

use super::Event;
use ravand_core::{Error, Result};

/// A view is about to be shown.
#[derive(Debug)]
pub struct BeforeLoad {
    /// The view's address, or the name it was made by.
    pub view: String,
    /// The template that will show it, which a listener may change.
    pub template: String,
    /// Data that is added to the view's own, under keys that the view itself does not have.
    pub extra: Map<String, Value>,
}

/// The data for the page's scripts is gathered: it is given to them as JSON.
#[derive(Debug)]
pub struct DynamicData {
    /// The view's address.
    pub view: String,
    /// The data, by key.
    pub data: Map<String, Value>,
}

/// The template and its data are known.
#[derive(Debug)]
pub struct AfterLoad {
    /// The view's address.
    pub view: String,
    /// The template that shows it.
    pub template: String,
    /// Data that is added to the view's own, under keys that the view itself does not have.
    pub extra: Map<String, Value>,
}

/// The page is rendered.
#[derive(Debug)]
pub struct AfterOutput {
    /// The view's address.
    pub view: String,
    /// The whole page, which a listener may change.
    pub output: String,
}

impl BeforeLoad {
    /// Adds a value that templates see under `key`. The build knows the name when it is a literal, and tells of names
    /// in templates that neither the view nor a listener has; when it is not, it leaves the names of pages unchecked.
    ///
    /// # Errors
    /// When the value cannot be JSON.
    pub fn add(&mut self, key: &str, value: impl Serialize) -> Result<()> {
        insert(&mut self.extra, key, value)
    }
}

impl AfterLoad {
    /// Adds a value that templates see under `key`. The build knows the name when it is a literal, and tells of names
    /// in templates that neither the view nor a listener has; when it is not, it leaves the names of pages unchecked.
    ///
    /// # Errors
    /// When the value cannot be JSON.
    pub fn add(&mut self, key: &str, value: impl Serialize) -> Result<()> {
        insert(&mut self.extra, key, value)
    }
}

impl DynamicData {
    /// Adds a value that scripts see under `key`.
    ///
    /// # Errors
    /// When the value cannot be JSON.
    pub fn add(&mut self, key: &str, value: impl Serialize) -> Result<()> {
        insert(&mut self.data, key, value)
    }
}

fn insert(map: &mut Map<String, Value>, key: &str, value: impl Serialize) -> Result<()> {
    let value = serde_json::to_value(value).map_err(|error| {
        Error::internal(format!("the value `{key}` of a view cannot be JSON")).caused_by(error)
    })?;
    map.insert(key.to_owned(), value);
    Ok(())
}

impl Event for BeforeLoad {}
impl Event for DynamicData {}
impl Event for AfterLoad {}
impl Event for AfterOutput {}
