//! Trying again: how long to wait, and what a process itself says about it.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use ravand_core::{Error, ErrorKind};

/// How long a process waits before it runs again after an error: longer each time, and never quite the same,
/// so that many that failed together do not come back together.
///
/// The wait is written into the record (`run_at`), so it outlives the program.
///
/// ```
/// use std::time::Duration;
/// use ravand_process::Backoff;
/// let backoff = Backoff::exponential(Duration::from_secs(2), Duration::from_secs(60)).jitter(0.0);
/// let waits: Vec<u64> = (1..=7).map(|failures| backoff.delay(failures).as_secs()).collect();
/// assert_eq!(waits, [2, 4, 8, 16, 32, 60, 60]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Backoff {
    first: Duration,
    most: Duration,
    factor: f64,
    jitter: f64,
}

impl Default for Backoff {
    /// From one second, doubling, to an hour, a quarter more or less.
    fn default() -> Self {
        Self::exponential(Duration::from_secs(1), Duration::from_secs(3600))
    }
}

impl Backoff {
    /// Doubles from `first` to `most`, with a jitter of a quarter.
    pub const fn exponential(first: Duration, most: Duration) -> Self {
        Self { first, most, factor: 2.0, jitter: 0.25 }
    }

    /// Always the same, with a jitter of a quarter.
    pub const fn fixed(delay: Duration) -> Self {
        Self { first: delay, most: delay, factor: 1.0, jitter: 0.25 }
    }

    /// By how much a wait may be longer or shorter, as a part of it: 0 to 1.
    #[must_use]
    pub const fn jitter(mut self, part: f64) -> Self {
        self.jitter = part.clamp(0.0, 1.0);
        self
    }

    /// The wait after so many failures, from 1.
    pub fn delay(&self, failures: u32) -> Duration {
        let exponent = i32::try_from(failures.saturating_sub(1)).unwrap_or(i32::MAX);
        let grown = self.first.as_secs_f64() * self.factor.powi(exponent);
        let bounded = grown.min(self.most.as_secs_f64());
        let shaken = bounded * (1.0 + self.jitter * (fastrand::f64() * 2.0 - 1.0));
        Duration::try_from_secs_f64(shaken).unwrap_or(self.most)
    }
}

/// What a process says about being tried again, as an error it returns.
///
/// ```
/// use std::time::Duration;
/// use ravand_process::Retry;
/// # fn send() -> ravand_core::Result<()> {
/// return Err(Retry::after(Duration::from_secs(30), "the mail server asked to come back later").into());
/// # }
/// # assert!(send().is_err());
/// ```
///
/// It changes when, or that, an attempt follows; how many there are is said by
/// [`Options::attempts`](crate::Options::attempts) or [`Process::attempts`](crate::Process::attempts).
#[derive(Debug)]
pub struct Retry {
    pub(crate) after: Option<Duration>,
    message: String,
}

impl Retry {
    /// Try again after this time, instead of what the backoff says.
    pub fn after(delay: Duration, message: impl Into<String>) -> Self {
        Self { after: Some(delay), message: message.into() }
    }

    /// Do not try again, though attempts may be left.
    pub fn never(message: impl Into<String>) -> Self {
        Self { after: None, message: message.into() }
    }

    /// The wish in an error or its causes.
    pub(crate) fn of(error: &Error) -> Option<&Self> {
        let mut cause = StdError::source(error);
        while let Some(error) = cause {
            if let Some(retry) = error.downcast_ref() {
                return Some(retry);
            }
            cause = error.source();
        }
        None
    }
}

impl fmt::Display for Retry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.after {
            Some(delay) => write!(f, "try again after {delay:?}"),
            None => f.write_str("do not try again"),
        }
    }
}

impl StdError for Retry {}

impl From<Retry> for Error {
    fn from(mut retry: Retry) -> Self {
        let message = std::mem::take(&mut retry.message);
        Self::new(ErrorKind::Unavailable, message).caused_by(retry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_shaken_within_its_bounds() {
        let backoff = Backoff::fixed(Duration::from_secs(8));
        for _ in 0..200 {
            let delay = backoff.delay(3).as_secs_f64();
            assert!((6.0..=10.0).contains(&delay), "{delay}");
        }
        assert_eq!(Backoff::default().jitter(0.0).delay(u32::MAX), Duration::from_secs(3600));
    }

    #[test]
    fn a_wish_is_found_in_an_error() {
        let error = Error::from(Retry::after(Duration::from_secs(3), "later"));
        assert_eq!(Retry::of(&error).and_then(|retry| retry.after), Some(Duration::from_secs(3)));
        let wrapped = Error::internal("the mail was not sent").caused_by(error);
        assert!(Retry::of(&wrapped).is_some());
        assert!(Retry::of(&Error::internal("plain")).is_none());
    }
}
