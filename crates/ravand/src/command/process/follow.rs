//! Following a process: how far it is, and what it writes, as it comes. On a terminal only.

use std::time::Duration;

use ravand_core::Result;
use ravand_terminal::{BAD, DOUBTFUL, Progress, QUIET, paint};
use serde_json::json;
use tokio::time::Instant;

use crate::command::output::{As, complain, pretty, say};
use crate::command::{End, clock};
use crate::process::{Handle, Level, LogLine, State};

/// How often the record is looked at. The end itself is heard of at once.
const LOOK: Duration = Duration::from_millis(250);

/// Somebody who follows a process.
pub(super) struct Follow<'a> {
    handle: &'a Handle,
    progress: Option<Progress>,
    seen: i64,
}

impl<'a> Follow<'a> {
    /// Begins; who asked for JSON is told nothing in between.
    pub fn new(handle: &'a Handle, form: As) -> Self {
        let progress = match form {
            As::Json => None,
            As::Text(_) => Some(Progress::new(100)).filter(Progress::is_shown),
        };
        Self { handle, progress, seen: 0 }
    }

    /// Follows it until it stands elsewhere, or the limit has passed: whether it stands there.
    pub async fn until(&mut self, there: impl Fn(State) -> bool, limit: Duration) -> Result<bool> {
        let deadline = Instant::now() + limit.min(Duration::from_secs(86400 * 365));
        loop {
            let state = self.handle.state().await?;
            let arrived = there(state) || state.ended();
            if self.progress.is_some() {
                self.look(arrived).await?;
            }
            let now = Instant::now();
            if arrived || now >= deadline {
                return Ok(arrived);
            }
            self.handle.ended_within(LOOK.min(deadline - now)).await?;
        }
    }

    /// Says a line above the bar.
    pub fn say(&self, line: &str) {
        if let Some(progress) = &self.progress {
            progress.clear();
            let _ = ravand_terminal::complain_text(line);
        }
    }

    async fn look(&mut self, last: bool) -> Result<()> {
        let lines = self.handle.logs(self.seen).await?;
        for line in &lines {
            self.say(&written(line));
            self.seen = line.seq;
        }
        let record = self.handle.record().await?;
        if let Some(progress) = &self.progress {
            match last {
                true => progress.clear(),
                false => progress.bar(record.progress.clamp(0, 100).unsigned_abs().into(), &record.name),
            }
        }
        Ok(())
    }
}

/// A line of a run as people read it.
pub(super) fn written(line: &LogLine) -> String {
    let at = paint(QUIET, &clock(line.at));
    match line.level {
        Level::Error => format!("{at} {} {}", paint(BAD, "error"), line.text),
        Level::Warn => format!("{at} {} {}", paint(DOUBTFUL, "warning"), line.text),
        Level::Debug => format!("{at} {}", paint(QUIET, &line.text)),
        Level::Info => format!("{at} {}", line.text),
    }
}

/// Says how a process ended, or that it has not: its response, its error, and the exit code.
pub(super) async fn end_of(handle: &Handle, form: As) -> Result<End> {
    let record = handle.record().await?;
    let end = match record.state {
        State::Done => End::Done,
        state if state.ended() => End::Failed,
        _ => End::TimedOut,
    };
    if let As::Json = form {
        let told = json!({
            "id": record.id, "name": record.name, "state": record.state, "progress": record.progress,
            "response": record.response, "error": record.error,
        });
        say(&pretty(&told)?)?;
        return Ok(end);
    }
    if let Some(response) = &record.response {
        say(&response.to_string())?;
    }
    match (end, record.error) {
        (End::Failed, Some(error)) if record.response.is_none() => complain(&match record.state {
            State::Failed => error,
            state => format!("the process {} is {state}: {error}", record.id),
        }),
        (End::TimedOut, _) => complain(&format!(
            "the process {} is {} at {} %: the time to wait for it has run out",
            record.id, record.state, record.progress
        )),
        _ => {}
    }
    Ok(end)
}
