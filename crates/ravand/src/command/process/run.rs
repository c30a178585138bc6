//! A process that runs here, to its end.

use std::time::Duration;

use ravand_core::{ErrorKind, Result};

use super::follow::{Follow, end_of};
use super::given::{Given, given, texts};
use super::line::Asked;
use crate::Context;
use crate::command::End;
use crate::command::output::{As, complain};
use crate::command::signals::Signals;
use crate::process::{Handle, State};

/// Runs what is named in this program and waits for it. A signal interrupts it; a second one ends the program, and
/// leaves it to the lease.
pub(super) async fn run(cx: &Context, asked: &Asked, form: As) -> Result<End> {
    let parameters = match texts(asked.parameters.iter().map(String::as_str)) {
        Ok(parameters) => parameters,
        Err(fault) => {
            complain(&fault);
            return Ok(End::BadUsage);
        }
    };
    let mut signals = Signals::hear()?;
    let handle = match given(cx, &asked.process, parameters).await? {
        None => return Ok(End::BadUsage),
        Some(Given::Kept(handle)) => handle,
        Some(Given::New(process)) => process.save(cx).await?,
    };
    let mut follow = Follow::new(&handle, form);
    let work = to_its_end(cx, &handle, &mut follow);
    tokio::pin!(work);
    let interrupted = tokio::select! {
        result = &mut work => {
            result?;
            false
        }
        () = signals.next() => true,
    };
    if interrupted {
        handle.interrupt().await?;
        tokio::select! {
            result = work => result?,
            () = signals.next() => return Ok(End::Failed),
        }
    }
    end_of(&handle, form).await
}

/// Runs it, and again when it is to be tried again, which here nobody else may do.
async fn to_its_end(cx: &Context, handle: &Handle, follow: &mut Follow<'_>) -> Result<()> {
    handle.run(cx).await?;
    loop {
        follow.until(|state| state != State::Running, Duration::MAX).await?;
        let record = handle.record().await?;
        if record.state.ended() {
            return Ok(());
        }
        if let Some(error) = &record.error {
            follow.say(&format!("run {} failed: {error}", record.attempt));
        }
        let now = cx.processes().store().now().await?;
        let wait = Duration::from_millis(u64::try_from(record.run_at - now).unwrap_or(0));
        follow.until(|state| state != State::Queued, wait).await?;
        match handle.run(cx).await {
            Ok(()) => {}
            // It has ended, or a worker was faster.
            Err(error) if error.kind() == ErrorKind::Conflict => {}
            Err(error) => return Err(error),
        }
    }
}
