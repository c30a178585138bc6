//! The faults of other engines, each shown not to be here.

use std::sync::Arc;
use std::time::Duration;

use ravand_core::{Error, Response};
use ravand_process::store::{Draft, Inserted, Outcome};
use ravand_process::{AttemptOutcome, Handlers, Options, Process, Processes, Run, State, Worker};
use serde_json::{Map, Value};
use tokio::sync::{Barrier, mpsc};

use crate::engine::until;
use crate::fixture::{Fixture, LEASE, SOON, done, draft, holder};

type Any = Map<String, Value>;

fn quick() -> Handlers {
    Handlers::new().add("p", Options::new(), |_: Run, _: Any| async {})
}

/// Wake-ups that come while a claim is under way were lost elsewhere: jobs then waited for a poll that never
/// comes while there is more. Here two producers put in 6,000, and every one is begun without a wait for a poll:
/// the worker looks for itself once a second, and 6,000 in groups that waited for that would take a minute.
pub async fn a_burst_from_two_producers(f: Fixture) {
    let (told, mut begun) = mpsc::unbounded_channel();
    let handlers = Handlers::new().add("p", Options::new(), move |run: Run, _: Any| {
        told.send(run.id()).unwrap();
        async {}
    });
    let processes = f.engine(handlers);
    let worker = Worker::new(&processes).start().await.unwrap();
    let start = Arc::new(Barrier::new(2));
    let producers: Vec<_> = (0..2)
        .map(|_| {
            // Each a program of its own: its wake-ups come through the store, where it can carry them.
            let processes = if f.store.outlives() { f.engine(quick()) } else { processes.clone() };
            let start = Arc::clone(&start);
            tokio::spawn(async move {
                start.wait().await;
                let mut ids = Vec::new();
                for _ in 0..300 {
                    let some = std::iter::repeat_n(Process::new("p"), 10);
                    for handle in Processes::background_run_all(&processes, some).await.unwrap() {
                        ids.push(handle.unwrap().id());
                    }
                }
                ids
            })
        })
        .collect();
    let mut queued = Vec::new();
    for producer in producers {
        queued.extend(producer.await.unwrap());
    }
    let mut ran = Vec::new();
    while ran.len() < 6000 {
        ran.push(tokio::time::timeout(SOON, begun.recv()).await.expect("none is forgotten").unwrap());
    }
    worker.stop().await.unwrap();
    queued.sort_unstable();
    ran.sort_unstable();
    assert_eq!(ran, queued, "each once");
    assert!(begun.try_recv().is_err());
}

/// Heartbeats stopped elsewhere while a function blocks the thread, and the run was started a second time.
pub async fn a_function_that_blocks(f: Fixture) {
    let lease = Duration::from_secs(1);
    let handlers = Handlers::new().add("p", Options::new(), move |_: Run, _: Any| async move {
        // Blocks the thread beyond several leases: this is the time that is tested.
        std::thread::sleep(lease * 3);
        Response::new(true)
    });
    let blocked = f.engine_with_lease(handlers.clone(), lease);
    let other = f.engine_with_lease(handlers, lease);
    // A third program that has its threads free, and would find the lease passed.
    let watching = Worker::new(&other).queue("nothing", 1).start().await.unwrap();
    let worker = Worker::new(&blocked).queue("default", 2).start().await.unwrap();
    let handle = Process::new("p").background_run(&blocked).await.unwrap();
    assert!(handle.wait_for(SOON).await.unwrap());
    let record = handle.record().await.unwrap();
    assert_eq!((record.attempt, record.crashes), (1, 0), "it ran once");
    worker.stop().await.unwrap();
    watching.stop().await.unwrap();
}

/// Heartbeats stopped elsewhere while a worker drains.
pub async fn a_drain_longer_than_the_lease(f: Fixture) {
    let lease = Duration::from_secs(1);
    let (told, mut begun) = mpsc::unbounded_channel();
    let handlers = Handlers::new().add("p", Options::new(), move |_: Run, _: Any| {
        told.send(()).unwrap();
        // Runs on for several leases while its worker drains: this is the time that is tested.
        async move { tokio::time::sleep(lease * 3).await }
    });
    let draining = f.engine_with_lease(handlers.clone(), lease);
    let worker = Worker::new(&draining).start().await.unwrap();
    let handle = Process::new("p").background_run(&draining).await.unwrap();
    begun.recv().await.unwrap();
    let other = f.engine_with_lease(handlers, lease);
    let second = Worker::new(&other).start().await.unwrap();
    worker.stop().await.unwrap();
    assert!(handle.wait_for(SOON).await.unwrap());
    let record = handle.record().await.unwrap();
    assert_eq!((record.state, record.attempt, record.crashes), (State::Done, 1, 0));
    second.stop().await.unwrap();
    assert!(begun.try_recv().is_err(), "it ran once");
}

/// A job whose killed worker came back under the same name was taken for one that the new one works on.
pub async fn a_name_that_comes_back(f: Fixture) {
    let id = f.add(draft()).await;
    // A worker claims it and is killed: its name is that of the host and pid, which may come again.
    f.store.claim(&holder("web1:7"), LEASE, &[("q".to_owned(), 1)]).await.unwrap();
    f.pass(LEASE * 2).await;
    let processes = f.engine_with_lease(quick(), Duration::from_secs(1));
    let worker = Worker::new(&processes).queue("q", 1).start().await.unwrap();
    let handle = processes.handle(id);
    assert!(handle.wait_for(SOON).await.unwrap());
    let record = handle.record().await.unwrap();
    assert_eq!((record.state, record.attempt, record.crashes), (State::Done, 2, 1));
    worker.stop().await.unwrap();
    // And no two engines have one name, though they are of one host and pid.
    let names: Vec<_> = [f.engine(quick()), f.engine(quick())].map(|engine| format!("{engine:?}")).into();
    let name = |text: &str| text.split("worker: \"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_ne!(name(&names[0]), name(&names[1]));
}

/// A job that kills its program was started again for ever, or beyond its maximum.
pub async fn a_poison_process(f: Fixture) {
    let (told, mut given_up) = mpsc::unbounded_channel();
    let options = Options::new().restarts(2).give_up(move |record| {
        told.send(record).unwrap();
        async {}
    });
    let handlers = Handlers::new().add("p", options, |_: Run, _: Any| async {});
    let processes = f.engine(handlers);
    let id = f.add(Draft { max_restarts: 2, ..draft() }).await;
    for run in 1..=2 {
        f.store.claim(&holder("w"), LEASE, &[("q".to_owned(), 1)]).await.unwrap();
        let crashed = Outcome::Crashed(format!("its program was killed by signal 9, the {run}. time"));
        assert_eq!(f.finish(id, run, crashed).await, Some(State::Queued));
    }
    f.store.claim(&holder("w"), LEASE, &[("q".to_owned(), 1)]).await.unwrap();
    f.pass(LEASE * 2).await;
    // The third crash is the last: found by a living worker, told to who asked for it, and never run again.
    let quick = Processes::shared(Arc::clone(&f.store), processes.handlers().clone())
        .lease(Duration::from_secs(1))
        .build();
    let worker = Worker::new(&quick).queue("q", 5).queue("default", 1).start().await.unwrap();
    let another = Process::new("p").background_run(&quick).await.unwrap();
    assert!(another.wait_for(SOON).await.unwrap());
    let handle = quick.handle(id);
    assert!(handle.ended_within(SOON).await.unwrap());
    let record = tokio::time::timeout(SOON, given_up.recv()).await.unwrap().unwrap();
    assert_eq!((record.id, record.state, record.attempt, record.crashes), (id, State::Lost, 3, 3));
    assert_eq!(handle.attempts().await.unwrap().len(), 3);
    let error = handle.wait_for(SOON).await.unwrap_err().to_string();
    assert!(error.starts_with(&format!("the process {id} was lost: the run was cut off")), "{error}");
    worker.stop().await.unwrap();
}

/// A panic left the record running.
pub async fn a_panic(f: Fixture) {
    let handlers = Handlers::new()
        .add("text", Options::new(), |_: Run, given: Any| async move { panic!("no {}", given["n"]) as () })
        .add("early", Options::new(), |_: Run, _: Any| -> std::future::Ready<Response> {
            panic!("before it began")
        })
        .add("other", Options::new(), |_: Run, _: Any| async { std::panic::panic_any(5) as () });
    let processes = f.engine(handlers);
    let worker = Worker::new(&processes).queue("default", 1).start().await.unwrap();
    for (name, error) in [("text", "no 7"), ("early", "before it began"), ("other", "no message")] {
        let process = Process::new(name).parameters(&serde_json::json!({"n": 7})).unwrap();
        let handle = process.background_run(&processes).await.unwrap();
        let text = handle.wait_for(SOON).await.unwrap_err().to_string();
        assert_eq!(text, format!("the process panicked: {error}"));
        assert_eq!(handle.state().await.unwrap(), State::Failed);
        let error =
            Process::new(name).parameters(&serde_json::json!({"n": 7})).unwrap().call(&processes).await;
        assert_eq!(error.err().unwrap().to_string(), text);
    }
    worker.stop().await.unwrap();
}

/// A program that was paused beyond its lease wrote over the run that took its place.
pub async fn a_paused_run_is_fenced(f: Fixture) {
    let (told, mut begun) = mpsc::unbounded_channel();
    let handlers = Handlers::new().add("p", Options::new(), move |run: Run, _: Any| {
        let told = told.clone();
        async move {
            let (go, gone) = tokio::sync::oneshot::channel::<()>();
            told.send((run.clone(), go)).unwrap();
            let _ = gone.await;
            run.progress(99).await?;
            Ok::<_, Error>(Response::new(true).set_data(run.attempt(), "run"))
        }
    });
    let processes = f.engine(handlers);
    let worker = Worker::new(&processes).start().await.unwrap();
    let handle = Process::new("p").background_run(&processes).await.unwrap();
    let (paused, wake) = begun.recv().await.unwrap();
    // While it is paused its lease passes, and the next run takes its place.
    let mut keeper = f.store.keeper().await.unwrap();
    let mut reaped = Vec::new();
    while reaped.is_empty() {
        // Its own beat may come in between, and does so once in five seconds.
        f.pass(LEASE * 4).await;
        reaped = keeper.reap(9).await.unwrap();
    }
    assert_eq!(reaped, [(handle.id(), State::Queued)]);
    let (second, go_on) = begun.recv().await.unwrap();
    assert_eq!((paused.attempt(), second.attempt()), (1, 2), "the fencing token has grown");
    let before = handle.record().await.unwrap();
    drop(wake);
    // The paused one wakes, ends, and changes nothing.
    let late = f.finish(handle.id(), 1, done()).await;
    assert_eq!(late, None);
    let record = handle.record().await.unwrap();
    assert_eq!((record.state, record.attempt, &record.response), (State::Running, 2, &before.response));
    drop(go_on);
    assert!(handle.wait_for(SOON).await.unwrap());
    assert_eq!(handle.response().await.unwrap().unwrap().get_data("run"), Some(&serde_json::json!(2)));
    let attempts = handle.attempts().await.unwrap();
    assert_eq!(
        attempts.iter().map(|a| a.outcome).collect::<Vec<_>>(),
        [AttemptOutcome::Lost, AttemptOutcome::Done]
    );
    until(&handle, |record| record.state == State::Done).await;
    worker.stop().await.unwrap();
    let Inserted::New(_) = f.store.insert(None, &[draft()]).await.unwrap()[0] else { panic!() };
}
