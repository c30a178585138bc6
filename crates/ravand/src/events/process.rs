//! Events of processes.

use super::Event;

/// A process begins to run.
#[derive(Debug)]
pub struct Started {
    /// Its address.
    pub name: String,
}

/// A process has ended.
#[derive(Debug)]
pub struct Finished {
    /// Its address.
    pub name: String,
    /// Whether its response had the status true.
    pub succeeded: bool,
}

impl Event for Started {}
impl Event for Finished {}
