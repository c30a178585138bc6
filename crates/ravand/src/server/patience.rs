//! Connections that wait too long for a request are closed.
//!
//! A timer for every head, which hyper offers, is set and taken back for every request, and nearly none runs out.
//! Here a connection only notes when it began to wait, by a clock that counts ticks; and at every tick all
//! connections are looked at.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::task::AbortHandle;

/// The open connections, and how long one may wait for the head of a request.
pub(super) struct Patience {
    clock: Arc<AtomicU64>,
    tick: Duration,
    /// In ticks.
    limit: u64,
    open: Arc<Mutex<Open>>,
}

#[derive(Default)]
struct Open {
    next: u64,
    connections: HashMap<u64, (Arc<Activity>, AbortHandle)>,
}

/// What one connection is doing.
pub(super) struct Activity {
    clock: Arc<AtomicU64>,
    /// Requests that are not yet answered to the end. Those of one HTTP/1 connection begin and end in its one task,
    /// so that the count needs no locked instruction; for HTTP/2 it says nothing.
    running: AtomicU32,
    /// The tick at which the last one was.
    waits_since: AtomicU64,
    /// HTTP/2 connections stay open while nothing is asked; their pings tell when the client has gone.
    lasting: AtomicBool,
}

/// A request that is not yet answered to the end.
pub(super) struct Running(Arc<Activity>);

/// A body that keeps its request running until it has been sent.
pub(super) struct Sending {
    body: Body,
    _running: Running,
}

/// An open connection. It is forgotten when this is dropped.
pub(super) struct Registered {
    open: Arc<Mutex<Open>>,
    number: u64,
}

impl Patience {
    pub fn new(limit: Duration) -> Self {
        let tick = (limit / 8).clamp(Duration::from_millis(10), Duration::from_secs(1));
        Self {
            clock: Arc::default(),
            tick,
            limit: u64::try_from(limit.as_nanos().div_ceil(tick.as_nanos())).unwrap_or(u64::MAX),
            open: Arc::default(),
        }
    }

    /// How often [`Patience::look`] wants to be called.
    pub fn tick(&self) -> Duration {
        self.tick
    }

    /// How many connections are open.
    pub fn open(&self) -> usize {
        lock(&self.open).connections.len()
    }

    /// What a new connection does: it waits.
    pub fn activity(&self) -> Arc<Activity> {
        Arc::new(Activity {
            clock: self.clock.clone(),
            running: AtomicU32::new(0),
            waits_since: AtomicU64::new(self.clock.load(Ordering::Relaxed)),
            lasting: AtomicBool::new(false),
        })
    }

    /// Watches over a connection until it is dropped.
    pub fn register(&self, activity: Arc<Activity>, task: AbortHandle) -> Registered {
        let mut open = lock(&self.open);
        let number = open.next;
        open.next += 1;
        open.connections.insert(number, (activity, task));
        Registered { open: self.open.clone(), number }
    }

    /// One tick: connections that have waited too long are closed.
    pub fn look(&self) {
        let now = self.clock.fetch_add(1, Ordering::Relaxed) + 1;
        for (activity, task) in lock(&self.open).connections.values() {
            if activity.waits_too_long(now, self.limit) {
                tracing::debug!("a connection was closed: no whole head of a request came in time");
                task.abort();
            }
        }
    }
}

impl Activity {
    /// A request has come.
    pub fn begin(self: &Arc<Self>, version: http::Version) -> Running {
        self.count(1, Ordering::Relaxed);
        if version == http::Version::HTTP_2 {
            self.lasting.store(true, Ordering::Relaxed);
        }
        Running(self.clone())
    }

    fn count(&self, more: i32, order: Ordering) {
        self.running.store(self.running.load(Ordering::Relaxed).wrapping_add_signed(more), order);
    }

    fn waits_too_long(&self, now: u64, limit: u64) -> bool {
        // `Running` notes the tick before it counts down.
        self.running.load(Ordering::Acquire) == 0
            && now.saturating_sub(self.waits_since.load(Ordering::Relaxed)) > limit
            && !self.lasting.load(Ordering::Relaxed)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.waits_since.store(self.0.clock.load(Ordering::Relaxed), Ordering::Relaxed);
        self.0.count(-1, Ordering::Release);
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        lock(&self.open).connections.remove(&self.number);
    }
}

impl Sending {
    pub fn new(body: Body, running: Running) -> Self {
        Self { body, _running: running }
    }
}

impl http_body::Body for Sending {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

fn lock(open: &Mutex<Open>) -> MutexGuard<'_, Open> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_connection_is_closed_when_it_waits_and_only_then() {
        let patience = Patience::new(Duration::from_secs(4));
        let task = tokio::spawn(std::future::pending::<()>());
        let activity = patience.activity();
        let registered = patience.register(activity.clone(), task.abort_handle());
        let ticks = |count: u64| (0..count).for_each(|_| patience.look());

        ticks(patience.limit);
        let first = activity.begin(http::Version::HTTP_11);
        let second = activity.begin(http::Version::HTTP_11);
        ticks(100);
        drop(first);
        ticks(100);
        drop(second);
        ticks(patience.limit);
        tokio::task::yield_now().await;
        assert!(!task.is_finished(), "it ran, then waited no longer than it may");

        ticks(1);
        assert!(task.await.is_err_and(|error| error.is_cancelled()));
        assert_eq!(patience.open(), 1);
        drop(registered);
        assert_eq!(patience.open(), 0);
    }

    #[tokio::test]
    async fn http_2_may_wait() {
        let patience = Patience::new(Duration::from_millis(1));
        let task = tokio::spawn(std::future::pending::<()>());
        let activity = patience.activity();
        let _registered = patience.register(activity.clone(), task.abort_handle());
        drop(activity.begin(http::Version::HTTP_2));
        (0..100).for_each(|_| patience.look());
        tokio::task::yield_now().await;
        assert!(!task.is_finished());
    }
}
