//! What can be asked about processes.

use std::time::Duration;

use clap::builder::PossibleValue;
use clap::{Args, Subcommand, ValueEnum};

use crate::process::{Id, Signal, State};

/// What is asked about processes.
#[derive(Clone, Debug, Subcommand)]
pub(in crate::command) enum ProcessCommand {
    /// Run one here, and wait for its end
    Run {
        #[command(flatten)]
        asked: Asked,
    },
    /// Have one run in the background, and print its number
    Start {
        #[command(flatten)]
        how: How,
        #[command(flatten)]
        asked: Asked,
    },
    /// List them, the newest first
    List {
        #[command(flatten)]
        filter: ListFilter,
    },
    /// Count what waits, runs and has failed, by queue, and list the workers
    Counts,
    /// Show one: its record, its attempts, what it wrote
    Show {
        /// Its number
        id: Id,
    },
    /// Wait for the end of one
    Wait {
        /// Its number
        id: Id,
        /// No longer than this, as in 10, 10s or 5m
        #[arg(long = "for", value_name = "TIME", value_parser = duration)]
        limit: Option<Duration>,
    },
    /// End one with a signal, and wait for its end
    Stop {
        /// Its number
        id: Id,
        /// The signal, for one that is an OS process of its own; another is interrupted
        #[arg(long, default_value = "term")]
        signal: SignalName,
        /// How long it may take before it is killed, as in 10 or 1m
        #[arg(long, value_name = "TIME", default_value = "10", value_parser = duration)]
        limit: Duration,
    },
    /// Ask one to end: it does when its function asks back
    Interrupt {
        /// Its number
        id: Id,
    },
    /// Queue one again that failed, was lost, interrupted or cancelled
    Retry {
        /// Its number
        id: Id,
    },
    /// Remove ended ones, with what they wrote
    Prune {
        /// Those that ended longer ago, as in 12h or 30d
        #[arg(long, value_name = "TIME", value_parser = duration)]
        older_than: Option<Duration>,
        /// Those beyond so many of each queue, the newest stay
        #[arg(long, value_name = "NUMBER")]
        keep: Option<u32>,
        /// Only of this queue
        #[arg(long, value_name = "NAME")]
        queue: Option<String>,
    },
    /// List the schedules, and when each runs next
    Schedules {
        /// How many times of each
        #[arg(long, value_name = "NUMBER", default_value_t = 1)]
        next: usize,
    },
}

/// A process by its name or number, and its parameters.
#[derive(Args, Clone, Debug)]
pub(in crate::command) struct Asked {
    /// Its address, as in packages/PACKAGE/processes/CLASS@METHOD, or the number of a saved one
    #[arg(value_name = "NAME|ID")]
    pub process: String,
    /// Its parameters: one that comes again makes a list, one without a value is true
    #[arg(value_name = "--key=value", trailing_var_arg = true, allow_hyphen_values = true)]
    pub parameters: Vec<String>,
}

/// How one is started.
#[derive(Args, Clone, Debug)]
pub(in crate::command) struct How {
    /// The queue, instead of its own
    #[arg(long, value_name = "NAME")]
    pub queue: Option<String>,
    /// The greater, the sooner, instead of its own
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    pub priority: Option<i32>,
    /// How long it waits before it may run, as in 30 or 2h
    #[arg(long = "in", value_name = "TIME", value_parser = duration)]
    pub delay: Option<Duration>,
    /// Wait for its end, no longer than this
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub wait: Option<Duration>,
}

/// Which are listed.
#[derive(Args, Clone, Debug)]
pub(in crate::command) struct ListFilter {
    /// Only in this state; may be given several times
    #[arg(long = "state", value_name = "STATE")]
    pub states: Vec<StateName>,
    /// Only of this queue
    #[arg(long, value_name = "NAME")]
    pub queue: Option<String>,
    /// Only of this address
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Only with a smaller number: the next page
    #[arg(long, value_name = "ID")]
    pub before: Option<Id>,
    /// At most so many
    #[arg(long, value_name = "NUMBER", default_value_t = 50)]
    pub limit: u32,
}

/// A state by its name.
#[derive(Clone, Copy, Debug)]
pub(in crate::command) struct StateName(pub State);

/// A signal by its name.
#[derive(Clone, Copy, Debug)]
pub(in crate::command) struct SignalName(pub Signal);

impl ProcessCommand {
    /// `--json` behind the name of a process is meant for the command: a parameter of that name is `--json=true`.
    pub(super) fn and_json(mut self, json: bool) -> (Self, bool) {
        let mut json = json;
        if let Self::Run { asked } | Self::Start { asked, .. } = &mut self {
            let before = asked.parameters.len();
            asked.parameters.retain(|word| word != "--json");
            json |= asked.parameters.len() < before;
        }
        (self, json)
    }
}

impl ValueEnum for StateName {
    fn value_variants<'a>() -> &'a [Self] {
        const ALL: [StateName; State::ALL.len()] = {
            let mut all = [StateName(State::Saved); State::ALL.len()];
            let mut index = 0;
            while index < all.len() {
                all[index] = StateName(State::ALL[index]);
                index += 1;
            }
            all
        };
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.0.name()))
    }
}

impl ValueEnum for SignalName {
    fn value_variants<'a>() -> &'a [Self] {
        &[
            Self(Signal::Term),
            Self(Signal::Interrupt),
            Self(Signal::Quit),
            Self(Signal::Hangup),
            Self(Signal::Kill),
        ]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(match self.0 {
            Signal::Interrupt => "int",
            Signal::Quit => "quit",
            Signal::Hangup => "hup",
            Signal::Kill => "kill",
            _ => "term",
        }))
    }
}

/// A number of seconds, or a number with its unit.
fn duration(text: &str) -> Result<Duration, String> {
    const UNITS: [(&str, u64); 6] =
        [("ms", 1), ("", 1_000), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];
    let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor = UNITS.iter().find(|(known, _)| *known == unit).map(|(_, factor)| *factor);
    let millis =
        number.parse::<u64>().ok().zip(factor).and_then(|(number, factor)| number.checked_mul(factor));
    millis
        .map(Duration::from_millis)
        .ok_or_else(|| "write a time, as in 10, 500ms, 30s, 5m, 2h or 1d".to_owned())
}
