//! What holds for SQLite alone: a busy file, files it refuses, the application's connection.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "it is a test")]

use std::time::Duration;

use ravand_core::Response;
use ravand_process::store::Store;
use ravand_process::store::sqlite::Sqlite;
use ravand_process::{Handlers, Options, Process, Processes, Run, Worker, wait_all};
use sea_orm::{Database, SqliteTransactionMode, TransactionOptions, TransactionTrait};
use serde_json::{Map, Value};

const SOON: Duration = Duration::from_secs(30);

async fn store() -> (Sqlite, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(folder.path().join("processes.sqlite")).await.unwrap();
    store.migrate().await.unwrap();
    (store, folder)
}

fn quick() -> Handlers {
    Handlers::new().add("p", Options::new(), |_: Run, _: Map<String, Value>| async { Response::new(true) })
}

/// A worker died elsewhere of `SQLITE_BUSY`. Here another connection keeps the write lock beyond the time that
/// SQLite itself waits, while processes are queued, run and ended.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_file_is_waited_for() {
    let (store, _folder) = store().await;
    let database = store.database().unwrap().clone();
    let processes = Processes::builder(store, quick()).lease(Duration::from_secs(1)).build();
    let worker = Worker::new(&processes).start().await.unwrap();
    let queue = async |n: usize| -> Vec<_> {
        let all = Processes::background_run_all(&processes, vec![Process::new("p"); n]).await.unwrap();
        all.into_iter().map(|one| one.unwrap()).collect()
    };
    let before = queue(20).await;
    let mode = Some(SqliteTransactionMode::Immediate);
    let options = TransactionOptions { sqlite_transaction_mode: mode, ..Default::default() };
    let lock = database.begin_with_options(options).await.unwrap();
    let unlock = async {
        // Longer than SQLite's own wait of two seconds: this is the time that is tested.
        tokio::time::sleep(Duration::from_millis(2600)).await;
        lock.rollback().await.unwrap();
    };
    let (queued, ()) = tokio::join!(queue(20), unlock);
    assert!(wait_all(&before, SOON).await.unwrap());
    assert!(wait_all(&queued, SOON).await.unwrap());
    for handle in before.iter().chain(&queued) {
        assert_eq!(handle.record().await.unwrap().attempt, 1, "each ran once");
    }
    worker.stop().await.unwrap();
}

#[tokio::test]
async fn a_database_in_memory_is_refused() {
    let memory = Database::connect("sqlite::memory:").await.unwrap();
    let error = Sqlite::of(&memory).await.unwrap_err().to_string();
    assert_eq!(
        error,
        "processes need a database that outlives its connections, and one in memory does not; \
         use a file, as in `sqlite://storage/app.sqlite`, or the store `Memory`"
    );
    let folder = tempfile::tempdir().unwrap();
    let error = Sqlite::open(folder.path().join("no/such/folder.sqlite")).await.unwrap_err().to_string();
    assert!(error.contains("no/such/folder.sqlite cannot be opened"), "{error}");
}

/// The application's own connection, beside which the engine opens its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_the_application() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("app.sqlite").display());
    let database = Database::connect(url).await.unwrap();
    let store = Sqlite::of(&database).await.unwrap().full_sync().await.unwrap();
    let processes = Processes::new(store, quick());
    processes.migrate().await.unwrap();
    processes.migrate().await.unwrap();
    let worker = Worker::new(&processes).start().await.unwrap();
    let transaction = database.begin().await.unwrap();
    let handle = Process::new("p").background_run(&processes.within(&transaction)).await.unwrap();
    transaction.commit().await.unwrap();
    assert!(handle.wait_for(SOON).await.unwrap());
    worker.stop().await.unwrap();
}
