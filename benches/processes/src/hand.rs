//! The hand-written limit: what a program can do at most that keeps its own table of jobs, claims and acknowledges a
//! hundred at a time, and keeps no leases, fences, keys or answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use crate::{Fault, clock, figure, parameters};

/// As many are claimed and acknowledged at once.
pub const BATCH: i64 = 100;

/// As many tasks claim, run and acknowledge beside each other.
const WORKERS: usize = 2;

/// As many are queued by one call.
const BULK: u32 = 10_000;

/// A table of jobs.
pub trait Table: Clone + Send + Sync + 'static {
    /// Queues jobs with these parameters, all or none.
    fn enqueue(&self, parameters: Vec<String>) -> impl Future<Output = Result<(), Fault>> + Send;

    /// Takes at most [`BATCH`] that are due: their ids and parameters.
    fn claim(&self) -> impl Future<Output = Result<Vec<(i64, String)>, Fault>> + Send;

    /// Writes that these are done.
    fn acknowledge(&self, ids: Vec<i64>) -> impl Future<Output = Result<(), Fault>> + Send;

    /// How many are done.
    fn done(&self) -> impl Future<Output = Result<i64, Fault>> + Send;

    /// Waits until something may have been queued.
    fn news(&self) -> impl Future<Output = Result<(), Fault>> + Send;
}

pub async fn run(table: impl Table, measure: &str, number: u32) -> Result<(), Fault> {
    match measure {
        "drain" => drain(table, number).await,
        "idle" => idle(table, number).await,
        _ => Err(format!("there is no measure {measure}").into()),
    }
}

async fn drain(table: impl Table, number: u32) -> Result<(), Fault> {
    let before = table.done().await?;
    let start = Instant::now();
    let mut numbers = 0..number;
    loop {
        let some: Vec<String> = numbers.by_ref().take(BULK as usize).map(parameters).collect();
        if some.is_empty() {
            break;
        }
        table.enqueue(some).await?;
    }
    figure("enqueue", start.elapsed().as_secs_f64())?;
    let start = Instant::now();
    let ran = Arc::new(AtomicU32::new(0));
    let mut workers = Vec::new();
    for _ in 0..WORKERS {
        let (table, ran) = (table.clone(), Arc::clone(&ran));
        workers.push(tokio::spawn(async move {
            loop {
                let claimed = table.claim().await?;
                if claimed.is_empty() {
                    return Ok::<(), Fault>(());
                }
                for (_, parameters) in &claimed {
                    std::hint::black_box(parameters);
                    ran.fetch_add(1, Ordering::Relaxed);
                }
                table.acknowledge(claimed.into_iter().map(|(id, _)| id).collect()).await?;
            }
        }));
    }
    for worker in workers {
        worker.await??;
    }
    figure("drain", start.elapsed().as_secs_f64())?;
    match table.done().await? - before {
        done if done == i64::from(number) && ran.load(Ordering::Relaxed) == number => Ok(()),
        done => Err(format!("{done} of {number} are done").into()),
    }
}

async fn idle(table: impl Table, number: u32) -> Result<(), Fault> {
    let (sender, mut starts) = mpsc::unbounded_channel();
    let worker = table.clone();
    let worker = tokio::spawn(async move {
        loop {
            let claimed = worker.claim().await?;
            if claimed.is_empty() {
                worker.news().await?;
                continue;
            }
            let began = Instant::now();
            if claimed.iter().any(|_| sender.send(began).is_err()) {
                return Ok::<(), Fault>(());
            }
            worker.acknowledge(claimed.into_iter().map(|(id, _)| id).collect()).await?;
        }
    });
    tokio::time::sleep(Duration::from_millis(500)).await;
    for sample in 0..number {
        tokio::time::sleep(clock::pause(sample)).await;
        let begin = Instant::now();
        table.enqueue(vec![parameters(sample)]).await?;
        clock::took("start", begin, starts.recv().await.ok_or("no start")?)?;
    }
    worker.abort();
    Ok(())
}
