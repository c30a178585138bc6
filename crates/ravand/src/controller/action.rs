//! Actions and middlewares as the class map holds them, and what they answer.

use std::any::Any;

use axum::response::IntoResponse;
use ravand_core::{Carried, Error, Response, Result, View, carried};

use crate::controller::{Dispatch, GateAnswer};
use crate::private::{BoxFuture, HttpResponse};
use crate::token::Forward;

/// One action of a controller: its name and how it is called.
#[derive(Clone, Copy)]
pub struct Action {
    /// The method's name.
    pub name: &'static str,
    /// The route parameters that its arguments name.
    pub params: &'static [&'static str],
    /// Makes the controller and calls the method.
    pub call: Call,
}

/// How an action is called.
pub type Call = for<'a> fn(&'a mut Dispatch) -> BoxFuture<'a, Answer>;

/// What `#[controller]` adds to a type: its actions.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no controller",
    note = "write `#[controller]` above its `impl`"
)]
pub trait Actions {
    /// The actions, in the order of the file.
    const ACTIONS: &'static [Action];
    /// What is called for an action that is not there.
    const NO_ROUTE: Option<Action>;
}

/// One method of a middleware.
#[derive(Clone, Copy)]
pub struct Middleware {
    /// The method's name.
    pub name: &'static str,
    /// The route parameters that its arguments name.
    pub params: &'static [&'static str],
    /// Makes the middleware and calls the method.
    pub call: for<'a> fn(&'a mut Dispatch) -> BoxFuture<'a, GateAnswer>,
}

/// What `#[middleware]` adds to a type: its methods.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no middleware",
    note = "write `#[middleware]` above its `impl`"
)]
pub trait Middlewares {
    /// The methods, in the order of the file.
    const MIDDLEWARES: &'static [Middleware];
}

/// What `#[derive(Controller)]` adds to a type: how it is made for one dispatch.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be made for a dispatch",
    note = "write `#[derive(Controller)]` above the struct; each of its fields is an extractor"
)]
pub trait Build: Sized {
    /// Makes it: each field is extracted.
    fn build(dispatch: &mut Dispatch) -> impl Future<Output = Result<Self, Stop>> + Send;
}

/// What a called action gives.
pub type Answer = Result<Answered, Stop>;

/// An answer, before it is rendered.
#[derive(Debug)]
pub enum Answered {
    /// A response that is still to be negotiated. It is boxed because answers are handed on many times.
    Response(Box<Response>),
    /// An HTTP response as it is.
    Http(HttpResponse),
    /// Another action.
    Forward(Box<Forward>),
}

impl From<Response> for Answered {
    fn from(response: Response) -> Self {
        Self::Response(Box::new(response))
    }
}

impl From<Forward> for Answered {
    fn from(forward: Forward) -> Self {
        Self::Forward(Box::new(forward))
    }
}

/// Why an action was not called, or did not answer.
#[derive(Debug)]
pub enum Stop {
    /// An error, for the exception routes.
    Error(Error),
    /// An extractor's own answer, such as a redirect to a log-in page.
    Answer(Box<Answered>),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// What an action may answer with: every type that axum makes a response of.
#[diagnostic::on_unimplemented(
    message = "an action cannot answer with `{Self}`",
    label = "no response can be made of it",
    note = "an action returns `Response`, `Forward`, `View`, a struct that derives `View`, `Json<…>`, `String`, or another type with axum's `IntoResponse`; or a `Result` of one with ravand's `Error`",
    note = "to show a struct as a page write `#[derive(Serialize, View)]` above it; to send it as JSON return `Json(value)`"
)]
pub trait Answers: IntoResponse + 'static {}

#[diagnostic::do_not_recommend]
impl<T: IntoResponse + 'static> Answers for T {}

/// Turns what an action returns into an answer. Ravand's own types are taken as they are; anything else goes
/// through axum's `IntoResponse`.
pub fn answer<T: Answers>(value: T) -> Answer {
    let mut slot = Some(value);
    let own = own::<Response>(&mut slot)
        .map(|response| response.map(Answered::from))
        .or_else(|| own::<View>(&mut slot).map(|view| view.map(|view| Response::from(view).into())))
        .or_else(|| own::<Forward>(&mut slot).map(|forward| forward.map(Answered::from)));
    match (own, slot) {
        (Some(answered), _) => answered.map_err(Stop::Error),
        (None, Some(value)) => of_http(value.into_response()),
        (None, None) => Err(Stop::Error(Error::internal("an action's value was taken twice"))),
    }
}

/// The value, when it is a `U` or a `Result<U>`. All is known when it is compiled.
fn own<U: 'static>(slot: &mut dyn Any) -> Option<Result<U>> {
    if let Some(value) = slot.downcast_mut::<Option<U>>() {
        return value.take().map(Ok);
    }
    slot.downcast_mut::<Option<Result<U>>>()?.take()
}

/// The answer in an HTTP response that axum made.
pub(crate) fn of_http(mut response: HttpResponse) -> Answer {
    match carried(&mut response) {
        Some(Carried::Response(answer)) => return Ok(Answered::Response(answer)),
        Some(Carried::Error(error)) => return Err(Stop::Error(error)),
        _ => {}
    }
    match crate::token::carried_forward(&mut response) {
        Some(forward) => Ok(forward.into()),
        None => Ok(Answered::Http(response)),
    }
}

impl std::fmt::Debug for Action {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Action")
            .field("name", &self.name)
            .field("params", &self.params)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Middleware {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Middleware").field("name", &self.name).finish_non_exhaustive()
    }
}
