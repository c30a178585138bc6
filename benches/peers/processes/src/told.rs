//! What a job tells: how many ran, and when each began.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::Fault;

/// How long a side works at most: some would take minutes.
pub const PATIENCE: Duration = Duration::from_millis(2500);

/// A job that panics, and one that always fails.
pub const PANICS: u32 = u32::MAX;
pub const FAILS: u32 = u32::MAX - 1;

#[derive(Debug)]
pub struct Told {
    ran: AtomicU32,
    starts: UnboundedSender<Start>,
}

/// A job began.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    pub number: u32,
    pub at: Instant,
}

impl Told {
    pub fn new() -> (Self, UnboundedReceiver<Start>) {
        let (starts, receiver) = unbounded_channel();
        (Self { ran: AtomicU32::new(0), starts }, receiver)
    }

    /// The job of this number.
    pub fn work(&self, number: u32) -> Result<(), String> {
        self.ran.fetch_add(1, Ordering::Relaxed);
        let _ = self.starts.send(Start { number, at: Instant::now() });
        match std::hint::black_box(number) {
            PANICS => panic!("a job that panics"),
            FAILS => Err("a job that fails".to_owned()),
            _ => Ok(()),
        }
    }

    pub fn ran(&self) -> u32 {
        self.ran.load(Ordering::Relaxed)
    }

    /// Waits until so many ran, or the patience is over.
    pub async fn all(&self, number: u32) {
        let start = Instant::now();
        while self.ran() < number && start.elapsed() < PATIENCE {
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
pub async fn took(from: Instant, starts: &mut UnboundedReceiver<Start>) -> Result<(), Fault> {
    let start = tokio::time::timeout(Duration::from_secs(5), starts.recv()).await?.ok_or("no start")?;
    figure("start", start.at.saturating_duration_since(from).as_micros());
    Ok(())
}
