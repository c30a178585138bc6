//! Durable processes under load: `bench-processes SIDE DATABASE MEASURE NUMBER`, where a side is `ravand` or `hand`
//! and the database a file of SQLite or an address of PostgreSQL. Figures are printed as lines of a name and a number.
//!
//! - `drain N` queues N in bulk and works them off: `enqueue` and `drain` in seconds.
//! - `idle N` queues one at a time while nothing else happens: `start` and `wait` in microseconds, a line a sample.
//! - `history N` makes N finished rows.
//! - `burst N`, `panic`, `unreadable`, `failing` and `keys` show what becomes of faults: see `faults.rs`.
//! - `rest N` rests for N seconds with a worker: `core` in percent of one.
//!
//! Functions do nothing: what is measured is the engine and its database.

mod clock;
mod faults;
mod hand;
mod hand_postgres;
mod hand_sqlite;
mod ravand;

use std::io::Write;

/// What went wrong.
pub type Fault = Box<dyn std::error::Error + Send + Sync>;

/// The name of what runs.
pub const NAME: &str = "packages/bench/processes/Nothing@run";

/// The parameters of the process with this number.
pub fn parameters(number: u32) -> String {
    format!("{{\"number\":{number}}}")
}

/// Prints a figure.
pub fn figure(name: &str, value: impl std::fmt::Display) -> Result<(), Fault> {
    Ok(writeln!(std::io::stdout(), "{name} {value}")?)
}

fn main() -> Result<(), Fault> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [side, database, measure, number] = &arguments[..] else {
        return Err("usage: bench-processes SIDE DATABASE MEASURE NUMBER".into());
    };
    let number: u32 = number.parse()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let postgres = database.starts_with("postgres:");
    runtime.block_on(async {
        match (side.as_str(), postgres) {
            ("ravand", _) => ravand::run(database, measure, number).await,
            ("hand", true) => hand::run(hand_postgres::Jobs::open(database).await?, measure, number).await,
            ("hand", false) => hand::run(hand_sqlite::Jobs::open(database).await?, measure, number).await,
            (side, _) => Err(format!("there is no side {side}").into()),
        }
    })
}
