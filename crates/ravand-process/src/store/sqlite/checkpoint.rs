//! Moving the log back into the file, beside the connection that writes: a writer that did it itself would stand still
//! for as long as the disk takes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use sea_orm::DatabaseConnection;

use super::sql;
use crate::store::Connection;

/// After about so many pages of the log (of 4 KiB) they are moved.
const PAGES: u64 = 1000;

/// Pages that a statement writes at least, and rows of one page.
const PAGES_OF_STATEMENT: u64 = 4;
const ROWS_OF_PAGE: u64 = 4;

/// Counts what is written, and moves it.
#[derive(Debug)]
pub struct Checkpoint {
    connection: DatabaseConnection,
    pages: AtomicU64,
    moving: AtomicBool,
}

impl Checkpoint {
    /// By a connection that is used for nothing else.
    pub fn by(connection: DatabaseConnection) -> Self {
        Self { connection, pages: AtomicU64::new(0), moving: AtomicBool::new(false) }
    }

    /// So many rows were written by a statement.
    pub fn wrote(self: &Arc<Self>, rows: usize) {
        let pages = PAGES_OF_STATEMENT + rows as u64 / ROWS_OF_PAGE;
        if self.pages.fetch_add(pages, Ordering::Relaxed) + pages < PAGES
            || self.moving.swap(true, Ordering::AcqRel)
        {
            return;
        }
        let moving = Moving(Arc::clone(self));
        tokio::spawn(async move {
            let this = &moving.0;
            this.pages.store(0, Ordering::Relaxed);
            // It waits for nobody; what it could not move is moved the next time, or by the writer at last.
            if let Err(error) = this.connection.rows(sql("PRAGMA wal_checkpoint(PASSIVE)", [])).await {
                tracing::debug!(%error, "the log of the processes' file could not be moved into it");
            }
        });
    }
}

/// Another may move when this is dropped.
struct Moving(Arc<Checkpoint>);

impl Drop for Moving {
    fn drop(&mut self) {
        self.0.moving.store(false, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::ConnectionTrait;

    use super::super::Sqlite;
    use super::*;
    use crate::store::Store;

    #[tokio::test]
    async fn what_was_written_comes_into_the_file_when_it_is_much() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("processes.sqlite");
        let store = Sqlite::open(&file).await.unwrap();
        store.migrate().await.unwrap();
        let fill = "INSERT INTO base_process_logs (process_id, attempt, at, level, text)
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)
             SELECT i, 1, 0, 0, printf('%0500d', i) FROM n";
        store.writer.execute_unprepared(fill).await.unwrap();
        let size = || std::fs::metadata(&file).unwrap().len();
        let before = size();
        store.checkpoint.wrote(1);
        assert!(!store.checkpoint.moving.load(Ordering::Acquire), "it is not much");
        store.checkpoint.wrote(4000);
        while store.checkpoint.moving.load(Ordering::Acquire) {
            tokio::task::yield_now().await;
        }
        assert!(size() > before + 2_000_000, "{before} {}", size());
    }
}
