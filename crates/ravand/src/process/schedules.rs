//! The schedules of the packages' manifests, and those that code adds.

use std::collections::HashMap;

use ravand_core::{Error, Problem, Problems, Result};
use ravand_process::{CatchUp, Schedule};

use super::Process;
use crate::{App, Context};

/// A schedule of a manifest.
pub(crate) struct Planned {
    pub package: String,
    pub schedule: Schedule,
}

/// The schedules of all manifests, in load order. Their names are the addresses of what runs; the second one of an
/// address has ` (2)` behind it.
///
/// # Errors
/// When one names a process that is not there, or has a rule or time zone that cannot be read: each with its place.
pub(crate) fn planned(app: &App) -> Result<Vec<Planned>> {
    let mut problems = Problems::default();
    let mut planned = Vec::new();
    let mut seen: HashMap<String, usize> = HashMap::new();
    for package in &app.0.packages {
        for written in &package.manifest.schedules {
            let address = match app.0.classes.process(&written.process.value) {
                Ok((_, address)) => address,
                Err(error) => {
                    problems.push(Problem::error(error.to_string()).at(written.process.place.clone()));
                    continue;
                }
            };
            let times = seen.entry(address.clone()).and_modify(|times| *times += 1).or_insert(1);
            let name = if *times == 1 { address.clone() } else { format!("{address} ({times})") };
            match schedule(name, address, written) {
                Ok(schedule) => planned.push(Planned { package: package.name.clone(), schedule }),
                Err(error) => {
                    problems.push(Problem::error(error.to_string()).at(written.cron.place.clone()));
                }
            }
        }
    }
    if problems.has_errors() { Err(problems.into()) } else { Ok(planned) }
}

fn schedule(name: String, address: String, written: &ravand_manifest::Schedule) -> Result<Schedule> {
    let mut schedule = Schedule::new(name, address, &written.cron.value)?.parameters(&written.parameters)?;
    if let Some(timezone) = &written.timezone {
        schedule = schedule.timezone(&timezone.value)?;
    }
    if let Some(queue) = &written.queue {
        schedule = schedule.queue(&queue.value);
    }
    Ok(match written.catch_up {
        Some(0) => schedule.catch_up(CatchUp::Skip),
        Some(times) => schedule.catch_up(CatchUp::Last(times)),
        None => schedule,
    })
}

/// Writes the manifests' schedules into the store, and removes those that no manifest has any more.
pub(crate) async fn write(app: &App) -> Result<()> {
    let planned: Vec<Schedule> = planned(app)?.into_iter().map(|planned| planned.schedule).collect();
    let processes = app.processes();
    for row in processes.schedules().await? {
        if is_of_manifest(&row.name) && !planned.iter().any(|schedule| schedule.name() == row.name) {
            processes.unschedule(&row.name).await?;
            tracing::info!(schedule = row.name, "a schedule that no manifest has any more was removed");
        }
    }
    processes.schedule(&planned).await
}

/// The names of the manifests' schedules are addresses; code takes others.
fn is_of_manifest(name: &str) -> bool {
    name.starts_with("packages/")
}

impl Context {
    /// Adds a schedule by code, or changes the one that is there under its name. It stays until
    /// [`Processes::unschedule`](super::Processes::unschedule) removes it.
    ///
    /// # Errors
    /// `ProcessClass` when what it runs is not there; when its name begins with `packages/`, as those of manifests do;
    /// when the database refuses.
    pub async fn schedule(&self, schedule: Schedule) -> Result<()> {
        if is_of_manifest(schedule.name()) {
            let text = format!("a schedule of code is not called `{}`: manifests' are", schedule.name());
            return Err(Error::internal(text));
        }
        let address = Process::new(schedule.process()).address(self.app())?;
        self.processes().schedule(&[schedule.with_process(address)]).await
    }
}
