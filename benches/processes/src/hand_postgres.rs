//! The hand-written table in PostgreSQL.

use std::sync::Arc;

use sqlx::postgres::{PgListener, PgPool, PgPoolOptions};
use tokio::sync::Mutex;

use crate::hand::{BATCH, Table};
use crate::{Fault, NAME};

#[derive(Clone)]
pub struct Jobs {
    pool: PgPool,
    listener: Arc<Mutex<PgListener>>,
}

impl Jobs {
    pub async fn open(url: &str) -> Result<Self, Fault> {
        let pool = PgPoolOptions::new().max_connections(3).test_before_acquire(false).connect(url).await?;
        sqlx::raw_sql(
            "CREATE TABLE IF NOT EXISTS jobs (
                 id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, parameters text NOT NULL,
                 state smallint NOT NULL DEFAULT 0, priority integer NOT NULL DEFAULT 0,
                 run_at timestamptz NOT NULL DEFAULT now(), attempt integer NOT NULL DEFAULT 0,
                 started_at timestamptz, ended_at timestamptz);
             CREATE INDEX IF NOT EXISTS jobs_ready ON jobs (priority DESC, run_at, id) WHERE state = 0",
        )
        .execute(&pool)
        .await?;
        let mut listener = PgListener::connect(url).await?;
        listener.listen("jobs").await?;
        Ok(Self { pool, listener: Arc::new(Mutex::new(listener)) })
    }
}

impl Table for Jobs {
    async fn enqueue(&self, parameters: Vec<String>) -> Result<(), Fault> {
        sqlx::query(
            "WITH new AS (INSERT INTO jobs (name, parameters) SELECT $1, unnest($2::text[]))
             SELECT pg_notify('jobs', '')",
        )
        .bind(NAME)
        .bind(parameters)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    async fn claim(&self) -> Result<Vec<(i64, String)>, Fault> {
        Ok(sqlx::query_as(
            "UPDATE jobs SET state = 1, attempt = attempt + 1, started_at = now()
             WHERE id = ANY (ARRAY(SELECT id FROM jobs WHERE state = 0 AND run_at <= now()
                 ORDER BY priority DESC, run_at, id LIMIT $1 FOR UPDATE SKIP LOCKED))
             RETURNING id, parameters",
        )
        .bind(BATCH)
        .fetch_all(&self.pool)
        .await?)
    }

    async fn acknowledge(&self, ids: Vec<i64>) -> Result<(), Fault> {
        sqlx::query("UPDATE jobs SET state = 2, ended_at = now() WHERE id = ANY($1)")
            .bind(ids)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    async fn done(&self) -> Result<i64, Fault> {
        Ok(sqlx::query_scalar("SELECT count(*) FROM jobs WHERE state = 2").fetch_one(&self.pool).await?)
    }

    async fn news(&self) -> Result<(), Fault> {
        self.listener.lock().await.recv().await?;
        Ok(())
    }
}
