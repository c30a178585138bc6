//! The engine that an application's processes run on: its methods under their addresses, over a store that the
//! database decides.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ravand_core::{Error, Result};
use ravand_process::store::Store;
use ravand_process::store::memory::Memory;
use ravand_process::{DEFAULT_QUEUE, Handlers, Options, Processes, Program, Record, Retention, Run, Worker};
use serde_json::{Map, Value};

use super::method::{ProcessMethod, call};
use crate::app::WeakApp;
use crate::class_map::{ClassKind, ClassMap};
use crate::events::process::GivenUp;
use crate::options::{ProcessSettings, Settings};
use crate::private::BoxFuture;
use crate::{App, Context, Event};

/// What an application has for its processes.
pub(crate) struct Engine {
    pub processes: Processes,
    pub kept: Kept,
    /// Whether the tables are there.
    pub ready: bool,
}

/// Where processes are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// In the application's database.
    #[cfg_attr(not(feature = "database"), expect(dead_code))]
    Database,
    /// In memory, because of this.
    Memory(&'static str),
}

/// What an engine is made of.
pub(crate) struct Parts<'a> {
    pub classes: &'a ClassMap,
    pub settings: &'a Settings,
    #[cfg(feature = "database")]
    pub database: Option<&'a sea_orm::DatabaseConnection>,
    /// The program that runs one process, by `--process=ID`.
    pub program: Option<Program>,
    /// Whether somebody listens to [`GivenUp`].
    pub hears_given_up: bool,
    pub link: Link,
}

/// The application that a run belongs to, once it is there. It does not keep the application: the application has the
/// engine.
#[derive(Clone, Default)]
pub(crate) struct Link(Arc<OnceLock<WeakApp>>);

impl Link {
    pub fn set(&self, app: &App) {
        let _ = self.0.set(app.downgrade());
    }

    fn app(&self) -> Result<App> {
        let app = self.0.get().and_then(WeakApp::upgrade);
        app.ok_or_else(|| Error::internal("the application of this process has ended"))
    }
}

/// Makes the engine.
pub(crate) async fn start(parts: Parts<'_>) -> Result<Engine> {
    let (store, kept) = store(&parts).await?;
    let apart = store.outlives();
    let mut handlers = Handlers::new();
    for (name, method) in methods(parts.classes) {
        let mut options = (method.options)().of_engine(apart);
        if parts.hears_given_up {
            options = tells(options, parts.link.clone());
        }
        let link = parts.link.clone();
        let address: Arc<str> = name.as_str().into();
        let call = move |run: Run, parameters: Map<String, Value>| -> BoxFuture<'static, _> {
            Box::pin(perform(link.clone(), method, address.clone(), run, parameters))
        };
        handlers = handlers.add_raw(name, options, call);
    }
    let settings = &parts.settings.processes;
    let mut builder = Processes::shared(store, handlers).lease(Duration::from_secs(settings.lease));
    if let Some(program) = parts.program.clone().filter(|_| apart) {
        builder = match settings.call_program {
            true => builder.program(program),
            false => builder.isolated_program(program),
        };
    }
    let ready = is_ready(&parts, kept).await?;
    Ok(Engine { processes: builder.build(), kept, ready })
}

/// Every process of every class, under the one spelling of its address.
fn methods(classes: &ClassMap) -> impl Iterator<Item = (String, ProcessMethod)> {
    classes.all().iter().flat_map(|class| {
        let methods = match class.kind {
            ClassKind::Process { methods, .. } => methods,
            _ => &[],
        };
        methods.iter().map(|method| (format!("{}@{}", class.address, method.name), *method))
    })
}

/// One run: a context of its own, the packages' bootstraps, the method.
async fn perform(
    link: Link,
    method: ProcessMethod,
    name: Arc<str>,
    run: Run,
    parameters: Map<String, Value>,
) -> Result<ravand_core::Response> {
    let app = link.app()?;
    let cx = Context::of_run(app.clone(), &run);
    app.0.bootstraps.run_for_process(&cx).await?;
    call(&method, &name, parameters, &run, &cx).await
}

/// Triggers the event of a process that has failed, or was lost, for good.
fn tells(options: Options, link: Link) -> Options {
    options.give_up(move |record: Record| {
        let link = link.clone();
        async move {
            let id = record.id;
            let told = async {
                let cx = Context::without_request(link.app()?);
                GivenUp { record }.trigger(&cx).await
            };
            if let Err(error) = told.await {
                tracing::error!(process.id = id, "a listener of `GivenUp` failed: {}", error.chain());
            }
        }
    })
}

#[cfg(not(feature = "database"))]
async fn store(_: &Parts<'_>) -> Result<(Arc<dyn Store>, Kept)> {
    Ok((Arc::new(Memory::new()), Kept::Memory(NO_DATABASE)))
}

const NO_DATABASE: &str = "the application has no database";

#[cfg(feature = "database")]
async fn store(parts: &Parts<'_>) -> Result<(Arc<dyn Store>, Kept)> {
    use sea_orm::DbBackend;
    let memory = |why| -> (Arc<dyn Store>, Kept) { (Arc::new(Memory::new()), Kept::Memory(why)) };
    let Some(database) = parts.database else { return Ok(memory(NO_DATABASE)) };
    Ok(match database.get_database_backend() {
        #[cfg(feature = "sqlite")]
        DbBackend::Sqlite => {
            let url = parts.settings.database.url.as_deref().unwrap_or_default();
            if crate::database::is_in_memory(url) {
                return Ok(memory("the database is one in memory"));
            }
            (Arc::new(ravand_process::store::sqlite::Sqlite::of(database).await?), Kept::Database)
        }
        #[cfg(feature = "postgres")]
        DbBackend::Postgres => {
            (Arc::new(ravand_process::store::postgres::Postgres::of(database).await?), Kept::Database)
        }
        DbBackend::MySql => memory("processes are kept in SQLite and PostgreSQL, and not in MySQL"),
        _ => memory("the program is built without the feature of ravand for its database"),
    })
}

#[cfg(not(feature = "database"))]
async fn is_ready(_: &Parts<'_>, _: Kept) -> Result<bool> {
    Ok(true)
}

/// Whether the tables are there: a start need not make them.
#[cfg(feature = "database")]
async fn is_ready(parts: &Parts<'_>, kept: Kept) -> Result<bool> {
    use sea_orm_migration::SchemaManager;
    match parts.database {
        Some(database) if kept == Kept::Database && parts.settings.database.migrate == Some(false) => {
            Ok(SchemaManager::new(database).has_table(TABLE).await.map_err(crate::database::fault)?)
        }
        _ => Ok(true),
    }
}

/// The table of the records.
#[cfg(feature = "database")]
const TABLE: &str = "base_processes";

impl App {
    /// The engine of the application's processes: lists, counts, metrics, workers, schedules.
    pub fn processes(&self) -> &Processes {
        &self.0.processes.processes
    }

    /// A worker as the options `[processes]` say. `serve` and `worker` start one; a program that mounts the front
    /// controller itself starts it by [`Worker::start`], and stops it before it ends.
    pub fn worker(&self) -> Worker {
        self.worker_of(&self.queues())
    }

    /// A worker of these queues, each with as many runs at once.
    pub(crate) fn worker_of(&self, queues: &BTreeMap<String, u32>) -> Worker {
        let settings = &self.0.settings.processes;
        let mut worker = Worker::new(self.processes())
            .grace(Duration::from_secs(settings.grace))
            .interrupt_grace(Duration::from_secs(settings.interrupt_grace));
        for (queue, concurrency) in queues {
            worker = worker.queue(queue, *concurrency);
        }
        retentions(settings, &self.known_queues()).into_iter().fold(worker, Worker::retention)
    }

    /// The queues that this program's worker takes from, and how many runs of each go on at once.
    pub(crate) fn queues(&self) -> BTreeMap<String, u32> {
        let settings = &self.0.settings.processes;
        let concurrency =
            |queue: &String| settings.queues.get(queue).copied().unwrap_or(settings.concurrency);
        let queues = self.known_queues().into_iter();
        queues
            .map(|queue| (concurrency(&queue), queue))
            .filter(|(many, _)| *many > 0)
            .map(|(many, queue)| (queue, many))
            .collect()
    }

    /// The queues that methods, schedules and options name, and the default one.
    pub(crate) fn known_queues(&self) -> Vec<String> {
        let mut queues: Vec<String> = self.processes().handlers().queues().map(str::to_owned).collect();
        queues.push(DEFAULT_QUEUE.to_owned());
        queues.extend(self.0.settings.processes.queues.keys().cloned());
        let schedules = self.0.packages.iter().flat_map(|package| &package.manifest.schedules);
        queues.extend(schedules.filter_map(|schedule| Some(schedule.queue.as_ref()?.value.clone())));
        queues.sort_unstable();
        queues.dedup();
        queues
    }

    /// Whether there is anything that a worker could run.
    pub(crate) fn has_processes(&self) -> bool {
        self.processes().handlers().names().next().is_some()
    }
}

/// What is pruned. A queue with a rule of its own is left out of the general one.
fn retentions(settings: &ProcessSettings, queues: &[String]) -> Vec<Retention> {
    let general = settings.keep;
    if settings.keep_queues.is_empty() {
        return general.retention(None).into_iter().collect();
    }
    let of = |queue: &String| {
        let keep = settings.keep_queues.get(queue).copied().unwrap_or(general);
        keep.retention(Some(queue.clone()))
    };
    let own = settings.keep_queues.keys().filter(|queue| !queues.contains(queue));
    queues.iter().chain(own).filter_map(of).collect()
}
