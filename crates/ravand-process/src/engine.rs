//! The engine: a store, the functions, and who this program is.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ravand_core::{Error, Result};
use sea_orm::ConnectionTrait;
use tokio::sync::{Notify, mpsc, watch};

use crate::completer::{self, Finished, Message};
use crate::handle::Handle;
use crate::metrics::Metrics;
use crate::store::{Connection, Count, Filter, Holder, Hub, Presence, Retention, ScheduleRow, Store};
use crate::{Handlers, Id, Program, QueueMetrics, Record, Run, Schedule, keeper};

/// The engine of processes of a program: a store, functions by name, and a thread that keeps leases.
///
/// It is cheap to clone, and the clones are one engine. When the last one is dropped its thread ends; runs that
/// are under way hold one.
#[derive(Clone, Debug)]
pub struct Processes(Arc<Owner>);

/// How an engine is made.
#[derive(Debug)]
pub struct Builder {
    engine: Engine,
}

/// What ends the keeper when nobody has the engine any more.
#[derive(Debug)]
struct Owner {
    engine: Arc<Engine>,
    stop: watch::Sender<bool>,
}

/// What the parts of an engine share.
pub(crate) struct Engine {
    pub store: Arc<dyn Store>,
    pub handlers: Handlers,
    pub hub: Arc<Hub>,
    pub holder: Holder,
    pub lease: Duration,
    pub program: Option<Program>,
    /// Whether the program is called where no worker lives.
    pub calls: bool,
    /// There are lines or progress to be written.
    pub notes: Notify,
    /// A beat is wanted now.
    pub beat: Notify,
    /// Schedules were written by this program.
    pub rescheduled: Notify,
    /// Whether this program is one that an isolated run, or a call without a worker, started.
    pub alone: bool,
    held: Mutex<HashMap<(Id, i32), Run>>,
    presence: Mutex<Option<Presence>>,
    workers: AtomicUsize,
    completer: Mutex<Option<mpsc::UnboundedSender<Message>>>,
    keeper: Mutex<bool>,
    /// When a program was called last.
    pub called: Mutex<Option<tokio::time::Instant>>,
    pub metrics: Metrics,
}

impl Processes {
    /// An engine with a lease of 15 seconds, which starts no program of its own.
    pub fn new(store: impl Store, handlers: Handlers) -> Self {
        Self::builder(store, handlers).build()
    }

    /// An engine to be set up further.
    pub fn builder(store: impl Store, handlers: Handlers) -> Builder {
        Self::shared(Arc::new(store), handlers)
    }

    /// The same, of a store that is chosen while the program runs.
    pub fn shared(store: Arc<dyn Store>, handlers: Handlers) -> Builder {
        Builder {
            engine: Engine {
                store,
                handlers,
                hub: Arc::default(),
                holder: crate::host::holder(),
                lease: Duration::from_secs(15),
                program: None,
                calls: false,
                notes: Notify::new(),
                beat: Notify::new(),
                rescheduled: Notify::new(),
                alone: false,
                held: Mutex::default(),
                presence: Mutex::default(),
                workers: AtomicUsize::new(0),
                completer: Mutex::default(),
                keeper: Mutex::new(false),
                called: Mutex::default(),
                metrics: Metrics::default(),
            },
        }
    }

    /// Makes the tables that are not there.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn migrate(&self) -> Result<()> {
        self.store().migrate().await
    }

    /// The store.
    pub fn store(&self) -> &dyn Store {
        &*self.0.engine.store
    }

    /// The functions.
    pub fn handlers(&self) -> &Handlers {
        &self.0.engine.handlers
    }

    /// The engine together with the user's connection or transaction: what is saved there is there when the
    /// transaction is committed, and never when it is not.
    pub fn within<'a, C: ConnectionTrait>(&'a self, connection: &'a C) -> Within<'a> {
        Within { processes: self, connection }
    }

    /// A handle on a process that is known by its number; it need not be there.
    pub fn handle(&self, id: Id) -> Handle {
        Handle::new(self.clone(), id)
    }

    /// A handle on a process that is there.
    ///
    /// # Errors
    /// `NotFound` when it is not; when the database refuses.
    pub async fn find(&self, id: Id) -> Result<Handle> {
        match self.store().read(id).await? {
            Some(_) => Ok(self.handle(id)),
            None => Err(no_process(id)),
        }
    }

    /// The records a filter leaves, the newest first. The dead ones are those that are `Failed` or `Lost`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn list(&self, filter: &Filter) -> Result<Vec<Record>> {
        self.store().list(filter).await
    }

    /// How many wait, run and have ended badly, by queue.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn counts(&self) -> Result<Vec<Count>> {
        self.store().counts().await
    }

    /// The workers that live, on all hosts.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn workers(&self) -> Result<Vec<Presence>> {
        self.store().workers().await
    }

    /// Removes ended processes; how many there were.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn prune(&self, retention: &Retention) -> Result<u64> {
        let mut gone = 0;
        loop {
            let now = self.store().prune(retention, 1000).await?;
            gone += now;
            if now < 1000 {
                return Ok(gone);
            }
        }
    }

    /// Writes schedules into the store: one that is there under the name is changed, and keeps its next time
    /// unless its rule changed. The workers of any host fire them.
    ///
    /// # Errors
    /// When a schedule names a process that is not there, or the database refuses.
    pub async fn schedule(&self, schedules: &[Schedule]) -> Result<()> {
        let now = self.store().now().await?;
        let mut rows = Vec::with_capacity(schedules.len());
        for schedule in schedules {
            self.handlers().get(&schedule.process)?;
            rows.push(schedule.row(now)?);
        }
        self.store().schedule(&rows).await?;
        self.0.engine.rescheduled.notify_one();
        Ok(())
    }

    /// The schedules in the store, with their next times.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn schedules(&self) -> Result<Vec<ScheduleRow>> {
        self.store().schedules().await
    }

    /// Removes a schedule; whether it was there.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn unschedule(&self, name: &str) -> Result<bool> {
        self.store().unschedule(name).await
    }

    /// Whether a worker of this program works.
    pub fn has_worker(&self) -> bool {
        self.0.engine.has_worker()
    }

    /// What this program has run since it started, by queue.
    pub fn metrics(&self) -> Vec<QueueMetrics> {
        self.0.engine.metrics.snapshot()
    }

    /// A transaction of the user was committed: what was queued in it may run now.
    pub async fn committed(&self, pending: &Pending) {
        for (queue, id) in pending.take() {
            self.wake(&queue, id, false).await;
        }
    }

    pub(crate) fn engine(&self) -> &Arc<Engine> {
        &self.0.engine
    }

    /// Starts the thread that keeps leases and watches, unless it is there.
    pub(crate) fn ensure_keeper(&self) -> Result<()> {
        let mut started = lock(&self.engine().keeper);
        if !*started {
            keeper::start(Arc::clone(self.engine()), self.0.stop.subscribe())?;
            *started = true;
        }
        Ok(())
    }

    /// Hands an ended run over to be written; false when the runtime ends before.
    pub(crate) fn complete(&self, finished: Finished) -> bool {
        let mut completer = lock(&self.engine().completer);
        if completer.as_ref().is_none_or(mpsc::UnboundedSender::is_closed) {
            *completer = Some(completer::start(Arc::clone(self.engine())));
        }
        let Some(sender) = completer.as_ref() else { return false };
        let sent = sender.send(Message::Ended(finished));
        // What could not be sent is dropped when the lock is free.
        drop(completer);
        sent.is_ok()
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        // The completer ends with its last sender.
        lock(&self.engine.completer).take();
    }
}

impl Builder {
    /// For how long a holder of runs is taken to be alive after it was last heard of; it is heard of three
    /// times as often. A shorter one finds a crash sooner, and takes a host that stutters for a dead one.
    #[must_use]
    pub fn lease(mut self, lease: Duration) -> Self {
        self.engine.lease = lease.max(Duration::from_millis(100));
        self
    }

    /// The program that runs one process by `--process=ID`: started by `background_run` where no worker lives,
    /// and for isolated processes.
    #[must_use]
    pub fn program(mut self, program: Program) -> Self {
        self.engine.program = Some(program);
        self.engine.calls = true;
        self
    }

    /// The same for isolated processes alone: where no worker lives, a process waits for one.
    #[must_use]
    pub fn isolated_program(mut self, program: Program) -> Self {
        self.engine.program = Some(program);
        self.engine.calls = false;
        self
    }

    /// The engine. When this program was itself started to run a process, it knows from its environment.
    pub fn build(mut self) -> Processes {
        if let Some(worker) = Program::worker() {
            self.engine.holder = Holder { worker, pid: Some(std::process::id().into()) };
            self.engine.alone = true;
        } else if Program::called() {
            self.engine.holder.worker = crate::launch::passing(&self.engine.holder.worker);
        }
        Processes(Arc::new(Owner { engine: Arc::new(self.engine), stop: watch::Sender::new(false) }))
    }
}

impl Engine {
    pub fn hold(&self, run: &Run) {
        lock(&self.held).insert((run.id(), run.attempt()), run.clone());
    }

    pub fn let_go<'a>(&self, runs: impl Iterator<Item = &'a Run>) {
        let mut held = lock(&self.held);
        runs.for_each(|run| drop(held.remove(&(run.id(), run.attempt()))));
    }

    pub fn held(&self) -> Vec<Run> {
        lock(&self.held).values().cloned().collect()
    }

    pub fn run(&self, id: Id, attempt: i32) -> Option<Run> {
        lock(&self.held).get(&(id, attempt)).cloned()
    }

    pub fn presence(&self) -> Option<Presence> {
        lock(&self.presence).clone()
    }

    /// A worker of this engine begins to take from these queues.
    pub fn appear(&self, queues: &str) {
        self.workers.fetch_add(1, Ordering::AcqRel);
        let mut presence = lock(&self.presence);
        let queues = match presence.take() {
            Some(before) => format!("{},{queues}", before.queues),
            None => queues.to_owned(),
        };
        *presence = Some(Presence::new(self.holder.worker.clone(), queues));
        self.beat.notify_one();
    }

    /// A worker of this engine has stopped; whether it was the last one.
    pub fn disappear(&self) -> bool {
        let last = self.workers.fetch_sub(1, Ordering::AcqRel) == 1;
        if last {
            lock(&self.presence).take();
        }
        last
    }

    pub fn has_worker(&self) -> bool {
        self.workers.load(Ordering::Acquire) > 0
    }

    pub fn completer(&self) -> Option<mpsc::UnboundedSender<Message>> {
        lock(&self.completer).clone()
    }
}

/// Where processes are saved and queued: the engine itself, or the engine within the user's transaction.
pub trait Place: Sync {
    /// The engine.
    fn processes(&self) -> &Processes;

    /// The user's connection or transaction.
    fn connection(&self) -> Option<&dyn Connection> {
        None
    }

    /// Where is noted what is queued in a transaction that its owner tells of when it is committed, by
    /// [`Processes::committed`]. Without it the engine looks for the commit itself.
    fn pending(&self) -> Option<&Pending> {
        None
    }
}

/// What was queued in a transaction that is not committed yet.
#[derive(Debug, Default)]
pub struct Pending(Mutex<Vec<(String, Id)>>);

impl Pending {
    /// Notes a process and its queue. One process of each queue is enough: it wakes who takes from it.
    pub(crate) fn note(&self, queue: &str, id: Id) {
        let mut noted = lock(&self.0);
        if !noted.iter().any(|(known, _)| known == queue) {
            noted.push((queue.to_owned(), id));
        }
    }

    /// Whether nothing was queued.
    pub fn is_empty(&self) -> bool {
        lock(&self.0).is_empty()
    }

    fn take(&self) -> Vec<(String, Id)> {
        std::mem::take(&mut *lock(&self.0))
    }
}

/// The engine within a connection or transaction of the user.
#[derive(Clone, Copy)]
pub struct Within<'a> {
    processes: &'a Processes,
    connection: &'a dyn Connection,
}

impl Place for Processes {
    fn processes(&self) -> &Processes {
        self
    }
}

impl Place for Within<'_> {
    fn processes(&self) -> &Processes {
        self.processes
    }

    fn connection(&self) -> Option<&dyn Connection> {
        Some(self.connection)
    }
}

impl<P: Place> Place for &P {
    fn processes(&self) -> &Processes {
        (**self).processes()
    }

    fn connection(&self) -> Option<&dyn Connection> {
        (**self).connection()
    }

    fn pending(&self) -> Option<&Pending> {
        (**self).pending()
    }
}

/// The error of a number that no process has.
pub(crate) fn no_process(id: Id) -> Error {
    Error::not_found(format!("there is no process {id}"))
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("store", &self.store.kind())
            .field("holder", &self.holder)
            .field("lease", &self.lease)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Within<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Within").field("processes", self.processes).finish_non_exhaustive()
    }
}
