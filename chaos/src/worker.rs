//! The functions of the chaos, and a worker that runs them until it is told to stop, or killed.

use std::time::Duration;

use ravand_core::{Error, Response, Result};
use ravand_process::{Backoff, Handlers, Options, Processes, Retry, Run, Worker};
use sea_orm::ConnectionTrait;
use serde_json::{Map, Value};
use tokio::signal::unix::{SignalKind, signal};

use crate::{LEASE, place};

type Any = Map<String, Value>;

/// How many runs a worker has at once.
const PLACES: u32 = 5;

/// How long runs take at most: so that the work lasts for most of the chaos.
#[derive(Clone, Copy, Debug)]
pub struct Pace(Duration);

impl Pace {
    /// For a chaos of this length.
    pub fn of(time: Duration) -> Self {
        Self((time / 500).clamp(Duration::from_millis(2), Duration::from_secs(5)))
    }

    /// As an argument.
    pub fn word(self) -> String {
        self.0.as_millis().to_string()
    }

    /// From an argument.
    fn read(word: &str) -> Result<Self> {
        let number = word.parse().map_err(|_| Error::bad_request(format!("`{word}` is no number")))?;
        Ok(Self(Duration::from_millis(number)))
    }

    async fn wait(self) {
        tokio::time::sleep(self.0.mul_f64(fastrand::f64())).await;
    }
}

/// The engine of a program of the chaos.
pub async fn engine(address: &str, pace: Pace) -> Result<Processes> {
    let store = place::open(address).await?;
    Ok(Processes::shared(store, handlers(pace)).lease(LEASE).build())
}

fn handlers(pace: Pace) -> Handlers {
    // A run that is cut off is started again however often that happens.
    let options = || {
        let backoff = Backoff::exponential(Duration::from_millis(20), Duration::from_millis(500));
        Options::new().attempts(1000).restarts(10_000).backoff(backoff)
    };
    Handlers::new()
        .add("plain", options(), move |run: Run, _: Any| async move {
            run.progress(30).await?;
            run.log("it works");
            pace.wait().await;
            Ok::<_, Error>(Response::new(true).set_data(run.attempt(), "attempt"))
        })
        // An effect in the database, together with the end: it must be there once.
        .add("effect", options(), move |run: Run, _: Any| async move {
            pace.wait().await;
            let transaction = run.transaction().await?;
            let insert =
                format!("INSERT INTO chaos_effects (id, attempt) VALUES ({}, {})", run.id(), run.attempt());
            transaction.execute_unprepared(&insert).await?;
            transaction.commit(Response::new(true)).await
        })
        // Fails at first.
        .add("flaky", options(), move |run: Run, _: Any| async move {
            pace.wait().await;
            if run.attempt() < 3 {
                return Err(Error::from(Retry::after(Duration::from_millis(100), "not yet")));
            }
            Ok(Response::new(true))
        })
        // Blocks its thread.
        .add("blocking", options(), move |_: Run, _: Any| async move {
            std::thread::sleep(pace.0.mul_f64(fastrand::f64()));
            Response::new(true)
        })
}

/// Works until SIGTERM.
pub async fn work(address: &str, pace: &str) -> Result<()> {
    // It goes with whoever started it, also when it is paused.
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))
        .map_err(std::io::Error::from)?;
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_env("CHAOS_LOG"))
        .with_writer(std::io::stderr)
        .init();
    let mut end = signal(SignalKind::terminate())?;
    let processes = loop {
        // The database may be away at this moment.
        match engine(address, Pace::read(pace)?).await {
            Ok(processes) => break processes,
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    };
    let worker = Worker::new(&processes).queue("default", PLACES).grace(Duration::from_secs(2));
    worker.run_until(async { end.recv().await.unwrap_or_default() }).await
}
