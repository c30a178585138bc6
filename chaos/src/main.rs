//! Processes under chaos: workers that are killed, paused and restarted, a database that is restarted; at the end
//! nothing may be lost, doubled or stuck.
//!
//! The program is started by `cargo xtask chaos`, and starts itself as its workers.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a tool for the terminal")]

mod audit;
mod load;
mod monkey;
mod place;
mod worker;

use std::process::ExitCode;
use std::time::Duration;

use ravand_core::{Error, Result};

use place::Kind;

/// What was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    store: Kind,
    time: Duration,
    seed: u64,
    processes: usize,
}

/// For how long a worker counts as alive after it was last heard of.
const LEASE: Duration = Duration::from_secs(1);

/// How many workers there are.
const WORKERS: usize = 4;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match &arguments[..] {
        [word, place, pace] if word == "worker" => worker::work(place, pace).await.map(|()| true),
        _ => match settings(&arguments) {
            Ok(settings) => conduct(settings).await,
            Err(error) => Err(error),
        },
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {}", error.chain());
            ExitCode::from(1)
        }
    }
}

fn settings(arguments: &[String]) -> Result<Settings> {
    let mut settings = Settings {
        store: Kind::Sqlite,
        time: Duration::from_secs(30),
        seed: fastrand::u64(..),
        processes: 10_000,
    };
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let value = words.next().ok_or_else(|| Error::bad_request(format!("`{word}` needs a value")))?;
        let number = || {
            let number = value.parse::<u64>();
            number.map_err(|_| Error::bad_request(format!("`{word}` needs a number, and `{value}` is none")))
        };
        match word.as_str() {
            "--store" => settings.store = value.parse()?,
            "--seconds" => settings.time = Duration::from_secs(number()?.max(1)),
            "--seed" => settings.seed = number()?,
            "--processes" => settings.processes = usize::try_from(number()?).unwrap_or(usize::MAX),
            _ => {
                return Err(Error::bad_request(format!(
                    "`{word}` is not known; there are --store sqlite|postgres, --seconds, --seed and --processes"
                )));
            }
        }
    }
    Ok(settings)
}

/// Lets chaos loose, waits until all is quiet, and counts; whether all is well.
async fn conduct(settings: Settings) -> Result<bool> {
    let Settings { store, time, seed, processes } = settings;
    println!("chaos over {} for {} s, {processes} processes, seed {seed}", store.name(), time.as_secs());
    let place = place::Place::make(store)?;
    let engine = worker::engine(place.address(), worker::Pace::of(time)).await?;
    engine.migrate().await?;
    audit::prepare(&engine).await?;
    let mut monkey = monkey::Monkey::start(&place, settings)?;
    let load = tokio::spawn(load::queue(engine.clone(), settings));
    monkey.rage(&place).await?;
    let asked = load.await.map_err(|error| Error::internal(format!("the load failed: {error}")))?;
    monkey.calm(&place).await?;
    let stuck = audit::quiet(&engine, Duration::from_secs(90)).await?;
    monkey.end().await?;
    println!("{}", monkey.told());
    println!("{}", asked.told());
    let mut count = audit::count(&engine, &asked).await?;
    count.stuck = stuck;
    println!("{}", count.told());
    Ok(count.is_well())
}
