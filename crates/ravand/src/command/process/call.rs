//! `--process=NAME|ID [--key=value …]`: a process in place, as the seed's command line has it; and what the engine
//! starts, for an isolated process or where no worker lives.

use std::ffi::OsString;

use ravand_core::Result;
use ravand_process::Program;

use super::given::{self, texts};
use super::line::Asked;
use super::run;
use crate::command::End;
use crate::command::output::{As, complain};
use crate::command::signals::Signals;
use crate::process::State;
use crate::{App, Context};

/// What the command line asks for.
pub(in crate::command) struct Call {
    asked: Asked,
    fault: Option<String>,
}

impl Call {
    /// Reads the arguments; none when they ask for no process.
    pub fn parse(arguments: &[OsString]) -> Option<Self> {
        let bad = arguments.iter().find(|argument| argument.to_str().is_none());
        let fault = bad.map(|argument| format!("`{}` is no UTF-8", argument.display()));
        let mut arguments = arguments.iter().skip(1).map(|argument| argument.to_string_lossy());
        let first = arguments.next()?;
        let process = match first.strip_prefix("--process") {
            Some("") => arguments.next().unwrap_or_default().into_owned(),
            Some(rest) => rest.strip_prefix('=')?.to_owned(),
            None => return None,
        };
        let parameters: Vec<String> = arguments.map(std::borrow::Cow::into_owned).collect();
        let fault = fault.or_else(|| texts(parameters.iter().map(String::as_str)).err());
        Some(Self { asked: Asked { process, parameters }, fault })
    }

    /// Why the arguments cannot be read.
    pub fn fault(&self) -> Option<&str> {
        self.fault.as_deref()
    }

    /// Runs it, and prints its response as JSON.
    pub async fn run(self, app: &App) -> Result<End> {
        match given::number(&self.asked.process).filter(|_| Program::is_called()) {
            Some(id) => called(app, id).await,
            None => {
                let cx = Context::without_request(app.clone());
                run::run(&cx, &self.asked, As::asked(false)).await
            }
        }
    }
}

/// What the engine of another program started: nobody reads what it says.
async fn called(app: &App, id: crate::process::Id) -> Result<End> {
    let mut signals = Signals::hear()?;
    let handle = app.processes().run_program_until(id, signals.next()).await;
    let state = match handle {
        Ok(handle) => handle.state().await?,
        Err(error) => {
            complain(&error.to_string());
            return Ok(End::Failed);
        }
    };
    Ok(if state == State::Done { End::Done } else { End::Failed })
}
