//! Programs that run one process: for isolated runs, and where no worker lives.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Stdio;

use ravand_core::{Error, Result};

use crate::Id;

/// Tells a program whose run it takes over: the name of the worker that claimed it.
const WORKER: &str = "RAVAND_PROCESS_WORKER";

/// Tells it the number of that run.
const ATTEMPT: &str = "RAVAND_PROCESS_ATTEMPT";

/// Tells a program that no worker lives: it is to work until nothing waits.
const CALLED: &str = "RAVAND_PROCESS_CALLED";

/// How the program is started that runs one process: with `--process=ID` after its own arguments. That program
/// makes the same engine and calls [`Processes::run_program`](crate::Processes::run_program).
#[derive(Clone, Debug)]
pub struct Program {
    path: PathBuf,
    arguments: Vec<OsString>,
}

impl Program {
    /// The program that runs now.
    ///
    /// # Errors
    /// When the system does not tell where it is.
    pub fn this() -> Result<Self> {
        Ok(Self::new(std::env::current_exe()?))
    }

    /// A program by its path.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), arguments: Vec::new() }
    }

    /// Gives it an argument, before `--process=ID`.
    #[must_use]
    pub fn argument(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    fn command(&self, id: Id) -> std::process::Command {
        let mut command = std::process::Command::new(&self.path);
        command.args(&self.arguments).arg(format!("--process={id}")).stdin(Stdio::null());
        command.env_remove(WORKER).env_remove(ATTEMPT).env_remove(CALLED);
        command
    }

    /// Starts it to take over a run that a worker has claimed. It is killed when the handle is dropped.
    pub(crate) fn take_over(&self, id: Id, attempt: i32, worker: &str) -> Result<tokio::process::Child> {
        let mut command = self.command(id);
        command.env(WORKER, worker).env(ATTEMPT, attempt.to_string());
        // A Ctrl-C is meant for the worker, which ends its children itself.
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let child = tokio::process::Command::from(command).kill_on_drop(true).spawn();
        child.map_err(|error| self.cannot_start(error))
    }

    /// Starts it on its own: it outlives this program.
    pub(crate) fn call(&self, id: Id) -> Result<()> {
        let mut command = self.command(id);
        command.env(CALLED, "1").stdout(Stdio::null()).stderr(Stdio::null());
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn().map_err(|error| self.cannot_start(error))?;
        // Somebody has to hear of its end, else the system keeps its number.
        std::thread::Builder::new().name("process-called".to_owned()).spawn(move || child.wait())?;
        Ok(())
    }

    fn cannot_start(&self, error: std::io::Error) -> Error {
        Error::internal(format!("the program {} could not be started: {error}", self.path.display()))
            .caused_by(error)
    }

    /// Whether this program is one that an engine started: to take over an isolated run, or because no worker lives.
    pub fn is_called() -> bool {
        Self::called() || Self::worker().is_some()
    }

    /// Whose run this program takes over.
    pub(crate) fn worker() -> Option<String> {
        std::env::var(WORKER).ok()
    }

    /// Which run this program takes over.
    pub(crate) fn attempt() -> Option<i32> {
        std::env::var(ATTEMPT).ok()?.parse().ok()
    }

    /// Whether this program was called because no worker lives.
    pub(crate) fn called() -> bool {
        std::env::var_os(CALLED).is_some()
    }
}
