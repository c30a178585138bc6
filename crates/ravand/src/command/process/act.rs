//! What is done to processes: started, waited for, ended, queued again, removed.

use std::time::Duration;

use ravand_core::{Error, ErrorKind, Result};
use ravand_terminal::count;
use serde_json::json;

use super::follow::{Follow, end_of};
use super::given::{Given, given, texts};
use super::line::{Asked, How};
use crate::Context;
use crate::command::End;
use crate::command::output::{As, complain, pretty, say};
use crate::process::{Handle, Retention, Signal, State};

/// Has it run in the background.
pub(super) async fn start(cx: &Context, how: &How, asked: &Asked, form: As) -> Result<End> {
    let parameters = match texts(asked.parameters.iter().map(String::as_str)) {
        Ok(parameters) => parameters,
        Err(fault) => {
            complain(&fault);
            return Ok(End::BadUsage);
        }
    };
    let queued = match given(cx, &asked.process, parameters).await? {
        None => return Ok(End::BadUsage),
        Some(Given::Kept(handle)) => {
            if how.queue.is_some() || how.priority.is_some() || how.delay.is_some() {
                complain("a process that is saved already keeps its queue, priority and time");
                return Ok(End::BadUsage);
            }
            handle.background_run(cx).await
        }
        Some(Given::New(process)) => {
            let mut process = *process;
            if let Some(queue) = &how.queue {
                process = process.queue(queue);
            }
            if let Some(priority) = how.priority {
                process = process.priority(priority);
            }
            if let Some(delay) = how.delay {
                process = process.run_in(delay);
            }
            process.background_run(cx).await
        }
    };
    let handle = match queued {
        Ok(handle) => handle,
        Err(error) => return refused(error),
    };
    match how.wait {
        Some(limit) => wait(&handle, Some(limit), form).await,
        None => {
            let state = handle.state().await?;
            told(form, &handle, state, &handle.id().to_string())
        }
    }
}

/// Waits for its end.
pub(super) async fn wait(handle: &Handle, limit: Option<Duration>, form: As) -> Result<End> {
    let mut follow = Follow::new(handle, form);
    follow.until(State::ended, limit.unwrap_or(Duration::MAX)).await?;
    end_of(handle, form).await
}

/// Asks it to end.
pub(super) async fn interrupt(handle: &Handle, form: As) -> Result<End> {
    let state = handle.interrupt().await?;
    let text = match state {
        State::Running => format!("the process {} was asked to end", handle.id()),
        State::Cancelled => format!("the process {} will not run: it is cancelled", handle.id()),
        state => format!("the process {} is {state} already", handle.id()),
    };
    told(form, handle, state, &text)
}

/// Ends it, and waits for that.
pub(super) async fn stop(handle: &Handle, signal: Signal, limit: Duration, form: As) -> Result<End> {
    let ended = handle.stop(signal, limit).await?;
    let state = handle.state().await?;
    told(form, handle, state, &format!("the process {} is {state}", handle.id()))?;
    Ok(if ended { End::Done } else { End::TimedOut })
}

/// Queues it again.
pub(super) async fn retry(handle: &Handle, form: As) -> Result<End> {
    match handle.retry().await {
        Ok(()) => {
            let state = handle.state().await?;
            told(form, handle, state, &format!("the process {} is queued again", handle.id()))
        }
        Err(error) => refused(error),
    }
}

/// Removes ended ones.
pub(super) async fn prune(
    cx: &Context,
    older_than: Option<Duration>,
    keep: Option<u32>,
    queue: Option<String>,
    form: As,
) -> Result<End> {
    if older_than.is_none() && keep.is_none() {
        complain("say which: `--older-than 30d`, `--keep 1000`, or both");
        return Ok(End::BadUsage);
    }
    let gone = cx.processes().prune(&Retention { queue, older_than, keep }).await?;
    match form {
        As::Json => say(&pretty(&json!({ "removed": gone }))?)?,
        As::Text(_) => {
            let number = usize::try_from(gone).unwrap_or(usize::MAX);
            say(&format!("{} removed", count(number, "process").replace("processs", "processes")))?;
        }
    }
    Ok(End::Done)
}

fn told(form: As, handle: &Handle, state: State, text: &str) -> Result<End> {
    match form {
        As::Json => say(&pretty(&json!({ "id": handle.id(), "state": state }))?)?,
        As::Text(_) => say(text)?,
    }
    Ok(End::Done)
}

/// What its state, or another process, does not allow.
fn refused(error: Error) -> Result<End> {
    match error.kind() {
        ErrorKind::Conflict => {
            complain(&error.to_string());
            Ok(End::Failed)
        }
        _ => Err(error),
    }
}
