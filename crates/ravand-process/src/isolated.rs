//! Runs in an OS process of their own, as their worker sees them.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use ravand_core::Error;
use rustix::process::{Pid, Signal, kill_process};

use crate::engine::Engine;
use crate::execute::{Ended, took_too_long};
use crate::handlers::Handler;
use crate::store::Stop;
use crate::{Run, State};

/// Starts the program of a run and waits for its end. The program itself writes its answer; what it could not
/// write, since it was killed or crashed, is told here.
///
/// A signal goes to a child that was not waited for yet, so its pid cannot be anybody else's.
pub(crate) async fn supervise(engine: &Engine, handler: &Handler, run: &Run) -> Ended {
    let Some(program) = &engine.program else {
        let error = "the process is isolated, and the engine was built without `Builder::program`";
        return Ended::Answered(Err(Error::internal(error)));
    };
    let mut child = match program.take_over(run.id(), run.attempt(), &engine.holder.worker) {
        Ok(child) => child,
        Err(error) => return Ended::Answered(Err(error)),
    };
    let pid = child.id().and_then(|pid| i32::try_from(pid).ok()).and_then(Pid::from_raw);
    let limit = handler.options.time_limit;
    let too_long = async {
        match limit {
            Some(limit) => tokio::time::sleep(limit).await,
            None => std::future::pending().await,
        }
    };
    let released = async {
        loop {
            run.interrupted().await;
            if run.asked().release {
                break;
            }
            // Interrupted by its record, which the program itself reads; a stop of the worker may follow.
            run.aborted().await;
        }
    };
    tokio::pin!(too_long, released);
    let (mut stopped, mut told) = (false, false);
    let ended = loop {
        tokio::select! {
            status = child.wait() => return exited(engine, run, status).await,
            abort = run.aborted() => break Ended::Aborted(abort),
            () = &mut too_long => break Ended::Answered(Err(took_too_long(limit))),
            Stop { signal, .. } = run.stop_asked(), if !stopped => {
                stopped = true;
                signal_child(pid, Signal::from_named_raw(signal).unwrap_or(Signal::TERM));
            }
            () = &mut released, if !told => {
                told = true;
                signal_child(pid, Signal::TERM);
            }
        }
    };
    if let Err(error) = child.kill().await {
        tracing::error!(process = run.id(), %error, "the program of an isolated process could not be killed");
    }
    ended
}

fn signal_child(pid: Option<Pid>, signal: Signal) {
    if let Some(Err(error)) = pid.map(|pid| kill_process(pid, signal)) {
        tracing::warn!(%error, ?signal, "the program of an isolated process could not be signalled");
    }
}

/// The program has ended: by an answer of its own, or without one.
async fn exited(engine: &Engine, run: &Run, status: std::io::Result<ExitStatus>) -> Ended {
    let how = match status {
        Ok(status) => match (status.signal(), status.code()) {
            (Some(signal), _) => format!("its program was killed by signal {signal}"),
            (None, Some(code)) => format!("its program ended with code {code} before it answered"),
            (None, None) => "its program ended before it answered".to_owned(),
        },
        Err(error) => format!("its program could not be waited for: {error}"),
    };
    match engine.store.read(run.id()).await {
        Ok(Some(record)) if record.state == State::Running && record.attempt == run.attempt() => {
            Ended::Died(how)
        }
        Ok(_) => Ended::Aborted(crate::run::Abort::Lost),
        // Whether it answered is not known now; the write of this end is fenced.
        Err(_) => Ended::Died(how),
    }
}
