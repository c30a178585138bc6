//! What holds for PostgreSQL alone: a server that is restarted or away, connections that are cut, its texts.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "it is a test")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::task::Poll;
use std::time::Duration;

use ravand_cluster::{Cluster, Database, Purpose};
use ravand_core::{Error, Response};
use ravand_process::store::Store;
use ravand_process::store::postgres::Postgres;
use ravand_process::{Handle, Handlers, Options, Process, Processes, Run, State, Worker, wait_all};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement, TransactionTrait};
use serde_json::{Map, Value};
use tokio::sync::{Semaphore, mpsc};

type Any = Map<String, Value>;

const SOON: Duration = Duration::from_secs(60);
const LEASE: Duration = Duration::from_secs(2);

async fn engine(url: &str, handlers: Handlers) -> Processes {
    let store = Postgres::connect(url).await.unwrap();
    let processes = Processes::builder(store, handlers).lease(LEASE).build();
    processes.migrate().await.unwrap();
    processes
}

/// A function whose effect is kept with its end.
fn effects() -> Handlers {
    Handlers::new().add("p", Options::new().attempts(50), |run: Run, _: Any| async move {
        let transaction = run.transaction().await?;
        let insert = format!("INSERT INTO effects VALUES ({})", run.id());
        transaction.execute_unprepared(&insert).await?;
        transaction.commit(Response::new(true)).await
    })
}

async fn number(database: &DatabaseConnection, query: &str) -> i64 {
    let statement = Statement::from_string(DbBackend::Postgres, query);
    database.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

/// The server is restarted twice, once in order and once as if it were killed, while two programs work and a
/// third one queues: whatever was queued with an answer runs, and its effect is there once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn restarted_under_load() {
    let cluster = Arc::new(Cluster::start(Purpose::Durable).unwrap());
    let url = cluster.url("postgres");
    let processes = engine(&url, effects()).await;
    let database = processes.store().database().unwrap().clone();
    database.execute_unprepared("CREATE TABLE effects (id BIGINT)").await.unwrap();
    let mut workers = Vec::new();
    for _ in 0..2 {
        let other = engine(&url, effects()).await;
        workers.push(Worker::new(&other).queue("default", 20).start().await.unwrap());
    }
    let stop = Arc::new(AtomicBool::new(false));
    let producer = {
        let (processes, stop) = (processes.clone(), Arc::clone(&stop));
        tokio::spawn(async move {
            let (mut handles, mut refused): (Vec<Handle>, u32) = (Vec::new(), 0);
            while !stop.load(Ordering::SeqCst) {
                match Processes::background_run_all(&processes, vec![Process::new("p"); 5]).await {
                    Ok(some) => handles.extend(some.into_iter().map(|one| one.unwrap())),
                    // Whether these were queued is not known to who asked, and so they are not waited for.
                    Err(_) => refused += 1,
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            (handles, refused)
        })
    };
    for gracefully in [true, false] {
        let before = number(&database, "SELECT count(*) FROM effects").await;
        let restart = Arc::clone(&cluster);
        tokio::task::spawn_blocking(move || {
            restart.stop(gracefully).unwrap();
            restart.resume().unwrap();
        })
        .await
        .unwrap();
        // Work goes on.
        let goes_on = async {
            let query = Statement::from_string(DbBackend::Postgres, "SELECT count(*) FROM effects");
            loop {
                if let Ok(Some(row)) = database.query_one_raw(query.clone()).await
                    && row.try_get_by_index::<i64>(0).unwrap() > before + 20
                {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(SOON, goes_on).await.expect("work goes on after a restart");
    }
    stop.store(true, Ordering::SeqCst);
    let (handles, refused) = producer.await.unwrap();
    assert!(wait_all(&handles, SOON).await.unwrap(), "{} queued, {refused} refused", handles.len());
    for worker in workers {
        worker.stop().await.unwrap();
    }
    let twice = "SELECT count(*) FROM (SELECT id FROM effects GROUP BY id HAVING count(*) > 1) AS twice";
    assert_eq!(number(&database, twice).await, 0, "no effect is there twice");
    let without =
        "SELECT count(*) FROM base_processes WHERE state = 3 AND id NOT IN (SELECT id FROM effects)";
    assert_eq!(number(&database, without).await, 0, "no process is done without its effect");
    let left = "SELECT count(*) FROM base_processes WHERE state <> 3";
    assert_eq!(number(&database, left).await, 0, "none is left or lost");
}

/// The server is away for longer than the lease while a run goes on, with another host that would take over: the
/// run is not started again, and its end is written when the server is back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn away_for_longer_than_the_lease() {
    let cluster = Cluster::start(Purpose::Tests).unwrap();
    let url = cluster.url("postgres");
    let (told, mut begun) = mpsc::unbounded_channel();
    let open = Arc::new(Semaphore::new(0));
    let runs = Arc::new(AtomicU32::new(0));
    let handlers = || {
        let (told, open, runs) = (told.clone(), Arc::clone(&open), Arc::clone(&runs));
        Handlers::new().add("p", Options::new(), move |run: Run, _: Any| {
            runs.fetch_add(1, Ordering::SeqCst);
            let (told, open) = (told.clone(), Arc::clone(&open));
            async move {
                told.send(()).unwrap();
                open.acquire().await.unwrap().forget();
                run.log("it ends while nobody can be told");
                Response::new(true)
            }
        })
    };
    let (one, two) = (engine(&url, handlers()).await, engine(&url, handlers()).await);
    let first = Worker::new(&one).start().await.unwrap();
    let handle = Process::new("p").background_run(&one).await.unwrap();
    begun.recv().await.unwrap();
    let second = Worker::new(&two).start().await.unwrap();
    cluster.stop(true).unwrap();
    open.add_permits(1);
    // Longer than the lease: this is the time that is tested.
    tokio::time::sleep(LEASE * 3).await;
    cluster.resume().unwrap();
    assert!(handle.wait_for(SOON).await.unwrap());
    let record = handle.record().await.unwrap();
    assert_eq!((record.state, record.attempt, record.crashes), (State::Done, 1, 0));
    assert_eq!(runs.load(Ordering::SeqCst), 1);
    assert_eq!(handle.logs(0).await.unwrap().len(), 1);
    // And all goes on as before, also what is told from one host to another.
    open.add_permits(1);
    let again = Process::new("p").background_run(&two).await.unwrap();
    assert!(again.wait_for(SOON).await.unwrap());
    first.stop().await.unwrap();
    second.stop().await.unwrap();
}

/// Connections that the server, or something between, has cut are replaced, those that listen too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_are_cut() {
    let place = Database::create().unwrap();
    let handlers =
        || Handlers::new().add("p", Options::new(), |_: Run, _: Any| async { Response::new(true) });
    let (here, there) = (engine(&place.url(), handlers()).await, engine(&place.url(), handlers()).await);
    let database = here.store().database().unwrap().clone();
    let worker = Worker::new(&there).start().await.unwrap();
    for _ in 0..3 {
        let handle = Process::new("p").background_run(&here).await.unwrap();
        assert!(handle.wait_for(SOON).await.unwrap());
        let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
             WHERE datname = current_database() AND application_name = 'ravand-process'";
        assert!(number(&database, cut).await > 2);
        // What may have been done is not done again by itself: whoever asked is told, and asks again.
        let queued = async {
            loop {
                match Process::new("p").background_run(&here).await {
                    Ok(handle) => return handle,
                    Err(error) => assert!(error.to_string().contains("database"), "{error}"),
                }
            }
        };
        let handle = tokio::time::timeout(SOON, queued).await.unwrap();
        assert!(handle.wait_for(SOON).await.unwrap());
    }
    worker.stop().await.unwrap();
}

/// A transaction of the user that is slow to commit keeps a row. The thread that renews leases does not wait for it:
/// what the other runs of the program are asked reaches them, and nobody takes them over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn leases_live_on_beside_a_slow_transaction() {
    let place = Database::create().unwrap();
    let (told, mut begun) = mpsc::unbounded_channel();
    let open = Arc::new(Semaphore::new(0));
    let handlers = || {
        let (slow, beside, open) = (told.clone(), told.clone(), Arc::clone(&open));
        Handlers::new()
            .add("slow", Options::new(), move |run: Run, _: Any| {
                let (slow, open) = (slow.clone(), Arc::clone(&open));
                async move {
                    let transaction = run.transaction().await?;
                    // Keeps its row, as the writing of the end does.
                    let lock = format!("SELECT id FROM base_processes WHERE id = {} FOR UPDATE", run.id());
                    transaction.execute_unprepared(&lock).await?;
                    slow.send(()).unwrap();
                    open.acquire().await.unwrap().forget();
                    transaction.commit(Response::new(true)).await
                }
            })
            .add("beside", Options::new(), move |run: Run, _: Any| {
                beside.send(()).unwrap();
                async move {
                    run.interrupted().await;
                    run.check_interruption().await
                }
            })
    };
    let (one, two) = (engine(&place.url(), handlers()).await, engine(&place.url(), handlers()).await);
    let first = Worker::new(&one).start().await.unwrap();
    let beside = Process::new("beside").background_run(&one).await.unwrap();
    let slow = Process::new("slow").background_run(&one).await.unwrap();
    begun.recv().await.unwrap();
    begun.recv().await.unwrap();
    // Another host, which would take over what is not renewed.
    let second = Worker::new(&two).start().await.unwrap();
    // Several leases pass: this is the time that is tested.
    tokio::time::sleep(LEASE * 3).await;
    assert!(beside.is_running().await.unwrap());
    beside.interrupt().await.unwrap();
    assert!(beside.ended_within(SOON).await.unwrap());
    open.add_permits(1);
    assert!(slow.wait_for(SOON).await.unwrap());
    for (handle, state) in [(&slow, State::Done), (&beside, State::Interrupted)] {
        let record = handle.record().await.unwrap();
        assert_eq!((record.state, record.attempt, record.crashes), (state, 1, 0));
    }
    first.stop().await.unwrap();
    second.stop().await.unwrap();
}

/// PostgreSQL keeps no zero character; what a run says is kept without it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_zero_in_a_text() {
    let place = Database::create().unwrap();
    let handlers = Handlers::new().add("p", Options::new(), |run: Run, _: Any| async move {
        run.log("a\0line");
        Err::<Response, _>(Error::internal("an\0error"))
    });
    let processes = engine(&place.url(), handlers).await;
    let worker = Worker::new(&processes).start().await.unwrap();
    let handle = Process::new("p").background_run(&processes).await.unwrap();
    assert!(handle.ended_within(SOON).await.unwrap());
    assert_eq!(handle.record().await.unwrap().error.as_deref(), Some("an\u{fffd}error"));
    assert_eq!(handle.logs(0).await.unwrap()[0].text, "a\u{fffd}line");
    worker.stop().await.unwrap();
}

/// The application's own connection; a transaction; what is not PostgreSQL, or not there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_the_application() {
    let place = Database::create().unwrap();
    let database = sea_orm::Database::connect(place.url()).await.unwrap();
    let store = Postgres::of(&database).await.unwrap();
    let quick = || Handlers::new().add("p", Options::new(), |_: Run, _: Any| async { Response::new(true) });
    let processes = Processes::new(store.clone(), quick());
    // Hosts that start at the same moment.
    let (a, b) = tokio::join!(processes.migrate(), store.migrate());
    a.and(b).unwrap();
    let other = Processes::new(Postgres::of(&database).await.unwrap(), quick());
    let worker = Worker::new(&other).start().await.unwrap();
    let transaction = database.begin().await.unwrap();
    let handle = Process::new("p").background_run(&processes.within(&transaction)).await.unwrap();
    transaction.commit().await.unwrap();
    assert!(handle.wait_for(SOON).await.unwrap());
    worker.stop().await.unwrap();

    let file = sea_orm::Database::connect("sqlite::memory:").await.unwrap();
    let error = Postgres::of(&file).await.unwrap_err().to_string();
    assert_eq!(error, "the connection is not one to PostgreSQL");
    let error = store.insert(Some(&file), &[]).await.unwrap_err().to_string();
    assert_eq!(error, "processes are kept in PostgreSQL, and the transaction is one of Sqlite");
    let error = Postgres::connect("postgres://localhost:no/way").await.unwrap_err().to_string();
    assert!(error.starts_with("the address of the processes' database is not understood: "), "{error}");
    let nowhere = format!("{}_not_there", place.url());
    let error = Postgres::connect(&nowhere).await.unwrap_err().to_string();
    assert!(error.contains("cannot be reached") && error.contains("_not_there"), "{error}");
}

/// Many are queued, and who asked goes away at any moment: all are kept or none, and no connection takes what the
/// server still says for the answer to another.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_that_are_given_up() {
    let place = Database::create().unwrap();
    let handlers = Handlers::new().add("p", Options::new(), |_: Run, _: Any| async { Response::new(true) });
    let processes = engine(&place.url(), handlers).await;
    let many = || vec![Process::new("p"); 3000];
    let mut answered = 0;
    for polls in 1..60 {
        let mut asked = Box::pin(Processes::background_run_all(&processes, many()));
        let mut left = polls;
        let done = std::future::poll_fn(|context| match asked.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => {
                left -= 1;
                Poll::Pending
            }
        });
        let done = done.await;
        drop(asked);
        if let Some(done) = done {
            assert_eq!(done.unwrap().len(), 3000);
            answered += 1;
        }
        let one = Process::new("p").background_run(&processes).await.unwrap();
        let record = one.record().await.unwrap();
        assert_eq!((record.id, record.state), (one.id(), State::Queued));
    }
    let kept = number(processes.store().database().unwrap(), "SELECT count(*) FROM base_processes").await;
    assert_eq!(kept % 3000, 59);
    assert!(kept / 3000 >= answered, "{kept} are kept, and {answered} times 3000 were told of");
    // It was given up in the midst, and it was not.
    assert!((1..59).contains(&answered), "{answered}");
}
