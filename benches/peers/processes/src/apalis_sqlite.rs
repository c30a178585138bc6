//! apalis on SQLite: batches of 100, jobs beside each other, woken by SQLite's update hook.

use std::sync::Arc;
use std::time::{Duration, Instant};

use apalis::prelude::*;
use apalis_sqlite::{Config, SqlitePool, SqliteStorage};
use futures::StreamExt;

use crate::Fault;
use crate::faults::{self, Jobs};
use crate::told::{PATIENCE, Told, figure, pause, took};

const QUEUE: &str = "bench";

pub async fn run(database: &str, measure: &str, number: u32) -> Result<(), Fault> {
    let url = format!("sqlite://{database}?mode=rwc");
    let (pool, listener) = SqliteStorage::connect_with_callback(&url)?;
    SqliteStorage::setup(&pool).await?;
    let (told, mut starts) = Told::new();
    let told = Arc::new(told);
    let config = Config::default().queue(QUEUE).batch_size(100);
    if measure == "drain" {
        let start = Instant::now();
        push(&pool, 0..number).await?;
        figure("enqueue", start.elapsed().as_secs_f64());
    }
    let strategy = Strategy::new().stream(listener.ready_chunks(100)).interval(Duration::from_millis(50));
    let backend = SqliteStorage::<u32>::new(&pool).with_config(config).poll_with_strategy(strategy);
    let inner = Arc::clone(&told);
    let worker =
        WorkerBuilder::new("bench").backend(backend).parallelize(tokio::spawn).build(move |number: u32| {
            let told = Arc::clone(&inner);
            async move {
                told.work(number)?;
                Ok::<(), BoxDynError>(())
            }
        });
    let measured = async {
        match measure {
            "drain" => drain(&pool, &told, number).await,
            "idle" => {
                tokio::time::sleep(Duration::from_millis(500)).await;
                for sample in 0..number {
                    tokio::time::sleep(pause(sample)).await;
                    let begin = Instant::now();
                    push(&pool, sample..sample + 1).await?;
                    took(begin, &mut starts).await?;
                }
                Ok(())
            }
            other => faults::measure(&Queue(pool.clone()), other, number, &told, &mut starts).await,
        }
    };
    // A worker that ends leaves its jobs to the measure, which finds what became of them.
    let worker = async {
        let ended = worker.run().await;
        eprintln!("the worker ended: {ended:?}");
        std::future::pending().await
    };
    tokio::select! {
        () = worker => Ok(()),
        measured = measured => measured,
    }
}

async fn drain(pool: &SqlitePool, told: &Told, number: u32) -> Result<(), Fault> {
    let start = Instant::now();
    told.all(number).await;
    loop {
        let done = done(pool).await?;
        if done == i64::from(number) || start.elapsed() > PATIENCE {
            figure("drain", start.elapsed().as_secs_f64());
            figure("done", done);
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

async fn push(pool: &SqlitePool, numbers: std::ops::Range<u32>) -> Result<(), Fault> {
    let tasks: Result<Vec<_>, serde_json::Error> =
        numbers.map(|number| Ok(TaskBuilder::new(serde_json::to_vec(&number)?).build())).collect();
    push_tasks(pool, tasks?).await
}

async fn push_tasks(pool: &SqlitePool, tasks: Vec<Task<Vec<u8>>>) -> Result<(), Fault> {
    let mut transaction = pool.begin().await?;
    apalis_sqlite::queries::push_tasks(&mut *transaction, QUEUE, &tasks).await?;
    Ok(transaction.commit().await?)
}

struct Queue(SqlitePool);

impl Jobs for Queue {
    async fn push(&self, number: u32) -> Result<(), Fault> {
        let task = TaskBuilder::new(serde_json::to_vec(&number)?).max_attempts(5).build();
        push_tasks(&self.0, vec![task]).await
    }

    async fn push_unreadable(&self) -> Result<(), Fault> {
        let task = TaskBuilder::new(b"\"text\"".to_vec()).max_attempts(5).build();
        push_tasks(&self.0, vec![task]).await
    }

    async fn push_keys(&self) -> Result<(), Fault> {
        let task = |key: u32| {
            let task = TaskBuilder::new(b"0".to_vec()).idempotency_key(key.to_string());
            task.run_after(Duration::from_secs(86_400)).build()
        };
        push_tasks(&self.0, vec![task(0)]).await?;
        push_tasks(&self.0, (0..10).map(task).collect()).await
    }

    async fn number(&self) -> Result<i64, Fault> {
        Ok(sqlx::query_scalar("SELECT count(*) FROM Jobs").fetch_one(&self.0).await?)
    }

    async fn failed(&self) -> Result<i64, Fault> {
        let query =
            "SELECT count(*) FROM Jobs WHERE status IN ('Failed', 'Killed') AND last_result IS NOT NULL";
        Ok(sqlx::query_scalar(query).fetch_one(&self.0).await?)
    }
}

async fn done(pool: &SqlitePool) -> Result<i64, Fault> {
    Ok(sqlx::query_scalar("SELECT count(*) FROM Jobs WHERE status = 'Done'").fetch_one(pool).await?)
}
