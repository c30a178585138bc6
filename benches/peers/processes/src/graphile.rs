//! graphile_worker: tuned (a local queue of 500, acknowledgements in batches), and with its defaults.

use std::sync::Arc;
use std::time::{Duration, Instant};

use graphile_worker::{
    IntoTaskHandlerResult, JobSpec, LocalQueueConfig, TaskHandler, WorkerContext, WorkerOptions, WorkerUtils,
};
use serde::{Deserialize, Serialize};
use sqlx::postgres::{PgPool, PgPoolOptions};

use crate::Fault;
use crate::faults::{self, Jobs};
use crate::told::{Told, figure, pause, took};

#[derive(Clone, Serialize, Deserialize)]
struct Nothing {
    number: u32,
}

#[derive(Clone, Debug)]
struct Shared(Arc<Told>);

impl TaskHandler for Nothing {
    const IDENTIFIER: &'static str = "packages/bench/processes/Nothing@run";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        match context.get_ext::<Shared>() {
            Some(told) => told.0.work(self.number),
            None => Err("nobody to tell".to_owned()),
        }
    }
}

pub async fn run(database: &str, measure: &str, number: u32, tuned: bool) -> Result<(), Fault> {
    let pool = PgPoolOptions::new().max_connections(20).connect(database).await?;
    let (told, mut starts) = Told::new();
    let told = Arc::new(told);
    let mut options = WorkerOptions::default()
        .pg_pool(pool.clone())
        .add_extension(Shared(Arc::clone(&told)))
        .listen_os_shutdown_signals(false)
        .define_job::<Nothing>();
    if tuned {
        options = options
            .concurrency(24)
            .local_queue(LocalQueueConfig::default().with_size(500))
            .complete_job_batch_delay(Duration::from_millis(1));
    }
    let worker = Arc::new(options.init().await?);
    let utils = worker.create_utils();
    let spec = JobSpec::default();
    match measure {
        "drain" => {
            let start = Instant::now();
            let numbers: Vec<u32> = (0..number).collect();
            for part in numbers.chunks(10_000) {
                let jobs: Vec<_> = part.iter().map(|number| (Nothing { number: *number }, &spec)).collect();
                utils.add_jobs::<Nothing>(&jobs).await?;
            }
            figure("enqueue", start.elapsed().as_secs_f64());
            let start = Instant::now();
            let running = Arc::clone(&worker);
            let running = tokio::spawn(async move { running.run().await });
            told.all(number).await;
            // A job is deleted when it is acknowledged.
            loop {
                let left = left(&pool).await?;
                if left == 0 || start.elapsed() > crate::told::PATIENCE {
                    figure("drain", start.elapsed().as_secs_f64());
                    figure("done", i64::from(number) - left);
                    break;
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            worker.request_shutdown();
            let _ = tokio::time::timeout(Duration::from_secs(5), running).await;
            Ok(())
        }
        "idle" => {
            let running = Arc::clone(&worker);
            tokio::spawn(async move { running.run().await });
            tokio::time::sleep(Duration::from_millis(500)).await;
            for sample in 0..number {
                tokio::time::sleep(pause(sample)).await;
                let begin = Instant::now();
                utils.add_job(Nothing { number: sample }, spec.clone()).await?;
                took(begin, &mut starts).await?;
            }
            Ok(())
        }
        other => {
            let running = Arc::clone(&worker);
            tokio::spawn(async move { running.run().await });
            let queue = Queue { pool, utils };
            faults::measure(&queue, other, number, &told, &mut starts).await
        }
    }
}

async fn left(pool: &PgPool) -> Result<i64, Fault> {
    Ok(sqlx::query_scalar("SELECT count(*) FROM graphile_worker._private_jobs").fetch_one(pool).await?)
}

struct Queue {
    pool: PgPool,
    utils: WorkerUtils,
}

impl Jobs for Queue {
    async fn push(&self, number: u32) -> Result<(), Fault> {
        let spec = JobSpec { max_attempts: Some(5), ..JobSpec::default() };
        self.utils.add_job(Nothing { number }, spec).await?;
        Ok(())
    }

    async fn push_unreadable(&self) -> Result<(), Fault> {
        let spec = JobSpec { max_attempts: Some(5), ..JobSpec::default() };
        let parameters = serde_json::json!({"number": "text"});
        self.utils.add_raw_job(Nothing::IDENTIFIER, parameters, spec).await?;
        Ok(())
    }

    async fn push_keys(&self) -> Result<(), Fault> {
        let tomorrow = chrono::Utc::now() + chrono::TimeDelta::days(1);
        let spec = |key: u32| JobSpec {
            job_key: Some(key.to_string()),
            run_at: Some(tomorrow),
            ..JobSpec::default()
        };
        self.utils.add_job(Nothing { number: 0 }, spec(0)).await?;
        let specs: Vec<JobSpec> = (0..10).map(spec).collect();
        let jobs: Vec<_> = specs.iter().map(|spec| (Nothing { number: 0 }, spec)).collect();
        self.utils.add_jobs::<Nothing>(&jobs).await?;
        Ok(())
    }

    async fn number(&self) -> Result<i64, Fault> {
        left(&self.pool).await
    }

    async fn failed(&self) -> Result<i64, Fault> {
        let query = "SELECT count(*) FROM graphile_worker._private_jobs WHERE last_error IS NOT NULL";
        Ok(sqlx::query_scalar(query).fetch_one(&self.pool).await?)
    }
}
