//! The plans of the statements that a working program sends: none of them walks history.

use std::sync::Mutex;

use sea_orm::sea_query::ArrayType;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement, TransactionTrait, Value};

use super::runs::claim;
use super::{Postgres, insert, runs, sql};
use crate::store::sql::get;
use crate::store::sql::plans::{Recorder, working_program};
use crate::store::{Connection, Store};

working_program!();

/// The plan that is kept for a statement, whatever its values are.
async fn plan(database: &DatabaseConnection, statement: &Statement) -> String {
    let values = statement.values.as_ref().map(|values| values.0.clone()).unwrap_or_default();
    let types: Vec<_> = values.iter().map(name).collect();
    let nulls = vec!["NULL"; types.len()].join(", ");
    let (types, nulls) = match types.is_empty() {
        true => (String::new(), String::new()),
        false => (format!("({})", types.join(", ")), format!("({nulls})")),
    };
    // One connection, since what is prepared belongs to it.
    let transaction = database.begin().await.unwrap();
    transaction.execute_unprepared(&format!("PREPARE it {types} AS {}", statement.sql)).await.unwrap();
    let explain = sql(format!("EXPLAIN (COSTS OFF) EXECUTE it {nulls}"), []);
    let rows = Connection::rows(&transaction, explain).await.unwrap();
    transaction.execute_unprepared("DEALLOCATE it").await.unwrap();
    transaction.commit().await.unwrap();
    let lines: Vec<String> = rows.iter().map(|row| get(row, 0).unwrap()).collect();
    lines.join("\n")
}

fn name(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "bool",
        Value::SmallInt(_) => "smallint",
        Value::Int(_) => "int",
        Value::BigInt(_) => "bigint",
        Value::String(_) => "text",
        Value::Array(ArrayType::SmallInt, _) => "smallint[]",
        Value::Array(ArrayType::Int, _) => "int[]",
        Value::Array(ArrayType::BigInt, _) => "bigint[]",
        Value::Array(ArrayType::String, _) => "text[]",
        other => panic!("{other:?}"),
    }
}

/// What is wrong with a plan.
fn faults(text: &str, plan: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let lines: Vec<&str> = plan.lines().map(str::trim).collect();
    for (place, line) in lines.iter().enumerate() {
        if line.contains("Seq Scan on base_process") {
            faults.push(format!("walks a table: {line}"));
        }
        if line.contains("Bitmap") || line.contains("Hash Join") || line.contains("Merge Join") {
            faults.push(format!("does not depend on indexes alone: {line}"));
        }
        let bound = lines.get(place + 1).is_some_and(|next| next.starts_with("Index Cond"));
        // The list of all goes down the ids until it is full.
        if line.contains("using base_processes_pkey") && !bound && !text.contains("ORDER BY id DESC LIMIT") {
            faults.push(format!("walks all ids: {line}"));
        }
        if line.contains("using base_processes_ended") && !text.contains("state > 2") {
            faults.push(format!("reads history: {line}"));
        }
        // The claim reads what is ready in its order, and stops.
        if line.starts_with("Sort Key: base_processes.priority") {
            faults.push(format!("sorts what waits: {line}"));
        }
    }
    faults
}

#[tokio::test]
async fn no_plan_walks_history() {
    let place = ravand_cluster::Database::create().unwrap();
    let store = Postgres::connect(&place.url()).await.unwrap();
    store.migrate().await.unwrap();
    let database = &store.own;
    let recorder = Recorder(database, Mutex::default());
    // The tables are small at first, and what the server knows of them is that they are empty.
    work(&recorder).await.unwrap();
    let statements = recorder.statements();
    assert!(statements.len() > 30, "{}", statements.len());
    let history = "INSERT INTO base_processes (name, queue, parameters, state, run_at, created_at, ended_at)
         SELECT 'p', 'q', '{}', 3, i, i, i FROM generate_series(1, 200000) AS i";
    for moment in ["empty", "200,000 rows", "200,000 rows, analyzed"] {
        match moment {
            "200,000 rows" => {
                database.execute_unprepared(history).await.unwrap();
            }
            "200,000 rows, analyzed" => {
                database.execute_unprepared("ANALYZE").await.unwrap();
            }
            _ => {}
        }
        for statement in &statements {
            let plan = plan(database, statement).await;
            let faults = faults(&statement.sql, &plan);
            assert!(faults.is_empty(), "{moment}: {faults:#?}\n{}\n{plan}", statement.sql);
            if statement.sql.contains("priority DESC") {
                assert!(plan.contains("using base_processes_ready"), "{plan}");
            }
        }
    }
}
