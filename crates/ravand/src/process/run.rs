//! A run of a process: its progress, and whether it was asked to end.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use ravand_core::{Error, ErrorKind, Result};

/// One run of a process, as its method sees it.
///
/// ```
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// let run = ravand::Run::new();
/// run.progress(50).await?;
/// assert_eq!(run.percent(), 50);
/// run.interrupt();
/// assert!(run.check_interruption().await.is_err());
/// # ravand::Result::<()>::Ok(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct Run {
    percent: AtomicU8,
    interrupted: AtomicBool,
}

impl Run {
    /// A run at its beginning.
    pub fn new() -> Self {
        Self::default()
    }

    /// Tells how far the work has come, in percent; more than 100 counts as 100.
    ///
    /// # Errors
    /// None yet: the signature is that of a run whose progress is kept in a record.
    pub async fn progress(&self, percent: u8) -> Result<()> {
        self.percent.store(percent.min(100), Ordering::Relaxed);
        Ok(())
    }

    /// How far the work has come, in percent.
    pub fn percent(&self) -> u8 {
        self.percent.load(Ordering::Relaxed)
    }

    /// Asks the run to end at its next [`Run::check_interruption`].
    pub fn interrupt(&self) {
        self.interrupted.store(true, Ordering::Relaxed);
    }

    /// Gives an error when the run was asked to end: with `?`, the method ends there.
    ///
    /// # Errors
    /// When the run was interrupted.
    pub async fn check_interruption(&self) -> Result<()> {
        if self.interrupted.load(Ordering::Relaxed) {
            return Err(Error::new(ErrorKind::Conflict, "the process was interrupted"));
        }
        Ok(())
    }

    pub(crate) fn finish(&self) {
        self.percent.store(100, Ordering::Relaxed);
    }
}
