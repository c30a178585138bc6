//! Processes as a package meets them: by method and by address, in transactions, with a worker, in memory.

#![cfg(feature = "sqlite")]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ravand::events::process::{Finished, GivenUp, Started};
use ravand::prelude::*;
use ravand::process::{
    Filter, Handle, Id, OnTaken, ProcessMethods, Schedule, State, UniqueScope, background_run_all, wait_all,
};
use ravand::sea_orm::{ConnectionTrait, DbBackend, Statement, TransactionTrait};
use ravand::{App, Class, Context};
use serde_json::{Map, Value, json};
use support::{application, package};
use tokio::sync::{Notify, mpsc};

const WAIT: Duration = Duration::from_secs(30);

/// What the test's listeners and processes tell it.
struct Told(mpsc::UnboundedSender<String>);

/// What a run waits for.
#[derive(Default)]
struct Gate {
    began: Notify,
    open: Notify,
    runs: AtomicUsize,
}

#[derive(Processes)]
pub struct Works {
    app: App,
    cx: Context,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Greeting {
    name: String,
    times: u8,
}

#[process(queue = "works")]
impl Works {
    /// Greets.
    pub async fn greet(&self, greeting: Greeting, run: &Run) -> Result<Response> {
        run.progress(50).await?;
        run.log(format!("for {}", greeting.name));
        let text = self.text(&greeting);
        Ok(Response::new(true)
            .set_data(text, "text")
            .set_data(self.cx.language().code().as_str(), "language")
            .set_data(self.cx.request().is_some(), "request"))
    }

    #[process(attempts = 2, backoff = "1ms")]
    pub async fn fails(&self) -> Result<()> {
        Err(Error::internal("it never works"))
    }

    #[process(attempts = 3)]
    pub async fn gives_up(&self) -> Result<()> {
        Err(Retry::never("there is no sense in it").into())
    }

    pub async fn panics(&self) {
        panic!("oh");
    }

    #[process(queue = "slow", unique, on_taken = "existing")]
    pub async fn waits(&self, given: Map<String, Value>, run: &Run) -> Result<Response> {
        let gate = self.app.state::<Arc<Gate>>().expect("a gate");
        gate.runs.fetch_add(1, Ordering::SeqCst);
        gate.began.notify_one();
        tokio::select! {
            () = gate.open.notified() => {}
            () = run.interrupted() => run.check_interruption().await?,
        }
        Ok(Response::new(true).set_data(given.len(), "given"))
    }

    /// The methods call each other as methods.
    pub async fn twice(&self, greeting: Greeting, run: &Run) -> Result<Response> {
        self.greet(greeting.clone(), run).await?;
        self.greet(greeting, run).await
    }

    fn text(&self, greeting: &Greeting) -> String {
        format!("hello {}", greeting.name).repeat(greeting.times.into())
    }
}

#[derive(Listeners)]
pub struct Hears {
    app: App,
}

#[listener]
impl Hears {
    pub async fn started(&self, event: &mut Started) {
        self.tell(format!("started {}", event.attempt));
    }

    pub async fn finished(&self, event: &mut Finished) {
        self.tell(format!("finished {} {}", event.attempt, event.succeeded));
    }

    pub async fn given_up(&self, event: &mut GivenUp) {
        self.tell(format!("given up {}", event.record.state));
    }
}

impl Hears {
    fn tell(&self, text: String) {
        if let Some(told) = self.app.state::<Told>() {
            let _ = told.0.send(text);
        }
    }
}

const MANIFEST: &str = r#"{
    "events": [
        { "name": "packages/base/processes/events/Started", "listener": "listeners/Hears@started" },
        { "name": "packages/base/processes/events/Finished", "listener": "listeners/Hears@finished" },
        { "name": "packages/base/processes/events/GivenUp", "listener": "listeners/Hears@given_up" },
    ],
    "schedules": [
        { "name": "processes/works@greet", "cron": "0 0 1 1 *", "timezone": "Asia/Tehran",
          "parameters": { "name": "year", "times": 1 } },
        { "name": "processes/Works@greet", "cron": "0 12 * * *", "parameters": { "name": "noon", "times": 1 } },
    ],
}"#;

fn classes() -> Vec<Class> {
    vec![
        Class::process::<Works>("packages/shop/processes/Works", "src/processes/works.rs", 1),
        Class::listener::<Hears>("packages/shop/listeners/Hears", "src/listeners/hears.rs", 1),
    ]
}

/// A started application, its context, and what its listeners tell.
struct Shop {
    cx: Context,
    gate: Arc<Gate>,
    told: mpsc::UnboundedReceiver<String>,
    _folder: tempfile::TempDir,
}

async fn shop(url: Option<&str>) -> Shop {
    let options = url.map_or_else(|| json!({}), |url| json!({ "database": { "url": url } }));
    let (application, folder) = application(package(MANIFEST, None, classes()), options);
    let (sender, told) = mpsc::unbounded_channel();
    let gate = Arc::new(Gate::default());
    let front = application.state(Told(sender)).state(gate.clone()).start().await;
    let front = front.unwrap_or_else(|error| panic!("{}", error.chain()));
    Shop { cx: Context::without_request(front.app().clone()), gate, told, _folder: folder }
}

const FILE: Option<&str> = Some("sqlite://storage/shop.sqlite");

fn greeting(name: &str) -> Greeting {
    Greeting { name: name.to_owned(), times: 1 }
}

async fn said(process: &Handle) -> Value {
    process.response().await.unwrap().expect("a response").get_data("text").cloned().unwrap()
}

#[tokio::test]
async fn by_method_and_by_address_it_is_the_same_process() {
    let shop = shop(FILE).await;
    let cx = &shop.cx;
    let typed = Works::greet(greeting("a")).save(cx).await.unwrap();
    let named = Process::new("\\packages\\Shop\\processes\\works@Greet").parameters(&greeting("b")).unwrap();
    let named = named.save(&cx.db().unwrap()).await.unwrap();
    for (process, text) in [(typed, "hello a"), (named, "hello b")] {
        let record = process.record().await.unwrap();
        assert_eq!(
            (record.name.as_str(), record.queue.as_str()),
            ("packages/shop/processes/Works@greet", "works")
        );
        assert_eq!(record.state, State::Saved);
        assert!(!process.is_running().await.unwrap());
        process.run(cx).await.unwrap();
        assert!(process.wait_for(WAIT).await.unwrap());
        assert_eq!(said(&process).await, text);
        let record = process.record().await.unwrap();
        assert_eq!((record.state, record.progress), (State::Done, 100));
        assert_eq!(process.logs(0).await.unwrap()[0].text, format!("for {}", &text[6..]));
    }
    let process = Works::twice(greeting("c")).save(cx).await.unwrap();
    assert!(process.run_and_wait_for(WAIT).await.unwrap());
    let response = process.response().await.unwrap().unwrap();
    assert_eq!(response.get_data("language").unwrap(), "en_US");
    assert_eq!(response.get_data("request").unwrap(), false);
    let response = Works::greet(greeting("d")).call(cx).await.unwrap();
    assert_eq!(response.get_data("text").unwrap(), "hello d");
    assert_eq!(cx.processes().list(&Filter::default()).await.unwrap().len(), 3, "a call leaves no record");
}

#[tokio::test]
async fn an_unknown_class_is_an_error_of_its_own() {
    struct Nobody;
    impl ProcessMethods for Nobody {
        const METHODS: &'static [ravand::process::ProcessMethod] = &[];
    }
    let shop = shop(FILE).await;
    let near = Process::new("packages/shop/processes/Works@gret").save(&shop.cx).await.unwrap_err();
    assert_eq!(
        near.to_string(),
        "ProcessClass: there is no process `packages/shop/processes/Works@gret`; did you mean \
         `packages/shop/processes/Works@greet`?"
    );
    let typed = Process::of_method::<Nobody>("greet", Ok(Map::new())).run(&shop.cx).await.unwrap_err();
    assert!(
        typed.to_string().starts_with("ProcessClass: no package of the application has the class"),
        "{typed}"
    );
}

#[tokio::test]
async fn a_wrong_parameter_is_an_error_in_the_record() {
    let shop = shop(FILE).await;
    let process = Process::new("packages/shop/processes/Works@greet");
    let process = process.parameters(&json!({ "name": "a", "times": "many" })).unwrap();
    let process = process.save(&shop.cx).await.unwrap();
    let error = process.run_and_wait_for(WAIT).await.unwrap_err().to_string();
    let expected = "the parameters do not fit: `times`: invalid type: string \"many\", expected u8";
    assert_eq!(error, expected);
    assert_eq!(process.record().await.unwrap().error.as_deref(), Some(expected));
}

#[tokio::test]
async fn what_is_queued_in_a_transaction_is_there_when_it_is_committed() {
    let shop = shop(FILE).await;
    let cx = &shop.cx;
    let db = cx.db().unwrap();
    db.execute_unprepared("CREATE TABLE things (name TEXT)").await.unwrap();
    let working = cx.app().worker().start().await.unwrap();

    let rolled = db.begin().await.unwrap();
    rolled.execute_unprepared("INSERT INTO things VALUES ('rolled')").await.unwrap();
    Works::greet(greeting("never")).background_run(&rolled).await.unwrap();
    rolled.rollback().await.unwrap();

    let dropped = db.begin().await.unwrap();
    Works::greet(greeting("never")).background_run(&dropped).await.unwrap();
    drop(dropped);

    let kept = db.begin().await.unwrap();
    kept.execute_unprepared("INSERT INTO things VALUES ('kept')").await.unwrap();
    let process = Works::greet(greeting("kept")).background_run(&kept).await.unwrap();
    kept.commit().await.unwrap();
    assert!(process.wait_for(WAIT).await.unwrap());

    // Around a transaction that SeaORM itself began.
    let own = TransactionTrait::begin(&*db).await.unwrap();
    let other = Works::greet(greeting("own")).save(&db.within(&own)).await.unwrap();
    let other = other.background_run(&cx.within(&own)).await.unwrap();
    own.commit().await.unwrap();
    assert!(other.wait_for(WAIT).await.unwrap());

    let all = cx.processes().list(&Filter::default()).await.unwrap();
    let ids: Vec<Id> = all.iter().map(|record| record.id).collect();
    assert_eq!(ids, [other.id(), process.id()], "and no other");
    let things = Statement::from_string(DbBackend::Sqlite, "SELECT name FROM things");
    assert_eq!(db.query_all_raw(things).await.unwrap().len(), 1);
    working.stop().await.unwrap();
}

#[tokio::test]
async fn the_events_tell_of_every_run_and_of_giving_up() {
    let mut shop = shop(FILE).await;
    let cx = &shop.cx;
    let working = cx.app().worker().start().await.unwrap();
    let mut expect = async |process: Process, expected: &[&str], error: &str| {
        let process = process.background_run(cx).await.unwrap();
        let failed = process.wait_for(WAIT).await.unwrap_err().to_string();
        assert_eq!(failed, error);
        for expected in expected {
            assert_eq!(shop.told.recv().await.unwrap(), *expected);
        }
        process.record().await.unwrap()
    };
    let twice = ["started 1", "finished 1 false", "started 2", "finished 2 false", "given up failed"];
    let record = expect(Works::fails(), &twice, "it never works").await;
    assert_eq!((record.failures, record.max_attempts), (2, 2));
    let once = ["started 1", "finished 1 false", "given up failed"];
    expect(Works::gives_up(), &once, "there is no sense in it").await;
    expect(Works::panics(), &once, "the process panicked: oh").await;
    let metrics = cx.processes().metrics();
    let works = metrics.iter().find(|queue| queue.queue == "works").unwrap();
    assert_eq!((works.started, works.failed, works.retried, works.done), (4, 3, 1, 0));
    assert_eq!((works.waited.count, works.took.count), (4, 4));
    working.stop().await.unwrap();
}

#[tokio::test]
async fn the_trace_goes_on_in_the_run() {
    let shop = shop(FILE).await;
    let process = Works::greet(greeting("a")).save(&shop.cx).await.unwrap();
    let trace = process.record().await.unwrap().trace.unwrap();
    assert_eq!(trace, shop.cx.traceparent());
    let own = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let process = Works::greet(greeting("a")).traceparent(own).save(&shop.cx).await.unwrap();
    assert_eq!(process.record().await.unwrap().trace.as_deref(), Some(own));
}

#[tokio::test]
async fn a_run_that_waits_is_unique_interrupted_and_given_back() {
    let shop = shop(FILE).await;
    let cx = &shop.cx;
    let parameters = || Map::from_iter([("a".to_owned(), json!(1))]);
    let first = Works::waits(parameters()).background_run(cx).await.unwrap();
    let second = Works::waits(parameters()).background_run(cx).await.unwrap();
    assert_eq!(first.id(), second.id(), "the same parameters are one process while it waits");
    let other = Works::waits(Map::new()).background_run(cx).await.unwrap();
    assert_ne!(first.id(), other.id());
    assert_eq!(other.interrupt().await.unwrap(), State::Cancelled);

    let working = cx.app().worker().grace(Duration::ZERO).start().await.unwrap();
    shop.gate.began.notified().await;
    assert!(first.is_running().await.unwrap());
    assert!(!first.wait_for(Duration::from_millis(1)).await.unwrap());
    working.stop().await.unwrap();
    assert_eq!(first.state().await.unwrap(), State::Queued, "the stopped worker gave it back");

    let working = cx.app().worker().start().await.unwrap();
    shop.gate.began.notified().await;
    first.interrupt().await.unwrap();
    assert!(first.ended_within(WAIT).await.unwrap());
    assert_eq!(first.state().await.unwrap(), State::Interrupted);
    first.retry().await.unwrap();
    shop.gate.began.notified().await;
    shop.gate.open.notify_one();
    assert!(first.wait_for(WAIT).await.unwrap());
    assert_eq!(shop.gate.runs.load(Ordering::SeqCst), 3);
    working.stop().await.unwrap();
}

#[tokio::test]
async fn many_in_one_call() {
    let shop = shop(FILE).await;
    let cx = &shop.cx;
    let working = cx.app().worker().start().await.unwrap();
    let all = (0..200).map(|number| Works::greet(greeting(&number.to_string())));
    let handles: Vec<Handle> =
        background_run_all(cx, all).await.unwrap().into_iter().collect::<Result<_>>().unwrap();
    assert!(wait_all(&handles, WAIT).await.unwrap());
    let key = || Works::greet(greeting("x")).unique("k", UniqueScope::For(WAIT)).on_taken(OnTaken::Reject);
    key().background_run(cx).await.unwrap();
    let taken = key().background_run(cx).await.unwrap_err();
    assert_eq!(taken.kind(), ErrorKind::Conflict);
    working.stop().await.unwrap();
}

#[tokio::test]
async fn schedules_by_code_are_fired_by_a_worker() {
    let mut shop = shop(FILE).await;
    let cx = &shop.cx;
    let every_second = Schedule::new("often", "packages/shop/processes/works@GREET", "* * * * * *").unwrap();
    let every_second = every_second.parameters(&greeting("clock")).unwrap();
    cx.schedule(every_second.clone()).await.unwrap();
    let working = cx.app().worker().start().await.unwrap();
    assert_eq!(shop.told.recv().await.unwrap(), "started 1");
    assert_eq!(shop.told.recv().await.unwrap(), "finished 1 true");
    assert!(cx.processes().unschedule("often").await.unwrap());
    working.stop().await.unwrap();
    let record = &cx.processes().list(&Filter::default()).await.unwrap()[0];
    assert_eq!(record.name, "packages/shop/processes/Works@greet");

    let manifests = Schedule::new("packages/x", "packages/shop/processes/Works@greet", "* * * * *").unwrap();
    assert!(cx.schedule(manifests).await.unwrap_err().to_string().contains("manifests' are"));
    let unknown = Schedule::new("x", "packages/shop/processes/Works@gret", "* * * * *").unwrap();
    assert!(cx.schedule(unknown).await.unwrap_err().to_string().starts_with("ProcessClass: "));
}

#[tokio::test]
async fn without_a_database_processes_live_in_memory() {
    for url in [None, Some("sqlite::memory:")] {
        let shop = shop(url).await;
        let cx = &shop.cx;
        let process = Works::greet(greeting("a")).save(cx).await.unwrap();
        assert!(process.run_and_wait_for(WAIT).await.unwrap());
        assert_eq!(said(&process).await, "hello a");
        let refused = Works::greet(greeting("b")).background_run(cx).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Unavailable);
        assert!(refused.to_string().starts_with("a background run would end with this program"), "{refused}");
        let working = cx.app().worker().start().await.unwrap();
        let process = Works::greet(greeting("b")).background_run(cx).await.unwrap();
        assert!(process.wait_for(WAIT).await.unwrap());
        if url.is_some() {
            let transaction = cx.db().unwrap().begin().await.unwrap();
            let refused = Works::greet(greeting("c")).background_run(&transaction).await.unwrap_err();
            assert!(refused.to_string().contains("takes no part in a transaction"), "{refused}");
        }
        working.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_schedule_that_names_nothing_stops_the_start() {
    let manifest = r#"{ "schedules": [{ "name": "processes/Works@gret", "cron": "* * * * *" }] }"#;
    let (application, _folder) = application(package(manifest, None, classes()), json!({}));
    let error = application.start().await.unwrap_err().to_string();
    assert!(error.contains("did you mean `packages/shop/processes/Works@greet`?"), "{error}");
    assert!(error.contains("package.json:1:27"), "{error}");
}
