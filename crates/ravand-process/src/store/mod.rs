//! What a back end does: the trait, and the words it is spoken to in.

mod connection;
mod hub;
pub mod memory;
#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod sql;
#[cfg(feature = "sqlite")]
pub mod sqlite;

pub use connection::Connection;
pub use hub::Hub;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use ravand_core::{Error, ErrorKind, Result};
use sea_orm::DatabaseConnection;
use serde::Serialize;
use serde_json::Value;

use crate::{Attempt, Id, Level, LogLine, Millis, Record, State, host};

/// A place where processes are kept. One implementation is one file (or folder), and every one is held by the
/// same conformance suite.
///
/// What every implementation keeps to:
/// - the clock is the database's, in milliseconds;
/// - a step is taken only from the states that [`Step`](crate::Step) names;
/// - whatever a run writes is fenced by `id AND attempt AND running`;
/// - a passing fault (busy, serialization) is tried again inside; any other is given back, and the caller
///   decides.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Its name in logs and errors: `memory`, `sqlite`, `postgres`.
    fn kind(&self) -> &'static str;

    /// Makes the tables that are not there.
    async fn migrate(&self) -> Result<()>;

    /// The application's connection, when there is one: what a run's transaction begins on.
    fn database(&self) -> Option<&DatabaseConnection>;

    /// Whether a holder must prove from a thread of its own that it lives: not when the store dies with it.
    fn outlives(&self) -> bool {
        true
    }

    /// The database's clock.
    async fn now(&self) -> Result<Millis>;

    // ---- Before a run

    /// Keeps processes, as saved or queued ones, in the given order with growing ids. In the user's
    /// transaction when one is given, else in one of its own: all or none. A unique key that is taken
    /// (also by an earlier one of the same batch) is settled for that one alone, as its [`OnTaken`] says.
    async fn insert(&self, within: Option<&dyn Connection>, drafts: &[Draft]) -> Result<Vec<Inserted>>;

    /// Queues a saved process ([`Step::Queue`](crate::Step::Queue)), taking its unique key.
    async fn queue(&self, within: Option<&dyn Connection>, id: Id) -> Result<Queued>;

    // ---- Runs

    /// Takes runs that are due, at most `free` of each queue, by priority, then time, then id. In one
    /// transaction. [`Step::Claim`](crate::Step::Claim): the attempt goes up by one; progress, response, error,
    /// interrupt and stop are cleared; a unique key that holds only while waiting is let go.
    async fn claim(&self, holder: &Holder, lease: Duration, queues: &[(String, u32)]) -> Result<Claims>;

    /// Takes one process by its id, saved or queued, whatever its time: a run in place. None when it is in no
    /// state to be taken. A saved one is queued first, in the same transaction (its key may be taken: `Conflict`).
    async fn claim_one(&self, holder: &Holder, lease: Duration, id: Id) -> Result<Option<Claimed>>;

    /// Makes another holder the one of a run that is under way: an isolated child takes over from its worker.
    /// None when the run is not running any more.
    async fn adopt(&self, holder: &Holder, lease: Duration, id: Id, attempt: i32) -> Result<Option<Claimed>>;

    /// Writes how runs ended, in one transaction. For each, in order: where the process stands now, or none
    /// when the run did not hold it any more (nothing is written then).
    async fn finish(&self, ends: &[End]) -> Result<Vec<Option<State>>>;

    /// The same for one run inside the user's transaction.
    async fn finish_within(&self, within: &dyn Connection, end: &End) -> Result<Option<State>>;

    /// Asks a process to end. A waiting one is cancelled at once, a running one is marked. The state it is in
    /// after that; none when there is no such process.
    async fn interrupt(&self, id: Id) -> Result<Option<State>>;

    /// Asks for a signal, and to be killed when that has not helped within the limit. Also an interrupt.
    async fn stop(&self, id: Id, stop: Stop) -> Result<Option<State>>;

    /// Queues an ended process again by hand ([`Step::Again`](crate::Step::Again)): its failures and crashes
    /// count anew, its attempts go on. False when its state does not allow it; its unique key is taken
    /// (`Conflict` when it is held).
    async fn again(&self, id: Id) -> Result<bool>;

    /// Asks of those that are held by a worker which of them were asked to end.
    async fn signals(&self, worker: &str) -> Result<Vec<Held>>;

    // ---- What the holder's own thread does

    /// Opens the connection of a holder's own thread. Called on that thread.
    async fn keeper(&self) -> Result<Box<dyn Keeper>>;

    /// Watches for what others do and tells the hub: work that may be due, runs that were asked to end,
    /// processes in [`Hub::waited`] that ended. Returns when the connection fails; dropped to end it.
    async fn watch(&self, hub: &Hub) -> Result<()>;

    // ---- Reading

    /// The record.
    async fn read(&self, id: Id) -> Result<Option<Record>>;

    /// Where these stand; those that are gone are left out.
    async fn states(&self, ids: &[Id]) -> Result<Vec<(Id, State)>>;

    /// The records a filter leaves, those with the greatest id first.
    async fn list(&self, filter: &Filter) -> Result<Vec<Record>>;

    /// How its runs ended that are not the record's last one, the first one first.
    async fn history(&self, id: Id) -> Result<Vec<Attempt>>;

    /// Its lines after the one with this `seq`, in order, at most `limit`.
    async fn logs(&self, id: Id, after: i64, limit: u32) -> Result<Vec<LogLine>>;

    /// How many there are, by queue and state, and how long the oldest due one has waited. Done and saved ones
    /// are not counted: it would walk all history.
    async fn counts(&self) -> Result<Vec<Count>>;

    /// The workers whose presence has not run out.
    async fn workers(&self) -> Result<Vec<Presence>>;

    /// Removes a worker's presence.
    async fn leave(&self, worker: &str) -> Result<()>;

    // ---- Upkeep

    /// Removes ended processes, with their history and lines, at most `limit`; how many there were.
    /// One whose key still holds for a period stays.
    async fn prune(&self, retention: &Retention, limit: u32) -> Result<u64>;

    /// Writes the schedules of a program. One that is there keeps its next time unless its rule (cron or
    /// time zone) changed.
    async fn schedule(&self, schedules: &[ScheduleRow]) -> Result<()>;

    /// All schedules, by name.
    async fn schedules(&self) -> Result<Vec<ScheduleRow>>;

    /// Removes a schedule; whether it was there.
    async fn unschedule(&self, name: &str) -> Result<bool>;

    /// Moves a schedule's next time from `from` to `to` and inserts the drafts, in one transaction. False,
    /// and nothing done, when its next time is not `from` any more: another host was first.
    async fn fire(&self, name: &str, from: Millis, to: Millis, drafts: &[Draft]) -> Result<bool>;
}

/// The connection of a holder's own thread.
#[async_trait]
pub trait Keeper: Send {
    /// Renews the presence of a worker and the leases of runs. Those that are still held, with what they are
    /// asked; those left out are lost.
    async fn beat(
        &mut self,
        presence: Option<&Presence>,
        lease: Duration,
        runs: &[(Id, i32)],
    ) -> Result<Vec<Held>>;

    /// Ends the runs whose lease has passed, at most `limit`: `Restart` while restarts are left, else `Lose`.
    async fn reap(&mut self, limit: u32) -> Result<Vec<(Id, State)>>;

    /// Writes progress and lines, fenced.
    async fn note(&mut self, notes: &[Note]) -> Result<()>;
}

/// What the record of a run says that ended without a word.
pub const CUT_OFF: &str =
    "the run was cut off: whoever ran it stopped without a word (killed, crashed, or without the database)";

/// What the record of a process says that was cancelled before it ran.
pub const CALLED_OFF: &str = "it was interrupted before it ran";

/// What the record of a process says whose place a newer one took.
pub const REPLACED: &str = "a newer one with the same key took its place";

/// A process to be kept.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The name of what runs.
    pub name: String,
    /// The queue.
    pub queue: Arc<str>,
    /// The parameters, as JSON text.
    pub parameters: String,
    /// The greater, the sooner.
    pub priority: i32,
    /// When it runs.
    pub when: When,
    /// How many runs may end with an error.
    pub max_attempts: i32,
    /// How often it may be started again after a run was cut off.
    pub max_restarts: i32,
    /// The key that no other may have.
    pub unique: Option<Box<Unique>>,
    /// The caller's `traceparent`.
    pub trace: Option<String>,
}

/// When a process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// When somebody asks: it is only saved. The time is counted from then.
    Saved(Delay),
    /// It is queued.
    Queued(Delay),
}

impl When {
    /// The state it begins in.
    pub(crate) fn state(self) -> State {
        match self {
            Self::Saved(_) => State::Saved,
            Self::Queued(_) => State::Queued,
        }
    }

    /// How long it waits once it is queued.
    pub(crate) fn delay(self) -> Delay {
        match self {
            Self::Saved(delay) | Self::Queued(delay) => delay,
        }
    }
}

/// How long a queued process waits before it may run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Delay {
    /// Not at all.
    #[default]
    None,
    /// This long, by the database's clock.
    For(Duration),
    /// Until then.
    Until(Millis),
}

/// A key that no other process may have while this one holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unique {
    /// The key, the process's name in front.
    pub key: String,
    /// How long it is held.
    pub scope: UniqueScope,
    /// What happens to a process that finds it taken.
    pub on_taken: OnTaken,
}

/// How long a unique key is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UniqueScope {
    /// From being queued until its first run begins.
    Waiting,
    /// From being queued until it ended.
    Unended,
    /// From being queued, for this long, whatever becomes of it; and until it ended.
    For(Duration),
}

/// What happens to a process that finds its unique key taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnTaken {
    /// It is not kept.
    #[default]
    Reject = 0,
    /// It takes the place of one that waits, which is cancelled; beside one that runs, or has ended, it is not kept.
    Replace = 1,
    /// It is not kept, and the one that is there stands for it.
    Existing = 2,
}

/// What became of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inserted {
    /// It is kept under this id.
    New(Id),
    /// The one that was there stands for it.
    Existing(Id),
    /// It was not kept, because of this one.
    Rejected(Id),
}

/// What became of a saved process that was to be queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queued {
    /// It is queued.
    Yes,
    /// It is in another state.
    No(State),
    /// Its key is taken, and this one stands for it; it stays saved.
    Existing(Id),
    /// Its key is taken by this one; it stays saved.
    Rejected(Id),
    /// There is none.
    Unknown,
}

/// Who holds runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// A name that is new at every start of a program, so that one that comes back is not taken for the old one.
    /// It is `host:pid:` and something random.
    pub worker: String,
    /// The OS process, where it is another than the name tells: that of an isolated run, whose worker keeps its name.
    pub pid: Option<i64>,
}

/// Runs that were taken.
#[derive(Clone, Debug, Default)]
pub struct Claims {
    /// The runs, in the order they should begin.
    pub runs: Vec<Claimed>,
    /// How long until the next queued process that is not due yet becomes due, when there is one.
    pub next: Option<Duration>,
}

/// A run that was taken.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// Its process.
    pub id: Id,
    /// The name of what runs.
    pub name: String,
    /// The queue.
    pub queue: String,
    /// The parameters, as JSON text.
    pub parameters: String,
    /// The number of this run: its fencing token.
    pub attempt: i32,
    /// How many runs ended with an error before.
    pub failures: i32,
    /// How many runs were cut off before.
    pub crashes: i32,
    /// How many may end with an error.
    pub max_attempts: i32,
    /// How long it waited beyond its time.
    pub waited: Duration,
    /// The caller's `traceparent`.
    pub trace: Option<String>,
}

/// How a run ended.
#[derive(Clone, Debug)]
pub struct End {
    /// Its process.
    pub id: Id,
    /// The run.
    pub attempt: i32,
    /// How it ended.
    pub outcome: Outcome,
    /// How far it had come; 100 is written by the store for one that is done.
    pub progress: i16,
    /// The lines that were not written yet.
    pub lines: Vec<NoteLine>,
}

/// How a run ended, and what follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// [`Step::Succeed`](crate::Step::Succeed), with this response as JSON text.
    Done(String),
    /// [`Step::Fail`](crate::Step::Fail).
    Failed {
        /// What went wrong.
        error: String,
        /// What it answered, as JSON text, when it answered.
        response: Option<String>,
    },
    /// [`Step::Retry`](crate::Step::Retry): a failure is counted, and it may run again after the delay. The
    /// attempt goes to the history. A worker sends it only when attempts are left.
    Retry {
        /// What went wrong.
        error: String,
        /// How long it waits.
        delay: Duration,
    },
    /// [`Step::Interrupt`](crate::Step::Interrupt).
    Interrupted(String),
    /// [`Step::Release`](crate::Step::Release): nothing is counted, and it is due at once.
    Released(String),
    /// The run was cut off, as its worker saw: `Restart` while restarts are left, else `Lose`; as the reaper does. Its
    /// progress stays as it was written last.
    Crashed(String),
}

/// What a run has to say while it goes on.
#[derive(Clone, Debug)]
pub struct Note {
    /// Its process.
    pub id: Id,
    /// The run.
    pub attempt: i32,
    /// How far it has come, when that changed.
    pub progress: Option<i16>,
    /// New lines.
    pub lines: Vec<NoteLine>,
}

/// A line of a run.
#[derive(Clone, Debug)]
pub struct NoteLine {
    /// When it was written, by the clock of the host.
    pub at: Millis,
    /// How grave it is.
    pub level: Level,
    /// What it says.
    pub text: String,
}

/// A run that is held, and what it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its process.
    pub id: Id,
    /// The run.
    pub attempt: i32,
    /// Whether it was asked to end.
    pub interrupt: bool,
    /// The signal it is to be ended with.
    pub stop: Option<Stop>,
}

/// A wish to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// The number of the signal.
    pub signal: i32,
    /// How long after it to kill.
    pub limit: Duration,
}

/// A worker that lives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Presence {
    /// The holder's name.
    pub worker: String,
    /// Its host, where the name tells one.
    pub host: Option<String>,
    /// Its OS process, where the name tells one.
    pub pid: Option<i64>,
    /// The queues it takes from, by commas.
    pub queues: String,
}

impl Presence {
    /// A worker of this name that takes from these queues.
    pub fn new(worker: String, queues: String) -> Self {
        Self { host: host::host(&worker), pid: host::pid(&worker), worker, queues }
    }
}

/// Which records to list.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Only in these states; all when empty.
    pub states: Vec<State>,
    /// Only of this queue.
    pub queue: Option<String>,
    /// Only of this name.
    pub name: Option<String>,
    /// Only with a smaller id: the next page.
    pub before: Option<Id>,
    /// At most so many.
    pub limit: u32,
}

impl Default for Filter {
    fn default() -> Self {
        Self { states: Vec::new(), queue: None, name: None, before: None, limit: 100 }
    }
}

/// How many processes a queue has in a state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Count {
    /// The queue.
    pub queue: String,
    /// The state.
    pub state: State,
    /// How many.
    pub count: i64,
    /// For queued ones: for how long the oldest one that is due has been due.
    pub oldest_ms: Option<Millis>,
}

/// Which ended processes go. Without an age and a count, none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// The queue; all when none.
    pub queue: Option<String>,
    /// Those that ended longer ago.
    pub older_than: Option<Duration>,
    /// Those beyond so many of the newest, a queue.
    pub keep: Option<u32>,
}

/// A schedule as the table keeps it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScheduleRow {
    /// Its own name.
    pub name: String,
    /// What runs.
    pub process: String,
    /// Its parameters.
    pub parameters: Value,
    /// The queue.
    pub queue: String,
    /// The rule.
    pub cron: String,
    /// The IANA time zone it is read in.
    pub timezone: String,
    /// How many missed times are made up for.
    pub catch_up: i32,
    /// Its next time.
    pub next_at: Millis,
    /// The last time that was fired.
    pub last_at: Option<Millis>,
}

/// The error of a process whose key another one holds.
pub fn key_taken(id: Id, other: Id) -> Error {
    Error::new(
        ErrorKind::Conflict,
        format!("the process {id} cannot be queued: the process {other} holds its unique key"),
    )
}
