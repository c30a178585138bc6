//! Statements, the numbers of their results, and what to do when the file is busy.

use std::time::Duration;

use ravand_core::{Error, Result};
use sea_orm::{DbBackend, DbErr, QueryResult, RuntimeErr, Statement, TryGetable, Value, sqlx};

use crate::Millis;

/// A statement of SQLite.
pub fn sql(text: impl Into<String>, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(DbBackend::Sqlite, text, values)
}

/// The value of a column, by its place.
pub fn get<T: TryGetable>(row: &QueryResult, column: usize) -> Result<T, DbErr> {
    row.try_get_by_index(column)
}

/// Milliseconds as the tables keep them.
pub fn millis(time: Duration) -> Millis {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX / 4)
}

/// A text to be told once what the database said.
pub fn fault(error: DbErr) -> Error {
    Error::from(error)
}

/// Whether another writer had the file, or changed it since this one began to read.
fn is_busy(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(cause))
    | DbErr::Query(RuntimeErr::SqlxError(cause))
    | DbErr::Conn(RuntimeErr::SqlxError(cause))) = error
    else {
        return false;
    };
    let sqlx::Error::Database(refusal) = &**cause else { return false };
    // The low byte is the kind: 5 is SQLITE_BUSY, 6 SQLITE_LOCKED.
    let code = refusal.code().and_then(|code| code.parse::<u32>().ok());
    code.is_some_and(|code| matches!(code & 0xff, 5 | 6))
}

/// How long is gone on while the file is busy.
pub struct Patience {
    left: u8,
    pause: Duration,
}

impl Patience {
    /// About a minute, beside the time that SQLite itself waits.
    pub fn new() -> Self {
        Self { left: 40, pause: Duration::from_millis(5) }
    }

    /// Whether to do it again after this error; waits before that, longer each time.
    pub async fn again(&mut self, error: &DbErr) -> bool {
        if self.left == 0 || !is_busy(error) {
            return false;
        }
        tracing::debug!(%error, "the processes' file is busy; trying again");
        tokio::time::sleep(self.pause.mul_f64(0.5 + fastrand::f64())).await;
        self.left -= 1;
        self.pause = (self.pause * 2).min(Duration::from_secs(2));
        true
    }
}

/// Does it again while the file is busy. (A macro, since the compiler cannot yet prove that what an `AsyncFnMut`
/// gives may move between threads.)
macro_rules! patiently {
    ($work:expr) => {{
        let mut patience = $crate::store::sqlite::sql::Patience::new();
        loop {
            let result: Result<_, sea_orm::DbErr> = async { $work }.await;
            match result {
                Err(error) if patience.again(&error).await => {}
                other => break other.map_err($crate::store::sqlite::sql::fault),
            }
        }
    }};
}
pub(crate) use patiently;
