//! apalis on PostgreSQL: batches of 100, jobs beside each other, woken by LISTEN.

use std::sync::Arc;
use std::time::{Duration, Instant};

use apalis::prelude::*;
use apalis_postgres::{Config, PostgresStorage};
use sqlx::postgres::{PgPool, PgPoolOptions};

use crate::Fault;
use crate::faults::{self, Jobs};
use crate::told::{PATIENCE, Told, figure, pause, took};

const QUEUE: &str = "bench";

pub async fn run(database: &str, measure: &str, number: u32) -> Result<(), Fault> {
    let pool = PgPoolOptions::new().max_connections(20).connect(database).await?;
    PostgresStorage::setup(&pool).await?;
    let (told, mut starts) = Told::new();
    let told = Arc::new(told);
    let config = Config::default().queue(QUEUE).batch_size(100);
    if measure == "drain" {
        let start = Instant::now();
        push(&pool, 0..number).await?;
        figure("enqueue", start.elapsed().as_secs_f64());
    }
    let backend = PostgresStorage::<u32>::new(&pool)
        .with_config(config)
        .with_pubsub()
        .poll_with_interval(Duration::from_millis(50));
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

async fn drain(pool: &PgPool, told: &Told, number: u32) -> Result<(), Fault> {
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

async fn push(pool: &PgPool, numbers: std::ops::Range<u32>) -> Result<(), Fault> {
    let tasks: Result<Vec<_>, serde_json::Error> =
        numbers.map(|number| Ok(TaskBuilder::new(serde_json::to_vec(&number)?).build())).collect();
    push_tasks(pool, tasks?).await
}

async fn push_tasks(pool: &PgPool, tasks: Vec<Task<Vec<u8>>>) -> Result<(), Fault> {
    let mut transaction = pool.begin().await?;
    apalis_postgres::queries::push_tasks(&mut *transaction, QUEUE, tasks).await?;
    Ok(transaction.commit().await?)
}

struct Queue(PgPool);

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
        Ok(sqlx::query_scalar("SELECT count(*) FROM apalis.jobs").fetch_one(&self.0).await?)
    }

    async fn failed(&self) -> Result<i64, Fault> {
        let query = "SELECT count(*) FROM apalis.jobs WHERE status IN ('Failed', 'Killed') AND last_result IS NOT NULL";
        Ok(sqlx::query_scalar(query).fetch_one(&self.0).await?)
    }
}

async fn done(pool: &PgPool) -> Result<i64, Fault> {
    Ok(sqlx::query_scalar("SELECT count(*) FROM apalis.jobs WHERE status = 'Done'").fetch_one(pool).await?)
}
