//! How a command ends, and why it stops.

use std::io;

use ravand_core::{Problem, Problems};

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// It did what it was asked; nothing is wrong.
    Done,
    /// It found something wrong, or nothing.
    Wrong,
    /// It was asked for something that cannot be done.
    BadUsage,
}

/// Why a command could not go on.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The command line names something that is not there.
    Usage(Box<Problem>),
    /// Something is wrong in the user's files.
    Wrong(Problems),
    /// The output takes no more.
    Output(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Wrong(Problems(vec![problem]))
    }
}

impl From<Problems> for Stop {
    fn from(problems: Problems) -> Self {
        Self::Wrong(problems)
    }
}

impl Stop {
    /// The command line names something that is not there.
    pub(crate) fn usage(problem: Problem) -> Self {
        Self::Usage(Box::new(problem))
    }
}
