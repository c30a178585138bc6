//! What depends on time, under a clock that stands still until everybody waits: in memory, so that the store's
//! clock is that one, too.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use ravand_core::{Error, Response};
use ravand_process::store::memory::Memory;
use ravand_process::{
    Backoff, CatchUp, Handlers, Options, Process, Processes, Retention, Retry, Run, Schedule, Worker,
};
use serde_json::{Map, Value, json};
use tokio::time::{Instant, sleep};

type Any = Map<String, Value>;

const LONG: Duration = Duration::from_secs(86400);

/// When each run began, with what it was given.
type Starts = Arc<Mutex<Vec<(Instant, Value)>>>;

fn noted(starts: &Starts, answer: fn(&Run) -> Result<Response, Error>, options: Options) -> Handlers {
    let starts = Arc::clone(starts);
    Handlers::new().add("p", options, move |run: Run, given: Any| {
        starts.lock().unwrap().push((Instant::now(), given.get("n").cloned().unwrap_or_default()));
        let answer = answer(&run);
        async { answer }
    })
}

fn fine(_: &Run) -> Result<Response, Error> {
    Ok(Response::new(true))
}

/// The seconds between the starts.
fn gaps(starts: &Starts) -> Vec<f64> {
    let starts = starts.lock().unwrap();
    starts.windows(2).map(|pair| (pair[1].0 - pair[0].0).as_secs_f64()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_burst_of_six_thousand_begins_at_once() {
    let starts = Starts::default();
    let processes = Processes::new(Memory::new(), noted(&starts, fine, Options::new()));
    let worker = Worker::new(&processes).start().await.unwrap();
    let queued = Arc::new(Mutex::new(vec![None; 6000]));
    let producers: Vec<_> = (0..2)
        .map(|producer| {
            let (processes, queued) = (processes.clone(), Arc::clone(&queued));
            tokio::spawn(async move {
                for n in (producer..6000).step_by(2) {
                    sleep(Duration::from_millis(fastrand::u64(0..=4))).await;
                    queued.lock().unwrap()[n] = Some(Instant::now());
                    let process = Process::new("p").parameters(&json!({ "n": n })).unwrap();
                    process.background_run(&processes).await.unwrap();
                }
            })
        })
        .collect();
    for producer in producers {
        producer.await.unwrap();
    }
    worker.stop().await.unwrap();
    assert_eq!(starts.lock().unwrap().len(), 6000);
    let queued = queued.lock().unwrap();
    let waits = starts
        .lock()
        .unwrap()
        .iter()
        .map(|(begun, n)| {
            let n = usize::try_from(n.as_u64().unwrap()).unwrap();
            *begun - queued[n].unwrap()
        })
        .max();
    assert!(waits.unwrap() <= Duration::from_millis(250), "{waits:?}");
}

/// The second is queued while the claim of the first is under way, at each of its moments.
#[tokio::test(start_paused = true)]
async fn a_wake_up_during_a_claim_is_kept() {
    for moment in 0..8 {
        let starts = Starts::default();
        let processes = Processes::new(Memory::new(), noted(&starts, fine, Options::new()));
        let worker = Worker::new(&processes).start().await.unwrap();
        // It has looked, found nothing, and waits.
        sleep(Duration::from_millis(100)).await;
        let first = Process::new("p").background_run(&processes).await.unwrap();
        let second = processes.clone();
        let second = tokio::spawn(async move {
            for _ in 0..moment {
                tokio::task::yield_now().await;
            }
            (Instant::now(), Process::new("p").background_run(&second).await.unwrap())
        });
        let (queued, second) = second.await.unwrap();
        assert!(first.wait_for(LONG).await.unwrap() && second.wait_for(LONG).await.unwrap());
        let waited = starts.lock().unwrap()[1].0 - queued;
        assert!(waited < Duration::from_millis(100), "moment {moment}: {waited:?}");
        worker.stop().await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn what_fails_and_asks_for_three_seconds_gets_them() {
    let starts = Starts::default();
    let answer = |_: &Run| Err(Retry::after(Duration::from_secs(3), "later").into());
    let processes = Processes::new(Memory::new(), noted(&starts, answer, Options::new().attempts(25)));
    let worker = Worker::new(&processes).start().await.unwrap();
    let handle = Process::new("p").background_run(&processes).await.unwrap();
    assert_eq!(handle.wait_for(LONG).await.unwrap_err().to_string(), "later");
    let gaps = gaps(&starts);
    assert_eq!(gaps.len(), 24, "25 runs, and none beyond the maximum");
    assert!(gaps.iter().all(|gap| (2.99..3.1).contains(gap)), "{gaps:?}");
    worker.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn waits_double_up_to_their_bound() {
    let starts = Starts::default();
    let backoff = Backoff::exponential(Duration::from_secs(2), Duration::from_secs(10)).jitter(0.0);
    let answer = |_: &Run| Err(Error::internal("no"));
    let options = Options::new().attempts(6).backoff(backoff);
    let processes = Processes::new(Memory::new(), noted(&starts, answer, options));
    let worker = Worker::new(&processes).start().await.unwrap();
    let handle = Process::new("p").background_run(&processes).await.unwrap();
    assert!(handle.ended_within(LONG).await.unwrap());
    let gaps: Vec<f64> = gaps(&starts).into_iter().map(f64::floor).collect();
    assert_eq!(gaps, [2.0, 4.0, 8.0, 10.0, 10.0]);
    worker.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn one_call_is_one_run() {
    let starts = Starts::default();
    let answer = |_: &Run| Err(Error::internal("no"));
    let processes = Processes::new(Memory::new(), noted(&starts, answer, Options::new()));
    let worker = Worker::new(&processes).start().await.unwrap();
    let handle = Process::new("p").background_run(&processes).await.unwrap();
    assert!(handle.wait_for(LONG).await.is_err());
    sleep(LONG).await;
    assert_eq!(starts.lock().unwrap().len(), 1);
    worker.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_delayed_one_begins_at_its_time() {
    let starts = Starts::default();
    let processes = Processes::new(Memory::new(), noted(&starts, fine, Options::new()));
    let worker = Worker::new(&processes).start().await.unwrap();
    let began = Instant::now();
    let handle =
        Process::new("p").run_in(Duration::from_millis(10_400)).background_run(&processes).await.unwrap();
    assert!(!handle.wait_for(Duration::from_secs(10)).await.unwrap());
    assert!(handle.wait_for(Duration::from_secs(10)).await.unwrap());
    let waited = starts.lock().unwrap()[0].0 - began;
    assert!((10_400..10_450).contains(&waited.as_millis()), "{waited:?}");
    worker.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_schedule_keeps_its_minutes() {
    let starts = Starts::default();
    let processes = Processes::new(Memory::new(), noted(&starts, fine, Options::new()));
    let schedule = Schedule::new("every", "p", "* * * * *").unwrap();
    processes.schedule(&[schedule.parameters(&json!({"n": 1})).unwrap()]).await.unwrap();
    let worker = Worker::new(&processes).start().await.unwrap();
    sleep(Duration::from_secs(600)).await;
    assert_eq!(starts.lock().unwrap().len(), 10);
    assert!(gaps(&starts).iter().all(|gap| (59.0..61.0).contains(gap)), "{:?}", gaps(&starts));
    worker.stop().await.unwrap();
    // While nobody works, an hour passes; then the last three of its minutes are made up for.
    let schedule = Schedule::new("every", "p", "* * * * *").unwrap().catch_up(CatchUp::Last(3));
    processes.schedule(&[schedule]).await.unwrap();
    sleep(Duration::from_secs(3600)).await;
    let worker = Worker::new(&processes).start().await.unwrap();
    sleep(Duration::from_millis(900)).await;
    assert!((13..=14).contains(&starts.lock().unwrap().len()), "{}", starts.lock().unwrap().len());
    worker.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_worker_prunes() {
    let starts = Starts::default();
    let processes = Processes::new(Memory::new(), noted(&starts, fine, Options::new()));
    let retention = Retention { older_than: Some(Duration::from_secs(3600)), ..Retention::default() };
    let worker = Worker::new(&processes).retention(retention).start().await.unwrap();
    let handle = Process::new("p").background_run(&processes).await.unwrap();
    assert!(handle.wait_for(LONG).await.unwrap());
    sleep(Duration::from_secs(3000)).await;
    assert!(handle.record().await.is_ok());
    sleep(Duration::from_secs(800)).await;
    assert_eq!(handle.record().await.unwrap_err().to_string(), "there is no process 1");
    worker.stop().await.unwrap();
}
