//! What the operating system tells of writes to the file: Linux does, by inotify(7). Elsewhere the file is looked at.

use std::path::Path;

/// Tells of writes to SQLite's log, by whichever program. It is written just before the commit can be seen.
pub struct Changes {
    #[cfg(target_os = "linux")]
    log: Option<inotify::EventStream<[u8; 1024]>>,
}

#[cfg(target_os = "linux")]
impl Changes {
    /// Of a database to which a connection is open, so that its log is there and stays.
    pub fn of(database: &Path) -> Self {
        let log = listen(database);
        if let Err(error) = &log {
            tracing::debug!(%error, "nobody tells of writes to the processes' file; it is looked at instead");
        }
        Self { log: log.ok() }
    }

    /// Whether anything is told.
    pub fn are_told(&self) -> bool {
        self.log.is_some()
    }

    /// Waits for a write, and takes all that were told of; waits for ever where nothing is told.
    pub async fn next(&mut self) {
        use futures_util::{FutureExt, StreamExt};

        let Some(log) = &mut self.log else { return std::future::pending().await };
        let mut told = log.next().await;
        while let Some(Ok(_)) = told {
            match log.next().now_or_never() {
                Some(more) => told = more,
                None => return,
            }
        }
        self.log = None;
    }
}

#[cfg(target_os = "linux")]
fn listen(database: &Path) -> std::io::Result<inotify::EventStream<[u8; 1024]>> {
    let mut log = database.as_os_str().to_owned();
    log.push("-wal");
    let told = inotify::Inotify::init()?;
    told.watches().add(log, inotify::WatchMask::MODIFY)?;
    told.into_event_stream([0; 1024])
}

#[cfg(not(target_os = "linux"))]
impl Changes {
    /// Nothing is told here.
    pub fn of(_: &Path) -> Self {
        Self {}
    }

    /// Whether anything is told.
    pub fn are_told(&self) -> bool {
        false
    }

    /// Waits for ever.
    pub async fn next(&mut self) {
        std::future::pending().await
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::time::Duration;

    use futures_util::FutureExt;
    use sea_orm::ConnectionTrait;

    use super::*;
    use crate::store::Store;
    use crate::store::sqlite::Sqlite;

    #[tokio::test]
    async fn what_another_connection_writes_is_told_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("processes.sqlite");
        let (here, there) = (Sqlite::open(&file).await.unwrap(), Sqlite::open(&file).await.unwrap());
        here.migrate().await.unwrap();
        let mut changes = Changes::of(&file);
        there.counts().await.unwrap();
        assert!(changes.are_told());
        assert!(changes.next().now_or_never().is_none(), "a read is no write");
        for text in
            ["INSERT INTO base_process_workers VALUES ('w', 'q', 1)", "DELETE FROM base_process_workers"]
        {
            there.writer.execute_unprepared(text).await.unwrap();
            tokio::time::timeout(Duration::from_secs(30), changes.next()).await.unwrap();
            assert!(changes.next().now_or_never().is_none(), "it is told once");
        }
        assert!(changes.are_told());
        assert!(!Changes::of(&folder.path().join("no.sqlite")).are_told());
    }
}
