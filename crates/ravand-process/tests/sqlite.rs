//! What holds for SQLite alone: a busy file, a full disk, files it refuses, the application's connection.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "it is a test")]

use std::sync::Arc;
use std::time::Duration;

use ravand_core::Response;
use ravand_process::store::Store;
use ravand_process::store::sqlite::Sqlite;
use ravand_process::{Handlers, Options, Process, Processes, Run, Worker, wait_all};
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sea_orm::{
    ConnectionTrait, Database, SqliteTransactionMode, SqlxSqliteConnector, TransactionOptions,
    TransactionTrait,
};
use serde_json::{Map, Value};
use tokio::sync::{Semaphore, mpsc};

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

/// The disk is full when a run ends: the end is kept in the program, its lease goes on, and it is written when there is
/// room again. Whoever queues meanwhile is told.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteConnectOptions::new().filename(folder.path().join("app.sqlite"));
    // SQLite's own limit of a file gives the same fault as a disk without room.
    let options = options.create_if_missing(true).pragma("max_page_count", "300");
    let pool = SqlitePoolOptions::new().connect_with(options).await.unwrap();
    let database = SqlxSqliteConnector::from_sqlx_sqlite_pool(pool);
    let (open, mut begun) = (Arc::new(Semaphore::new(0)), mpsc::unbounded_channel());
    let handlers = {
        let (open, told) = (Arc::clone(&open), begun.0);
        Handlers::new().add("p", Options::new(), move |run: Run, _: Map<String, Value>| {
            let (open, told) = (Arc::clone(&open), told.clone());
            async move {
                told.send(()).unwrap();
                open.acquire().await.unwrap().forget();
                run.log("a line".repeat(1000));
                Response::new(true).set_data("long".repeat(10_000), "text")
            }
        })
    };
    let lease = Duration::from_secs(1);
    let store = Sqlite::of(&database).await.unwrap();
    let processes = Processes::builder(store, handlers).lease(lease).build();
    processes.migrate().await.unwrap();
    let worker = Worker::new(&processes).start().await.unwrap();
    let handle = Process::new("p").background_run(&processes).await.unwrap();
    begun.1.recv().await.unwrap();
    database.execute_unprepared("CREATE TABLE filler (bytes BLOB)").await.unwrap();
    let fill = "INSERT INTO filler VALUES (zeroblob(4000))";
    while database.execute_unprepared(fill).await.is_ok() {}
    open.add_permits(2);
    let long = Process::new("p").parameters(&serde_json::json!({"text": "long".repeat(10_000)})).unwrap();
    let error = long.background_run(&processes).await.unwrap_err();
    assert!(error.chain().contains("database or disk is full"), "{}", error.chain());
    // Several leases pass: this is the time that is tested.
    tokio::time::sleep(lease * 3).await;
    assert!(handle.is_running().await.unwrap());
    database.execute_unprepared("DELETE FROM filler").await.unwrap();
    assert!(handle.wait_for(SOON).await.unwrap());
    let record = handle.record().await.unwrap();
    assert_eq!((record.attempt, record.crashes), (1, 0));
    assert_eq!(record.response.unwrap()["text"].as_str().unwrap().len(), 40_000);
    assert_eq!(handle.logs(0).await.unwrap().len(), 1);
    assert!(Process::new("p").background_run(&processes).await.unwrap().wait_for(SOON).await.unwrap());
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
