//! What generated code names. Nothing here is for people; it may change with every version.
#![doc(hidden)]
#![allow(missing_docs)]

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

use axum::extract::{FromRequest, FromRequestParts};

use crate::controller::is_of_axum;

pub use crate::bootstrap::{Bootstrap, bootstrap_gate};
pub use crate::class_map::Class;
pub use crate::context::{Context, FromContext};
pub use crate::controller::{
    Action, Actions, Answer, Answered, Build, Dispatch, GateAnswer, Middleware, Middlewares, Param, Stop,
    answer, gate, optional_param, param,
};
pub use crate::events::{Event, ListenerMethod, Listeners, done, downcast, event_of};
#[cfg(feature = "database")]
pub use crate::package::Migration;
pub use crate::package::{Asset, File, Frontend, Package, PhraseFile};
pub use crate::process::{
    Outcome, Parameters, ParametersOf, Process, ProcessMethod, ProcessMethods, ProcessOptions, Run, no_texts,
    outcome, texts,
};
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

impl<T: FromRequestParts<crate::App> + Send> FromParts<T> for &&Arg<T> {
    fn extract(self, dispatch: &mut Dispatch) -> impl Future<Output = Result<T, Stop>> + Send {
        field::<T>(dispatch)
    }
}

pub trait FromBody<T> {
    fn extract(self, dispatch: &mut Dispatch) -> impl Future<Output = Result<T, Stop>> + Send;
}

impl<T: FromRequest<crate::App> + Send> FromBody<T> for &Arg<T> {
    async fn extract(self, dispatch: &mut Dispatch) -> Result<T, Stop> {
        let (request, app) = dispatch.request();
        let rejection = match T::from_request(request, &app).await {
            Ok(value) => return Ok(value),
            Err(rejection) => rejection.into_response(),
        };
        Err(Stop::rejected(rejection, is_of_axum::<T::Rejection>()).await)
    }
}

impl<T> Arg<T> {
    /// What is left for a type that is no extractor, so that the compiler says this and nothing else.
    pub async fn extract(self, _: &mut Dispatch) -> Result<T, Stop>
    where
        T: Extractor,
    {
        Err(Stop::Error(ravand_core::Error::internal("no type is `Extractor` alone")))
    }
}

/// Nothing is one: it stands for what an argument lacks that is neither an extractor of parts nor of the body.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no extractor",
    label = "an action cannot ask for it",
    note = "an argument of an action or middleware is `Param<…>`, `Params<…>`, `Query<…>`, `Json<…>`, `Form<…>`, `&Context`, `Session`, `Db` or another type with axum's `FromRequestParts` or `FromRequest`",
    note = "a type of your own becomes one by `#[derive(FromContext)]`, which reads it from the context, or by `impl FromRequestParts<App>`"
)]
pub trait Extractor {}

/// What can be a field of a controller: an extractor that leaves the body alone.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of a controller",
    label = "it is no extractor of a request's parts",
    note = "a field is `App`, `Db`, `Session`, `Options`, `Client`, `Query<…>`, `HeaderMap` or another type with axum's `FromRequestParts`",
    note = "what reads the body, `Json<…>` or `Form<…>`, is an argument of the action"
)]
pub trait Field: FromRequestParts<crate::App> {}

#[diagnostic::do_not_recommend]
impl<T: FromRequestParts<crate::App>> Field for T {}

pub async fn field<T: Field>(dispatch: &mut Dispatch) -> Result<T, Stop> {
    let (parts, app) = dispatch.parts();
    let rejection = match T::from_request_parts(parts, app).await {
        Ok(value) => return Ok(value),
        Err(rejection) => rejection.into_response(),
    };
    Err(Stop::rejected(rejection, is_of_axum::<T::Rejection>()).await)
}

/// A listener that can be made: what `#[derive(Listeners)]` gives.
#[diagnostic::on_unimplemented(
    message = "the listener `{Self}` cannot be made",
    note = "write `#[derive(Listeners)]` above the struct; each of its fields comes from the context"
)]
pub trait MadeListener: FromContext {}

#[diagnostic::do_not_recommend]
impl<T: FromContext> MadeListener for T {}

pub fn listener<T: MadeListener>(cx: &Context) -> impl Future<Output = Result<T>> + Send {
    T::from_context(cx)
}

/// A class of processes that can be made: what `#[derive(Processes)]` gives.
#[diagnostic::on_unimplemented(
    message = "the process `{Self}` cannot be made",
    note = "write `#[derive(Processes)]` above the struct; each of its fields comes from the context"
)]
pub trait MadeProcess: FromContext {}

#[diagnostic::do_not_recommend]
impl<T: FromContext> MadeProcess for T {}

pub fn process<T: MadeProcess>(cx: &Context) -> impl Future<Output = Result<T>> + Send {
    T::from_context(cx)
}

/// Whether a listener takes the event that its manifest gives it.
#[diagnostic::on_unimplemented(
    message = "a manifest gives a listener the event `{E}`, and the listener takes `{Self}`",
    label = "it listens to another event"
)]
pub trait Is<E> {}

impl<E> Is<E> for E {}

pub const fn listens<E, L: Is<E>>(_: PhantomData<fn(L)>) {}

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
