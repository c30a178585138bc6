//! `worker`: runs processes until a signal stops it; and the worker inside of `serve`.

use std::collections::BTreeMap;

use ravand_core::{Error, Result};
use ravand_terminal::count;

use super::End;
use super::output::{complain, say};
use super::signals::Signals;
use crate::process::{Kept, Working, write_schedules};
use crate::{App, Application};

/// Works on its own: on these queues, or on all that are known.
pub(super) async fn run(application: Application, queues: &[String]) -> Result<End> {
    let front = application.start().await?;
    let app = front.app().clone();
    if let Some(fault) = cannot_work(&app) {
        complain(&fault);
        app.close().await;
        return Ok(End::Failed);
    }
    let queues = match chosen(&app, queues) {
        Ok(queues) => queues,
        Err(fault) => {
            complain(&fault);
            app.close().await;
            return Ok(End::BadUsage);
        }
    };
    let mut signals = Signals::hear()?;
    write_schedules(&app).await?;
    let working = app.worker_of(&queues).start().await?;
    let shown: Vec<String> = queues.iter().map(|(queue, many)| format!("{queue} ({many})")).collect();
    say(&format!("{} works on {}", app.name(), shown.join(", ")))?;
    signals.next().await;
    let runs = working.active();
    if runs > 0 {
        say(&format!("stopping: {} may finish", count(runs, "run")))?;
    }
    let end = tokio::select! {
        stopped = working.stop() => {
            stopped?;
            say("stopped")?;
            End::Done
        }
        // Whoever cannot wait: the runs are started again elsewhere when their lease has passed.
        () = signals.next() => End::Failed,
    };
    app.close().await;
    Ok(end)
}

/// The worker of `serve`, where there is something to work on.
pub(super) async fn inside(app: &App) -> Result<Option<Working>> {
    if !app.has_processes() {
        return Ok(None);
    }
    if let Kept::Memory(why) = app.0.processes.kept {
        tracing::warn!("processes live in memory and end with the program: {why}");
    }
    if !app.0.processes.ready {
        tracing::warn!(
            "the tables of processes are not there: no worker works before `{} migrate`",
            app.name()
        );
        return Ok(None);
    }
    write_schedules(app).await?;
    match app.0.settings.processes.workers {
        true => app.worker().start().await.map(Some),
        false => Ok(None),
    }
}

/// Why a worker of its own would have nothing to do.
fn cannot_work(app: &App) -> Option<String> {
    let engine = &app.0.processes;
    match engine.kept {
        Kept::Memory(why) => Some(format!(
            "a worker of its own would find no processes, which live in the memory of the program that has them: {why}"
        )),
        Kept::Database if !engine.ready => {
            Some(format!("the tables of processes are not there: run `{} migrate`", app.name()))
        }
        Kept::Database => None,
    }
}

/// The queues that a command line names, as in `mail` or `mail=5`.
fn chosen(app: &App, asked: &[String]) -> Result<BTreeMap<String, u32>, String> {
    let own = app.queues();
    if asked.is_empty() {
        return match own.is_empty() {
            false => Ok(own),
            true => {
                Err("`processes.queues` gives every queue 0 runs: there is nothing to take from".to_owned())
            }
        };
    }
    let known = app.known_queues();
    let mut queues = BTreeMap::new();
    for one in asked {
        let (queue, many) = match one.split_once('=') {
            Some((queue, many)) => {
                let many = many.parse().ok().filter(|many| *many > 0);
                let fault = || format!("`{one}` is no queue with a number of runs: write `{queue}=5`");
                (queue, Some(many.ok_or_else(fault)?))
            }
            None => (one.as_str(), None),
        };
        if !known.iter().any(|name| name == queue) {
            let hint = match ravand_core::nearest(queue, known.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are {}", known.join(", ")),
            };
            return Err(format!("no process, schedule or option names the queue `{queue}`; {hint}"));
        }
        let usual = own.get(queue).copied().unwrap_or(app.0.settings.processes.concurrency);
        queues.insert(queue.to_owned(), many.unwrap_or(usual));
    }
    Ok(queues)
}

/// An error of the worker's end, told where nothing else can be done about it.
pub(super) fn ended(result: Result<(), Error>) {
    if let Err(error) = result {
        tracing::error!("the worker did not stop in order: {}", error.chain());
    }
}
