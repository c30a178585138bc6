//! One run, from its claim to its end: whatever happens becomes an outcome.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use futures_util::{FutureExt, TryFutureExt};
use ravand_core::{Error, Response, Result};
use serde_json::{Map, Value};
use tracing::Instrument;

use crate::completer::{Done, Finished};
use crate::engine::{Engine, Processes};
use crate::handlers::Handler;
use crate::run::Abort;
use crate::store::{Claimed, Outcome};
use crate::{Backoff, Retry, Run, isolated};

/// Makes the run of a claim, which holds it from now on. It takes the claim's name, queue and trace, which [`perform`]
/// reads there.
pub(crate) fn begin(processes: &Processes, claimed: &mut Claimed) -> Run {
    let run = Run::of(claimed, Arc::clone(processes.engine()));
    processes.engine().hold(&run);
    run
}

/// What a claim says besides that which its run says.
struct Work {
    parameters: String,
    failures: i32,
    max_attempts: i32,
}

/// Runs a claim and hands its end to the completer, which drops `done` when that is written. The place in which it
/// runs is free for the next one meanwhile.
///
/// A future is copied whenever it is moved, before it first runs: so its parts are small, and what is rare is boxed.
pub(crate) fn perform(
    processes: Processes,
    claimed: Claimed,
    run: Run,
    place: impl Send,
    done: impl Into<Done>,
) -> impl Future<Output = ()> + Send {
    let span = tracing::info_span!(
        parent: None,
        "process",
        process.id = claimed.id,
        process.name = run.name(),
        process.queue = run.queue(),
        process.attempt = claimed.attempt,
        process.waited_ms = u64::try_from(claimed.waited.as_millis()).unwrap_or(u64::MAX),
        process.outcome = tracing::field::Empty,
        traceparent = run.traceparent(),
    );
    let Claimed { waited, parameters, failures, max_attempts, .. } = claimed;
    let work = Work { parameters, failures, max_attempts };
    let done = done.into();
    let work = async move {
        let metrics = &processes.engine().metrics;
        metrics.started(run.queue(), waited);
        let began = tokio::time::Instant::now();
        let outcome = outcome(&processes, &work, &run).await;
        metrics.ended(run.queue(), outcome.as_ref(), run.answered(), began.elapsed());
        tracing::Span::current().record("process.outcome", outcome.as_ref().map_or("answered", name));
        let end = match outcome {
            Some(outcome) => Some(run.end(outcome).await),
            None => None,
        };
        let id = run.id();
        if !processes.complete(Finished { run, end, done }) {
            tracing::error!(process = id, "the runtime ends before the end of a process is written");
        }
        drop(place);
    };
    work.instrument(span)
}

fn name(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Done(_) => "done",
        Outcome::Failed { .. } => "failed",
        Outcome::Retry { .. } => "retry",
        Outcome::Interrupted(_) => "interrupted",
        Outcome::Released(_) => "released",
        Outcome::Crashed(_) => "crashed",
    }
}

/// How the function of a run ended.
pub(crate) enum Ended {
    /// It gave an answer or an error.
    Answered(Result<Answer>),
    /// It was dropped or killed from outside.
    Aborted(Abort),
    /// Its OS process ended without an answer of its own.
    Died(String),
}

/// What a function answered.
pub(crate) struct Answer {
    status: bool,
    /// What is kept of it, or why it cannot be kept.
    text: Result<String>,
}

/// Runs it; none when the end is already written or somebody else's.
async fn outcome(processes: &Processes, work: &Work, run: &Run) -> Option<Outcome> {
    let engine = processes.engine();
    let handler = engine.handlers.get(run.name());
    let ended = match &handler {
        Err(error) => Ended::Answered(Err(gone(error))),
        Ok(handler) if handler.options.isolated && !engine.alone => {
            Box::pin(isolated::supervise(engine, handler, run)).await
        }
        Ok(handler) => in_task(engine, handler, work, run).await,
    };
    let backoff = handler.map(|handler| handler.options.backoff).unwrap_or_default();
    if run.answered() {
        return None;
    }
    let asked = run.asked();
    match ended {
        Ended::Answered(Ok(Answer { status: true, text })) => match text {
            Ok(text) => Some(Outcome::Done(text)),
            Err(error) => Some(failed(work, &error, None, &backoff)),
        },
        Ended::Aborted(Abort::Lost) => None,
        Ended::Aborted(Abort::Released) => {
            Some(Outcome::Released("its worker stopped before it was done".to_owned()))
        }
        Ended::Aborted(Abort::Stopped) => {
            let signal = asked.stop.map_or(0, |stop| stop.signal);
            Some(Outcome::Interrupted(format!("it was stopped with signal {signal}")))
        }
        Ended::Died(_) if asked.stop.is_some() => {
            let signal = asked.stop.map_or(0, |stop| stop.signal);
            Some(Outcome::Interrupted(format!("it was stopped with signal {signal}")))
        }
        Ended::Died(how) if asked.release => Some(Outcome::Released(how)),
        Ended::Died(how) => Some(Outcome::Crashed(how)),
        Ended::Answered(answer) => {
            if asked.abort.is_some_and(|abort| abort == Abort::Lost) {
                return None;
            }
            let (error, response) = match answer {
                Ok(answer) => (Error::internal("the process answered with status false"), answer.text.ok()),
                Err(error) => (error, None),
            };
            if asked.release {
                return Some(Outcome::Released(error.chain()));
            }
            if asked.interrupt {
                return Some(Outcome::Interrupted(error.chain()));
            }
            Some(failed(work, &error, response, &backoff))
        }
    }
}

fn gone(error: &Error) -> Error {
    Error::not_found(format!("{error}; it was saved when there was one")).caused_by(Retry::never(""))
}

/// Runs the function in this task, within its time limit.
async fn in_task(engine: &Engine, handler: &Handler, work: &Work, run: &Run) -> Ended {
    let parameters: Map<String, Value> = match serde_json::from_str(&work.parameters) {
        Ok(parameters) => parameters,
        Err(error) => {
            let error = Error::internal(format!("the saved parameters are no JSON object: {error}"));
            return Ended::Answered(Err(error));
        }
    };
    // Its worker keeps the time limit of a run in a program of its own.
    let limit = handler.options.time_limit.filter(|_| !(engine.alone && handler.options.isolated));
    let too_long = async {
        match limit {
            // Seldom asked for, and large.
            Some(limit) => Box::pin(tokio::time::sleep(limit)).await,
            None => std::future::pending().await,
        }
    };
    // The function first: one that does not wait is asked for nothing else.
    tokio::select! {
        biased;
        answer = calling(handler, run.clone(), parameters, answered) => Ended::Answered(answer),
        abort = run.aborted() => Ended::Aborted(abort),
        () = too_long => Ended::Answered(Err(took_too_long(limit))),
    }
}

pub(crate) fn took_too_long(limit: Option<std::time::Duration>) -> Error {
    Error::new(
        ravand_core::ErrorKind::Unavailable,
        format!("the process took longer than its time limit of {:?}", limit.unwrap_or_default()),
    )
}

/// Calls the function; a panic, also of what gives its future, is an error with its message.
pub(crate) fn call(
    handler: &Handler,
    run: Run,
    parameters: Map<String, Value>,
) -> impl Future<Output = Result<Response>> + Send + use<> {
    calling(handler, run, parameters, |response| response)
}

/// The same, with what is made of the response, which is large, before it is passed on.
fn calling<T: Send>(
    handler: &Handler,
    run: Run,
    parameters: Map<String, Value>,
    make: fn(Response) -> T,
) -> impl Future<Output = Result<T>> + Send + use<T> {
    let work = catch_unwind(AssertUnwindSafe(|| handler.call(run, parameters)));
    async move {
        let answer = match work {
            Ok(work) => AssertUnwindSafe(work.map_ok(make)).catch_unwind().await,
            Err(panic) => Err(panic),
        };
        answer.unwrap_or_else(|panic| {
            let text = panic
                .downcast_ref::<&str>()
                .map(|text| (*text).to_owned())
                .or_else(|| panic.downcast_ref::<String>().cloned())
                .unwrap_or_else(|| "no message".to_owned());
            Err(Error::internal(format!("the process panicked: {text}")))
        })
    }
}

fn answered(response: Response) -> Answer {
    Answer { status: response.status(), text: kept(&response) }
}

/// What is kept of a response: its status and data.
pub(crate) fn kept(response: &Response) -> Result<String> {
    match response.fault() {
        None => Ok(response.to_json_text()),
        Some(fault) => Err(Error::internal(fault.to_owned())),
    }
}

fn failed(work: &Work, error: &Error, response: Option<String>, backoff: &Backoff) -> Outcome {
    let failures = work.failures.saturating_add(1);
    let wish = Retry::of(error);
    let text = text(error);
    if failures >= work.max_attempts || wish.is_some_and(|wish| wish.after.is_none()) {
        return Outcome::Failed { error: text, response };
    }
    let usual = || backoff.delay(u32::try_from(failures).unwrap_or(1));
    Outcome::Retry { error: text, delay: wish.and_then(|wish| wish.after).unwrap_or_else(usual) }
}

/// The error and its causes, without what is said to the engine alone.
fn text(error: &Error) -> String {
    if Retry::of(error).is_some() { error.to_string() } else { error.chain() }
}
