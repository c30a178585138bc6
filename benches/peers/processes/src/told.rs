//! What a job tells: how many ran, and when each began.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::Fault;

/// How long a side works at most: some would take minutes.
pub const PATIENCE: Duration = Duration::from_millis(2500);

#[derive(Debug)]
pub struct Told {
    ran: AtomicU32,
    starts: UnboundedSender<Instant>,
}

impl Told {
    pub fn new() -> (Self, UnboundedReceiver<Instant>) {
        let (starts, receiver) = unbounded_channel();
        (Self { ran: AtomicU32::new(0), starts }, receiver)
    }

    /// A job begins.
    pub fn start(&self) {
        self.ran.fetch_add(1, Ordering::Relaxed);
    }

    /// A job of an idle engine begins.
    pub fn start_alone(&self) {
        let _ = self.starts.send(Instant::now());
    }

    /// Waits until so many ran, or the patience is over.
    pub async fn all(&self, number: u32) {
        let start = Instant::now();
        while self.ran.load(Ordering::Relaxed) < number && start.elapsed() < PATIENCE {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

/// Prints a figure.
pub fn figure(name: &str, value: impl std::fmt::Display) {
    println!("{name} {value}");
}

/// How long is waited before each sample of an idle engine.
pub fn pause(sample: u32) -> Duration {
    Duration::from_micros(6_000 + u64::from(sample) * 997 % 4_000)
}

/// Prints how long it took from an instant to the next start, in microseconds.
pub async fn took(from: Instant, starts: &mut UnboundedReceiver<Instant>) -> Result<(), Fault> {
    let start = tokio::time::timeout(Duration::from_secs(5), starts.recv()).await?.ok_or("no start")?;
    figure("start", start.saturating_duration_since(from).as_micros());
    Ok(())
}
