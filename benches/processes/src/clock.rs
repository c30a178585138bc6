//! Times: of this program on a core, and since a start that another task notes.

use std::time::{Duration, Instant};

use crate::{Fault, figure};

/// How long is waited before each sample of an idle engine: long enough that all is quiet again, and never in step
/// with a timer.
pub fn pause(sample: u32) -> Duration {
    Duration::from_micros(6_000 + u64::from(sample) * 997 % 4_000)
}

/// Prints how long it took from an instant to another, in microseconds.
pub fn took(name: &str, from: Instant, to: Instant) -> Result<(), Fault> {
    figure(name, to.saturating_duration_since(from).as_micros())
}

/// Nanoseconds that the threads of this program have spent on a core.
pub fn busy() -> Result<u64, Fault> {
    let mut nanoseconds = 0;
    for task in std::fs::read_dir("/proc/self/task")? {
        let text = std::fs::read_to_string(task?.path().join("schedstat")).unwrap_or_default();
        nanoseconds += text.split(' ').next().and_then(|number| number.parse::<u64>().ok()).unwrap_or(0);
    }
    Ok(nanoseconds)
}

/// Rests, and prints how much of a core this program took meanwhile, in percent.
pub async fn rest(seconds: u32) -> Result<(), Fault> {
    // What follows the start is no rest yet.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (before, start) = (busy()?, Instant::now());
    tokio::time::sleep(Duration::from_secs(seconds.into())).await;
    let (after, took) = (busy()?, start.elapsed());
    figure("core", (after - before) as f64 / took.as_nanos() as f64 * 100.0)
}
