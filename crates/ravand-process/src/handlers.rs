//! What runs: functions by name, and how each wants to be run.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use ravand_core::{Error, ErrorKind, Response, Result, nearest};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::{Backoff, Record, Run};

/// A function that runs a process.
pub type Call = dyn Fn(Run, Map<String, Value>) -> BoxFuture<'static, Result<Response>> + Send + Sync;

/// A function that is told of a process that failed or was lost for good.
pub type GiveUp = dyn Fn(Record) -> BoxFuture<'static, ()> + Send + Sync;

/// The functions of a program, by name.
///
/// ```
/// use ravand_core::Response;
/// use ravand_process::{Handlers, Options, Run};
/// #[derive(serde::Deserialize)]
/// struct Mail { send_to: String }
///
/// let handlers = Handlers::new().add("mail/send", Options::new().attempts(5), |run: Run, mail: Mail| async move {
///     run.log(format!("to {}", mail.send_to));
///     Response::new(true)
/// });
/// assert_eq!(handlers.names().collect::<Vec<_>>(), ["mail/send"]);
/// ```
#[derive(Clone, Default)]
pub struct Handlers(BTreeMap<String, Arc<Handler>>);

/// One function and its options.
pub struct Handler {
    pub(crate) options: Options,
    call: Box<Call>,
}

/// How a process wants to be run. A call may say otherwise for queue, priority and attempts.
#[derive(Clone)]
pub struct Options {
    pub(crate) queue: Arc<str>,
    pub(crate) priority: i32,
    pub(crate) attempts: i32,
    pub(crate) restarts: i32,
    pub(crate) backoff: Backoff,
    pub(crate) time_limit: Option<Duration>,
    pub(crate) isolated: bool,
    pub(crate) give_up: Option<Arc<GiveUp>>,
}

/// The queue of a process that names none.
pub const DEFAULT_QUEUE: &str = "default";

/// What a handler may answer: a `Response`, nothing, or a `Result` of either.
#[diagnostic::on_unimplemented(
    message = "a process answers `Response`, `Result<Response>`, `()` or `Result<()>`, not `{Self}`"
)]
pub trait Answer {
    /// The response.
    fn into_answer(self) -> Result<Response>;
}

impl Answer for Response {
    fn into_answer(self) -> Result<Response> {
        Ok(self)
    }
}

impl Answer for () {
    fn into_answer(self) -> Result<Response> {
        Ok(Response::new(true))
    }
}

impl<T: Answer, E: Into<Error>> Answer for Result<T, E> {
    fn into_answer(self) -> Result<Response> {
        self.map_err(Into::into).and_then(Answer::into_answer)
    }
}

impl Handlers {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a function under a name, in the place of one that had it. Its second parameter is what the
    /// process's parameters are read into: a struct, or a map.
    #[must_use]
    pub fn add<P, F, Fut>(self, name: impl Into<String>, options: Options, function: F) -> Self
    where
        P: DeserializeOwned + Send,
        F: Fn(Run, P) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: Answer> + Send + 'static,
    {
        let call = move |run: Run, parameters: Map<String, Value>| -> BoxFuture<'static, Result<Response>> {
            match read(parameters) {
                Ok(parameters) => {
                    let work = function(run, parameters);
                    Box::pin(async move { work.await.into_answer() })
                }
                Err(error) => Box::pin(std::future::ready(Err(error))),
            }
        };
        self.add_raw(name, options, call)
    }

    /// Adds a function that takes the parameters as they are kept.
    #[must_use]
    pub fn add_raw<F>(mut self, name: impl Into<String>, options: Options, call: F) -> Self
    where
        F: Fn(Run, Map<String, Value>) -> BoxFuture<'static, Result<Response>> + Send + Sync + 'static,
    {
        self.0.insert(name.into(), Arc::new(Handler { options, call: Box::new(call) }));
        self
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The queues that they wait in, some of them several times.
    pub fn queues(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(|handler| &*handler.options.queue)
    }

    pub(crate) fn none_gives_up(&self) -> bool {
        self.0.values().all(|handler| handler.options.give_up.is_none())
    }

    /// The function of a name.
    ///
    /// # Errors
    /// `NotFound` when there is none; the nearest name is told.
    pub(crate) fn get(&self, name: &str) -> Result<&Arc<Handler>> {
        self.0.get(name).ok_or_else(|| {
            let hint = nearest(name, self.names())
                .map(|near| format!("; did you mean `{near}`?"))
                .unwrap_or_default();
            Error::not_found(format!("ProcessClass: there is no process `{name}`{hint}"))
        })
    }
}

impl Handler {
    pub(crate) fn call(
        &self,
        run: Run,
        parameters: Map<String, Value>,
    ) -> BoxFuture<'static, Result<Response>> {
        (self.call)(run, parameters)
    }
}

/// Reads parameters; the error names the field by its path.
fn read<P: DeserializeOwned>(parameters: Map<String, Value>) -> Result<P> {
    let parameters = Value::Object(parameters);
    // Those that do not fit are read once more: to know the path costs more than reading.
    if let Ok(read) = P::deserialize(&parameters) {
        return Ok(read);
    }
    serde_path_to_error::deserialize(parameters).map_err(|error| {
        let path = error.path().to_string();
        let at = if path == "." { String::new() } else { format!("`{path}`: ") };
        Error::new(ErrorKind::Invalid, format!("the parameters do not fit: {at}{}", error.into_inner()))
    })
}

impl Default for Options {
    fn default() -> Self {
        Self {
            queue: DEFAULT_QUEUE.into(),
            priority: 0,
            attempts: 1,
            restarts: 3,
            backoff: Backoff::default(),
            time_limit: None,
            isolated: false,
            give_up: None,
        }
    }
}

impl Options {
    /// The queue `default`, one attempt, three restarts after a crash, no time limit, as a task.
    pub fn new() -> Self {
        Self::default()
    }

    /// The queue it waits in.
    #[must_use]
    pub fn queue(mut self, queue: impl Into<String>) -> Self {
        self.queue = queue.into().into();
        self
    }

    /// The greater, the sooner; 0 when nothing is said.
    #[must_use]
    pub fn priority(mut self, priority: i32) -> Self {
        self.priority = priority;
        self
    }

    /// How many runs may end with an error before it has failed; at least 1. A run that was cut off does not
    /// count here: see [`Options::restarts`].
    #[must_use]
    pub fn attempts(mut self, attempts: u16) -> Self {
        self.attempts = i32::from(attempts.max(1));
        self
    }

    /// How often it is started again after a run was cut off; 3 when nothing is said. A process that kills its
    /// program each time ends as lost after that.
    #[must_use]
    pub fn restarts(mut self, restarts: u16) -> Self {
        self.restarts = i32::from(restarts);
        self
    }

    /// It is never started again after a run was cut off: its record then says that it was lost.
    #[must_use]
    pub fn at_most_once(self) -> Self {
        self.restarts(0)
    }

    /// How long it waits before another attempt.
    #[must_use]
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// How long a run may take; longer is an error. A task is ended at its next await, and a function that
    /// blocks has none; an isolated process is killed.
    #[must_use]
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = Some(limit);
        self
    }

    /// Each run is an OS process of its own, with a pid and signals: the engine's program is started with
    /// `--process=ID`.
    #[must_use]
    pub fn isolated(mut self) -> Self {
        self.isolated = true;
        self
    }

    /// Is told of a process that has failed or was lost for good, after its record says so; once, and not at
    /// all when the program is killed just then.
    #[must_use]
    pub fn give_up<F, Fut>(mut self, function: F) -> Self
    where
        F: Fn(Record) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.give_up = Some(Arc::new(move |record| Box::pin(function(record))));
        self
    }
}

impl std::fmt::Debug for Handlers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options")
            .field("queue", &self.queue)
            .field("priority", &self.priority)
            .field("attempts", &self.attempts)
            .field("restarts", &self.restarts)
            .field("backoff", &self.backoff)
            .field("time_limit", &self.time_limit)
            .field("isolated", &self.isolated)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Deserialize)]
    struct Order {
        #[expect(dead_code, reason = "only its reading is of interest")]
        items: Vec<Item>,
    }

    #[derive(Deserialize)]
    struct Item {
        #[expect(dead_code, reason = "only its reading is of interest")]
        count: u8,
    }

    #[test]
    fn a_wrong_parameter_is_named_by_its_path() {
        let fault = |value: Value| {
            let Value::Object(map) = value else { panic!("an object") };
            read::<Order>(map).err().map(|error| error.to_string())
        };
        assert_eq!(fault(json!({"items": [{"count": 1}]})), None);
        assert_eq!(
            fault(json!({"items": [{"count": 1}, {"count": "x"}]})).unwrap(),
            "the parameters do not fit: `items[1].count`: invalid type: string \"x\", expected u8"
        );
        assert_eq!(fault(json!({})).unwrap(), "the parameters do not fit: missing field `items`");
    }

    #[test]
    fn an_unknown_name_is_told_its_nearest() {
        let handlers = Handlers::new()
            .add_raw("mail/send", Options::new(), |_, _| Box::pin(async { Ok(Response::new(true)) }));
        let fault = handlers.get("mail/sent").err().unwrap().to_string();
        assert_eq!(fault, "ProcessClass: there is no process `mail/sent`; did you mean `mail/send`?");
    }
}
