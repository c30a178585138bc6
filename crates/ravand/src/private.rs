//! What generated code names. Nothing here is for people; it may change with every version.
#![doc(hidden)]
#![allow(missing_docs)]

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

use axum::extract::{FromRequest, FromRequestParts};

pub use crate::bootstrap::{Bootstrap, bootstrap_gate};
pub use crate::class_map::Class;
pub use crate::context::{Context, FromContext};
pub use crate::controller::{
    Action, Actions, Answer, Answered, Build, Dispatch, GateAnswer, Middleware, Middlewares, Param, Stop,
    answer, gate, param,
};
pub use crate::events::{Event, ListenerMethod, Listeners, done, downcast, event_of};
#[cfg(feature = "database")]
pub use crate::package::Migration;
pub use crate::package::{Asset, File, Frontend, Package, PhraseFile};
pub use crate::process::{Parameters, ProcessMethod, ProcessMethods, Run, outcome};
pub use crate::response::{ViewClass, view, view_response};
pub use axum::response::IntoResponse;
pub use ravand_core::{Response, Result, View};

pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
pub type HttpResponse = axum::response::Response;

/// Chooses, where a type is known, between extractors of parts and extractors of the body.
pub struct Arg<T>(PhantomData<fn() -> T>);

impl<T> Arg<T> {
    #[expect(clippy::new_without_default, reason = "a marker for generated code")]
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T> Clone for Arg<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Arg<T> {}

pub trait FromParts<T> {
    fn extract(self, dispatch: &mut Dispatch) -> impl Future<Output = Result<T, Stop>> + Send;
}

impl<T: FromRequestParts<crate::App> + Send> FromParts<T> for &Arg<T> {
    fn extract(self, dispatch: &mut Dispatch) -> impl Future<Output = Result<T, Stop>> + Send {
        field::<T>(dispatch)
    }
}

pub trait FromBody<T> {
    fn extract(self, dispatch: &mut Dispatch) -> impl Future<Output = Result<T, Stop>> + Send;
}

impl<T: FromRequest<crate::App> + Send> FromBody<T> for Arg<T> {
    async fn extract(self, dispatch: &mut Dispatch) -> Result<T, Stop> {
        let (request, app) = dispatch.request();
        let rejection = match T::from_request(request, &app).await {
            Ok(value) => return Ok(value),
            Err(rejection) => rejection.into_response(),
        };
        Err(Stop::rejected(rejection).await)
    }
}

pub async fn field<T: FromRequestParts<crate::App>>(dispatch: &mut Dispatch) -> Result<T, Stop> {
    let (parts, app) = dispatch.parts();
    let rejection = match T::from_request_parts(parts, app).await {
        Ok(value) => return Ok(value),
        Err(rejection) => rejection.into_response(),
    };
    Err(Stop::rejected(rejection).await)
}

/// A package's migrations, or nothing where the framework is built without a database.
#[cfg(feature = "database")]
#[macro_export]
#[doc(hidden)]
macro_rules! __migrations {
    ($($migration:expr),* $(,)?) => { vec![$($migration),*] };
}

/// A package's migrations, or nothing where the framework is built without a database.
#[cfg(not(feature = "database"))]
#[macro_export]
#[doc(hidden)]
macro_rules! __migrations {
    ($($migration:expr),* $(,)?) => {
        ()
    };
}

pub use crate::__migrations as migrations;
