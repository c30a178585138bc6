//! Ravand's side, with its defaults.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use ravand_core::Response;
use ravand_process::store::{Store, postgres::Postgres, sqlite::Sqlite};
use ravand_process::{Handlers, Options, Process, Processes, Run, Worker};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde::Deserialize;
use tokio::sync::{Notify, mpsc};

use crate::{Fault, NAME, clock, faults, figure};

/// As many as one call of `background_run_all` takes here.
const BULK: u32 = 10_000;

#[derive(Deserialize, serde::Serialize)]
pub struct Parameters {
    pub number: u32,
}

/// What the function of a process tells: how many ran, and when each began.
#[derive(Default)]
struct Told {
    ran: AtomicU32,
    goal: AtomicU32,
    all: Notify,
    starts: Option<mpsc::UnboundedSender<Instant>>,
}

pub async fn run(database: &str, measure: &str, number: u32) -> Result<(), Fault> {
    match measure {
        "drain" => drain(database, number).await,
        "idle" => idle(database, number).await,
        "history" => history(database, number).await,
        "rest" => {
            let working = Worker::new(&engine(database, Arc::default()).await?).start().await?;
            clock::rest(number).await?;
            Ok(working.stop().await?)
        }
        fault => faults::run(database, fault, number).await,
    }
}

pub async fn store(database: &str) -> Result<Arc<dyn Store>, Fault> {
    if database.starts_with("postgres:") {
        return Ok(Arc::new(Postgres::connect(database).await?));
    }
    Ok(Arc::new(Sqlite::open(database).await?))
}

async fn engine(database: &str, told: Arc<Told>) -> Result<Processes, Fault> {
    let handlers = Handlers::new().add(NAME, Options::new(), move |_: Run, parameters: Parameters| {
        let told = Arc::clone(&told);
        async move {
            if let Some(starts) = &told.starts {
                let _ = starts.send(Instant::now());
            }
            std::hint::black_box(parameters.number);
            if told.ran.fetch_add(1, Ordering::Relaxed) + 1 == told.goal.load(Ordering::Relaxed) {
                told.all.notify_one();
            }
            Response::new(true)
        }
    });
    let processes = Processes::shared(store(database).await?, handlers).build();
    processes.migrate().await?;
    Ok(processes)
}

async fn enqueue(processes: &Processes, number: u32) -> Result<(), Fault> {
    let mut numbers = 0..number;
    loop {
        let some = numbers.by_ref().take(BULK as usize);
        let some: Result<Vec<_>, _> =
            some.map(|number| Process::new(NAME).parameters(&Parameters { number })).collect();
        let some = some?;
        if some.is_empty() {
            return Ok(());
        }
        for handle in Processes::background_run_all(processes, some).await? {
            handle?;
        }
    }
}

async fn drain(database: &str, number: u32) -> Result<(), Fault> {
    let told: Arc<Told> = Arc::default();
    let processes = engine(database, Arc::clone(&told)).await?;
    let before = finished(&processes).await?;
    let start = Instant::now();
    enqueue(&processes, number).await?;
    figure("enqueue", start.elapsed().as_secs_f64())?;
    told.goal.store(number, Ordering::Relaxed);
    let start = Instant::now();
    let working = Worker::new(&processes).start().await?;
    told.all.notified().await;
    // Returns when all ends are written.
    working.stop().await?;
    figure("drain", start.elapsed().as_secs_f64())?;
    match finished(&processes).await? - before {
        done if done == i64::from(number) => Ok(()),
        done => Err(format!("{done} of {number} are done").into()),
    }
}

async fn finished(processes: &Processes) -> Result<i64, Fault> {
    let count = "SELECT count(*) AS n FROM base_processes WHERE state > 2";
    let connection = processes.store().database().ok_or("no database")?;
    let row = connection
        .query_one_raw(Statement::from_string(connection.get_database_backend(), count))
        .await?
        .ok_or("no row")?;
    Ok(row.try_get_by_index(0)?)
}

async fn idle(database: &str, number: u32) -> Result<(), Fault> {
    let (sender, mut starts) = mpsc::unbounded_channel();
    let told = Arc::new(Told { starts: Some(sender), ..Told::default() });
    let processes = engine(database, told).await?;
    // An engine of its own stands for another program on the same database.
    let other = engine(database, Arc::default()).await?;
    let working = Worker::new(&processes).start().await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    for (from, start, wait) in [(&processes, "start", "wait"), (&other, "other-start", "other-wait")] {
        for sample in 0..number {
            tokio::time::sleep(clock::pause(sample)).await;
            let process = Process::new(NAME).parameters(&Parameters { number: sample })?;
            let begin = Instant::now();
            let handle = process.background_run(from).await?;
            if !handle.wait_for(Duration::from_secs(10)).await? {
                return Err("one did not end".into());
            }
            clock::took(wait, begin, Instant::now())?;
            clock::took(start, begin, starts.recv().await.ok_or("no start")?)?;
        }
    }
    Ok(working.stop().await?)
}

/// Copies one finished row, whatever its columns are.
async fn history(database: &str, number: u32) -> Result<(), Fault> {
    drain(database, 1).await?;
    let processes = engine(database, Arc::default()).await?;
    let connection = processes.store().database().ok_or("no database")?;
    let backend = connection.get_database_backend();
    let (names, numbers) = match backend {
        DbBackend::Postgres => (
            "SELECT string_agg(quote_ident(column_name), ',') FROM information_schema.columns
             WHERE table_name = 'base_processes' AND column_name <> 'id'",
            format!("generate_series(1, {number})"),
        ),
        _ => (
            "SELECT group_concat(name) FROM pragma_table_info('base_processes') WHERE name <> 'id'",
            format!(
                "(WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < {number}) SELECT x FROM n)"
            ),
        ),
    };
    let row = connection.query_one_raw(Statement::from_string(backend, names)).await?.ok_or("no columns")?;
    let columns: String = row.try_get_by_index(0)?;
    connection
        .execute_unprepared(&format!(
            "INSERT INTO base_processes ({columns}) SELECT {columns} FROM base_processes AS one, {numbers} AS number
             WHERE one.id = (SELECT max(id) FROM base_processes)"
        ))
        .await?;
    figure("history", finished(&processes).await?)
}
