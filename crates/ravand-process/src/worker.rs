//! Workers: they claim what is due, at most as much as they have free places, and run it.

use std::collections::HashMap;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use ravand_core::{Error, Result};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use crate::engine::{Processes, lock};
use crate::handlers::DEFAULT_QUEUE;
use crate::run::Abort;
use crate::store::{Claimed, Retention};
use crate::{Id, Run, execute, upkeep};

/// How many runs of a queue go on at once when nothing is said.
pub const DEFAULT_CONCURRENCY: u32 = 200;

/// A claim of less than all places waits for more room as long as some became free within so many turns of the runtime,
/// which are some microseconds.
const TURNS: u32 = 4;

/// At most so many times the places are taken and their end is not written yet: functions go on while the ends of those
/// before them are written.
const BACKLOG: u32 = 4;

/// However quiet it is, a worker looks for itself this often.
const LOOK: Duration = Duration::from_secs(1);

/// How long interrupted runs have to end, and dropped ones to be gone, when a worker stops.
const LAST: Duration = Duration::from_secs(5);

/// A worker to be started.
#[derive(Clone, Debug)]
pub struct Worker {
    processes: Processes,
    queues: Vec<(String, u32)>,
    grace: Duration,
    last: Duration,
    retention: Vec<Retention>,
}

/// A worker that works. Dropped without [`Working::stop`] it goes on until the runtime ends.
#[derive(Debug)]
pub struct Working {
    shared: Arc<Shared>,
    grace: Duration,
    last: Duration,
    producer: JoinHandle<()>,
    upkeep: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    processes: Processes,
    queues: Vec<Queue>,
    /// The runs whose end is not written yet.
    runs: Mutex<HashMap<(Id, i32), Run>>,
    /// The last of them was written.
    idle: Notify,
    /// A place is free, or an end was written.
    freed: Notify,
    stop: watch::Sender<bool>,
}

#[derive(Debug)]
struct Queue {
    name: String,
    places: u32,
    /// Functions that run.
    busy: AtomicU32,
    /// Runs whose end is not written yet.
    unwritten: AtomicU32,
    /// Places that are kept for claims under way.
    claiming: AtomicU32,
}

/// What a claim was sent for: so many of each queue. The places are kept for it until this is dropped.
struct Asked {
    shared: Arc<Shared>,
    wanted: Vec<(String, u32)>,
}

/// A place in a queue, in which a function runs. It is free when this is dropped.
struct Place {
    shared: Arc<Shared>,
    queue: usize,
}

/// A run whose end is not written yet. It is when this is dropped.
pub(crate) struct Unwritten {
    shared: Arc<Shared>,
    queue: usize,
    key: (Id, i32),
}

impl Worker {
    /// A worker of an engine; without [`Worker::queue`] it takes from `default`.
    pub fn new(processes: &Processes) -> Self {
        Self {
            processes: processes.clone(),
            queues: Vec::new(),
            grace: Duration::from_secs(30),
            last: LAST,
            retention: Vec::new(),
        }
    }

    /// Takes from a queue, at most so many runs at once (at least one).
    #[must_use]
    pub fn queue(mut self, name: impl Into<String>, concurrency: u32) -> Self {
        let name = name.into();
        self.queues.retain(|(queue, _)| *queue != name);
        self.queues.push((name, concurrency.clamp(1, 100_000)));
        self
    }

    /// How long runs may go on after a stop was asked for, before they are interrupted; 30 seconds when nothing
    /// is said.
    #[must_use]
    pub fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// How long interrupted runs have to end, before they are dropped; 5 seconds when nothing is said.
    #[must_use]
    pub fn interrupt_grace(mut self, grace: Duration) -> Self {
        self.last = grace;
        self
    }

    /// Removes ended processes now and then, while it works.
    #[must_use]
    pub fn retention(mut self, retention: Retention) -> Self {
        self.retention.push(retention);
        self
    }

    /// Starts it.
    ///
    /// # Errors
    /// When the thread that keeps leases cannot be started.
    pub async fn start(mut self) -> Result<Working> {
        if self.queues.is_empty() {
            self.queues.push((DEFAULT_QUEUE.to_owned(), DEFAULT_CONCURRENCY));
        }
        self.processes.ensure_keeper()?;
        let names: Vec<&str> = self.queues.iter().map(|(name, _)| name.as_str()).collect();
        self.processes.engine().appear(&names.join(","));
        let queue = |(name, places): (String, u32)| Queue {
            name,
            places,
            busy: AtomicU32::new(0),
            unwritten: AtomicU32::new(0),
            claiming: AtomicU32::new(0),
        };
        let shared = Arc::new(Shared {
            processes: self.processes.clone(),
            queues: self.queues.into_iter().map(queue).collect(),
            runs: Mutex::default(),
            idle: Notify::new(),
            freed: Notify::new(),
            stop: watch::Sender::new(false),
        });
        Ok(Working {
            producer: tokio::spawn(produce(Arc::clone(&shared))),
            upkeep: tokio::spawn(upkeep::keep_up(self.processes, self.retention, shared.stop.subscribe())),
            shared,
            grace: self.grace,
            last: self.last,
        })
    }

    /// Starts it, works until the future resolves (a signal, say), and stops it gracefully.
    ///
    /// # Errors
    /// As [`Worker::start`] and [`Working::stop`].
    pub async fn run_until(self, end: impl Future<Output = ()>) -> Result<()> {
        let working = self.start().await?;
        end.await;
        working.stop().await
    }
}

impl Working {
    /// How many runs are under way.
    pub fn active(&self) -> usize {
        lock(&self.shared.runs).len()
    }

    /// Stops gracefully: claims nothing more, lets runs end for the grace period, then interrupts them, then
    /// drops them and gives them back to the queue. Leases live on all the while. A function that blocks its
    /// thread cannot be dropped: its run is not given back, and is started again elsewhere once this program
    /// has ended and the lease has passed.
    ///
    /// # Errors
    /// When the database refuses to forget the worker's presence; it runs out by itself then.
    pub async fn stop(self) -> Result<()> {
        let Self { shared, grace, last, producer, upkeep } = self;
        shared.stop.send_replace(true);
        let failed =
            |error: tokio::task::JoinError| Error::internal(format!("a part of the worker failed: {error}"));
        producer.await.map_err(failed)?;
        upkeep.await.map_err(failed)?;
        if !shared.idle_within(grace).await {
            tracing::info!(runs = lock(&shared.runs).len(), "the worker stops: its runs are interrupted");
            shared.ask_all(|ask| {
                ask.interrupt = true;
                ask.release = true;
            });
            if !shared.idle_within(last).await {
                shared.ask_all(|ask| ask.abort = ask.abort.or(Some(Abort::Released)));
                if !shared.idle_within(LAST).await {
                    tracing::error!(
                        runs = lock(&shared.runs).len(),
                        "the worker stops while functions block; their runs start again when their lease has passed"
                    );
                }
            }
        }
        let engine = shared.processes.engine();
        if engine.disappear() {
            engine.store.leave(&engine.holder.worker).await?;
        }
        Ok(())
    }
}

impl Shared {
    async fn idle_within(&self, limit: Duration) -> bool {
        let idle = async {
            loop {
                let last = self.idle.notified();
                if lock(&self.runs).is_empty() {
                    return;
                }
                last.await;
            }
        };
        tokio::time::timeout(limit, idle).await.is_ok()
    }

    fn ask_all(&self, change: impl Fn(&mut crate::run::Ask)) {
        let runs: Vec<Run> = lock(&self.runs).values().cloned().collect();
        runs.iter().for_each(|run| run.ask(&change));
    }

    /// Runs each in a task of its own, in a place of its queue. They are held from now on.
    fn launch(self: &Arc<Self>, claims: Vec<Claimed>) {
        for mut claimed in claims {
            let Some(queue) = self.queues.iter().position(|queue| queue.name == claimed.queue) else {
                continue;
            };
            let run = execute::begin(&self.processes, &mut claimed);
            let key = (run.id(), run.attempt());
            lock(&self.runs).insert(key, run.clone());
            let place = Place::take(self, queue);
            let unwritten = Unwritten::count(self, queue, key);
            tokio::spawn(execute::perform(self.processes.clone(), claimed, run, place, unwritten));
        }
    }

    /// Keeps as many places of each queue as may be claimed now.
    fn ask(self: &Arc<Self>) -> Asked {
        let keep = |queue: &Queue| {
            let free = queue.free();
            queue.claiming.fetch_add(free, Ordering::Relaxed);
            (queue.name.clone(), free)
        };
        let wanted = self.queues.iter().map(keep).filter(|(_, free)| *free > 0).collect();
        Asked { shared: Arc::clone(self), wanted }
    }

    /// Waits until there is room. Runs often end together: a claim of less than all places waits as long as more becomes
    /// free at every turn of the runtime, so that it is one for many, which costs the database far less than many.
    async fn room(&self) {
        let free = || self.queues.iter().map(Queue::free).sum::<u32>();
        let all = self.queues.iter().map(|queue| queue.places).sum::<u32>();
        if free() < all {
            self.freed.notified().await;
        }
        let (mut before, mut quiet) = (0, 0);
        while quiet < TURNS {
            let now = free();
            if now == all {
                return;
            }
            quiet = if now > before { 0 } else { quiet + 1 };
            before = now;
            tokio::task::yield_now().await;
        }
    }
}

impl Queue {
    /// How many may be claimed: as many as there are free places, as long as the ends that are not written yet are
    /// not too many.
    fn free(&self) -> u32 {
        let claiming = self.claiming.load(Ordering::Relaxed);
        let busy = self.busy.load(Ordering::Relaxed) + claiming;
        let unwritten = self.unwritten.load(Ordering::Relaxed) + claiming;
        let places = self.places.saturating_sub(busy);
        let backlog = self.places.saturating_mul(BACKLOG).saturating_sub(unwritten);
        places.min(backlog)
    }
}

impl Asked {
    /// Whether a queue gave all that it was asked for.
    fn is_given(&self, claims: &[Claimed]) -> bool {
        self.wanted.iter().any(|(name, free)| {
            claims.iter().filter(|claimed| claimed.queue == *name).count() as u64 == u64::from(*free)
        })
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        for (name, free) in &self.wanted {
            if let Some(queue) = self.shared.queues.iter().find(|queue| queue.name == *name) {
                queue.claiming.fetch_sub(*free, Ordering::Relaxed);
            }
        }
    }
}

impl Place {
    fn take(shared: &Arc<Shared>, queue: usize) -> Self {
        if let Some(queue) = shared.queues.get(queue) {
            queue.busy.fetch_add(1, Ordering::Relaxed);
        }
        Self { shared: Arc::clone(shared), queue }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(queue) = self.shared.queues.get(self.queue) {
            queue.busy.fetch_sub(1, Ordering::Relaxed);
        }
        self.shared.freed.notify_one();
    }
}

impl Unwritten {
    fn count(shared: &Arc<Shared>, queue: usize, key: (Id, i32)) -> Self {
        if let Some(queue) = shared.queues.get(queue) {
            queue.unwritten.fetch_add(1, Ordering::Relaxed);
        }
        Self { shared: Arc::clone(shared), queue, key }
    }
}

impl Drop for Unwritten {
    fn drop(&mut self) {
        if let Some(queue) = self.shared.queues.get(self.queue) {
            queue.unwritten.fetch_sub(1, Ordering::Relaxed);
        }
        let mut runs = lock(&self.shared.runs);
        runs.remove(&self.key);
        let last = runs.is_empty();
        drop(runs);
        if last {
            self.shared.idle.notify_waiters();
        }
        self.shared.freed.notify_one();
    }
}

/// Claims again and again: when something may have come, when there is room and more was waiting, and once a
/// second.
async fn produce(shared: Arc<Shared>) {
    let engine = Arc::clone(shared.processes.engine());
    let mut work = engine.hub.on_work();
    let mut stop = shared.stop.subscribe();
    let mut fault = Duration::from_millis(20);
    while !*stop.borrow() {
        // A wake-up from here on is kept: none is lost.
        work.borrow_and_update();
        let asked = shared.ask();
        // Whether there is more than was taken, as far as is known.
        let mut more = asked.wanted.len() < shared.queues.len();
        let mut wait = LOOK;
        if !asked.wanted.is_empty() {
            let claim = engine.store.claim(&engine.holder, engine.lease, &asked.wanted);
            let panicked = |_| Err(Error::internal("the claim panicked"));
            match AssertUnwindSafe(claim).catch_unwind().await.unwrap_or_else(panicked) {
                Ok(claims) => {
                    fault = Duration::from_millis(20);
                    wait = claims.next.unwrap_or(LOOK).clamp(Duration::from_millis(1), LOOK);
                    // A queue that gave all that was asked for may have more.
                    more |= asked.is_given(&claims.runs);
                    shared.launch(claims.runs);
                }
                Err(error) => {
                    tracing::warn!(%error, "no processes could be claimed; trying again");
                    (more, wait) = (false, fault);
                    fault = (fault * 2).min(LOOK);
                }
            }
        }
        drop(asked);
        tokio::select! {
            _ = work.changed() => {}
            () = shared.room(), if more => {}
            () = tokio::time::sleep(wait) => {}
            _ = stop.changed() => {}
        }
    }
}
