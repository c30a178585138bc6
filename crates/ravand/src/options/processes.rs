//! `[processes]`: the workers, their queues, and how long ended processes are kept.

use std::collections::BTreeMap;
use std::num::{NonZeroU32, NonZeroU64};
use std::time::Duration;

use ravand_process::{DEFAULT_CONCURRENCY, Retention};
use serde::Deserialize;

use super::section::Section;

/// `[processes]`
#[derive(Clone, Debug)]
pub(crate) struct ProcessSettings {
    /// Whether `serve` has a worker.
    pub workers: bool,
    /// How many runs of a queue go on at once in one program, where `queues` does not say.
    pub concurrency: u32,
    /// The same by queue; 0 is a queue that this program takes nothing from.
    pub queues: BTreeMap<String, u32>,
    /// Whether a process that is queued where no worker lives starts a program of its own.
    pub call_program: bool,
    /// For how long a program is taken to be alive after it was last heard of, in seconds.
    pub lease: u64,
    /// How long runs may go on after a signal to stop, in seconds.
    pub grace: u64,
    /// How long interrupted runs have to end then, in seconds.
    pub interrupt_grace: u64,
    /// Which ended processes stay.
    pub keep: Keep,
    /// The same by queue.
    pub keep_queues: BTreeMap<String, Keep>,
}

/// Which ended processes stay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Keep {
    /// Those that ended so many days ago, or later; 0 is all.
    #[serde(default)]
    pub days: u32,
    /// So many of each queue, the newest.
    #[serde(default)]
    pub count: Option<NonZeroU32>,
}

impl Keep {
    pub fn retention(self, queue: Option<String>) -> Option<Retention> {
        let older_than = (self.days > 0).then(|| Duration::from_secs(u64::from(self.days) * 86_400));
        let keep = self.count.map(NonZeroU32::get);
        (older_than.is_some() || keep.is_some()).then_some(Retention { queue, older_than, keep })
    }
}

impl Default for ProcessSettings {
    fn default() -> Self {
        Self {
            workers: true,
            concurrency: DEFAULT_CONCURRENCY,
            queues: BTreeMap::new(),
            call_program: true,
            lease: 15,
            grace: 30,
            interrupt_grace: 5,
            keep: Keep { days: 30, count: None },
            keep_queues: BTreeMap::new(),
        }
    }
}

impl ProcessSettings {
    pub(super) fn read(mut table: Section<'_>) -> Self {
        let default = Self::default();
        let concurrency: Option<NonZeroU32> = table.maybe("concurrency", "a number of runs, at least 1");
        let lease: Option<NonZeroU64> = table.maybe("lease", "a number of seconds, at least 1");
        let queues = "a table of queues, each with a number of runs, as in { default = 100, mail = 5 }";
        let keep = "a table of queues, as in { mail = { days = 7, count = 1000 } }";
        let settings = Self {
            workers: table.read("workers", "true or false", default.workers),
            concurrency: concurrency.map_or(default.concurrency, NonZeroU32::get),
            queues: table.read("queues", queues, default.queues),
            call_program: table.read("call_program", "true or false", default.call_program),
            lease: lease.map_or(default.lease, NonZeroU64::get),
            grace: table.read("grace", "a number of seconds", default.grace),
            interrupt_grace: table.read("interrupt_grace", "a number of seconds", default.interrupt_grace),
            keep: Keep {
                days: table.read("keep_days", "a number of days; 0 keeps them for ever", default.keep.days),
                count: table.maybe("keep_count", "a number of processes, at least 1"),
            },
            keep_queues: table.read("keep", keep, default.keep_queues),
        };
        table.close();
        settings
    }
}
