//! Durable processes.
mod record;
mod state;
pub mod store;

pub use record::{Attempt, AttemptOutcome, Id, Level, LogLine, Millis, Record};
pub use state::{State, Status, Step};
