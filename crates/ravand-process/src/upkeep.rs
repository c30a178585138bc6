//! What a worker does beside running: fires schedules, prunes.

use std::sync::Arc;
use std::time::Duration;

use ravand_core::Result;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::Millis;
use crate::engine::Processes;
use crate::schedule::due;
use crate::store::{Delay, Draft, OnTaken, Retention, ScheduleRow, Unique, UniqueScope, When};

/// New schedules of other hosts are seen within this time.
const SCHEDULES: Duration = Duration::from_secs(10);

/// How often is pruned.
const PRUNE: Duration = Duration::from_secs(60);

/// Until the worker stops.
pub(crate) async fn keep_up(
    processes: Processes,
    retention: Vec<Retention>,
    mut stop: watch::Receiver<bool>,
) {
    let mut next_prune = Instant::now() + PRUNE / 4 + PRUNE.mul_f64(fastrand::f64() / 2.0);
    while !*stop.borrow() {
        let wait = match fire_due(&processes).await {
            Ok(wait) => wait.min(SCHEDULES),
            Err(error) => {
                tracing::warn!(%error, "schedules could not be fired; trying again");
                Duration::from_secs(1)
            }
        };
        if Instant::now() >= next_prune {
            for what in &retention {
                if let Err(error) = processes.prune(what).await {
                    tracing::warn!(%error, "ended processes could not be removed; trying again");
                }
            }
            next_prune = Instant::now() + PRUNE;
        }
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = processes.engine().rescheduled.notified() => {}
            _ = stop.changed() => {}
        }
    }
}

/// Fires what is due; how long until the next one is.
async fn fire_due(processes: &Processes) -> Result<Duration> {
    let rows = processes.store().schedules().await?;
    let Some(first) = rows.iter().map(|row| row.next_at).min() else { return Ok(SCHEDULES) };
    let now = processes.store().now().await?;
    let mut next = first;
    if first <= now {
        let mut nexts = Vec::new();
        for row in &rows {
            nexts.push(if row.next_at <= now { fire(processes, row, now).await } else { row.next_at });
        }
        next = nexts.into_iter().min().unwrap_or(now);
    }
    let wait = Duration::from_millis(u64::try_from(next - now).unwrap_or(0));
    Ok(wait.max(Duration::from_millis(1)))
}

/// Fires one; its next time, or a while from now when it could not be.
async fn fire(processes: &Processes, row: &ScheduleRow, now: Millis) -> Millis {
    let fired = async {
        let options = &processes.handlers().get(&row.process)?.options;
        let (times, next) = due(row, now)?;
        let draft = |time: &Millis| Draft {
            name: row.process.clone(),
            queue: if row.queue.is_empty() { Arc::clone(&options.queue) } else { row.queue.as_str().into() },
            parameters: row.parameters.to_string(),
            priority: options.priority,
            when: When::Queued(Delay::None),
            max_attempts: options.attempts,
            max_restarts: options.restarts,
            unique: Some(Box::new(Unique {
                key: format!("{}@{time}", row.name),
                scope: UniqueScope::Unended,
                on_taken: OnTaken::Existing,
            })),
            trace: None,
        };
        let drafts: Vec<_> = times.iter().map(draft).collect();
        if processes.store().fire(&row.name, row.next_at, next, &drafts).await? && !drafts.is_empty() {
            processes.engine().hub.work();
        }
        Ok::<_, ravand_core::Error>(next)
    };
    fired.await.unwrap_or_else(|error| {
        tracing::error!(schedule = row.name, %error, "a schedule could not be fired; trying again");
        now + 10_000
    })
}
