//! After a process was queued: who runs it, and the program that runs one.

use std::future::Future;
use std::time::Duration;

use ravand_core::Result;
use tokio::time::Instant;

use crate::engine::{Place, Processes, lock, no_process};
use crate::handle::Handle;
use crate::store::Presence;
use crate::{Id, Program, State, Worker, execute};

/// A program that was called works at least this long, and no other is called within half of it.
const CALLED_FOR: Duration = Duration::from_secs(1);

/// How long a program that runs one process waits for its record to be committed.
const COMMIT: Duration = Duration::from_secs(10);

/// The name of a worker that ends when nothing waits any more begins with this.
pub(crate) const PASSING: &str = "called:";

impl Processes {
    /// Wakes who may run it, or notes that somebody is to be woken when the transaction is committed.
    pub(crate) async fn queued(&self, place: &impl Place, queue: &str, id: Id) {
        match (place.connection(), place.pending()) {
            (Some(_), Some(pending)) => pending.note(queue, id),
            (connection, _) => self.wake(queue, id, connection.is_some()).await,
        }
    }

    /// Wakes who may run it; calls a program where no worker lives. `inside`: it may not be committed yet.
    pub(crate) async fn wake(&self, queue: &str, id: Id, inside: bool) {
        let engine = self.engine();
        if inside {
            engine.hub.soon()
        } else {
            engine.hub.work()
        }
        let Some(program) = engine.program.as_ref().filter(|_| engine.calls) else { return };
        if engine.has_worker() {
            return;
        }
        match self.someone_takes(queue, inside).await {
            Ok(true) => return,
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "whether a worker lives is not known; a program is called"),
        }
        if !inside {
            let mut last = lock(&engine.called);
            if last.is_some_and(|last: Instant| last.elapsed() < CALLED_FOR / 2) {
                return;
            }
            *last = Some(Instant::now());
        }
        if let Err(error) = program.call(id) {
            tracing::error!(process = id, %error, "no worker lives, and no program could be called; the process waits");
        }
    }

    /// The same for one whose queue is not known here.
    pub(crate) async fn queued_saved(&self, place: &impl Place, id: Id) {
        let engine = self.engine();
        // In a transaction it is not seen from outside of it, but a saved one was committed before.
        let queue = match engine.calls && !engine.has_worker() {
            true => self.store().read(id).await.ok().flatten().map(|record| record.queue),
            false => None,
        };
        self.queued(place, queue.as_deref().unwrap_or(crate::handlers::DEFAULT_QUEUE), id).await;
    }

    /// Whether a worker takes from the queue. One that ends when nothing waits does not count for what is not
    /// committed yet: it may be gone by then.
    async fn someone_takes(&self, queue: &str, inside: bool) -> Result<bool> {
        let takes = |presence: &Presence| {
            presence.queues.split(',').any(|name| name == queue)
                && !(inside && presence.worker.starts_with(PASSING))
        };
        Ok(self.workers().await?.iter().any(takes))
    }

    /// What a program does that was started with `--process=ID`: takes over an isolated run, or runs the
    /// process when nobody does; waits for its record to be committed, and for its end. A program that
    /// `background_run` called goes on with its queue until nothing is due. When the caller ends before, by a
    /// signal, say, the lease tells the others.
    ///
    /// # Errors
    /// `NotFound` when the record does not come within ten seconds; `Conflict` when it can run no more; when
    /// the database refuses. How the process itself ended is told by its record.
    pub async fn run_program(&self, id: Id) -> Result<Handle> {
        self.run_program_until(id, std::future::pending()).await
    }

    /// The same until `end` resolves: runs of a program that was called may go on for a grace period then, and
    /// go back to the queue; a process that was run by hand is interrupted. An isolated run is its worker's to
    /// end: `end` is not even polled there, so that a signal has the system's own effect.
    ///
    /// # Errors
    /// As [`Processes::run_program`].
    pub async fn run_program_until(&self, id: Id, end: impl Future<Output = ()>) -> Result<Handle> {
        let queue = self.seen(id).await?;
        let handle = self.handle(id);
        if let Some(attempt) = Program::attempt() {
            self.take_over(id, attempt).await?;
        } else if Program::called() {
            self.work_until_idle(&handle, queue, end).await?;
        } else {
            handle.run().await?;
            tokio::select! {
                ended = handle.ended_within(Duration::MAX) => { ended?; }
                () = end => {
                    handle.interrupt().await?;
                    handle.ended_within(Duration::MAX).await?;
                }
            }
        }
        Ok(handle)
    }

    /// Waits until the record is there; its queue.
    async fn seen(&self, id: Id) -> Result<String> {
        let deadline = Instant::now() + COMMIT;
        loop {
            if let Some(record) = self.store().read(id).await? {
                return Ok(record.queue);
            }
            if Instant::now() >= deadline {
                return Err(no_process(id));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn take_over(&self, id: Id, attempt: i32) -> Result<()> {
        let engine = self.engine();
        self.ensure_keeper()?;
        let Some(mut claimed) = engine.store.adopt(&engine.holder, engine.lease, id, attempt).await? else {
            return Err(ravand_core::Error::new(
                ravand_core::ErrorKind::Conflict,
                format!("run {attempt} of the process {id} is over; nothing was run"),
            ));
        };
        let run = execute::begin(self, &mut claimed);
        let (done, written) = tokio::sync::oneshot::channel::<()>();
        execute::perform(self.clone(), claimed, run, (), Box::new(done)).await;
        // Dropped when the end is written.
        let _ = written.await;
        Ok(())
    }

    /// Works on a queue until the process has ended and nothing else of the queue is due.
    async fn work_until_idle(
        &self,
        handle: &Handle,
        queue: String,
        end: impl Future<Output = ()>,
    ) -> Result<()> {
        let began = Instant::now();
        tokio::pin!(end);
        loop {
            let working =
                Worker::new(self).queue(queue.clone(), crate::worker::DEFAULT_CONCURRENCY).start().await?;
            let idle = async {
                handle.ended_within(Duration::MAX).await?;
                while working.active() > 0 || began.elapsed() < CALLED_FOR || self.is_due(&queue).await? {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                Ok::<_, ravand_core::Error>(())
            };
            tokio::select! {
                result = idle => result?,
                () = &mut end => return working.stop().await,
            }
            // Its presence goes first, then it looks once more: whoever queued in between has either seen
            // that nobody is there, or is seen here.
            working.stop().await?;
            if !self.is_due(&queue).await? {
                return Ok(());
            }
        }
    }

    async fn is_due(&self, queue: &str) -> Result<bool> {
        let counts = self.counts().await?;
        let due = |count: &crate::store::Count| count.queue == queue && count.oldest_ms.is_some();
        Ok(counts.iter().filter(|count| count.state == State::Queued).any(due))
    }
}

/// The name of the worker of a program that was called.
pub(crate) fn passing(worker: &str) -> String {
    format!("{PASSING}{worker}")
}
