//! SQLite: how its connections are set up. What is set here is set on every connection of the pool.

use std::path::Path;
use std::time::Duration;

use sea_orm::ConnectOptions;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};

/// How long a statement waits for another one that writes.
const BUSY: Duration = Duration::from_secs(10);

/// For serving: readers and one writer at once (write-ahead log), foreign keys are heeded.
pub(super) fn serve(options: &mut ConnectOptions, in_memory: bool) {
    if in_memory {
        // Its only connection is the database: it is kept, and there is no other.
        options.max_connections(1).min_connections(1).idle_timeout(None).max_lifetime(None);
    }
    // A file does not hang up: a test before each use would be one more way to the connection's thread and back.
    options.test_before_acquire(false);
    options.map_sqlx_sqlite_opts(|sqlite| {
        sqlite
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(BUSY)
            .foreign_keys(true)
    });
}

/// For looking: nothing is written. Even a reader writes a shared index beside a file with a write-ahead log;
/// where there is no such log, nobody has the file open, and it can be read as one that never changes
/// (<https://www.sqlite.org/wal.html#readonly>).
pub(super) fn look(options: &mut ConnectOptions, file: &Path) {
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    let alone = !Path::new(&log).exists();
    options.map_sqlx_sqlite_opts(move |sqlite| {
        sqlite.create_if_missing(false).read_only(true).immutable(alone).busy_timeout(BUSY)
    });
}
