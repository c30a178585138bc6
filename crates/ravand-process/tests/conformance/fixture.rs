//! The stores under test, each on a place of its own, and what the stories say often.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use ravand_cluster::Database;
use ravand_process::store::memory::Memory;
use ravand_process::store::postgres::Postgres;
use ravand_process::store::sqlite::Sqlite;
use ravand_process::store::{Claimed, Delay, Draft, End, Holder, Inserted, Outcome, Store, When};
use ravand_process::{Handlers, Id, Processes, Record};
use sea_orm::{ConnectionTrait, DatabaseConnection};

pub const LEASE: Duration = Duration::from_secs(15);
pub const SOON: Duration = Duration::from_secs(20);

/// A store that is empty at first.
pub struct Fixture {
    pub store: Arc<dyn Store>,
    /// Lets time pass for the store.
    pub pass: Arc<dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync>,
    /// Makes another one of the same kind.
    pub another: fn() -> BoxFuture<'static, Fixture>,
    _place: Box<dyn Any + Send + Sync>,
}

pub async fn memory() -> Fixture {
    let store = Memory::new();
    let clock = store.clone();
    Fixture {
        store: Arc::new(store),
        pass: Arc::new(move |time| {
            clock.pass(time);
            Box::pin(std::future::ready(()))
        }),
        another: another_memory,
        _place: Box::new(()),
    }
}

pub async fn sqlite() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(folder.path().join("processes.sqlite")).await.unwrap();
    store.migrate().await.unwrap();
    let database = store.database().unwrap().clone();
    Fixture {
        store: Arc::new(store),
        pass: shift(database),
        another: another_sqlite,
        _place: Box::new(folder),
    }
}

pub async fn postgres() -> Fixture {
    let place = Database::create().unwrap();
    let store = Postgres::connect(&place.url()).await.unwrap();
    store.migrate().await.unwrap();
    let database = store.database().unwrap().clone();
    Fixture {
        store: Arc::new(store),
        pass: shift(database),
        another: another_postgres,
        _place: Box::new(place),
    }
}

fn another_memory() -> BoxFuture<'static, Fixture> {
    Box::pin(memory())
}

fn another_sqlite() -> BoxFuture<'static, Fixture> {
    Box::pin(sqlite())
}

fn another_postgres() -> BoxFuture<'static, Fixture> {
    Box::pin(postgres())
}

/// Time passes for a database when all its times move back.
fn shift(database: DatabaseConnection) -> Arc<dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync> {
    Arc::new(move |time| {
        let database = database.clone();
        Box::pin(async move {
            let by = time.as_millis();
            for (table, columns) in [
                (
                    "base_processes",
                    "run_at created_at started_at ended_at lease_until interrupt_at unique_until",
                ),
                ("base_process_attempts", "started_at ended_at"),
                ("base_process_workers", "lease_until"),
                ("base_process_schedules", "next_at last_at"),
            ] {
                let set: Vec<_> =
                    columns.split(' ').map(|column| format!("{column} = {column} - {by}")).collect();
                database.execute_unprepared(&format!("UPDATE {table} SET {}", set.join(", "))).await.unwrap();
            }
        })
    })
}

impl Fixture {
    pub async fn pass(&self, time: Duration) {
        (self.pass)(time).await;
    }

    pub fn engine(&self, handlers: Handlers) -> Processes {
        Processes::shared(Arc::clone(&self.store), handlers).build()
    }

    pub fn engine_with_lease(&self, handlers: Handlers, lease: Duration) -> Processes {
        Processes::shared(Arc::clone(&self.store), handlers).lease(lease).build()
    }

    /// Keeps one; its id.
    pub async fn add(&self, draft: Draft) -> Id {
        match self.store.insert(None, &[draft]).await.unwrap()[..] {
            [Inserted::New(id)] => id,
            ref other => panic!("{other:?}"),
        }
    }

    /// Claims from the queue `q`.
    pub async fn claim(&self, free: u32) -> Vec<Claimed> {
        self.store.claim(&holder("w"), LEASE, &[("q".to_owned(), free)]).await.unwrap().runs
    }

    pub async fn claim_ids(&self, free: u32) -> Vec<Id> {
        self.claim(free).await.into_iter().map(|run| run.id).collect()
    }

    pub async fn record(&self, id: Id) -> Record {
        self.store.read(id).await.unwrap().unwrap()
    }

    pub async fn finish(&self, id: Id, attempt: i32, outcome: Outcome) -> Option<ravand_process::State> {
        let end = End { id, attempt, outcome, progress: 7, lines: Vec::new() };
        self.store.finish(&[end]).await.unwrap()[0]
    }
}

pub fn draft() -> Draft {
    Draft {
        name: "p".to_owned(),
        queue: "q".into(),
        parameters: "{}".to_owned(),
        priority: 0,
        when: When::Queued(Delay::None),
        max_attempts: 1,
        max_restarts: 3,
        unique: None,
        trace: None,
    }
}

pub fn holder(worker: &str) -> Holder {
    Holder { worker: worker.to_owned(), pid: None }
}

pub fn done() -> Outcome {
    Outcome::Done(r#"{"status":true}"#.to_owned())
}

pub const HOUR: Duration = Duration::from_secs(3600);
