//! Methods that run as processes: what `#[process]` makes of a class, and how one is called.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use ravand_core::{Error, Response, Result};
use ravand_process::{Backoff, OnTaken, Options, Run, UniqueScope};
use serde_json::{Map, Value};

use super::Text;
use super::parameters::Parameters;
use crate::Context;
use crate::events::Event;
use crate::events::process::{Finished, Started};
use crate::private::BoxFuture;

/// What `#[process]` adds to a type: its methods.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no process",
    note = "write `#[process]` above its `impl`"
)]
pub trait ProcessMethods {
    /// The methods, in the order of the file.
    const METHODS: &'static [ProcessMethod];
}

/// One method of a class of processes.
#[derive(Clone, Copy)]
pub struct ProcessMethod {
    /// The method's name.
    pub name: &'static str,
    /// How it wants to be run.
    pub options: fn() -> ProcessOptions,
    /// Turns the texts of a command line into what the method's type asks for.
    pub texts: fn(Vec<Text>) -> Result<Map<String, Value>>,
    /// Makes the class and calls the method.
    pub call: for<'a> fn(Parameters, &'a Run, &'a Context) -> BoxFuture<'a, Result<Response>>,
}

/// How a process wants to be run: what `#[process(…)]` says. Times are in milliseconds.
#[derive(Clone, Debug, Default)]
pub struct ProcessOptions {
    engine: Options,
    unique: Option<UniqueScope>,
    on_taken: Option<OnTaken>,
    is_isolated: bool,
}

#[doc(hidden)]
#[allow(missing_docs, reason = "generated code calls them; the page of the module tells what each is")]
impl ProcessOptions {
    pub fn new() -> Self {
        Self::default()
    }

    fn with(self, change: impl FnOnce(Options) -> Options) -> Self {
        Self { engine: change(self.engine), ..self }
    }

    #[must_use]
    pub fn queue(self, queue: &str) -> Self {
        self.with(|options| options.queue(queue))
    }

    #[must_use]
    pub fn priority(self, priority: i32) -> Self {
        self.with(|options| options.priority(priority))
    }

    #[must_use]
    pub fn attempts(self, attempts: u16) -> Self {
        self.with(|options| options.attempts(attempts))
    }

    #[must_use]
    pub fn restarts(self, restarts: u16) -> Self {
        self.with(|options| options.restarts(restarts))
    }

    #[must_use]
    pub fn at_most_once(self) -> Self {
        self.with(Options::at_most_once)
    }

    #[must_use]
    pub fn backoff(self, first: u64, most: u64) -> Self {
        let (first, most) = (Duration::from_millis(first), Duration::from_millis(most));
        let backoff = if first == most { Backoff::fixed(first) } else { Backoff::exponential(first, most) };
        self.with(|options| options.backoff(backoff))
    }

    #[must_use]
    pub fn time_limit(self, limit: u64) -> Self {
        self.with(|options| options.time_limit(Duration::from_millis(limit)))
    }

    #[must_use]
    pub fn isolated(self) -> Self {
        Self { is_isolated: true, ..self }
    }

    #[must_use]
    pub fn unique(self, scope: &str, time: u64) -> Self {
        let scope = match scope {
            "waiting" => UniqueScope::Waiting,
            "unended" => UniqueScope::Unended,
            _ => UniqueScope::For(Duration::from_millis(time)),
        };
        Self { unique: Some(scope), ..self }
    }

    #[must_use]
    pub fn on_taken(self, on_taken: &str) -> Self {
        let on_taken = match on_taken {
            "existing" => OnTaken::Existing,
            "replace" => OnTaken::Replace,
            _ => OnTaken::Reject,
        };
        Self { on_taken: Some(on_taken), ..self }
    }
}

impl ProcessOptions {
    /// The engine's own. Where another program cannot see the record (`apart` is false), no run is isolated.
    pub(super) fn of_engine(self, apart: bool) -> Options {
        if self.is_isolated && apart { self.engine.isolated() } else { self.engine }
    }

    /// For how long the same parameters are refused, and how.
    pub(super) fn unique_scope(&self) -> Option<(UniqueScope, OnTaken)> {
        self.unique.map(|scope| (scope, self.on_taken.unwrap_or(OnTaken::Reject)))
    }
}

/// Calls a method between its two events. An error of a listener of `Started` is the process's own; what has ended
/// has ended, so one of `Finished` is logged.
pub(crate) async fn call(
    method: &ProcessMethod,
    name: &str,
    parameters: Map<String, Value>,
    run: &Run,
    cx: &Context,
) -> Result<Response> {
    let (id, attempt) = (run.id(), run.attempt());
    Started { id, name: name.to_owned(), attempt }.trigger(cx).await?;
    let work = AssertUnwindSafe((method.call)(Parameters(parameters), run, cx)).catch_unwind().await;
    let response = work.unwrap_or_else(|panic| Err(panicked(panic.as_ref())));
    let succeeded = response.as_ref().is_ok_and(Response::status);
    let error = response.as_ref().err().map(|error| error.chain());
    let mut finished = Finished { id, name: name.to_owned(), attempt, succeeded, error };
    if let Err(error) = finished.trigger(cx).await {
        tracing::error!(
            process.id = id,
            process.name = name,
            "a listener of `Finished` failed: {}",
            error.chain()
        );
    }
    response
}

fn panicked(panic: &(dyn std::any::Any + Send)) -> Error {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    Error::internal(format!("the process panicked: {}", text.unwrap_or("no message")))
}

/// What a process's method may return.
#[diagnostic::on_unimplemented(
    message = "a process returns `Response`, `Result<Response>` or `Result<()>`, not `{Self}`"
)]
pub trait Outcome {
    /// The response.
    fn into_outcome(self) -> Result<Response>;
}

/// What a process's value says.
#[doc(hidden)]
pub fn outcome(value: impl Outcome) -> Result<Response> {
    value.into_outcome()
}

impl Outcome for Response {
    fn into_outcome(self) -> Result<Response> {
        Ok(self)
    }
}

impl Outcome for () {
    fn into_outcome(self) -> Result<Response> {
        Ok(Response::new(true))
    }
}

impl<T: Outcome, E: Into<Error>> Outcome for Result<T, E> {
    fn into_outcome(self) -> Result<Response> {
        self.map_err(Into::into).and_then(Outcome::into_outcome)
    }
}

impl std::fmt::Debug for ProcessMethod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProcessMethod").field("name", &self.name).finish_non_exhaustive()
    }
}
