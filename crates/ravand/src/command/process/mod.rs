//! `process …` and `--process=NAME|ID`: processes on the command line.

mod act;
mod call;
mod counts;
mod follow;
mod given;
mod line;
mod list;
mod run;
mod schedules;
mod show;

pub(super) use call::Call;
pub(super) use line::ProcessCommand;

use ravand_core::Result;

use super::End;
use super::output::{As, complain};
use crate::process::{Handle, Id, Kept};
use crate::{App, Application, Context};

/// Runs what `--process=NAME|ID` asks for.
pub(super) async fn call(application: Application, call: Call) -> Result<End> {
    if let Some(fault) = call.fault() {
        complain(fault);
        return Ok(End::BadUsage);
    }
    let front = application.start().await?;
    let app = front.app().clone();
    let end = call.run(&app).await;
    app.close().await;
    end
}

/// Runs a command of `process`.
pub(super) async fn run(application: Application, command: ProcessCommand, json: bool) -> Result<End> {
    let (command, json) = command.and_json(json);
    let form = As::asked(json);
    let front = application.start().await?;
    let app = front.app().clone();
    let end = one(&app, command, form).await;
    app.close().await;
    end
}

async fn one(app: &App, command: ProcessCommand, form: As) -> Result<End> {
    let cx = Context::without_request(app.clone());
    match command {
        ProcessCommand::Run { asked } => run::run(&cx, &asked, form).await,
        ProcessCommand::Schedules { next } => schedules::list(app, next, form).await,
        command => {
            if let Kept::Memory(why) = app.0.processes.kept {
                complain(&format!(
                    "the application's processes live in memory, and this program has none: {why}\n\
                     `process run` runs one in place"
                ));
                return Ok(End::Failed);
            }
            kept(&cx, command, form).await
        }
    }
}

/// What is about processes that a database keeps.
async fn kept(cx: &Context, command: ProcessCommand, form: As) -> Result<End> {
    match command {
        ProcessCommand::Run { .. } | ProcessCommand::Schedules { .. } => Ok(End::BadUsage),
        ProcessCommand::Start { how, asked } => act::start(cx, &how, &asked, form).await,
        ProcessCommand::List { filter } => list::list(cx, &filter, form).await,
        ProcessCommand::Counts => counts::counts(cx, form).await,
        ProcessCommand::Show { id } => match found(cx, id).await? {
            Some(handle) => show::show(&handle, form).await,
            None => Ok(End::BadUsage),
        },
        ProcessCommand::Wait { id, limit } => match found(cx, id).await? {
            Some(handle) => act::wait(&handle, limit, form).await,
            None => Ok(End::BadUsage),
        },
        ProcessCommand::Interrupt { id } => match found(cx, id).await? {
            Some(handle) => act::interrupt(&handle, form).await,
            None => Ok(End::BadUsage),
        },
        ProcessCommand::Stop { id, signal, limit } => match found(cx, id).await? {
            Some(handle) => act::stop(&handle, signal.0, limit, form).await,
            None => Ok(End::BadUsage),
        },
        ProcessCommand::Retry { id } => match found(cx, id).await? {
            Some(handle) => act::retry(&handle, form).await,
            None => Ok(End::BadUsage),
        },
        ProcessCommand::Prune { older_than, keep, queue } => {
            act::prune(cx, older_than, keep, queue, form).await
        }
    }
}

/// The process of a number; that there is none is said here.
async fn found(cx: &Context, id: Id) -> Result<Option<Handle>> {
    match Handle::find(cx, id).await {
        Ok(handle) => Ok(Some(handle)),
        Err(error) if error.kind() == ravand_core::ErrorKind::NotFound => {
            complain(&format!("{error}; `process list` shows those that there are"));
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
