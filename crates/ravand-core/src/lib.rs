//! The words every part of Ravand shares: addresses, problems, errors, responses, views, languages.
//!
//! Nothing here needs a server, a database, a template engine or a file system.

mod address;
#[cfg(feature = "axum")]
mod axum;
mod error;
mod language;
mod nearest;
mod problem;
mod response;
mod view;

pub use address::{Address, AddressError, AddressKey};
#[cfg(feature = "axum")]
pub use axum::{Carried, carried};
pub use error::{Error, ErrorKind, Result};
pub use language::{LanguageCode, LanguageCodeError};
pub use nearest::nearest;
pub use problem::{Place, Problem, Problems, Severity};
pub use response::{Body, FileBody, Response};
pub use view::{FieldErrors, View, ViewData};
