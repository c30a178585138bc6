//! A process before it is kept.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ravand_core::{Error, ErrorKind, Response, Result};
use serde::Serialize;

use crate::engine::{Place, Processes};
use crate::handle::Handle;
use crate::store::{Delay, Draft, Inserted, OnTaken, Unique, UniqueScope, When};
use crate::{Id, Run, execute};

/// A process to be: its name, its parameters, and how it is to be run.
///
/// ```
/// use ravand_process::{Process, UniqueScope};
/// # fn example() -> ravand_core::Result<Process> {
/// let process = Process::new("mail/send")
///     .parameters(&serde_json::json!({"send_to": "client@email.com"}))?
///     .priority(5)
///     .unique("client@email.com", UniqueScope::Waiting);
/// # Ok(process) }
/// # example().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Process {
    name: String,
    /// As JSON text.
    parameters: Cow<'static, str>,
    /// Seldom there, and large.
    settings: Option<Box<Settings>>,
}

/// What a process says of how it is to be run, beyond what its function is registered with.
#[derive(Clone, Debug, Default)]
struct Settings {
    queue: Option<String>,
    priority: Option<i32>,
    attempts: Option<i32>,
    delay: Delay,
    unique: Option<(String, UniqueScope)>,
    on_taken: OnTaken,
    trace: Option<String>,
}

impl Process {
    /// A process by the name of its function.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), parameters: Cow::Borrowed("{}"), settings: None }
    }

    fn settings(&mut self) -> &mut Settings {
        self.settings.get_or_insert_default()
    }

    /// The same under another name.
    #[must_use]
    pub fn with_name(self, name: impl Into<String>) -> Self {
        Self { name: name.into(), ..self }
    }

    /// Gives it its parameters: a struct or map that becomes a JSON object.
    ///
    /// # Errors
    /// When it becomes anything else.
    pub fn parameters(mut self, parameters: &impl Serialize) -> Result<Self> {
        self.parameters = serde_json::to_string(parameters)?.into();
        if self.parameters == "null" {
            self.parameters = Cow::Borrowed("{}");
        } else if !self.parameters.starts_with('{') {
            return Err(Error::internal(format!(
                "the parameters of `{}` are an object; found {}",
                self.name, self.parameters
            )));
        }
        Ok(self)
    }

    /// The queue it waits in, instead of the one its function is registered with.
    #[must_use]
    pub fn queue(mut self, queue: impl Into<String>) -> Self {
        self.settings().queue = Some(queue.into());
        self
    }

    /// The greater, the sooner, instead of what its function is registered with.
    #[must_use]
    pub fn priority(mut self, priority: i32) -> Self {
        self.settings().priority = Some(priority);
        self
    }

    /// How many runs may end with an error, instead of what its function is registered with.
    #[must_use]
    pub fn attempts(mut self, attempts: u16) -> Self {
        self.settings().attempts = Some(i32::from(attempts.max(1)));
        self
    }

    /// When it may run at the earliest. Hosts may disagree about the time; [`Process::run_in`] goes by the
    /// database's clock alone.
    #[must_use]
    pub fn run_at(mut self, time: SystemTime) -> Self {
        let millis = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        self.settings().delay = Delay::Until(i64::try_from(millis).unwrap_or(i64::MAX / 4));
        self
    }

    /// How long it waits at least, from when it is queued.
    #[must_use]
    pub fn run_in(mut self, delay: Duration) -> Self {
        self.settings().delay = Delay::For(delay);
        self
    }

    /// No other process of the same name has this key as long as `scope` says. One that finds it taken is not
    /// kept, and the call is an error, unless [`Process::on_taken`] says otherwise.
    #[must_use]
    pub fn unique(mut self, key: impl Into<String>, scope: UniqueScope) -> Self {
        self.settings().unique = Some((key.into(), scope));
        self
    }

    /// What happens when its key is taken.
    #[must_use]
    pub fn on_taken(mut self, on_taken: OnTaken) -> Self {
        self.settings().on_taken = on_taken;
        self
    }

    /// Where the caller's trace goes on: a `traceparent` (W3C Trace Context). It is kept, and is a field of
    /// the span of each run.
    #[must_use]
    pub fn traceparent(mut self, traceparent: impl Into<String>) -> Self {
        self.settings().trace = Some(traceparent.into());
        self
    }

    /// Keeps it without running it.
    ///
    /// # Errors
    /// `NotFound` when there is no function of its name; when the database refuses.
    pub async fn save(self, place: &impl Place) -> Result<Handle> {
        let processes = place.processes();
        let draft = self.draft(processes, When::Saved)?;
        let inserted = processes.store().insert(place.connection(), &[draft]).await?;
        handle(processes, inserted.first().copied())
    }

    /// Keeps it and queues it: it runs in the background, on whichever worker is free first, and outlives this
    /// program. Returns at once. Inside a transaction it is queued when that is committed.
    ///
    /// # Errors
    /// `NotFound` when there is no function of its name; `Conflict` when its unique key is taken; when the
    /// database refuses.
    pub async fn background_run(self, place: &impl Place) -> Result<Handle> {
        let processes = place.processes();
        let draft = self.draft(processes, When::Queued)?;
        let queue = draft.queue.clone();
        let inserted = processes.store().insert(place.connection(), &[draft]).await?;
        let handle = handle(processes, inserted.first().copied())?;
        processes.queued(place, &queue, handle.id()).await;
        Ok(handle)
    }

    /// Keeps it and starts it in this program, and returns.
    ///
    /// # Errors
    /// As [`Process::background_run`].
    pub async fn run(self, processes: &Processes) -> Result<Handle> {
        let handle = self.save(processes).await?;
        handle.run().await?;
        Ok(handle)
    }

    /// Keeps it, runs it in this program, and waits: whether it ended within the limit.
    ///
    /// # Errors
    /// As [`Process::run`] and [`Handle::wait_for`].
    pub async fn run_and_wait_for(self, processes: &Processes, limit: Duration) -> Result<(Handle, bool)> {
        let handle = self.run(processes).await?;
        let ended = handle.wait_for(limit).await?;
        Ok((handle, ended))
    }

    /// Calls its function here and now, without a record.
    ///
    /// # Errors
    /// `NotFound` when there is no function of its name; what the function fails with; a panic too.
    pub async fn call(self, processes: &Processes) -> Result<Response> {
        let handler = processes.handlers().get(&self.name)?;
        let parameters = serde_json::from_str(&self.parameters)?;
        execute::call(handler, Run::named(&self.name), parameters).await
    }

    fn draft(self, processes: &Processes, when: fn(Delay) -> When) -> Result<Draft> {
        let options = &processes.handlers().get(&self.name)?.options;
        let settings = self.settings.map(|settings| *settings).unwrap_or_default();
        let Settings { queue, priority, attempts, delay, unique, on_taken, trace } = settings;
        let unique = unique.map(|(key, scope)| {
            let key = format!("{} {key}", self.name);
            Box::new(Unique { key, scope, on_taken })
        });
        Ok(Draft {
            name: self.name,
            queue: queue.map_or_else(|| Arc::clone(&options.queue), Arc::from),
            parameters: self.parameters.into_owned(),
            priority: priority.unwrap_or(options.priority),
            when: when(delay),
            max_attempts: attempts.unwrap_or(options.attempts),
            max_restarts: options.restarts,
            unique,
            trace,
        })
    }
}

impl Processes {
    /// Keeps and queues many in one call, all or none. For each in order: a handle, or the error that its
    /// unique key is taken, which is settled for that one alone.
    ///
    /// # Errors
    /// `NotFound` when one has no function; when the database refuses. None is kept then.
    pub async fn background_run_all(
        place: &impl Place,
        all: impl IntoIterator<Item = Process>,
    ) -> Result<Vec<Result<Handle>>> {
        let processes = place.processes();
        let all = all.into_iter();
        let mut drafts = Vec::with_capacity(all.size_hint().0);
        for process in all {
            drafts.push(process.draft(processes, When::Queued)?);
        }
        let inserted = processes.store().insert(place.connection(), &drafts).await?;
        let mut queues: Vec<(&str, Id)> = Vec::new();
        for (draft, inserted) in drafts.iter().zip(&inserted) {
            if let Inserted::New(id) = inserted
                && !queues.iter().any(|(queue, _)| **queue == *draft.queue)
            {
                queues.push((&draft.queue, *id));
            }
        }
        for (queue, id) in queues {
            processes.queued(place, queue, id).await;
        }
        Ok(inserted.into_iter().map(|one| handle(processes, Some(one))).collect())
    }
}

fn handle(processes: &Processes, inserted: Option<Inserted>) -> Result<Handle> {
    match inserted {
        Some(Inserted::New(id) | Inserted::Existing(id)) => Ok(processes.handle(id)),
        Some(Inserted::Rejected(other)) => Err(key_taken(other)),
        None => Err(Error::internal("the store kept no process and gave no reason")),
    }
}

pub(crate) fn key_taken(other: Id) -> Error {
    Error::new(ErrorKind::Conflict, format!("not queued: the process {other} has the same unique key"))
}
