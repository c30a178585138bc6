//! The engine over each store: from a call to its answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use ravand_core::{Error, Response, Result};
use ravand_process::{
    AttemptOutcome, Backoff, Handlers, Options, Process, Processes, Retry, Run, Schedule, Signal, State,
    Worker, wait_all,
};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Map, Value, json};
use tokio::sync::{Semaphore, mpsc};

use crate::fixture::{Fixture, HOUR, SOON};

type Any = Map<String, Value>;

/// Where a function says that it has come somewhere, and waits to be let on.
#[derive(Clone)]
struct Gate {
    reached: mpsc::UnboundedSender<Run>,
    open: Arc<Semaphore>,
}

fn gate() -> (Gate, mpsc::UnboundedReceiver<Run>) {
    let (reached, at) = mpsc::unbounded_channel();
    (Gate { reached, open: Arc::new(Semaphore::new(0)) }, at)
}

impl Gate {
    async fn pass(&self, run: &Run) {
        self.reached.send(run.clone()).unwrap();
        self.open.acquire().await.unwrap().forget();
    }
}

/// A function that waits at a gate and answers.
fn gated(gate: &Gate, options: Options) -> Handlers {
    let gate = gate.clone();
    Handlers::new().add("p", options, move |run: Run, _: Any| {
        let gate = gate.clone();
        async move {
            gate.pass(&run).await;
            Response::new(true)
        }
    })
}

async fn fault<T>(work: impl Future<Output = Result<T>>) -> String {
    work.await.err().expect("an error").to_string()
}

pub async fn in_the_background_and_waited_for(f: Fixture) {
    let handlers = Handlers::new().add("p", Options::new(), |run: Run, given: Any| async move {
        run.log("a line");
        Response::new(true).set_data(given["n"].clone(), "n").set_data(run.attempt(), "attempt")
    });
    let processes = f.engine(handlers);
    let worker = Worker::new(&processes).start().await.unwrap();
    let process = Process::new("p").parameters(&json!({"n": 7})).unwrap();
    let handle = process.background_run(&processes).await.unwrap();
    assert!(handle.wait_for(SOON).await.unwrap());
    let response = handle.response().await.unwrap().unwrap();
    assert!(response.status());
    assert_eq!((response.get_data("n"), response.get_data("attempt")), (Some(&json!(7)), Some(&json!(1))));
    assert_eq!(handle.progress().await.unwrap(), 100);
    assert_eq!(handle.logs(0).await.unwrap()[0].text, "a line");
    assert_eq!(handle.attempts().await.unwrap()[0].outcome, AttemptOutcome::Done);
    assert!(!handle.is_running().await.unwrap());
    worker.stop().await.unwrap();
    assert!(processes.workers().await.unwrap().is_empty());
}

pub async fn in_place(f: Fixture) {
    let (gate, mut at) = gate();
    let processes = f.engine(gated(&gate, Options::new()));
    let handle = Process::new("p").run(&processes).await.unwrap();
    at.recv().await.unwrap();
    assert!(handle.is_running().await.unwrap());
    assert!(!handle.wait_for(Duration::from_millis(1)).await.unwrap());
    let text = fault(handle.run()).await;
    assert_eq!(
        text,
        format!("the process {} is running; only one that is saved or queued can be run", handle.id())
    );
    gate.open.add_permits(9);
    assert!(handle.wait_for(SOON).await.unwrap());
    let (_, ended) = Process::new("p").run_and_wait_for(&processes, SOON).await.unwrap();
    assert!(ended);
    let response = Process::new("p").call(&processes).await.unwrap();
    assert!(response.status());
}

pub async fn a_saved_one_runs_when_asked(f: Fixture) {
    let (gate, _at) = gate();
    gate.open.add_permits(9);
    let processes = f.engine(gated(&gate, Options::new()));
    let worker = Worker::new(&processes).start().await.unwrap();
    let handle = Process::new("p").save(&processes).await.unwrap();
    assert_eq!(handle.state().await.unwrap(), State::Saved);
    handle.background_run(&processes).await.unwrap();
    assert!(handle.wait_for(SOON).await.unwrap());
    let text = fault(handle.background_run(&processes)).await;
    assert_eq!(
        text,
        format!("the process {} is done; only one that is saved or queued can be run", handle.id())
    );
    worker.stop().await.unwrap();
}

pub async fn errors_are_kept_and_thrown_again(f: Fixture) {
    #[derive(serde::Deserialize)]
    struct Mail {
        #[expect(dead_code, reason = "only its reading is of interest")]
        copies: u8,
    }
    let handlers = Handlers::new()
        .add("error", Options::new(), |_: Run, _: Any| async {
            let cause = std::io::Error::other("the cable is out");
            Err::<Response, _>(Error::internal("the mail was not sent").caused_by(cause))
        })
        .add("false", Options::new(), |_: Run, _: Any| async { Response::new(false).set_data(1, "left") })
        .add("typed", Options::new(), |_: Run, _: Mail| async {});
    let processes = f.engine(handlers);
    let worker = Worker::new(&processes).start().await.unwrap();
    let handle = Process::new("error").background_run(&processes).await.unwrap();
    assert!(handle.ended_within(SOON).await.unwrap());
    assert_eq!(fault(handle.wait_for(SOON)).await, "the mail was not sent\n  caused by: the cable is out");
    let handle = Process::new("false").background_run(&processes).await.unwrap();
    assert!(handle.wait_for(SOON).await.unwrap());
    assert_eq!(handle.state().await.unwrap(), State::Failed);
    let response = handle.response().await.unwrap().unwrap();
    assert_eq!((response.status(), response.get_data("left")), (false, Some(&json!(1))));
    let wrong = Process::new("typed").parameters(&json!({"copies": "two"})).unwrap();
    let handle = wrong.background_run(&processes).await.unwrap();
    assert_eq!(
        fault(handle.wait_for(SOON)).await,
        "the parameters do not fit: `copies`: invalid type: string \"two\", expected u8"
    );
    worker.stop().await.unwrap();
}

pub async fn attempts_back_off_and_give_up(f: Fixture) {
    let (told, mut given_up) = mpsc::unbounded_channel();
    let options = Options::new()
        .attempts(3)
        .backoff(Backoff::exponential(HOUR, 10 * HOUR).jitter(0.0))
        .give_up(move |record| {
            let told = told.clone();
            async move { told.send(record).unwrap() }
        });
    let handlers = Handlers::new()
        .add("p", options.clone(), |run: Run, _: Any| async move {
            Err::<Response, _>(Error::internal(format!("no {}", run.attempt())))
        })
        .add("never", options, |_: Run, _: Any| async {
            Err::<Response, _>(Error::from(Retry::never("the address is wrong")))
        });
    let processes = f.engine(handlers);
    let worker = Worker::new(&processes).start().await.unwrap();
    let handle = Process::new("p").background_run(&processes).await.unwrap();
    for (failures, delay) in [(1, HOUR), (2, 2 * HOUR)] {
        let record = until(&handle, |record| record.failures == failures).await;
        assert_eq!(record.state, State::Queued);
        let wait = record.run_at - f.store.now().await.unwrap();
        let delay = i64::try_from(delay.as_millis()).unwrap();
        assert!(wait <= delay && wait > delay - 60_000, "{wait}");
        f.pass(2 * HOUR).await;
    }
    assert!(handle.ended_within(SOON).await.unwrap());
    assert_eq!(fault(handle.wait_for(SOON)).await, "no 3");
    assert_eq!(given_up.recv().await.unwrap().id, handle.id());
    let attempts = handle.attempts().await.unwrap();
    let attempts: Vec<_> = attempts.iter().map(|a| (a.attempt, a.outcome, a.error.as_deref())).collect();
    let failed = AttemptOutcome::Failed;
    assert_eq!(attempts, [(1, failed, Some("no 1")), (2, failed, Some("no 2")), (3, failed, Some("no 3"))]);
    let never = Process::new("never").background_run(&processes).await.unwrap();
    assert_eq!(fault(never.wait_for(SOON)).await, "the address is wrong");
    assert_eq!(never.record().await.unwrap().attempt, 1);
    assert_eq!(given_up.recv().await.unwrap().id, never.id());
    // By hand it is queued again, and its attempts count anew.
    handle.retry().await.unwrap();
    let record = until(&handle, |record| record.attempt == 4 && record.state == State::Queued).await;
    assert_eq!(record.failures, 1);
    worker.stop().await.unwrap();
}

/// Waits until a record is as told. It is looked at again after a moment: nothing tells of these changes.
pub async fn until(
    handle: &ravand_process::Handle,
    is: impl Fn(&ravand_process::Record) -> bool,
) -> ravand_process::Record {
    let looking = async {
        loop {
            let record = handle.record().await.unwrap();
            if is(&record) {
                return record;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(SOON, looking).await.expect("the record became as it should")
}

pub async fn retry_after_is_durable(f: Fixture) {
    let handlers = Handlers::new().add("p", Options::new().attempts(9), |run: Run, _: Any| async move {
        match run.attempt() {
            3 => Ok(Response::new(true)),
            _ => Err(Error::from(Retry::after(Duration::from_secs(3), "the server asked for 3 s"))),
        }
    });
    let processes = f.engine(handlers.clone());
    let worker = Worker::new(&processes).start().await.unwrap();
    let handle = Process::new("p").background_run(&processes).await.unwrap();
    let record = until(&handle, |record| record.failures == 1).await;
    let wait = record.run_at - f.store.now().await.unwrap();
    assert!((2000..=3000).contains(&wait), "{wait}");
    assert_eq!(record.error.as_deref(), Some("the server asked for 3 s"));
    // It outlives the program: another one goes on.
    worker.stop().await.unwrap();
    drop(processes);
    let processes = f.engine(handlers);
    let worker = Worker::new(&processes).start().await.unwrap();
    let handle = processes.find(handle.id()).await.unwrap();
    for failures in [1, 2] {
        until(&handle, |record| record.failures == failures && record.state == State::Queued).await;
        assert!(!handle.ended_within(Duration::ZERO).await.unwrap());
        f.pass(Duration::from_secs(3)).await;
    }
    assert!(handle.wait_for(SOON).await.unwrap());
    assert_eq!(handle.record().await.unwrap().attempt, 3);
    worker.stop().await.unwrap();
}

pub async fn an_interrupt_wakes_the_run(f: Fixture) {
    let (gate, mut at) = gate();
    let reached = gate.reached.clone();
    let handlers = Handlers::new().add("p", Options::new().attempts(5), move |run: Run, _: Any| {
        let reached = reached.clone();
        async move {
            reached.send(run.clone()).unwrap();
            run.interrupted().await;
            run.check_interruption().await?;
            Ok::<_, Error>(Response::new(true))
        }
    });
    let processes = f.engine(handlers.clone());
    let worker = Worker::new(&processes).start().await.unwrap();
    // Another program asks: the wish goes through the store.
    let other = f.engine(handlers);
    for asker in [&processes, &other] {
        let handle = Process::new("p").background_run(asker).await.unwrap();
        at.recv().await.unwrap();
        assert_eq!(handle.interrupt().await.unwrap(), State::Running);
        assert!(handle.ended_within(SOON).await.unwrap());
        assert_eq!(handle.state().await.unwrap(), State::Interrupted);
        let text = fault(handle.wait_for(SOON)).await;
        assert_eq!(text, format!("the process {} is interrupted: the process was interrupted", handle.id()));
    }
    let later = Process::new("p").run_in(HOUR).background_run(&processes).await.unwrap();
    assert_eq!(later.interrupt().await.unwrap(), State::Cancelled);
    assert!(later.ended_within(Duration::ZERO).await.unwrap());
    worker.stop().await.unwrap();
}

pub async fn a_stop_drops_the_run(f: Fixture) {
    let (gate, mut at) = gate();
    let processes = f.engine(gated(&gate, Options::new()));
    let worker = Worker::new(&processes).start().await.unwrap();
    let handle = Process::new("p").background_run(&processes).await.unwrap();
    at.recv().await.unwrap();
    assert!(handle.stop(Signal::Term, Duration::from_millis(10)).await.unwrap());
    let record = handle.record().await.unwrap();
    assert_eq!(
        (record.state, record.error.as_deref()),
        (State::Interrupted, Some("it was stopped with signal 15"))
    );
    worker.stop().await.unwrap();
}

pub async fn progress_and_lines_are_seen_while_it_runs(f: Fixture) {
    let (gate, mut at) = gate();
    let handlers = {
        let gate = gate.clone();
        Handlers::new().add("p", Options::new(), move |run: Run, _: Any| {
            let gate = gate.clone();
            async move {
                run.progress(40).await?;
                run.log("half way");
                gate.pass(&run).await;
                run.log("done");
                Ok::<_, Error>(Response::new(true))
            }
        })
    };
    let processes = f.engine(handlers);
    let worker = Worker::new(&processes).start().await.unwrap();
    let handle = Process::new("p").background_run(&processes).await.unwrap();
    at.recv().await.unwrap();
    until(&handle, |record| record.progress == 40 && record.state == State::Running).await;
    // The line may come with the next writing.
    let lines = async {
        loop {
            match handle.logs(0).await.unwrap() {
                lines if lines.is_empty() => tokio::time::sleep(Duration::from_millis(5)).await,
                lines => return lines,
            }
        }
    };
    let first = tokio::time::timeout(SOON, lines).await.expect("the line was written");
    assert_eq!(first[0].text, "half way");
    gate.open.add_permits(1);
    assert!(handle.wait_for(SOON).await.unwrap());
    assert_eq!(handle.logs(first[0].seq).await.unwrap()[0].text, "done");
    worker.stop().await.unwrap();
}

pub async fn waiting_for_many(f: Fixture) {
    let handlers = Handlers::new().add("p", Options::new(), |_: Run, given: Any| async move {
        if given["n"] == 666 { Err(Error::internal("bad one")) } else { Ok(Response::new(true)) }
    });
    let processes = f.engine(handlers);
    let worker = Worker::new(&processes).start().await.unwrap();
    let some = |range: std::ops::Range<u32>| {
        range.map(|n| Process::new("p").parameters(&json!({"n": n})).unwrap()).collect::<Vec<_>>()
    };
    let all = Processes::background_run_all(&processes, some(0..500)).await.unwrap();
    let handles: Vec<_> = all.into_iter().map(|one| one.unwrap()).collect();
    assert!(wait_all(&handles, SOON).await.unwrap());
    let all = Processes::background_run_all(&processes, some(660..670)).await.unwrap();
    let handles: Vec<_> = all.into_iter().map(|one| one.unwrap()).collect();
    assert_eq!(fault(wait_all(&handles, SOON)).await, "bad one");
    assert!(wait_all(&[], SOON).await.unwrap());
    let later = Process::new("p").run_in(HOUR).background_run(&processes).await.unwrap();
    assert!(!wait_all(&[later], Duration::from_millis(1)).await.unwrap());
    let gone = [processes.handle(1_000_000)];
    assert!(wait_all(&gone, SOON).await.is_err());
    worker.stop().await.unwrap();
}

pub async fn a_drain_gives_back_what_does_not_end(f: Fixture) {
    let (gate, mut at) = gate();
    let stubborn = gate.reached.clone();
    let polite = gate.reached.clone();
    let handlers = gated(&gate, Options::new())
        .add("stubborn", Options::new(), move |run: Run, _: Any| {
            let _ = stubborn.send(run);
            async { std::future::pending::<Response>().await }
        })
        .add("polite", Options::new(), move |run: Run, _: Any| {
            let polite = polite.clone();
            async move {
                polite.send(run.clone()).unwrap();
                run.interrupted().await;
                run.check_interruption().await
            }
        });
    let processes = f.engine(handlers);
    let worker = Worker::new(&processes)
        .grace(Duration::from_millis(50))
        .interrupt_grace(Duration::from_millis(50))
        .start()
        .await
        .unwrap();
    let mut handles = Vec::new();
    for name in ["stubborn", "polite", "p"] {
        handles.push(Process::new(name).background_run(&processes).await.unwrap());
        at.recv().await.unwrap();
    }
    gate.open.add_permits(1);
    assert!(handles[2].wait_for(SOON).await.unwrap());
    worker.stop().await.unwrap();
    for handle in &handles[..2] {
        let record = handle.record().await.unwrap();
        assert_eq!((record.state, record.failures, record.crashes), (State::Queued, 0, 0));
        assert_eq!(handle.attempts().await.unwrap()[0].outcome, AttemptOutcome::Released);
    }
    // Nothing is claimed by a worker that has stopped.
    assert_eq!(handles[0].record().await.unwrap().attempt, 1);
}

pub async fn queues_have_their_own_places(f: Fixture) {
    let (gate, mut at) = gate();
    let processes = f.engine(gated(&gate, Options::new()));
    let worker = Worker::new(&processes).queue("few", 2).queue("default", 3).start().await.unwrap();
    let mut handles = Vec::new();
    for _ in 0..5 {
        handles.push(Process::new("p").queue("few").background_run(&processes).await.unwrap());
        handles.push(Process::new("p").background_run(&processes).await.unwrap());
    }
    let mut begun = Vec::new();
    for _ in 0..5 {
        begun.push(at.recv().await.unwrap().queue().to_owned());
    }
    begun.sort_unstable();
    assert_eq!(begun, ["default", "default", "default", "few", "few"]);
    let counts = processes.counts().await.unwrap();
    let running =
        |queue: &str| counts.iter().find(|c| c.queue == queue && c.state == State::Running).map(|c| c.count);
    assert_eq!(
        (running("few"), running("default")),
        (Some(2), Some(3)),
        "no more is held than there are places"
    );
    gate.open.add_permits(10);
    assert!(wait_all(&handles, SOON).await.unwrap());
    worker.stop().await.unwrap();
}

pub async fn a_time_limit_ends_a_run(f: Fixture) {
    let options = Options::new().time_limit(Duration::from_millis(20));
    let handlers = Handlers::new()
        .add("p", options, |_: Run, _: Any| async { std::future::pending::<Response>().await });
    let processes = f.engine(handlers);
    let worker = Worker::new(&processes).start().await.unwrap();
    let handle = Process::new("p").background_run(&processes).await.unwrap();
    assert_eq!(fault(handle.wait_for(SOON)).await, "the process took longer than its time limit of 20ms");
    worker.stop().await.unwrap();
}

pub async fn a_schedule_is_fired_by_one_of_two_workers(f: Fixture) {
    let (gate, mut at) = gate();
    gate.open.add_permits(99);
    let schedule = Schedule::new("s", "p", "0 0 1 1 *").unwrap();
    let unknown = Schedule::new("t", "q", "0 0 1 1 *").unwrap();
    let engines: Vec<_> = (0..2).map(|_| f.engine(gated(&gate, Options::new()))).collect();
    let text = fault(engines[0].schedule(&[unknown])).await;
    assert_eq!(text, "ProcessClass: there is no process `q`");
    engines[0].schedule(std::slice::from_ref(&schedule)).await.unwrap();
    // A year passes at least.
    f.pass(370 * 24 * HOUR).await;
    let mut workers = Vec::new();
    for engine in &engines {
        workers.push(Worker::new(engine).start().await.unwrap());
    }
    let run = at.recv().await.unwrap();
    assert!(engines[0].handle(run.id()).wait_for(SOON).await.unwrap());
    // The other one has looked, too, when it is told to look again.
    for engine in &engines {
        engine.schedule(std::slice::from_ref(&schedule)).await.unwrap();
    }
    for worker in workers {
        worker.stop().await.unwrap();
    }
    assert_eq!(engines[0].list(&Default::default()).await.unwrap().len(), 1);
    let row = engines[0].schedules().await.unwrap().remove(0);
    assert!(row.last_at.is_some() && row.next_at > f.store.now().await.unwrap());
}

pub async fn exactly_once_by_a_transaction(f: Fixture) {
    let Some(database) = f.store.database() else {
        let handlers = Handlers::new().add("p", Options::new(), |run: Run, _: Any| async move {
            run.transaction().await.map(|_| Response::new(true))
        });
        let processes = f.engine(handlers);
        let handle = Process::new("p").run(&processes).await.unwrap();
        assert_eq!(
            fault(handle.wait_for(SOON)).await,
            "the store `memory` has no database to begin a transaction in"
        );
        return;
    };
    database.execute_unprepared("CREATE TABLE effects (id BIGINT)").await.unwrap();
    let backend = database.get_database_backend();
    let count = async || {
        let statement = Statement::from_string(backend, "SELECT CAST(count(*) AS BIGINT) AS n FROM effects");
        database.query_one_raw(statement).await.unwrap().unwrap().try_get::<i64>("", "n").unwrap()
    };
    let runs = Arc::new(AtomicU32::new(0));
    let handlers = {
        let runs = Arc::clone(&runs);
        Handlers::new().add(
            "p",
            Options::new().attempts(9).backoff(Backoff::fixed(Duration::ZERO)),
            move |run: Run, _: Any| {
                let nth = runs.fetch_add(1, Ordering::SeqCst);
                async move {
                    let transaction = run.transaction().await?;
                    transaction.execute_unprepared("INSERT INTO effects VALUES (1)").await?;
                    match nth {
                        // It fails before the commit: nothing has happened.
                        0 => Err(Error::internal("too early")),
                        // Status false is no success to commit.
                        1 => transaction.commit(Response::new(false)).await,
                        // It fails after the commit: all has happened, and what it says is not asked for any more.
                        _ => {
                            transaction.commit(Response::new(true).set_data(nth, "nth")).await?;
                            panic!("too late")
                        }
                    }
                }
            },
        )
    };
    let processes = f.engine(handlers);
    let worker = Worker::new(&processes).start().await.unwrap();
    let handle = Process::new("p").background_run(&processes).await.unwrap();
    assert!(handle.wait_for(SOON).await.unwrap());
    assert_eq!(handle.response().await.unwrap().unwrap().get_data("nth"), Some(&json!(2)));
    worker.stop().await.unwrap();
    assert_eq!((count().await, runs.load(Ordering::SeqCst)), (1, 3));
    let record = handle.record().await.unwrap();
    assert_eq!((record.state, record.attempt, record.failures), (State::Done, 3, 2));
}

pub async fn unknown_names(f: Fixture) {
    let (gate, _at) = gate();
    let processes =
        f.engine(gated(&gate, Options::new()).add("mail/send", Options::new(), |_: Run, _: Any| async {}));
    let text = "ProcessClass: there is no process `mail/sent`; did you mean `mail/send`?";
    for result in [
        Process::new("mail/sent").save(&processes).await,
        Process::new("mail/sent").background_run(&processes).await,
        Process::new("mail/sent").run(&processes).await,
    ] {
        assert_eq!(result.err().unwrap().to_string(), text);
    }
    // One whose function has gone since it was queued ends with an error, and at once.
    let handle = Process::new("mail/send").attempts(5).background_run(&processes).await.unwrap();
    let newer = f.engine(Handlers::new());
    let worker = Worker::new(&newer).start().await.unwrap();
    let text = fault(handle.wait_for(SOON)).await;
    assert_eq!(text, "ProcessClass: there is no process `mail/send`; it was saved when there was one");
    worker.stop().await.unwrap();
    assert_eq!(fault(processes.find(999)).await, "there is no process 999");
    assert_eq!(fault(processes.handle(999).wait_for(SOON)).await, "there is no process 999");
}
