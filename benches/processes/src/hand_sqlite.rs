//! The hand-written table in SQLite: one connection writes, as SQLite has it.

use std::sync::Arc;

use sqlx::ConnectOptions;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use tokio::sync::Notify;

use crate::hand::{BATCH, Table};
use crate::{Fault, NAME};

#[derive(Clone)]
pub struct Jobs {
    pool: SqlitePool,
    news: Arc<Notify>,
}

impl Jobs {
    pub async fn open(file: &str) -> Result<Self, Fault> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .disable_statement_logging();
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .test_before_acquire(false)
            .connect_with(options)
            .await?;
        sqlx::raw_sql(
            "CREATE TABLE IF NOT EXISTS jobs (
                 id INTEGER PRIMARY KEY, name TEXT NOT NULL, parameters TEXT NOT NULL,
                 state INTEGER NOT NULL DEFAULT 0, priority INTEGER NOT NULL DEFAULT 0, run_at INTEGER NOT NULL,
                 attempt INTEGER NOT NULL DEFAULT 0, started_at INTEGER, ended_at INTEGER);
             CREATE INDEX IF NOT EXISTS jobs_ready ON jobs (priority DESC, run_at, id) WHERE state = 0",
        )
        .execute(&pool)
        .await?;
        Ok(Self { pool, news: Arc::default() })
    }
}

impl Table for Jobs {
    async fn enqueue(&self, parameters: Vec<String>) -> Result<(), Fault> {
        let mut transaction = self.pool.begin().await?;
        for rows in parameters.chunks(BATCH as usize) {
            let mut text = String::from("INSERT INTO jobs (name, parameters, run_at) VALUES ");
            text.push_str(&"(?, ?, unixepoch('subsec') * 1000),".repeat(rows.len()));
            text.pop();
            let mut insert = sqlx::query(sqlx::AssertSqlSafe(text));
            for row in rows {
                insert = insert.bind(NAME).bind(row);
            }
            insert.execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        self.news.notify_one();
        Ok(())
    }

    async fn claim(&self) -> Result<Vec<(i64, String)>, Fault> {
        Ok(sqlx::query_as(
            "UPDATE jobs SET state = 1, attempt = attempt + 1, started_at = unixepoch('subsec') * 1000
             WHERE id IN (SELECT id FROM jobs WHERE state = 0 AND run_at <= unixepoch('subsec') * 1000
                          ORDER BY priority DESC, run_at, id LIMIT ?)
             RETURNING id, parameters",
        )
        .bind(BATCH)
        .fetch_all(&self.pool)
        .await?)
    }

    async fn acknowledge(&self, ids: Vec<i64>) -> Result<(), Fault> {
        sqlx::query(
            "UPDATE jobs SET state = 2, ended_at = unixepoch('subsec') * 1000
             WHERE id IN (SELECT value FROM json_each(?))",
        )
        .bind(format!("{ids:?}"))
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    async fn done(&self) -> Result<i64, Fault> {
        Ok(sqlx::query_scalar("SELECT count(*) FROM jobs WHERE state = 2").fetch_one(&self.pool).await?)
    }

    async fn news(&self) -> Result<(), Fault> {
        self.news.notified().await;
        Ok(())
    }
}
