//! The states of a process and the steps between them: the one table of what may follow what.

use ravand_core::{Error, ErrorKind, Result};
use serde::Serialize;

/// Where a process stands. The numbers are the ones the table keeps.
///
/// ```text
///                 Cancel
///          ┌────────┬──────────────► Cancelled
///          │        │
///        Saved ──► Queued ──────────► Running ──► Done
///             Queue  ▲ ▲     Claim      │ │ │
///                    │ └────────────────┘ │ ├──► Failed
///                    │  Retry · Release   │ ├──► Interrupted
///                    │  Restart           │ └──► Lost
///                    │                    │
///                    └────────────────────┘
///                      Again (by hand, from Failed, Interrupted, Lost, Cancelled)
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It is kept, and nobody has asked for it to run.
    Saved = 0,
    /// It waits to run: for a free worker, or for its time.
    Queued = 1,
    /// A worker holds it and runs it.
    Running = 2,
    /// It ended with a response whose status is true.
    Done = 3,
    /// It ended with an error, or with a response whose status is false, and no attempt is left.
    Failed = 4,
    /// It was called off before it ran.
    Cancelled = 5,
    /// It was asked to end while it ran, and ended.
    Interrupted = 6,
    /// Its run was cut off (a crash, a lease that ran out), and it may not be started again.
    Lost = 7,
}

/// The original's status, with waiting as a number of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It does not run: saved, done or cancelled.
    Stopped = 0,
    /// It runs.
    Running = 1,
    /// It ended badly.
    Error = 2,
    /// It waits to run.
    Queued = 3,
}

/// What can happen to a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Somebody asks for it to run.
    Queue,
    /// A worker takes it.
    Claim,
    /// It answers with status true.
    Succeed,
    /// It fails for good.
    Fail,
    /// It failed and has attempts left.
    Retry,
    /// It ended because it was asked to.
    Interrupt,
    /// Its worker gives it back unfinished, at a stop.
    Release,
    /// Its run was cut off and it may be started again.
    Restart,
    /// Its run was cut off and it may not be started again.
    Lose,
    /// It is called off before it runs.
    Cancel,
    /// It is queued again by hand.
    Again,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 8] = [
        Self::Saved,
        Self::Queued,
        Self::Running,
        Self::Done,
        Self::Failed,
        Self::Cancelled,
        Self::Interrupted,
        Self::Lost,
    ];

    /// The number the table keeps.
    pub const fn number(self) -> i16 {
        self as i16
    }

    /// The state of a number.
    ///
    /// # Errors
    /// When no state has it.
    pub fn of(number: i16) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|state| state.number() == number)
            .ok_or_else(|| Error::internal(format!("no state of a process has the number {number}")))
    }

    /// Its name, as command lines and JSON write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
            Self::Lost => "lost",
        }
    }

    /// The original's status.
    pub const fn status(self) -> Status {
        match self {
            Self::Saved | Self::Done | Self::Cancelled => Status::Stopped,
            Self::Queued => Status::Queued,
            Self::Running => Status::Running,
            Self::Failed | Self::Interrupted | Self::Lost => Status::Error,
        }
    }

    /// Whether nothing follows by itself.
    pub const fn ended(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled | Self::Interrupted | Self::Lost)
    }
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 11] = [
        Self::Queue,
        Self::Claim,
        Self::Succeed,
        Self::Fail,
        Self::Retry,
        Self::Interrupt,
        Self::Release,
        Self::Restart,
        Self::Lose,
        Self::Cancel,
        Self::Again,
    ];

    /// The table: from which states a step may be taken, and where it leads. There is no other place that
    /// decides it; the stores write their conditions from here.
    pub const fn row(self) -> (&'static [State], State) {
        use State::{Cancelled, Done, Failed, Interrupted, Lost, Queued, Running, Saved};
        match self {
            Self::Queue => (&[Saved], Queued),
            Self::Claim => (&[Queued], Running),
            Self::Succeed => (&[Running], Done),
            Self::Fail => (&[Running], Failed),
            Self::Retry | Self::Release | Self::Restart => (&[Running], Queued),
            Self::Interrupt => (&[Running], Interrupted),
            Self::Lose => (&[Running], Lost),
            Self::Cancel => (&[Saved, Queued], Cancelled),
            Self::Again => (&[Failed, Interrupted, Lost, Cancelled], Queued),
        }
    }

    /// Where a step leads from a state.
    ///
    /// # Errors
    /// `Conflict`, which names both, when the step may not be taken from there.
    pub fn take(self, from: State) -> Result<State> {
        let (sources, to) = self.row();
        if sources.contains(&from) {
            return Ok(to);
        }
        let sources: Vec<_> = sources.iter().map(|state| state.name()).collect();
        Err(Error::new(
            ErrorKind::Conflict,
            format!(
                "a process that is {} cannot become {}; only one that is {} can",
                from.name(),
                to.name(),
                sources.join(" or ")
            ),
        ))
    }

    /// The numbers of the states it may be taken from, for an SQL `IN (…)`.
    pub fn sources_sql(self) -> String {
        let numbers: Vec<_> = self.row().0.iter().map(|state| state.number().to_string()).collect();
        numbers.join(", ")
    }

    /// The number of the state it leads to.
    pub const fn target(self) -> i16 {
        self.row().1.number()
    }
}

impl std::fmt::Display for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

impl std::str::FromStr for State {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name).ok_or_else(|| {
            let names = Self::ALL.map(Self::name);
            let hint = ravand_core::nearest(name, names)
                .map(|near| format!("; did you mean `{near}`?"))
                .unwrap_or_default();
            Error::bad_request(format!(
                "`{name}` is no state of a process{hint}\nstates: {}",
                names.join(", ")
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_steps() {
        let mut table = String::new();
        for from in State::ALL {
            for step in Step::ALL {
                if let Ok(to) = step.take(from) {
                    table.push_str(&format!("{from:<12}{:<10} → {to}\n", format!("{step:?}")));
                }
            }
        }
        insta::assert_snapshot!(table);
    }

    #[test]
    fn a_step_that_may_not_be_taken_says_what_may() {
        let fault = |step: Step, from| step.take(from).map_err(|error| error.to_string());
        assert_eq!(
            fault(Step::Cancel, State::Running).unwrap_err(),
            "a process that is running cannot become cancelled; only one that is saved or queued can"
        );
        assert!(
            State::ALL
                .into_iter()
                .filter(|state| state.ended())
                .all(|state| Step::Claim.take(state).is_err())
        );
    }

    #[test]
    fn names_and_numbers_lead_back() {
        for state in State::ALL {
            assert_eq!(State::of(state.number()).unwrap(), state);
            assert_eq!(state.name().parse::<State>().unwrap(), state);
        }
        let fault = "runing".parse::<State>().unwrap_err().to_string();
        assert!(fault.starts_with("`runing` is no state of a process; did you mean `running`?"), "{fault}");
        assert!(State::of(8).is_err());
    }
}
