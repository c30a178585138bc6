//! A run of a process, as its function sees it.

use std::mem::take;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use ravand_core::{Error, ErrorKind, Response, Result};
use sea_orm::{DatabaseTransaction, DbBackend, SqliteTransactionMode, TransactionOptions, TransactionTrait};
use tokio::sync::Notify;

use crate::engine::{Engine, lock};
use crate::lines::Lines;
use crate::store::{Claimed, End, Held, NoteLine, Outcome, Stop};
use crate::{Id, Level};

/// One run of a process: what its function reports to, and asks whether it should end.
///
/// It is cheap to clone, and the clones are one run.
#[derive(Clone)]
pub struct Run(Arc<Inner>);

struct Inner {
    id: Id,
    name: String,
    queue: String,
    attempt: i32,
    percent: AtomicU8,
    told: AtomicU8,
    lines: Lines,
    ask: Mutex<Ask>,
    /// It is asked something new.
    news: Notify,
    answered: AtomicBool,
    engine: Option<Arc<Engine>>,
    trace: Option<String>,
}

/// What a run is asked from outside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ask {
    /// To end when it can.
    pub interrupt: bool,
    /// That wish comes from a worker that stops: the process goes back to the queue.
    pub release: bool,
    /// To be ended with a signal.
    pub stop: Option<Stop>,
    /// To be dropped.
    pub abort: Option<Abort>,
}

/// Why a run is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Abort {
    /// Somebody else has it, or it was ended from outside.
    Lost,
    /// Its worker stops.
    Released,
    /// It was asked to stop, and the limit has passed.
    Stopped,
}

impl Default for Run {
    fn default() -> Self {
        Self::new()
    }
}

impl Run {
    /// A run without a record: to call a function by hand, as tests do.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// let run = ravand_process::Run::new();
    /// run.progress(50).await?;
    /// assert_eq!(run.percent(), 50);
    /// run.interrupt();
    /// assert!(run.check_interruption().await.is_err());
    /// # ravand_core::Result::<()>::Ok(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new() -> Self {
        Self::build(0, String::new(), String::new(), 1, None, None)
    }

    /// The same, of a name.
    pub fn named(name: &str) -> Self {
        Self::build(0, name.to_owned(), String::new(), 1, None, None)
    }

    /// The run of a claim, whose name, queue and trace go over to it.
    pub(crate) fn of(claimed: &mut Claimed, engine: Arc<Engine>) -> Self {
        let Claimed { id, name, queue, attempt, trace, .. } = claimed;
        Self::build(*id, take(name), take(queue), *attempt, trace.take(), Some(engine))
    }

    fn build(
        id: Id,
        name: String,
        queue: String,
        attempt: i32,
        trace: Option<String>,
        engine: Option<Arc<Engine>>,
    ) -> Self {
        Self(Arc::new(Inner {
            id,
            name,
            queue,
            attempt,
            percent: AtomicU8::new(0),
            told: AtomicU8::new(0),
            lines: Lines::default(),
            ask: Mutex::default(),
            news: Notify::new(),
            answered: AtomicBool::new(false),
            engine,
            trace,
        }))
    }

    /// The number of its process; 0 for a run without a record.
    pub fn id(&self) -> Id {
        self.0.id
    }

    /// The name of its process.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The queue it came from.
    pub fn queue(&self) -> &str {
        &self.0.queue
    }

    /// The how-manieth start of the process this is, from 1. It only grows, so it is a **fencing token**: a
    /// program that was paused beyond its lease may go on beside the run that took its place. The engine refuses
    /// what such a run writes to its record, but cannot take back what it does elsewhere; a service outside
    /// that remembers the greatest token it saw can.
    pub fn attempt(&self) -> i32 {
        self.0.attempt
    }

    /// Where the caller's trace goes on: the `traceparent` that the process was queued with.
    pub fn traceparent(&self) -> Option<&str> {
        self.0.trace.as_deref()
    }

    /// Tells how far the work has come, in percent; more than 100 counts as 100. It is written to the record
    /// at most every quarter of a second.
    ///
    /// # Errors
    /// When the run does not hold its process any more.
    pub async fn progress(&self, percent: u8) -> Result<()> {
        self.0.percent.store(percent.min(100), Ordering::Relaxed);
        self.news();
        self.check_held()
    }

    /// How far the work has come, in percent.
    pub fn percent(&self) -> u8 {
        self.0.percent.load(Ordering::Relaxed)
    }

    /// Writes a line that is kept with the process.
    pub fn log(&self, text: impl Into<String>) {
        self.log_at(Level::Info, text);
    }

    /// Writes a line of a level.
    pub fn log_at(&self, level: Level, text: impl Into<String>) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let at = i64::try_from(now.as_millis()).unwrap_or(i64::MAX);
        self.0.lines.push(NoteLine { at, level, text: text.into() });
        self.news();
    }

    /// Asks the run to end at its next [`Run::check_interruption`].
    pub fn interrupt(&self) {
        self.ask(|ask| ask.interrupt = true);
    }

    /// Gives an error when the run was asked to end: with `?`, the function ends there.
    ///
    /// # Errors
    /// When the run was interrupted, or does not hold its process any more.
    pub async fn check_interruption(&self) -> Result<()> {
        self.check_held()?;
        if self.asked().interrupt {
            return Err(Error::new(ErrorKind::Conflict, "the process was interrupted"));
        }
        Ok(())
    }

    /// Waits until the run is asked to end: to be used in a `select!` beside the work.
    pub async fn interrupted(&self) {
        self.when_asked(|ask| (ask.interrupt || ask.abort.is_some()).then_some(())).await;
    }

    /// Begins a transaction of the database whose commit also writes the end of this run: the effect and the
    /// answer are there together or not at all, so the effect happens exactly once, whatever is killed when.
    ///
    /// # Errors
    /// When the run has no record, its store has no database, or no transaction can be begun.
    pub async fn transaction(&self) -> Result<RunTransaction> {
        let engine = self.0.engine.as_ref().ok_or_else(|| {
            Error::internal("a run without a record has no transaction: save the process and run it")
        })?;
        let database = engine.store.database().ok_or_else(|| {
            Error::internal(format!(
                "the store `{}` has no database to begin a transaction in",
                engine.store.kind()
            ))
        })?;
        self.check_held()?;
        let sqlite = database.get_database_backend() == DbBackend::Sqlite;
        let options = TransactionOptions {
            sqlite_transaction_mode: sqlite.then_some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        let lock = if sqlite { Some(Lock::of(self).await) } else { None };
        let transaction = database.begin_with_options(options).await?;
        Ok(RunTransaction { transaction, lock, run: self.clone(), engine: Arc::clone(engine) })
    }

    fn check_held(&self) -> Result<()> {
        match self.asked().abort {
            None => Ok(()),
            Some(_) => Err(lost(self.0.id, self.0.attempt)),
        }
    }

    /// There is something to be written.
    fn news(&self) {
        if let Some(engine) = &self.0.engine {
            engine.notes.notify_one();
        }
    }

    pub(crate) fn ask(&self, change: impl FnOnce(&mut Ask)) {
        let changed = {
            let mut ask = lock(&self.0.ask);
            let before = *ask;
            change(&mut ask);
            before != *ask
        };
        if changed {
            self.0.news.notify_waiters();
        }
    }

    pub(crate) fn asked(&self) -> Ask {
        *lock(&self.0.ask)
    }

    /// Waits until it is asked what is looked for.
    async fn when_asked<T>(&self, look: impl Fn(&Ask) -> Option<T>) -> T {
        loop {
            let mut news = std::pin::pin!(self.0.news.notified());
            // Heard from here on: it may be said before it is waited for.
            news.as_mut().enable();
            if let Some(found) = look(&self.asked()) {
                return found;
            }
            news.await;
        }
    }

    /// Takes over what the record is asked.
    pub(crate) fn heed(&self, held: &Held) {
        self.ask(|ask| {
            ask.interrupt |= held.interrupt;
            ask.stop = ask.stop.or(held.stop);
        });
    }

    /// Waits until the run is to be dropped: at once, or when a stop's limit has passed.
    pub(crate) async fn aborted(&self) -> Abort {
        let wish = |ask: &Ask| ask.abort.map(Ok).or(ask.stop.map(|stop| Err(stop.limit)));
        match self.when_asked(wish).await {
            Ok(abort) => abort,
            // Rare, and a timer is large: every run is copied with room for it otherwise.
            Err(limit) => {
                let sooner = Box::pin(tokio::time::timeout(limit, self.when_asked(|ask| ask.abort)));
                sooner.await.unwrap_or(Abort::Stopped)
            }
        }
    }

    /// Waits until a stop is asked for.
    pub(crate) async fn stop_asked(&self) -> Stop {
        self.when_asked(|ask| ask.stop).await
    }

    pub(crate) fn lines(&self) -> &Lines {
        &self.0.lines
    }

    /// The progress, when it is another than was written last.
    pub(crate) fn new_percent(&self) -> Option<u8> {
        let percent = self.percent();
        (self.0.told.swap(percent, Ordering::Relaxed) != percent).then_some(percent)
    }

    /// Whether its end was written by its own transaction.
    pub(crate) fn answered(&self) -> bool {
        self.0.answered.load(Ordering::Acquire)
    }

    pub(crate) async fn end(&self, outcome: Outcome) -> End {
        End {
            id: self.0.id,
            attempt: self.0.attempt,
            outcome,
            progress: i16::from(self.percent()),
            lines: self.0.lines.rest().await,
        }
    }
}

/// The error of a run whose process another run, or nobody, has by now.
fn lost(id: Id, attempt: i32) -> Error {
    Error::new(
        ErrorKind::Conflict,
        format!("run {attempt} of the process {id} does not hold it any more; nothing it writes is kept"),
    )
}

/// A transaction that ends a run. It is a [`DatabaseTransaction`]; dropped, it is rolled back.
pub struct RunTransaction {
    transaction: DatabaseTransaction,
    /// Dropped after the transaction.
    lock: Option<Lock>,
    run: Run,
    engine: Arc<Engine>,
}

/// A transaction that locks all other writers out: the lines of its run wait for its end.
struct Lock(Run);

impl Lock {
    async fn of(run: &Run) -> Self {
        run.lines().wait().await;
        Self(run.clone())
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.0.lines().go_on();
        self.0.news();
    }
}

impl RunTransaction {
    /// Writes the response as the end of the run and commits both together.
    ///
    /// # Errors
    /// When the response's status is false (an end that is no success commits nothing); when another run has
    /// the process by now; when the database refuses. Nothing is committed then, except that a connection that
    /// breaks during the commit leaves open whether it was; the record tells.
    pub async fn commit(self, response: Response) -> Result<Response> {
        let Self { lock: _lock, transaction, run, engine } = self;
        let answer = crate::execute::kept(&response)?;
        if !response.status() {
            return Err(Error::internal(
                "a run's transaction commits a success; drop it and return the response instead",
            ));
        }
        let end = run.end(Outcome::Done(answer)).await;
        let written = engine.store.finish_within(&transaction, &end).await;
        match written {
            Ok(Some(_)) => {}
            Ok(None) => {
                transaction.rollback().await?;
                return Err(lost(run.id(), run.attempt()));
            }
            Err(error) => {
                run.lines().back(end.lines);
                return Err(error);
            }
        }
        if let Err(error) = transaction.commit().await {
            run.lines().back(end.lines);
            return Err(error.into());
        }
        run.0.answered.store(true, Ordering::Release);
        engine.hub.ended(&[run.id()]);
        Ok(response)
    }

    /// Gives the user's writes up; the run goes on.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn rollback(self) -> Result<()> {
        Ok(self.transaction.rollback().await?)
    }
}

impl Deref for RunTransaction {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.transaction
    }
}

impl std::fmt::Debug for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Run")
            .field("id", &self.0.id)
            .field("name", &self.0.name)
            .field("attempt", &self.0.attempt)
            .field("percent", &self.percent())
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for RunTransaction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RunTransaction").field("run", &self.run).finish_non_exhaustive()
    }
}
