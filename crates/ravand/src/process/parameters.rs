//! The parameters of a process: a JSON object, which becomes the type that its method takes.

use ravand_core::{Error, ErrorKind, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::draft::object;

/// What a method is called with: the JSON object as it was kept.
#[derive(Clone, Debug)]
pub struct Parameters(pub(super) Map<String, Value>);

/// What a process can be given: a type that serde reads.
#[diagnostic::on_unimplemented(
    message = "a process cannot be given `{Self}`",
    label = "serde cannot read the parameters into it",
    note = "write `#[derive(Deserialize)]` above the struct, or take a `serde_json::Map<String, Value>`",
    note = "what the process needs besides its parameters are the fields of its struct, `&Run` and `&Context`"
)]
pub trait Given: DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned> Given for T {}

/// What the function of a process takes for the type `T` of its parameters: a `T`, or a reference to one, that serde
/// writes.
#[diagnostic::on_unimplemented(
    message = "this process takes `{T}`, and `{Self}` cannot be kept as one",
    label = "these are not its parameters",
    note = "give it a `{T}`, with `#[derive(Serialize)]` above its struct"
)]
pub trait ParametersOf<T> {
    /// The JSON object that is kept.
    ///
    /// # Errors
    /// When serde writes anything else.
    fn into_parameters(self) -> Result<Map<String, Value>>;
}

impl<T: Serialize> ParametersOf<T> for T {
    fn into_parameters(self) -> Result<Map<String, Value>> {
        object(&self)
    }
}

impl<T: Serialize> ParametersOf<T> for &T {
    fn into_parameters(self) -> Result<Map<String, Value>> {
        object(self)
    }
}

impl Parameters {
    /// Reads them into the method's type.
    ///
    /// # Errors
    /// When they do not fit: the error names the field by its path, and what was expected.
    pub fn read<T: Given>(self) -> Result<T> {
        serde_path_to_error::deserialize(Value::Object(self.0)).map_err(|error| {
            let path = error.path().to_string();
            let at = if path == "." { String::new() } else { format!("`{path}`: ") };
            unfit(format!("{at}{}", error.into_inner()))
        })
    }

    /// For a method that takes none.
    ///
    /// # Errors
    /// When there are some: they are named.
    pub fn none(self) -> Result<()> {
        none(self.0.keys().map(String::as_str))
    }
}

pub(super) fn none<'a>(names: impl Iterator<Item = &'a str>) -> Result<()> {
    let names: Vec<&str> = names.collect();
    if names.is_empty() {
        return Ok(());
    }
    let names = names.join("`, `");
    Err(Error::new(ErrorKind::Invalid, format!("the process takes no parameters; it was given `{names}`")))
}

pub(super) fn unfit(fault: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Invalid, format!("the parameters do not fit: {fault}"))
}
