//! How `Response`, `View` and `Error` travel through axum: inside an HTTP response, for the front controller.

use std::sync::{Arc, Mutex, PoisonError};

use axum_core::response::IntoResponse;
use http::StatusCode;

use crate::{Error, Response, View};

/// What an HTTP response carries for the front controller, which renders it.
#[derive(Debug)]
#[non_exhaustive]
pub enum Carried {
    /// A response that is still to be negotiated.
    Response(Box<Response>),
    /// An error that is still to be shown.
    Error(Error),
}

#[derive(Clone)]
struct Carrier(Arc<Mutex<Option<Carried>>>);

/// Takes out what a response carries.
pub fn carried(response: &mut axum_core::response::Response) -> Option<Carried> {
    let carrier = response.extensions_mut().remove::<Carrier>()?;
    carrier.0.lock().unwrap_or_else(PoisonError::into_inner).take()
}

fn carry(status: StatusCode, carried: Carried) -> axum_core::response::Response {
    let mut response = status.into_response();
    response.extensions_mut().insert(Carrier(Arc::new(Mutex::new(Some(carried)))));
    response
}

impl IntoResponse for Response {
    fn into_response(self) -> axum_core::response::Response {
        carry(self.http_code().unwrap_or(StatusCode::OK), Carried::Response(Box::new(self)))
    }
}

impl IntoResponse for View {
    fn into_response(self) -> axum_core::response::Response {
        Response::from(self).into_response()
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> axum_core::response::Response {
        carry(self.status(), Carried::Error(self))
    }
}
