//! What asks the program to end: Ctrl-C, and SIGTERM where there is one.

use ravand_core::{Error, Result};
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
#[cfg(not(unix))]
use tokio::signal::windows::{CtrlC as Signal, ctrl_c};

/// Hears the signals from its beginning on: one that comes before `next` is asked for is not lost, nor does it kill
/// the program.
pub(super) struct Signals {
    interrupt: Signal,
    #[cfg(unix)]
    terminate: Signal,
}

impl Signals {
    pub(super) fn hear() -> Result<Self> {
        let deaf = |error| Error::internal(format!("signals cannot be heard: {error}"));
        #[cfg(unix)]
        let signals = Self {
            interrupt: signal(SignalKind::interrupt()).map_err(deaf)?,
            terminate: signal(SignalKind::terminate()).map_err(deaf)?,
        };
        #[cfg(not(unix))]
        let signals = Self { interrupt: ctrl_c().map_err(deaf)? };
        Ok(signals)
    }

    /// Ends at the next signal.
    pub(super) async fn next(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
        #[cfg(not(unix))]
        self.interrupt.recv().await;
    }
}
