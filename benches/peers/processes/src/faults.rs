//! Bad input and faults, a measure each, on an engine that a worker works for.

use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedReceiver;

use crate::Fault;
use crate::told::{FAILS, PANICS, Start, Told, figure};

/// How long an engine has to say what became of a job.
const WHILE: Duration = Duration::from_secs(2);

/// What the measures need of an engine.
pub trait Jobs {
    /// Queues the job of this number, which may be tried five times.
    async fn push(&self, number: u32) -> Result<(), Fault>;
    /// Queues a job whose parameters are no number.
    async fn push_unreadable(&self) -> Result<(), Fault>;
    /// Queues a job of the key 0, and then ten in one call with the keys 0 to 9, all of them for tomorrow.
    async fn push_keys(&self) -> Result<(), Fault>;
    /// How many there are.
    async fn number(&self) -> Result<i64, Fault>;
    /// How many of them are said to have failed, with an error.
    async fn failed(&self) -> Result<i64, Fault>;
}

pub async fn measure(
    jobs: &impl Jobs,
    measure: &str,
    number: u32,
    told: &Told,
    starts: &mut UnboundedReceiver<Start>,
) -> Result<(), Fault> {
    match measure {
        "burst" => burst(jobs, number, starts).await,
        "panic" => {
            jobs.push(PANICS).await?;
            failed(jobs).await
        }
        "unreadable" => {
            jobs.push_unreadable().await?;
            failed(jobs).await
        }
        "failing" => {
            jobs.push(FAILS).await?;
            tokio::time::sleep(WHILE).await;
            figure("runs", told.ran());
            Ok(())
        }
        "keys" => {
            let kept = jobs.push_keys().await;
            figure("kept", jobs.number().await? - 1);
            if let Err(error) = kept {
                eprintln!("{error}");
            }
            Ok(())
        }
        _ => Err(format!("there is no measure {measure}").into()),
    }
}

async fn failed(jobs: &impl Jobs) -> Result<(), Fault> {
    tokio::time::sleep(WHILE).await;
    figure("said", jobs.failed().await?.min(1));
    Ok(())
}

/// Two producers, each milliseconds between its jobs: how late the latest of them began, in microseconds.
async fn burst(jobs: &impl Jobs, number: u32, starts: &mut UnboundedReceiver<Start>) -> Result<(), Fault> {
    let half = number / 2;
    let (one, other) = tokio::join!(produce(jobs, 0..half), produce(jobs, half..number));
    let queued: Vec<Instant> = one?.into_iter().chain(other?).collect();
    let end = tokio::time::Instant::now() + WHILE * 5;
    let mut begun = vec![None; queued.len()];
    while begun.contains(&None) {
        let Ok(Some(start)) = tokio::time::timeout_at(end, starts.recv()).await else { break };
        begun[start.number as usize].get_or_insert(start.at);
    }
    // Those that have not begun by now are at least so late.
    let now = Instant::now();
    let late = queued.iter().zip(&begun).map(|(from, to)| to.unwrap_or(now).saturating_duration_since(*from));
    figure("latest", late.max().unwrap_or_default().as_micros());
    Ok(())
}

async fn produce(jobs: &impl Jobs, numbers: std::ops::Range<u32>) -> Result<Vec<Instant>, Fault> {
    let mut queued = Vec::new();
    for number in numbers {
        tokio::time::sleep(Duration::from_millis(u64::from(number * 7 % 5))).await;
        queued.push(Instant::now());
        jobs.push(number).await?;
    }
    Ok(queued)
}
