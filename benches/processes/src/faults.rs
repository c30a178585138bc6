//! Bad input and faults, a measure each, as the other engines have them too.

use std::time::{Duration, Instant};

use ravand_core::{Error, Response};
use ravand_process::store::UniqueScope;
use ravand_process::{Handlers, Options, Process, Processes, Run, State, Worker};
use serde_json::json;
use tokio::sync::mpsc;

use crate::ravand::{Parameters, store};
use crate::{Fault, NAME, figure};

/// A process that panics, and one that always fails.
const PANICS: u32 = u32::MAX;
const FAILS: u32 = u32::MAX - 1;

/// How long the engine has to say what became of a process.
const WHILE: Duration = Duration::from_secs(2);

pub async fn run(database: &str, measure: &str, number: u32) -> Result<(), Fault> {
    let (told, mut begun) = mpsc::unbounded_channel();
    #[expect(clippy::panic, reason = "that is what is measured")]
    let work = move |_: Run, parameters: Parameters| {
        let told = told.clone();
        async move {
            let _ = told.send((parameters.number, Instant::now()));
            match parameters.number {
                PANICS => panic!("a process that panics"),
                FAILS => Err(Error::internal("a process that fails")),
                _ => Ok(Response::new(true)),
            }
        }
    };
    let handlers = Handlers::new().add(NAME, Options::new().attempts(5), work);
    let processes = Processes::shared(store(database).await?, handlers).build();
    processes.migrate().await?;
    let working = Worker::new(&processes).start().await?;
    match measure {
        "burst" => {
            let half = number / 2;
            let (one, other) = tokio::join!(produce(&processes, 0..half), produce(&processes, half..number));
            let queued: Vec<Instant> = one?.into_iter().chain(other?).collect();
            let mut late = Duration::ZERO;
            for _ in 0..number {
                let (number, at) = begun.recv().await.ok_or("the worker ended")?;
                late = late.max(at.saturating_duration_since(queued[number as usize]));
            }
            figure("latest", late.as_micros())?;
        }
        "panic" => said(&processes, json!({"number": PANICS})).await?,
        "unreadable" => said(&processes, json!({"number": "text"})).await?,
        "failing" => {
            Process::new(NAME).parameters(&Parameters { number: FAILS })?.background_run(&processes).await?;
            tokio::time::sleep(WHILE).await;
            figure("runs", begun.len())?;
        }
        "keys" => keys(&processes).await?,
        _ => return Err(format!("there is no measure {measure}").into()),
    }
    Ok(working.stop().await?)
}

/// Whether the record of a process says that it failed, and why.
async fn said(processes: &Processes, parameters: serde_json::Value) -> Result<(), Fault> {
    let handle = Process::new(NAME).parameters(&parameters)?.background_run(processes).await?;
    tokio::time::sleep(WHILE).await;
    let record = handle.record().await?;
    let said = record.state != State::Running && record.error.is_some();
    figure("said", u8::from(said))
}

/// How many of ten in one call are kept, when the key of one is taken.
async fn keys(processes: &Processes) -> Result<(), Fault> {
    let tomorrow = Duration::from_secs(86_400);
    let process = |key: u32| -> Result<Process, Fault> {
        let process = Process::new(NAME).parameters(&Parameters { number: 0 })?.run_in(tomorrow);
        Ok(process.unique(key.to_string(), UniqueScope::Unended))
    };
    process(0)?.background_run(processes).await?;
    let ten: Result<Vec<_>, Fault> = (0..10).map(process).collect();
    let ten = Processes::background_run_all(processes, ten?).await?;
    figure("kept", ten.iter().filter(|one| one.is_ok()).count())
}

async fn produce(processes: &Processes, numbers: std::ops::Range<u32>) -> Result<Vec<Instant>, Fault> {
    let mut queued = Vec::new();
    for number in numbers {
        tokio::time::sleep(Duration::from_millis(u64::from(number * 7 % 5))).await;
        queued.push(Instant::now());
        Process::new(NAME).parameters(&Parameters { number })?.background_run(processes).await?;
    }
    Ok(queued)
}
