//! Several OS processes on one file or database: this program starts itself as a worker and as the program of one process.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "it is a test"
)]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::Duration;

use ravand_cluster::Database;
use ravand_core::{Error, Response};
use ravand_process::store::Store;
use ravand_process::store::postgres::Postgres;
use ravand_process::store::sqlite::Sqlite;
use ravand_process::{
    AttemptOutcome, Handle, Handlers, Options, Process, Processes, Program, Record, Run, Signal, State,
    Worker,
};
use sea_orm::TransactionTrait;
use serde_json::{Map, Value, json};

type Any = Map<String, Value>;

const SOON: Duration = Duration::from_secs(30);
const LEASE: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [folder, process] = &arguments[..]
        && let Some(id) = process.strip_prefix("--process=")
    {
        let id = id.parse().unwrap();
        return block_on(async { run_one(Path::new(folder), id).await });
    }
    if let [folder, word] = &arguments[..]
        && word == "worker"
    {
        return block_on(async { work(Path::new(folder)).await });
    }
    // What the runners of tests ask: `--list --format terse`, and one story by its whole name.
    let has = |word: &str| arguments.iter().any(|argument| argument == word);
    let only = arguments.iter().find(|argument| !argument.starts_with('-') && *argument != "terse");
    let wanted = |name: &str| {
        only.is_none_or(|only| if has("--exact") { name == only } else { name.contains(only.as_str()) })
    };
    let mut chosen: Vec<(String, Kind, Story)> = Vec::new();
    for store in [Kind::Sqlite, Kind::Postgres] {
        for (name, story) in STORIES {
            let name = format!("{}::{name}", store.name());
            if has("--ignored") || !wanted(&name) {
                continue;
            }
            if has("--list") {
                println!("{name}: test");
                continue;
            }
            chosen.push((name, store, *story));
        }
    }
    // Each has several programs; more at once would only wait for the cores.
    let mut code = ExitCode::SUCCESS;
    for some in chosen.chunks(3) {
        let start = |(name, store, story): &(String, Kind, Story)| {
            let (store, story) = (*store, *story);
            let thread = std::thread::Builder::new().name(name.clone());
            thread.spawn(move || block_on(async { story(Place::new(store)).await })).unwrap()
        };
        let threads: Vec<_> = some.iter().map(start).collect();
        for ((name, ..), thread) in some.iter().zip(threads) {
            let fine = thread.join().is_ok();
            println!("test {name} ... {}", if fine { "ok" } else { "FAILED" });
            if !fine {
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}

type Story = fn(Place) -> futures_util::future::BoxFuture<'static, ()>;

macro_rules! stories {
    ($($story:ident)*) => { &[$((stringify!($story), |place| Box::pin($story(place)))),*] };
}

const STORIES: &[(&str, Story)] = stories! {
    an_isolated_process_has_a_pid_of_its_own
    an_isolated_process_is_stopped
    an_isolated_process_that_kills_itself
    an_isolated_process_that_takes_too_long
    an_isolated_process_is_released
    without_a_worker_a_program_is_called
    between_two_programs
    many_programs_share
    a_worker_that_is_killed
    a_worker_that_is_paused
};

/// Which store the programs of a story share.
#[derive(Clone, Copy)]
enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// What the programs of a story share: a folder, and the database it names when it is no file in it.
struct Place {
    folder: tempfile::TempDir,
    _database: Option<Database>,
}

impl Place {
    fn new(kind: Kind) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = match kind {
            Kind::Sqlite => None,
            Kind::Postgres => {
                let database = Database::create().unwrap();
                std::fs::write(folder.path().join(URL), database.url()).unwrap();
                Some(database)
            }
        };
        Self { folder, _database: database }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().to_owned()
    }
}

/// The file that holds the database's URL.
const URL: &str = "url";

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(work)
}

/// The functions that every program of this test has.
fn handlers(folder: &Path) -> Handlers {
    let folder = folder.to_owned();
    let met = folder.join("met");
    let isolated = || Options::new().isolated();
    Handlers::new()
        .add("pid", isolated(), |run: Run, _: Any| async move {
            run.log("a line from the program");
            Response::new(true).set_data(std::process::id(), "pid")
        })
        .add("stubborn", isolated(), |run: Run, _: Any| async move {
            // SIGTERM is taken, and nothing follows; then the thread blocks.
            let _signal = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
            run.progress(10).await?;
            let _run = run.clone();
            std::thread::park_timeout(SOON);
            Ok::<_, Error>(Response::new(true))
        })
        .add("abort", isolated().restarts(1), |_: Run, _: Any| async { std::process::abort() as () })
        .add("long", isolated().time_limit(Duration::from_millis(800)), |_: Run, _: Any| async {
            std::thread::park_timeout(SOON);
        })
        .add("quick", Options::new(), |run: Run, _: Any| async move {
            run.check_interruption().await?;
            Ok::<_, Error>(Response::new(true).set_data(std::process::id(), "pid"))
        })
        .add("meet", Options::new().queue("meet"), move |_: Run, _: Any| {
            let met = met.clone();
            async move {
                std::fs::create_dir_all(&met)?;
                std::fs::write(met.join(std::process::id().to_string()), "")?;
                while std::fs::read_dir(&met)?.count() < 4 {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
                Ok::<_, Error>(Response::new(true))
            }
        })
        .add("gated", Options::new(), move |run: Run, _: Any| {
            let folder = folder.clone();
            async move {
                std::fs::write(folder.join(format!("begun-{}", run.attempt())), "")?;
                while !folder.join("open").exists() {
                    run.check_interruption().await?;
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
                Ok::<_, Error>(Response::new(true).set_data(run.attempt(), "attempt"))
            }
        })
}

async fn engine(folder: &Path) -> Processes {
    let store: Arc<dyn Store> = match std::fs::read_to_string(folder.join(URL)) {
        Ok(url) => Arc::new(Postgres::connect(&url).await.unwrap()),
        Err(_) => Arc::new(Sqlite::open(folder.join("processes.sqlite")).await.unwrap()),
    };
    let program = Program::this().unwrap().argument(folder);
    let processes = Processes::shared(store, handlers(folder)).lease(LEASE).program(program).build();
    processes.migrate().await.unwrap();
    processes
}

async fn run_one(folder: &Path, id: i64) -> ExitCode {
    let done = async {
        let handle = engine(folder).await.run_program(id).await?;
        Ok::<_, Error>(handle.state().await? == State::Done)
    };
    match done.await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(_) => ExitCode::from(2),
    }
}

async fn work(folder: &Path) -> ExitCode {
    let processes = engine(folder).await;
    let mut end = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).unwrap();
    let worker = Worker::new(&processes).queue("default", 100).queue("meet", 1);
    let worker = worker.grace(Duration::from_secs(20));
    worker.run_until(async { end.recv().await.unwrap_or_default() }).await.unwrap();
    ExitCode::SUCCESS
}

/// A worker as a program of its own; killed when the test ends.
struct Program2(Child);

fn worker(folder: &Path) -> Program2 {
    let mut command = Command::new(std::env::current_exe().unwrap());
    Program2(command.arg(folder).arg("worker").stdin(Stdio::null()).spawn().unwrap())
}

impl Program2 {
    fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_raw(i32::try_from(self.0.id()).unwrap()).unwrap();
        rustix::process::kill_process(pid, signal).unwrap();
    }
}

impl Drop for Program2 {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn until(handle: &Handle, is: impl Fn(&Record) -> bool) -> Record {
    let looking = async {
        loop {
            let record = handle.record().await.unwrap();
            if is(&record) {
                return record;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(SOON, looking).await.expect("the record became as it should")
}

async fn exists(file: PathBuf) {
    let looking = async {
        while !file.exists() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(SOON, looking).await.expect("the file came");
}

async fn an_isolated_process_has_a_pid_of_its_own(place: Place) {
    let path = place.path();
    let processes = engine(&path).await;
    let worker = Worker::new(&processes).start().await.unwrap();
    let handle = Process::new("pid").background_run(&processes).await.unwrap();
    assert!(handle.wait_for(SOON).await.unwrap());
    let record = handle.record().await.unwrap();
    assert_eq!(record.response.unwrap()["pid"], json!(record.pid.unwrap()));
    assert_ne!(record.pid, Some(i64::from(std::process::id())));
    assert_eq!(record.attempt, 1);
    assert_eq!(handle.logs(0).await.unwrap()[0].text, "a line from the program");
    worker.stop().await.unwrap();
}

async fn an_isolated_process_is_stopped(place: Place) {
    let path = place.path();
    let processes = engine(&path).await;
    let worker = Worker::new(&processes).start().await.unwrap();
    let handle = Process::new("stubborn").background_run(&processes).await.unwrap();
    let record = until(&handle, |record| record.progress == 10).await;
    let pid = rustix::process::Pid::from_raw(i32::try_from(record.pid.unwrap()).unwrap()).unwrap();
    assert!(rustix::process::test_kill_process(pid).is_ok());
    assert!(handle.stop(Signal::Term, Duration::from_millis(200)).await.unwrap());
    let record = handle.record().await.unwrap();
    assert_eq!(
        (record.state, record.error.as_deref()),
        (State::Interrupted, Some("it was stopped with signal 15"))
    );
    assert!(rustix::process::test_kill_process(pid).is_err(), "it was killed");
    worker.stop().await.unwrap();
}

async fn an_isolated_process_that_kills_itself(place: Place) {
    let path = place.path();
    let processes = engine(&path).await;
    let worker = Worker::new(&processes).start().await.unwrap();
    let handle = Process::new("abort").background_run(&processes).await.unwrap();
    assert!(handle.ended_within(SOON).await.unwrap());
    let record = handle.record().await.unwrap();
    assert_eq!((record.state, record.attempt, record.crashes), (State::Lost, 2, 2));
    assert_eq!(record.error.as_deref(), Some("its program was killed by signal 6"));
    let outcomes: Vec<_> = handle.attempts().await.unwrap().into_iter().map(|a| a.outcome).collect();
    assert_eq!(outcomes, [AttemptOutcome::Lost; 2]);
    worker.stop().await.unwrap();
}

async fn an_isolated_process_that_takes_too_long(place: Place) {
    let path = place.path();
    let processes = engine(&path).await;
    let worker = Worker::new(&processes).start().await.unwrap();
    let handle = Process::new("long").background_run(&processes).await.unwrap();
    let error = handle.wait_for(SOON).await.unwrap_err().to_string();
    assert_eq!(error, "the process took longer than its time limit of 800ms");
    worker.stop().await.unwrap();
}

async fn an_isolated_process_is_released(place: Place) {
    let path = place.path();
    let processes = engine(&path).await;
    let short = Duration::from_millis(50);
    let worker = Worker::new(&processes).grace(short).interrupt_grace(short).start().await.unwrap();
    let handle = Process::new("stubborn").background_run(&processes).await.unwrap();
    until(&handle, |record| record.progress == 10).await;
    worker.stop().await.unwrap();
    let record = handle.record().await.unwrap();
    assert_eq!((record.state, record.crashes), (State::Queued, 0));
    assert_eq!(handle.attempts().await.unwrap()[0].outcome, AttemptOutcome::Released);
}

async fn without_a_worker_a_program_is_called(place: Place) {
    let path = place.path();
    let processes = engine(&path).await;
    let pid = |record: &Record| record.response.as_ref().unwrap()["pid"].as_u64();
    let handle = Process::new("quick").background_run(&processes).await.unwrap();
    assert!(handle.wait_for(SOON).await.unwrap());
    let record = handle.record().await.unwrap();
    assert!(record.worker.as_ref().unwrap().starts_with("called:"), "{record:?}");
    assert_ne!(pid(&record), Some(u64::from(std::process::id())));
    // Inside a transaction: the program waits for the commit, and gives up when there is none.
    let database = processes.store().database().unwrap();
    let transaction = database.begin().await.unwrap();
    let gone = Process::new("quick").background_run(&processes.within(&transaction)).await.unwrap();
    transaction.rollback().await.unwrap();
    let transaction = database.begin().await.unwrap();
    let handle = Process::new("quick").background_run(&processes.within(&transaction)).await.unwrap();
    transaction.commit().await.unwrap();
    assert!(handle.wait_for(SOON).await.unwrap());
    assert!(gone.id() == handle.id() || gone.record().await.is_err());
    // Many in one call are worked off by what is called for them.
    let many = Processes::background_run_all(&processes, vec![Process::new("quick"); 200]).await.unwrap();
    let many: Vec<_> = many.into_iter().map(|one| one.unwrap()).collect();
    assert!(ravand_process::wait_all(&many, SOON).await.unwrap());
}

async fn between_two_programs(place: Place) {
    let path = place.path();
    let processes = engine(&path).await;
    let mut other = worker(&path);
    while processes.workers().await.unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let handle = Process::new("gated").background_run(&processes).await.unwrap();
    exists(path.join("begun-1")).await;
    assert!(handle.is_running().await.unwrap());
    assert_eq!(handle.record().await.unwrap().pid, Some(i64::from(other.0.id())));
    handle.interrupt().await.unwrap();
    assert!(handle.ended_within(SOON).await.unwrap());
    assert_eq!(handle.state().await.unwrap(), State::Interrupted);
    let again = Process::new("gated").background_run(&processes).await.unwrap();
    until(&again, |record| record.state == State::Running).await;
    // SIGTERM: it claims nothing more, and lets this one end.
    other.signal(rustix::process::Signal::TERM);
    std::fs::write(path.join("open"), "").unwrap();
    assert!(again.wait_for(SOON).await.unwrap());
    assert!(other.0.wait().unwrap().success());
    assert!(processes.workers().await.unwrap().is_empty());
}

/// Four programs work off what another one has queued: each process once, and all of them take part.
async fn many_programs_share(place: Place) {
    let path = place.path();
    let processes = engine(&path).await;
    let _workers: Vec<_> = (0..4).map(|_| worker(&path)).collect();
    while processes.workers().await.unwrap().len() < 4 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // Each waits until four run at once, and a worker has one place for them: none can do the work of all.
    let all = Processes::background_run_all(&processes, vec![Process::new("meet"); 4]).await.unwrap();
    let mut handles: Vec<_> = all.into_iter().map(|one| one.unwrap()).collect();
    let all = Processes::background_run_all(&processes, vec![Process::new("quick"); 1000]).await.unwrap();
    handles.extend(all.into_iter().map(|one| one.unwrap()));
    assert!(ravand_process::wait_all(&handles, SOON).await.unwrap());
    for handle in handles {
        assert_eq!(handle.record().await.unwrap().attempt, 1);
    }
    let met = std::fs::read_dir(path.join("met")).unwrap().count();
    assert_eq!(met, 4, "four programs, one run each");
}

async fn a_worker_that_is_killed(place: Place) {
    let path = place.path();
    let processes = engine(&path).await;
    let mut first = worker(&path);
    while processes.workers().await.unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let handle = Process::new("gated").background_run(&processes).await.unwrap();
    exists(path.join("begun-1")).await;
    first.0.kill().unwrap();
    first.0.wait().unwrap();
    let _second = worker(&path);
    exists(path.join("begun-2")).await;
    std::fs::write(path.join("open"), "").unwrap();
    assert!(handle.wait_for(SOON).await.unwrap());
    let record = handle.record().await.unwrap();
    assert_eq!((record.state, record.attempt, record.crashes), (State::Done, 2, 1));
    assert_eq!(record.response.unwrap()["attempt"], 2);
}

async fn a_worker_that_is_paused(place: Place) {
    let path = place.path();
    let processes = engine(&path).await;
    let first = worker(&path);
    while processes.workers().await.unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let handle = Process::new("gated").background_run(&processes).await.unwrap();
    exists(path.join("begun-1")).await;
    first.signal(rustix::process::Signal::STOP);
    let _second = worker(&path);
    exists(path.join("begun-2")).await;
    assert!(handle.is_running().await.unwrap());
    // The paused one goes on where it was, and finds the gate open first or last; only the second run counts.
    first.signal(rustix::process::Signal::CONT);
    std::fs::write(path.join("open"), "").unwrap();
    assert!(handle.wait_for(SOON).await.unwrap());
    let record = handle.record().await.unwrap();
    assert_eq!(
        (record.attempt, record.crashes, record.response.unwrap()["attempt"].as_i64()),
        (2, 1, Some(2))
    );
    first.signal(rustix::process::Signal::TERM);
}
