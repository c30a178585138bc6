//! Events of processes. They fire in the program that runs the process.

use super::Event;
use crate::process::{Id, Record};

/// A process begins to run. A listener that fails is its error: the method is not called.
#[derive(Debug)]
pub struct Started {
    /// Its number; 0 for a process that is called in place, without a record.
    pub id: Id,
    /// Its address.
    pub name: String,
    /// The how-manieth run this is, from 1.
    pub attempt: i32,
}

/// A run of a process has ended by itself: one that is dropped from outside (stopped, or its lease is gone) does not
/// come here. Its end may not be written yet. A listener that fails is logged.
#[derive(Debug)]
pub struct Finished {
    /// Its number; 0 for a process that is called in place, without a record.
    pub id: Id,
    /// Its address.
    pub name: String,
    /// The how-manieth run this was, from 1.
    pub attempt: i32,
    /// Whether its response had the status true.
    pub succeeded: bool,
    /// The error that it ended with.
    pub error: Option<String>,
}

/// A process has failed or was lost, and is not tried again by itself; its record says so already. It fires once, and
/// not at all when the program is killed just then. A listener that fails is logged.
#[derive(Debug)]
pub struct GivenUp {
    /// Its record.
    pub record: Record,
}

impl Event for Started {}
impl Event for Finished {}
impl Event for GivenUp {}
