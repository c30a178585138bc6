//! Changing the user's files as texts: comments, order and layout stay as they are.

mod cargo;
mod json;

pub(crate) use cargo::{CargoToml, Source};
pub(crate) use json::{Json, quoted};
