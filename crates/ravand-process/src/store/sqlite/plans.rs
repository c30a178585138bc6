//! The plans of the statements that a working program sends: none of them walks history.

use std::sync::Mutex;
use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr};

use super::{Sqlite, insert, runs, sql, watch};
use crate::store::sql::plans::{Recorder, working_program};
use crate::store::{Claims, Connection, Holder, Hub, Store};

working_program!();

/// Takes what is due; reads and writes go by one connection here.
async fn claim(
    on: &Recorder<'_>,
    holder: &Holder,
    lease: Duration,
    queues: &[(String, u32)],
) -> Result<Claims, DbErr> {
    super::claim::claim(on, on, holder, lease, queues).await
}

async fn plan(database: &DatabaseConnection, text: &str) -> String {
    let rows = Connection::rows(database, sql(format!("EXPLAIN QUERY PLAN {text}"), [])).await.unwrap();
    let lines: Vec<String> = rows.iter().map(|row| row.try_get("", "detail").unwrap()).collect();
    lines.join("\n")
}

#[tokio::test]
async fn no_plan_walks_history() {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(folder.path().join("processes.sqlite")).await.unwrap();
    store.migrate().await.unwrap();
    let database = &store.writer;
    let history = "INSERT INTO base_processes (name, queue, parameters, state, run_at, created_at, ended_at)
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)
         SELECT 'p', 'q', '{}', 3, i, i, unixepoch() * 1000 + i FROM n";
    database.execute_unprepared(history).await.unwrap();
    let recorder = Recorder(database, Mutex::default());
    work(&recorder).await.unwrap();
    let hub = std::sync::Arc::new(Hub::default());
    let _wait = hub.wait(1);
    watch::news(&recorder, &hub).await.unwrap();
    let statements = recorder.statements();
    assert!(statements.len() > 30, "{}", statements.len());
    for analyzed in [false, true] {
        if analyzed {
            database.execute_unprepared("ANALYZE").await.unwrap();
        }
        for text in statements.iter().map(|statement| &statement.sql) {
            let plan = plan(database, text).await;
            // The list of all, and what the test itself does, walk the ids from the end.
            let walks = plan.lines().any(|line| line == "SCAN base_processes");
            assert!(
                !walks || text.contains("ORDER BY id DESC LIMIT"),
                "analyzed: {analyzed}\n{text}\n{plan}"
            );
            let by_history = plan.contains("base_processes_ended");
            assert!(!by_history || text.contains("state > 2"), "analyzed: {analyzed}\n{text}\n{plan}");
            let sorts = plan.contains("TEMP B-TREE FOR ORDER BY");
            assert!(!sorts || text.contains("UNION ALL") || text.contains("json_each"), "{text}\n{plan}");
        }
    }
}
