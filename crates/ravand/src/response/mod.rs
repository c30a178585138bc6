//! Stage 5, the response: negotiated and rendered as file, raw bytes, redirect, JSON, or a view as HTML.

mod file;
mod headers;
mod render;

pub(crate) use headers::finish;
pub(crate) use render::{render, to_html, to_json};

use std::any::type_name;

use axum::response::IntoResponse;
use ravand_core::View;
use serde::Serialize;

use crate::private::HttpResponse;

/// What `#[derive(View)]` adds to a struct: the template that it names.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no view",
    note = "write `#[derive(Serialize, View)]` above the struct"
)]
pub trait ViewClass: Serialize + Send + Sync + 'static {
    /// The template below a frontend's `html` folder; a theme may name another.
    const TEMPLATE: Option<&'static str>;
}

/// A view of a struct's data. Its name is the struct's Rust name, which the class map knows.
#[doc(hidden)]
pub fn view<T: ViewClass>(data: T) -> View {
    let view = View::new(type_name::<T>(), data);
    match T::TEMPLATE {
        Some(template) => view.template(template),
        None => view,
    }
}

/// A view as axum sends it.
#[doc(hidden)]
pub fn view_response<T: ViewClass>(data: T) -> HttpResponse {
    view(data).into_response()
}
