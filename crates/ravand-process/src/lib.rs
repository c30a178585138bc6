//! Durable processes for tokio programs: a process is a record in the database and a function that runs it, in
//! this program or another, now or later, and answers with a [`Response`](ravand_core::Response).
//!
//! The record is the only truth, and the database is the engine: SQLite in the box, also between several OS
//! processes; PostgreSQL for several machines; memory for programs without a database.
//!
//! ```
//! use std::time::Duration;
//! use ravand_core::Response;
//! use ravand_process::{Handlers, Options, Process, Processes, Run, Worker, store::memory::Memory};
//!
//! #[derive(serde::Serialize, serde::Deserialize)]
//! struct Mail { send_to: String }
//!
//! # tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
//! let handlers = Handlers::new().add("mail/send", Options::new(), |run: Run, mail: Mail| async move {
//!     run.progress(50).await?;
//!     Ok::<_, ravand_core::Error>(Response::new(true).set_data(mail.send_to, "sent_to"))
//! });
//! let processes = Processes::new(Memory::new(), handlers);
//! let worker = Worker::new(&processes).start().await?;
//!
//! let mail = Mail { send_to: "client@email.com".to_owned() };
//! let process = Process::new("mail/send").parameters(&mail)?.background_run(&processes).await?;
//! assert!(process.wait_for(Duration::from_secs(10)).await?);
//! let response = process.response().await?.expect("it answered");
//! assert_eq!(response.get_data("sent_to").unwrap(), "client@email.com");
//! worker.stop().await?;
//! # ravand_core::Result::<()>::Ok(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # States
//!
//! See [`State`] for the diagram and [`Step`] for the table of what may follow what.
//!
//! # What is promised
//!
//! - A process that is queued in a transaction is there when that is committed, and never when it is not.
//! - It is run once, unless its function asks for attempts, or a run is cut off (killed, crashed): then it is
//!   started again, at most [`Options::restarts`] times. A run whose end is written is never run again.
//! - What a run does elsewhere is done at least once. [`Run::transaction`] makes it exactly once for what is in
//!   the database; [`Run::attempt`] is the fencing token for what is not.
//! - A run that lost its lease (its program was paused, say) writes nothing more to its record.

mod completer;
mod engine;
mod execute;
mod handle;
mod handlers;
mod host;
mod isolated;
mod keeper;
mod launch;
mod lines;
mod metrics;
mod process;
mod program;
mod record;
mod retry;
mod run;
mod schedule;
mod state;
pub mod store;
mod upkeep;
mod worker;

pub use engine::{Builder, Pending, Place, Processes, Within};
pub use handle::{Handle, Signal, wait_all};
pub use handlers::{Answer, Call, DEFAULT_QUEUE, GiveUp, Handlers, Options};
pub use metrics::{BUCKETS, Histogram, QueueMetrics};
pub use process::Process;
pub use program::Program;
pub use record::{Attempt, AttemptOutcome, Id, Level, LogLine, Millis, Record};
pub use retry::{Backoff, Retry};
pub use run::{Run, RunTransaction};
pub use schedule::{CatchUp, Schedule};
pub use state::{State, Status, Step};
pub use store::{Count, Filter, OnTaken, Presence, Retention, ScheduleRow, UniqueScope};
pub use worker::{DEFAULT_CONCURRENCY, Worker, Working};

#[cfg(all(doctest, feature = "sqlite"))]
#[doc = include_str!("../README.md")]
struct Readme;
