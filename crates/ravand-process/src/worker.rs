//! Workers: they claim what is due, at most as much as they have free places, and run it.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ravand_core::{Error, Result};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::engine::{Processes, lock};
use crate::handlers::DEFAULT_QUEUE;
use crate::run::Abort;
use crate::store::{Claimed, Retention};
use crate::{Id, Run, execute, upkeep};

/// How many runs of a queue go on at once when nothing is said.
pub const DEFAULT_CONCURRENCY: u32 = 100;

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
    runs: Mutex<HashMap<(Id, i32), Run>>,
    active: watch::Sender<usize>,
    freed: Notify,
    stop: watch::Sender<bool>,
}

#[derive(Debug)]
struct Queue {
    name: String,
    places: Arc<Semaphore>,
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
        let queue =
            |(name, places): (String, u32)| Queue { name, places: Arc::new(Semaphore::new(places as usize)) };
        let shared = Arc::new(Shared {
            processes: self.processes.clone(),
            queues: self.queues.into_iter().map(queue).collect(),
            runs: Mutex::default(),
            active: watch::Sender::new(0),
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
        *self.shared.active.borrow()
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
            tracing::info!(runs = *shared.active.borrow(), "the worker stops: its runs are interrupted");
            shared.ask_all(|ask| {
                ask.interrupt = true;
                ask.release = true;
            });
            if !shared.idle_within(last).await {
                shared.ask_all(|ask| ask.abort = ask.abort.or(Some(Abort::Released)));
                if !shared.idle_within(LAST).await {
                    tracing::error!(
                        runs = *shared.active.borrow(),
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
        let mut active = self.active.subscribe();
        tokio::time::timeout(limit, active.wait_for(|active| *active == 0)).await.is_ok()
    }

    fn ask_all(&self, change: impl Fn(&mut crate::run::Ask)) {
        let runs: Vec<Run> = lock(&self.runs).values().cloned().collect();
        runs.iter().for_each(|run| run.ask(&change));
    }

    /// Runs a claim in a task of its own, in a place of its queue.
    fn launch(self: &Arc<Self>, claimed: Claimed, place: OwnedSemaphorePermit) {
        let shared = Arc::clone(self);
        let run = execute::begin(&self.processes, &claimed);
        let key = (run.id(), run.attempt());
        lock(&shared.runs).insert(key, run.clone());
        shared.active.send_modify(|active| *active += 1);
        tokio::spawn(async move {
            let written = execute::perform(shared.processes.clone(), claimed, run).await;
            // The place is free for the next while the end is written; the run counts as active until then.
            drop(place);
            shared.freed.notify_one();
            let _ = written.await;
            lock(&shared.runs).remove(&key);
            shared.active.send_modify(|active| *active -= 1);
        });
    }
}

/// Claims again and again: when something may have come, when a place is free and more was waiting, and once a
/// second.
async fn produce(shared: Arc<Shared>) {
    let engine = Arc::clone(shared.processes.engine());
    let mut work = engine.hub.on_work();
    let mut stop = shared.stop.subscribe();
    let mut fault = Duration::from_millis(20);
    while !*stop.borrow() {
        // A wake-up from here on is kept for the wait below: none is lost while a claim is under way.
        work.borrow_and_update();
        let (places, wanted) = free(&shared.queues);
        let mut more = wanted.len() < shared.queues.len();
        let mut look = LOOK;
        if !wanted.is_empty() {
            match engine.store.claim(&engine.holder, engine.lease, &wanted).await {
                Ok(claims) => {
                    fault = Duration::from_millis(20);
                    look = claims.next.unwrap_or(LOOK).min(LOOK);
                    let mut taken: HashMap<String, u32> = HashMap::new();
                    let mut places = places;
                    for claimed in claims.runs {
                        *taken.entry(claimed.queue.clone()).or_default() += 1;
                        if let Some(place) = places.get_mut(&claimed.queue).and_then(Vec::pop) {
                            shared.launch(claimed, place);
                        }
                    }
                    // A queue that gave all that was asked for may have more.
                    more |= wanted.iter().any(|(queue, free)| taken.get(queue) == Some(free));
                }
                Err(error) => {
                    tracing::warn!(%error, "no processes could be claimed; trying again");
                    look = fault;
                    fault = (fault * 2).min(LOOK);
                }
            }
        }
        let wake = Instant::now() + look.max(Duration::from_millis(1));
        tokio::select! {
            _ = work.changed() => {}
            () = shared.freed.notified(), if more => {}
            () = tokio::time::sleep_until(wake) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Places that were taken, by queue.
type Places = HashMap<String, Vec<OwnedSemaphorePermit>>;

/// The free places of each queue, taken, and how many they are.
fn free(queues: &[Queue]) -> (Places, Vec<(String, u32)>) {
    let mut places = Places::new();
    let mut wanted = Vec::new();
    for queue in queues {
        let mut taken = Vec::new();
        while let Ok(place) = Arc::clone(&queue.places).try_acquire_owned() {
            taken.push(place);
        }
        if !taken.is_empty() {
            wanted.push((queue.name.clone(), u32::try_from(taken.len()).unwrap_or(u32::MAX)));
            places.insert(queue.name.clone(), taken);
        }
    }
    (places, wanted)
}
