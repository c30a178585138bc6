//! A process before it is kept.

use std::any::{Any, TypeId, type_name};
use std::time::{Duration, SystemTime};

use ravand_core::{Address, Error, ErrorKind, Response, Result};
use serde::Serialize;
use serde_json::{Map, Value};
use tracing::Instrument;

use super::handle::Handle;
use super::method::{ProcessMethod, call};
use super::place::Place;
use super::{OnTaken, Run, UniqueScope};
use crate::{App, Context};

/// A process to be: its name, its parameters, and how it is to be run.
///
/// ```no_run
/// # async fn example(cx: &ravand::Context) -> ravand::Result<()> {
/// use ravand::Process;
/// use ravand::process::secs;
/// let process = Process::new("packages/ticketing/processes/tickets@auto_close").save(cx).await?;
/// process.run(cx).await?;
/// let done: bool = process.wait_for(secs(10)).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a process does nothing until it is saved, run or called"]
pub struct Process {
    name: Name,
    parameters: Result<Map<String, Value>, String>,
    inner: ravand_process::Process,
    is_unique: bool,
    has_trace: bool,
}

#[derive(Clone, Debug)]
enum Name {
    Address(String),
    Method { class: TypeId, type_name: &'static str, method: &'static str },
}

impl Process {
    /// A process by the address of its method; one without `packages/` needs [`Process::of_package`]. The build
    /// checks an address that is a literal.
    pub fn new(name: impl Into<String>) -> Self {
        Self::named(Name::Address(name.into()), Ok(Map::new()))
    }

    /// A process by its address as the files of `package` write it.
    ///
    /// # Errors
    /// When it is no address.
    pub fn of_package(package: &str, name: &str) -> Result<Self> {
        let address = Address::parse(name, package).map_err(|error| Error::bad_request(error.to_string()))?;
        Ok(Self::new(address.as_str()))
    }

    /// A process by its class and method: what `Email::send(mail)` gives.
    #[doc(hidden)]
    pub fn of_method<T: Any>(method: &'static str, parameters: Result<Map<String, Value>>) -> Self {
        let name = Name::Method { class: TypeId::of::<T>(), type_name: type_name::<T>(), method };
        Self::named(name, parameters.map_err(|error| error.chain()))
    }

    fn named(name: Name, parameters: Result<Map<String, Value>, String>) -> Self {
        let inner = ravand_process::Process::new("");
        Self { name, parameters, inner, is_unique: false, has_trace: false }
    }

    /// Gives it its parameters: a struct or map that serialises to a JSON object. They reach the method verbatim.
    ///
    /// # Errors
    /// When it serialises to anything else.
    pub fn parameters(mut self, parameters: &impl Serialize) -> Result<Self> {
        self.parameters = Ok(object(parameters)?);
        Ok(self)
    }

    /// The queue it waits in, instead of its method's.
    pub fn queue(self, queue: impl Into<String>) -> Self {
        self.with(|inner| inner.queue(queue))
    }

    /// The greater, the sooner, instead of its method's.
    pub fn priority(self, priority: i32) -> Self {
        self.with(|inner| inner.priority(priority))
    }

    /// How many runs may end with an error, instead of its method's.
    pub fn attempts(self, attempts: u16) -> Self {
        self.with(|inner| inner.attempts(attempts))
    }

    /// When it may run at the earliest.
    pub fn run_at(self, time: SystemTime) -> Self {
        self.with(|inner| inner.run_at(time))
    }

    /// How long it waits at least, from when it is queued, by the database's clock.
    pub fn run_in(self, delay: Duration) -> Self {
        self.with(|inner| inner.run_in(delay))
    }

    /// No other process of the same name has this key as long as `scope` says.
    pub fn unique(mut self, key: impl Into<String>, scope: UniqueScope) -> Self {
        self.is_unique = true;
        self.with(|inner| inner.unique(key, scope))
    }

    /// What happens when its key is taken: an error, when nothing is said.
    pub fn on_taken(self, on_taken: OnTaken) -> Self {
        self.with(|inner| inner.on_taken(on_taken))
    }

    /// Where the caller's trace goes on (W3C Trace Context), instead of in the trace of the context.
    pub fn traceparent(mut self, traceparent: impl Into<String>) -> Self {
        self.has_trace = true;
        self.with(|inner| inner.traceparent(traceparent))
    }

    fn with(self, change: impl FnOnce(ravand_process::Process) -> ravand_process::Process) -> Self {
        Self { inner: change(self.inner), ..self }
    }

    /// Keeps it without running it.
    ///
    /// # Errors
    /// `ProcessClass` when there is no process of its name (the nearest is told); when the database refuses.
    pub async fn save(self, place: &impl Place) -> Result<Handle> {
        let draft = self.draft(place)?;
        let span = draft.span("save");
        let handle = draft.process.save(place).instrument(span.clone()).await?;
        span.record("process.id", handle.id());
        Ok(Handle::new(handle))
    }

    /// Keeps it and queues it: it runs in the background, on whichever worker is free first, and outlives this
    /// program. Returns at once. In a transaction it is queued when that is committed, and never when it is not.
    ///
    /// # Errors
    /// `ProcessClass` when there is no process of its name; `Conflict` when its unique key is taken; `Unavailable`
    /// when processes live in memory and this program has no worker; when the database refuses.
    pub async fn background_run(self, place: &impl Place) -> Result<Handle> {
        can_wait(place)?;
        let draft = self.draft(place)?;
        let span = draft.span("background_run");
        let handle = draft.process.background_run(place).instrument(span.clone()).await?;
        span.record("process.id", handle.id());
        Ok(Handle::new(handle))
    }

    /// Keeps it and starts it in this program, and returns.
    ///
    /// # Errors
    /// As [`Process::background_run`].
    pub async fn run(self, place: &impl Place) -> Result<Handle> {
        let handle = self.save(place).await?;
        handle.run(place).await?;
        Ok(handle)
    }

    /// Keeps it, runs it in this program, and waits: whether it ended within the limit.
    ///
    /// # Errors
    /// As [`Process::run`] and [`wait_for`](ravand_process::Handle::wait_for).
    pub async fn run_and_wait_for(self, place: &impl Place, limit: Duration) -> Result<(Handle, bool)> {
        let handle = self.run(place).await?;
        let ended = handle.wait_for(limit).await?;
        Ok((handle, ended))
    }

    /// Calls its method here and now, in this context and without a record, and gives its response.
    ///
    /// # Errors
    /// `ProcessClass` when there is no process of its name; when its parameters do not fit, or it fails.
    pub async fn call(self, cx: &Context) -> Result<Response> {
        self.call_with(&Run::new(), cx).await
    }

    /// Calls it here and now under a run that the caller can watch and interrupt.
    ///
    /// # Errors
    /// As [`Process::call`].
    pub async fn call_with(self, run: &Run, cx: &Context) -> Result<Response> {
        let (method, address) = self.resolve(cx.app())?;
        call(&method, &address, self.given()?, run, cx).await
    }

    /// The one spelling of its address.
    pub(super) fn address(&self, app: &App) -> Result<String> {
        self.resolve(app).map(|(_, address)| address)
    }

    /// The method, and the one spelling of its address.
    fn resolve(&self, app: &App) -> Result<(ProcessMethod, String)> {
        let classes = &app.0.classes;
        match &self.name {
            Name::Address(name) => {
                let address = Address::parse(name, "base").map_err(|error| {
                    Error::internal(format!("ProcessClass: `{name}` is no process address: {error}"))
                })?;
                classes.process(&address).map_err(|error| Error::internal(format!("ProcessClass: {error}")))
            }
            Name::Method { class, type_name, method } => {
                classes.process_of(*class, method).ok_or_else(|| {
                    Error::internal(format!(
                        "ProcessClass: no package of the application has the class {type_name}: \
                         its file is not among those that `autoload` names"
                    ))
                })
            }
        }
    }

    fn given(&self) -> Result<Map<String, Value>> {
        self.parameters.clone().map_err(|error| {
            Error::internal(format!("the parameters of a process cannot be written as JSON: {error}"))
        })
    }

    /// The engine's process of it.
    fn draft(self, place: &impl Place) -> Result<Draft> {
        let (method, address) = self.resolve(place.app())?;
        let parameters = self.given()?;
        let mut process = self.inner.with_name(address.as_str()).parameters(&parameters)?;
        if !self.is_unique
            && let Some((scope, on_taken)) = (method.options)().unique_scope()
        {
            process = process.unique(key_of(&parameters)?, scope).on_taken(on_taken);
        }
        let mut trace = None;
        if !self.has_trace {
            trace = place.traceparent();
            process = match &trace {
                Some(trace) => process.traceparent(trace),
                None => process,
            };
        }
        Ok(Draft { address, trace, process })
    }
}

/// A process that is ready to be kept.
struct Draft {
    address: String,
    trace: Option<String>,
    process: ravand_process::Process,
}

impl Draft {
    fn span(&self, how: &'static str) -> tracing::Span {
        tracing::info_span!(
            "process.enqueue",
            process.name = self.address,
            process.how = how,
            process.id = tracing::field::Empty,
            traceparent = self.trace,
        )
    }
}

/// Keeps and queues many in one call, all or none. For each in order: a handle, or the error that its unique key is
/// taken, which is settled for that one alone.
///
/// # Errors
/// As [`Process::background_run`]; none is kept then.
pub async fn background_run_all(
    place: &impl Place,
    all: impl IntoIterator<Item = Process>,
) -> Result<Vec<Result<Handle>>> {
    can_wait(place)?;
    let drafts = all.into_iter().map(|process| Ok(process.draft(place)?.process));
    let drafts = drafts.collect::<Result<Vec<_>>>()?;
    let kept = super::Processes::background_run_all(place, drafts).await?;
    Ok(kept.into_iter().map(|handle| handle.map(Handle::new)).collect())
}

/// What lives in memory runs in the background only while this program works.
pub(super) fn can_wait(place: &impl Place) -> Result<()> {
    let processes = place.processes();
    if processes.store().outlives() || processes.has_worker() {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Unavailable,
        "a background run would end with this program: the application keeps its processes in memory, and no \
         worker works here. Run it in place, or keep processes in a file of SQLite or in PostgreSQL \
         (`database.url`)",
    ))
}

/// The same parameters, in whatever order, have the same key.
fn key_of(parameters: &Map<String, Value>) -> Result<String> {
    use sha2::Digest as _;
    let sorted: std::collections::BTreeMap<&String, &Value> = parameters.iter().collect();
    let digest = sha2::Sha256::digest(serde_json::to_vec(&sorted)?);
    Ok(digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect())
}

/// What is given as parameters, as the JSON object that is kept.
pub(super) fn object(parameters: &(impl Serialize + ?Sized)) -> Result<Map<String, Value>> {
    match serde_json::to_value(parameters)? {
        Value::Object(map) => Ok(map),
        Value::Null => Ok(Map::new()),
        other => Err(Error::internal(format!("the parameters of a process are an object; found {other}"))),
    }
}
