//! What this program has run, counted by queue: how much, how it ended, how long it waited and took.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use serde::Serialize;

use crate::engine::lock;
use crate::store::Outcome;

/// The upper bounds of the histograms' buckets, in milliseconds. What is longer is in one more bucket.
pub const BUCKETS: [u64; 12] = [1, 2, 5, 10, 25, 50, 100, 250, 1_000, 5_000, 30_000, 300_000];

/// What this program has run of a queue since it started. Every number only grows.
///
/// What waits and runs now, on all hosts, is told by [`Processes::counts`](crate::Processes::counts).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct QueueMetrics {
    /// The queue.
    pub queue: String,
    /// Runs that began.
    pub started: u64,
    /// Runs that ended well.
    pub done: u64,
    /// Runs that ended with an error for good.
    pub failed: u64,
    /// Runs that ended with an error and are tried again.
    pub retried: u64,
    /// Runs that were interrupted or stopped.
    pub interrupted: u64,
    /// Runs that went back to the queue because the worker stopped.
    pub released: u64,
    /// Runs whose own OS process ended without an answer.
    pub crashed: u64,
    /// Runs that lost their lease, so that what they gave was not kept.
    pub lost: u64,
    /// How long runs waited beyond their time: from enqueue, or from their due time, to the start.
    pub waited: Histogram,
    /// How long runs took.
    pub took: Histogram,
}

/// How often something took how long.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Histogram {
    /// How many there were.
    pub count: u64,
    /// How long all of them took together, in milliseconds.
    pub sum_ms: u64,
    /// How many were at most as long as the bound of [`BUCKETS`] in this place, and longer than the one before;
    /// the last place is for what is longer than all bounds.
    pub buckets: [u64; BUCKETS.len() + 1],
}

impl Histogram {
    fn add(&mut self, time: Duration) {
        let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let place = BUCKETS.iter().position(|bound| millis <= *bound).unwrap_or(BUCKETS.len());
        self.count += 1;
        self.sum_ms = self.sum_ms.saturating_add(millis);
        self.buckets[place] += 1;
    }

    /// The bound, in milliseconds, that this part (0 to 1) of them did not exceed; none when there are none, or
    /// when it is beyond all bounds.
    pub fn quantile(&self, part: f64) -> Option<u64> {
        let wanted = (self.count as f64 * part.clamp(0.0, 1.0)).ceil().max(1.0);
        let mut seen = 0;
        let place = self.buckets.iter().position(|count| {
            seen += count;
            seen as f64 >= wanted
        })?;
        BUCKETS.get(place).copied()
    }
}

/// The counters of a program.
#[derive(Debug, Default)]
pub(crate) struct Metrics(Mutex<BTreeMap<String, QueueMetrics>>);

impl Metrics {
    pub fn started(&self, queue: &str, waited: Duration) {
        self.change(queue, |metrics| {
            metrics.started += 1;
            metrics.waited.add(waited);
        });
    }

    /// A run ended; without an outcome when its end was written by itself (`answered`) or is another's to write.
    pub fn ended(&self, queue: &str, outcome: Option<&Outcome>, answered: bool, took: Duration) {
        self.change(queue, |metrics| {
            metrics.took.add(took);
            let count = match outcome {
                None if answered => &mut metrics.done,
                None => &mut metrics.lost,
                Some(Outcome::Done(_)) => &mut metrics.done,
                Some(Outcome::Failed { .. }) => &mut metrics.failed,
                Some(Outcome::Retry { .. }) => &mut metrics.retried,
                Some(Outcome::Interrupted(_)) => &mut metrics.interrupted,
                Some(Outcome::Released(_)) => &mut metrics.released,
                Some(Outcome::Crashed(_)) => &mut metrics.crashed,
            };
            *count += 1;
        });
    }

    pub fn snapshot(&self) -> Vec<QueueMetrics> {
        lock(&self.0).values().cloned().collect()
    }

    fn change(&self, queue: &str, change: impl FnOnce(&mut QueueMetrics)) {
        let mut queues = lock(&self.0);
        match queues.get_mut(queue) {
            Some(metrics) => change(metrics),
            None => {
                let metrics = queues.entry(queue.to_owned()).or_default();
                metrics.queue = queue.to_owned();
                change(metrics);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_counted_by_how_they_end() {
        let metrics = Metrics::default();
        for (millis, outcome) in [
            (1, Some(Outcome::Done(String::new()))),
            (3, Some(Outcome::Failed { error: String::new(), response: None })),
            (400_000, None),
        ] {
            metrics.started("mail", Duration::from_millis(millis));
            metrics.ended("mail", outcome.as_ref(), false, Duration::from_millis(millis));
        }
        let [mail] = &metrics.snapshot()[..] else { panic!("one queue") };
        assert_eq!((mail.started, mail.done, mail.failed, mail.lost), (3, 1, 1, 1));
        assert_eq!((mail.took.count, mail.took.sum_ms), (3, 400_004));
        let quantiles = [0.0, 0.3, 0.5, 1.0].map(|part| mail.waited.quantile(part));
        assert_eq!(quantiles, [Some(1), Some(1), Some(5), None]);
        assert_eq!(Histogram::default().quantile(0.5), None);
    }
}
