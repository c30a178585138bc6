//! What to do about faults that pass.

use std::time::Duration;

use sea_orm::{DbErr, RuntimeErr, sqlx};

/// What a fault means for what was to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It stays.
    Lasting,
    /// It passes, and nothing was done.
    Passing,
    /// It passes, and whether anything was done is not known.
    #[cfg(feature = "postgres")]
    Doubtful,
}

/// How long is gone on while faults pass.
pub struct Patience {
    judge: fn(&DbErr) -> Fault,
    #[cfg(feature = "postgres")]
    again: bool,
    left: Duration,
    pause: Duration,
}

impl Patience {
    /// For what may be done twice.
    pub fn new(judge: fn(&DbErr) -> Fault, limit: Duration) -> Self {
        Self {
            judge,
            #[cfg(feature = "postgres")]
            again: true,
            left: limit,
            pause: Duration::from_millis(5),
        }
    }

    /// For what may be done once only.
    #[cfg(feature = "postgres")]
    pub fn once(judge: fn(&DbErr) -> Fault, limit: Duration) -> Self {
        Self { again: false, ..Self::new(judge, limit) }
    }

    /// Whether to do it again after this error; waits before that, longer each time.
    pub async fn again(&mut self, error: &DbErr) -> bool {
        let again = match (self.judge)(error) {
            Fault::Lasting => false,
            Fault::Passing => true,
            #[cfg(feature = "postgres")]
            Fault::Doubtful => self.again,
        };
        if !again || self.left.is_zero() {
            return false;
        }
        tracing::debug!(%error, "the processes' database is not ready; trying again");
        let pause = self.pause.mul_f64(0.5 + fastrand::f64()).min(self.left);
        tokio::time::sleep(pause).await;
        self.left -= pause;
        self.pause = (self.pause * 2).min(Duration::from_secs(2));
        true
    }
}

/// What the driver said, when it was the driver.
pub fn driver(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause))
        | DbErr::Conn(RuntimeErr::SqlxError(cause)) => Some(cause),
        _ => None,
    }
}

/// Does it again while faults pass. (A macro, since the compiler cannot yet prove that what an `AsyncFnMut` gives
/// may move between threads.)
macro_rules! patiently {
    ($patience:expr, $work:expr) => {{
        let mut patience: $crate::store::sql::Patience = $patience;
        loop {
            let result: Result<_, sea_orm::DbErr> = async { $work }.await;
            match result {
                Err(error) if patience.again(&error).await => {}
                other => break other.map_err($crate::store::sql::fault),
            }
        }
    }};
}
pub(crate) use patiently;
