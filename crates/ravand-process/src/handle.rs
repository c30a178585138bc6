//! A process that is kept: starting it, waiting for it, asking it to end.

use std::collections::HashSet;
use std::time::Duration;

use ravand_core::{Error, ErrorKind, Response, Result};
use serde_json::Value;
use tokio::time::Instant;

use crate::engine::{Place, Processes, no_process};
use crate::process::key_taken;
use crate::store::{Queued, Stop};
use crate::{Attempt, Id, LogLine, Record, State, execute};

/// How long a wait relies on wake-ups before it looks itself.
const RECHECK: Duration = Duration::from_millis(250);

/// A process that is kept, by its number.
#[derive(Clone, Debug)]
pub struct Handle {
    processes: Processes,
    id: Id,
}

/// Signals that end an OS process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Signal {
    /// `SIGHUP`.
    Hangup = 1,
    /// `SIGINT`.
    Interrupt = 2,
    /// `SIGQUIT`.
    Quit = 3,
    /// `SIGKILL`.
    Kill = 9,
    /// `SIGTERM`.
    Term = 15,
}

impl Handle {
    pub(crate) fn new(processes: Processes, id: Id) -> Self {
        Self { processes, id }
    }

    /// Its number.
    pub fn id(&self) -> Id {
        self.id
    }

    /// The engine it belongs to.
    pub fn processes(&self) -> &Processes {
        &self.processes
    }

    /// Queues it, when it was only saved: it runs in the background, on whichever worker is free first. Inside
    /// a transaction it is queued when that is committed. When its unique key is taken and it was made with
    /// [`OnTaken::Existing`](crate::OnTaken::Existing), the handle is that of the one that stands for it.
    ///
    /// # Errors
    /// `NotFound` when it is not there; `Conflict` when it is not a saved one or its unique key is taken; when
    /// the database refuses.
    pub async fn background_run(&self, place: &impl Place) -> Result<Self> {
        match self.processes.store().queue(place.connection(), self.id).await? {
            Queued::Yes => {
                // Its queue is asked for only where a program may have to be started for it.
                self.processes.queued_saved(place, self.id).await;
                Ok(self.clone())
            }
            Queued::Existing(other) => Ok(self.processes.handle(other)),
            Queued::Rejected(other) => Err(key_taken(other)),
            Queued::Unknown => Err(no_process(self.id)),
            Queued::No(state) => Err(cannot_run(self.id, state)),
        }
    }

    /// Starts it in this program, whatever its time, and returns.
    ///
    /// # Errors
    /// `NotFound` when it is not there; `Conflict` when it is neither saved nor queued; when the database
    /// refuses.
    pub async fn run(&self) -> Result<()> {
        let engine = self.processes.engine();
        self.processes.ensure_keeper()?;
        let Some(mut claimed) = engine.store.claim_one(&engine.holder, engine.lease, self.id).await? else {
            return Err(cannot_run(self.id, self.state().await?));
        };
        let run = execute::begin(&self.processes, &mut claimed);
        tokio::spawn(execute::perform(self.processes.clone(), claimed, run, (), Box::new(())));
        Ok(())
    }

    /// Runs it in this program and waits: whether it ended within the limit.
    ///
    /// # Errors
    /// As [`Handle::run`] and [`Handle::wait_for`].
    pub async fn run_and_wait_for(&self, limit: Duration) -> Result<bool> {
        self.run().await?;
        self.wait_for(limit).await
    }

    /// Waits for its end, wherever it runs: true when it ended within the limit, false when not yet.
    ///
    /// # Errors
    /// What it failed with; that it was lost, interrupted or cancelled; `NotFound` when it is not there; when
    /// the database refuses. One that answered with status false has ended, and is no error here.
    pub async fn wait_for(&self, limit: Duration) -> Result<bool> {
        if !self.ended_within(limit).await? {
            return Ok(false);
        }
        match failure(&self.record().await?) {
            Some(error) => Err(error),
            None => Ok(true),
        }
    }

    /// Waits for its end, however it ends: true when it ended within the limit.
    ///
    /// # Errors
    /// `NotFound` when it is not there; when the database refuses.
    pub async fn ended_within(&self, limit: Duration) -> Result<bool> {
        self.processes.ensure_keeper()?;
        let wait = self.processes.engine().hub.wait(self.id);
        let deadline = Instant::now() + limit.min(Duration::from_secs(86400 * 365));
        loop {
            // First listen, then look: an end in between is heard.
            let hint = wait.hint();
            if self.state().await?.ended() {
                return Ok(true);
            }
            let now = Instant::now();
            if now >= deadline {
                return Ok(false);
            }
            let _ = tokio::time::timeout(RECHECK.min(deadline - now), hint).await;
        }
    }

    /// Its response, when it has one.
    ///
    /// # Errors
    /// `NotFound` when it is not there; when the database refuses.
    pub async fn response(&self) -> Result<Option<Response>> {
        Ok(self.record().await?.response.map(response))
    }

    /// Its record.
    ///
    /// # Errors
    /// `NotFound` when it is not there; when the database refuses.
    pub async fn record(&self) -> Result<Record> {
        self.processes.store().read(self.id).await?.ok_or_else(|| no_process(self.id))
    }

    /// Where it stands.
    ///
    /// # Errors
    /// `NotFound` when it is not there; when the database refuses.
    pub async fn state(&self) -> Result<State> {
        let states = self.processes.store().states(&[self.id]).await?;
        states.first().map(|(_, state)| *state).ok_or_else(|| no_process(self.id))
    }

    /// True only while it executes: somebody holds it, and was heard of within the lease.
    ///
    /// # Errors
    /// `NotFound` when it is not there; when the database refuses.
    pub async fn is_running(&self) -> Result<bool> {
        let record = self.record().await?;
        if record.state != State::Running {
            return Ok(false);
        }
        let now = self.processes.store().now().await?;
        Ok(record.lease_until.is_some_and(|until| until >= now))
    }

    /// How far its last run has come, 0 to 100.
    ///
    /// # Errors
    /// `NotFound` when it is not there; when the database refuses.
    pub async fn progress(&self) -> Result<u8> {
        Ok(u8::try_from(self.record().await?.progress).unwrap_or(0))
    }

    /// Asks it to end. One that waits is cancelled; a run sees it at its next
    /// [`Run::check_interruption`](crate::Run::check_interruption), on whichever host it is. The state it is in
    /// after that.
    ///
    /// # Errors
    /// `NotFound` when it is not there; when the database refuses.
    pub async fn interrupt(&self) -> Result<State> {
        let state = self.processes.store().interrupt(self.id).await?;
        self.asked(state)
    }

    /// Ends it, on whichever host it is. An isolated one is sent the signal, and killed when it has not ended
    /// within the limit. Another is a task of its worker, which the signal would end as a whole: it is
    /// interrupted, and dropped at its next await when the limit has passed. Returns when it has ended, or when
    /// the limit and two seconds more have passed: whether it ended.
    ///
    /// # Errors
    /// `NotFound` when it is not there; when the database refuses.
    pub async fn stop(&self, signal: Signal, limit: Duration) -> Result<bool> {
        let state = self.processes.store().stop(self.id, Stop { signal: signal as i32, limit }).await?;
        self.asked(state)?;
        self.ended_within(limit + Duration::from_secs(2)).await
    }

    fn asked(&self, state: Option<State>) -> Result<State> {
        let hub = &self.processes.engine().hub;
        match state {
            None => Err(no_process(self.id)),
            Some(state) => {
                if state == State::Running {
                    hub.signals();
                } else {
                    hub.ended(&[self.id]);
                }
                Ok(state)
            }
        }
    }

    /// Queues it again by hand, when it failed, was lost, interrupted or cancelled.
    ///
    /// # Errors
    /// `NotFound` when it is not there; `Conflict` when it stands elsewhere, or its unique key is taken; when
    /// the database refuses.
    pub async fn retry(&self) -> Result<()> {
        if !self.processes.store().again(self.id).await? {
            let state = self.state().await?;
            crate::Step::Again.take(state)?;
        }
        self.processes.queued_saved(&self.processes, self.id).await;
        Ok(())
    }

    /// How its runs ended, the first one first.
    ///
    /// # Errors
    /// `NotFound` when it is not there; when the database refuses.
    pub async fn attempts(&self) -> Result<Vec<Attempt>> {
        let record = self.record().await?;
        let mut attempts = self.processes.store().history(self.id).await?;
        attempts.extend(record.last_attempt());
        Ok(attempts)
    }

    /// The lines its runs wrote after the one with this `seq` (0: from the first), at most a thousand.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn logs(&self, after: i64) -> Result<Vec<LogLine>> {
        self.processes.store().logs(self.id, after, 1000).await
    }
}

/// Waits for the end of several: true when all ended within the limit.
///
/// # Errors
/// As [`Handle::wait_for`], for the first that ended badly; the others go on.
pub async fn wait_all(handles: &[Handle], limit: Duration) -> Result<bool> {
    let Some(first) = handles.first() else { return Ok(true) };
    let processes = &first.processes;
    processes.ensure_keeper()?;
    let hub = &processes.engine().hub;
    let mut ends = hub.on_ended();
    let _waits: Vec<_> = handles.iter().map(|handle| hub.wait(handle.id)).collect();
    let deadline = Instant::now() + limit.min(Duration::from_secs(86400 * 365));
    let mut left: Vec<Id> = handles.iter().map(|handle| handle.id).collect();
    loop {
        ends.borrow_and_update();
        let mut going = HashSet::with_capacity(left.len());
        let mut known = 0;
        for part in left.chunks(5000) {
            for (id, state) in processes.store().states(part).await? {
                known += 1;
                match state {
                    State::Done => {}
                    state if state.ended() => {
                        if let Some(error) = failure(&processes.handle(id).record().await?) {
                            return Err(error);
                        }
                    }
                    _ => {
                        going.insert(id);
                    }
                }
            }
        }
        if known < left.iter().collect::<HashSet<_>>().len() {
            return Err(Error::not_found("some of the processes that were waited for are not there"));
        }
        left = going.into_iter().collect();
        let now = Instant::now();
        if left.is_empty() || now >= deadline {
            return Ok(left.is_empty());
        }
        let _ = tokio::time::timeout(RECHECK.min(deadline - now), ends.changed()).await;
    }
}

/// The error that an ended process stands for.
fn failure(record: &Record) -> Option<Error> {
    let text = record.error.clone().unwrap_or_default();
    match record.state {
        State::Failed if record.response.is_some() => None,
        State::Failed => Some(Error::internal(text)),
        State::Lost => Some(Error::internal(format!("the process {} was lost: {text}", record.id))),
        State::Interrupted | State::Cancelled => Some(Error::new(
            ErrorKind::Conflict,
            format!("the process {} is {}: {text}", record.id, record.state),
        )),
        State::Saved | State::Queued | State::Running | State::Done => None,
    }
}

/// A response from what is kept of it.
fn response(kept: Value) -> Response {
    let Value::Object(kept) = kept else { return Response::new(false) };
    let status = kept.get("status").and_then(Value::as_bool).unwrap_or(false);
    let data = kept.into_iter().filter(|(key, _)| key != "status");
    data.fold(Response::new(status), |response, (key, value)| response.set_data(value, key))
}

fn cannot_run(id: Id, state: State) -> Error {
    Error::new(
        ErrorKind::Conflict,
        format!("the process {id} is {state}; only one that is saved or queued can be run"),
    )
}
