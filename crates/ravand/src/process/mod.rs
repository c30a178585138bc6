//! Processes: units of work that answer with a response. A process is a record in the application's database and a
//! method that runs it: here or in another program, now or later.
//!
//! ```
//! use ravand::prelude::*;
//!
//! #[derive(Processes)]
//! pub struct Email {
//!     options: Options, // a field comes from the context, and is made for each run
//! }
//!
//! /// A mail.
//! #[derive(Serialize, Deserialize)]
//! pub struct Mail {
//!     send_to: String,
//! }
//!
//! #[process(queue = "mail")]
//! impl Email {
//!     /// Sends a mail.
//!     #[process(attempts = 5, backoff = "2s..1h", time_limit = "1m")]
//!     pub async fn send(&self, mail: Mail, run: &Run) -> Result<Response> {
//!         run.log(format!("connecting for {}", mail.send_to));
//!         run.progress(50).await?;
//!         run.check_interruption().await?;
//!         Ok(Response::new(true))
//!     }
//! }
//!
//! async fn example(cx: &Context, mail: Mail) -> Result<bool> {
//!     // By the method: rustc checks the name and the parameters.
//!     let process = Email::send(mail).background_run(cx).await?;
//!     // By its address: the build checks it, where it is a literal.
//!     // let process = Process::new("packages/email/processes/Email@send").parameters(&mail)?.save(cx).await?;
//!     process.wait_for(secs(10)).await
//! }
//! # fn main() {}
//! ```
//!
//! What `#[process(…)]` takes, on the block for all of its methods or on one method:
//!
//! | option | what it says | without it |
//! |---|---|---|
//! | `queue = "mail"` | where it waits | `default` |
//! | `priority = 10` | the greater, the sooner | 0 |
//! | `attempts = 5` | how many runs may end with an error | 1: an error is not retried |
//! | `backoff = "2s..1h"` | how long it waits before another attempt: doubling, from … to; or always the same | `"1s..1h"` |
//! | `time_limit = "10m"` | how long a run may take | as long as it likes |
//! | `restarts = 1` | how often it is started again after a run was cut off (a crash) | 3 |
//! | `at_most_once` | never started again after a run was cut off: its record says that it was lost | |
//! | `isolated` | each run is an OS process of its own, with a pid and signals | a task of its worker |
//! | `unique = "waiting"` | no second one with the same parameters until this one begins; `"unended"`: until it ended; `"10m"`: for so long | |
//! | `on_taken = "existing"` | a second one: `"reject"` is an error, `"existing"` stands for it, `"replace"` takes the place of one that waits | `"reject"` |
//!
//! Processes are kept in the application's database: SQLite in a file, or PostgreSQL. Without one, with SQLite in
//! memory, and with MySQL they live in memory: they end with the program, a schedule fires in every program, and
//! `background_run` needs a worker of the same program (`serve` has one).

mod draft;
mod engine;
mod handle;
mod method;
mod parameters;
mod place;
mod schedules;
mod texts;
mod trace;

pub use draft::{Process, background_run_all};
pub use handle::{Handle, wait_all};
#[doc(hidden)]
pub use method::outcome;
pub use method::{Outcome, ProcessMethod, ProcessMethods, ProcessOptions};
pub use parameters::{Given, Parameters, ParametersOf};
pub use place::Place;
#[cfg(feature = "database")]
pub use place::Within;
pub use ravand_process::{
    Attempt, AttemptOutcome, Backoff, CatchUp, Count, Filter, Histogram, Id, Level, LogLine, OnTaken,
    Presence, Processes, QueueMetrics, Record, Retention, Retry, Run, RunTransaction, Schedule, Signal,
    State, Status, UniqueScope, Worker, Working,
};
pub use texts::Text;
#[doc(hidden)]
pub use texts::{no_texts, texts};

pub(crate) use engine::{Engine, Kept, Link, Parts, start};
pub(crate) use schedules::{planned, write as write_schedules};
pub(crate) use trace::Trace;

/// A number of seconds, as waits are given.
///
/// ```
/// assert_eq!(ravand::process::secs(10), std::time::Duration::from_secs(10));
/// ```
pub const fn secs(seconds: u64) -> std::time::Duration {
    std::time::Duration::from_secs(seconds)
}
