//! What is kept of a process: its record, the history of its attempts, the lines it wrote.

use serde::Serialize;
use serde_json::Value;

use crate::State;

/// The number of a process. Numbers are never given twice.
pub type Id = i64;

/// Milliseconds since 1970, by the clock of the database.
pub type Millis = i64;

/// A process as the table `base_processes` keeps it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Record {
    /// Its number.
    pub id: Id,
    /// The address or name of what runs.
    pub name: String,
    /// The queue it waits in.
    pub queue: String,
    /// Its parameters, verbatim.
    pub parameters: Value,
    /// Where it stands.
    pub state: State,
    /// The greater, the sooner.
    pub priority: i32,
    /// When it may run.
    pub run_at: Millis,
    /// How often it was started. While it runs this is the fencing token of the run: whoever writes for a run
    /// says its number, and a run whose number has passed writes nothing more.
    pub attempt: i32,
    /// How many of its runs ended with an error.
    pub failures: i32,
    /// How many of its runs were cut off.
    pub crashes: i32,
    /// How many runs may end with an error before it has failed; 1 when it is not retried.
    pub max_attempts: i32,
    /// How often it may be started again after a run was cut off; 0 when it runs at most once.
    pub max_restarts: i32,
    /// When it was saved.
    pub created_at: Millis,
    /// When its last run began.
    pub started_at: Option<Millis>,
    /// When its last run ended, or it was called off.
    pub ended_at: Option<Millis>,
    /// How far the last run has come, 0 to 100.
    pub progress: i16,
    /// What it answered: `{"status": …, …data}`.
    pub response: Option<Value>,
    /// What went wrong with the last run.
    pub error: Option<String>,
    /// The host of the last run.
    pub host: Option<String>,
    /// The worker of the last run: a name that is new at every start of a program.
    pub worker: Option<String>,
    /// The OS process of the last run.
    pub pid: Option<i64>,
    /// Until when the run's holder is taken to be alive.
    pub lease_until: Option<Millis>,
    /// When the run was asked to end.
    pub interrupt_at: Option<Millis>,
    /// The signal it was asked to be ended with.
    pub stop_signal: Option<i32>,
    /// How long after that signal it is killed.
    pub stop_limit: Option<Millis>,
    /// The key that no other process may have at the same time.
    pub unique_key: Option<String>,
    /// Where the trace of the caller goes on: a `traceparent` of W3C Trace Context.
    pub trace: Option<String>,
}

/// How one run of a process ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attempt {
    /// Its number, from 1.
    pub attempt: i32,
    /// When it began.
    pub started_at: Option<Millis>,
    /// When it ended; none while it runs.
    pub ended_at: Option<Millis>,
    /// Where it ran.
    pub host: Option<String>,
    /// The worker that ran it.
    pub worker: Option<String>,
    /// The OS process it ran in.
    pub pid: Option<i64>,
    /// How it ended: a state, or what led back to the queue.
    pub outcome: AttemptOutcome,
    /// What went wrong.
    pub error: Option<String>,
}

/// How a run ended, as the history tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AttemptOutcome {
    /// It still runs.
    Running = 0,
    /// It was the last one and ended well.
    Done = 1,
    /// It ended with an error.
    Failed = 2,
    /// It was interrupted.
    Interrupted = 3,
    /// It was cut off.
    Lost = 4,
    /// Its worker gave it back when it stopped.
    Released = 5,
}

/// How grave a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Of use to the developer.
    Debug = 0,
    /// What happens.
    Info = 1,
    /// What should be looked at.
    Warn = 2,
    /// What went wrong.
    Error = 3,
}

/// A line that a run wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogLine {
    /// Its place among all lines: later lines have greater numbers.
    pub seq: i64,
    /// The run that wrote it.
    pub attempt: i32,
    /// When the run wrote it, by the clock of its host.
    pub at: Millis,
    /// How grave it is.
    pub level: Level,
    /// What it says.
    pub text: String,
}

impl Record {
    /// The run that the record itself tells of: the last one. Earlier ones are in the history.
    pub(crate) fn last_attempt(&self) -> Option<Attempt> {
        let outcome = match self.state {
            State::Running => AttemptOutcome::Running,
            State::Done => AttemptOutcome::Done,
            State::Failed => AttemptOutcome::Failed,
            State::Interrupted => AttemptOutcome::Interrupted,
            State::Lost => AttemptOutcome::Lost,
            State::Saved | State::Queued | State::Cancelled => return None,
        };
        Some(Attempt {
            attempt: self.attempt,
            started_at: self.started_at,
            ended_at: self.ended_at,
            host: self.host.clone(),
            worker: self.worker.clone(),
            pid: self.pid,
            outcome,
            error: self.error.clone(),
        })
    }
}

impl AttemptOutcome {
    /// The number the table keeps.
    pub const fn number(self) -> i16 {
        self as i16
    }

    /// The outcome of a number; one that is not known counts as lost.
    pub fn of(number: i16) -> Self {
        [Self::Running, Self::Done, Self::Failed, Self::Interrupted, Self::Lost, Self::Released]
            .into_iter()
            .find(|outcome| outcome.number() == number)
            .unwrap_or(Self::Lost)
    }
}

impl Level {
    /// The number the table keeps.
    pub const fn number(self) -> i16 {
        self as i16
    }

    /// The level of a number; one that is not known counts as an error.
    pub fn of(number: i16) -> Self {
        [Self::Debug, Self::Info, Self::Warn, Self::Error]
            .into_iter()
            .find(|level| level.number() == number)
            .unwrap_or(Self::Error)
    }
}
