//! `--process=NAME [--key=value …]`: runs a process in place, as the seed's command line does.

use std::ffi::OsString;

use ravand_core::{ErrorKind, Result};

use super::End;
use super::output::{complain, say};
use crate::{Application, Context, Process, Run};

/// What the command line asks for.
pub(super) struct Call {
    name: String,
    parameters: Vec<(String, String)>,
    fault: Option<String>,
}

impl Call {
    /// Reads the arguments; none when they ask for no process.
    pub fn parse(arguments: &[OsString]) -> Option<Self> {
        let bad = arguments.iter().find(|argument| argument.to_str().is_none());
        let fault = bad.map(|argument| format!("`{}` is no UTF-8", argument.display()));
        let mut arguments = arguments.iter().skip(1).map(|argument| argument.to_string_lossy());
        let first = arguments.next()?;
        let name = match first.strip_prefix("--process") {
            Some("") => arguments.next().unwrap_or_default().into_owned(),
            Some(rest) => rest.strip_prefix('=')?.to_owned(),
            None => return None,
        };
        let mut call = Self { name, parameters: Vec::new(), fault };
        for argument in arguments {
            let Some(argument) = argument.strip_prefix("--").filter(|rest| !rest.is_empty()) else {
                let fault = format!("`{argument}` is no parameter: write `--key=value`");
                call.fault.get_or_insert(fault);
                break;
            };
            let (key, value) = argument.split_once('=').unwrap_or((argument, "true"));
            call.parameters.push((key.to_owned(), value.to_owned()));
        }
        Some(call)
    }
}

/// Runs the process and prints its response as JSON. Exit codes: 0 done, 1 it failed, 2 unknown or bad usage.
pub(super) async fn run(application: Application, call: Call) -> Result<End> {
    if let Some(fault) = &call.fault {
        complain(fault);
        return Ok(End::BadUsage);
    }
    if call.name.is_empty() {
        complain("name a process, as in --process=packages/PACKAGE/processes/CLASS@METHOD");
        return Ok(End::BadUsage);
    }
    let front = application.start().await?;
    let app = front.app().clone();
    let cx = Context::without_request(app.clone());
    let run = std::sync::Arc::new(Run::new());
    let interrupted = run.clone();
    let watch = tokio::spawn(async move {
        crate::server::signal().await;
        interrupted.interrupt();
    });
    if let Err(error) = app.0.bootstraps.run_for_process(&cx).await {
        complain(&error.to_string());
        return Ok(End::Failed);
    }
    let known = match crate::router::address(&call.name, "base")
        .and_then(|address| app.0.classes.process(&address))
    {
        Ok(_) => true,
        Err(error) => {
            complain(&error.to_string());
            false
        }
    };
    if !known {
        return Ok(End::BadUsage);
    }
    let outcome = Process::new(call.name).text_parameters(call.parameters).call_with(&run, &cx).await;
    watch.abort();
    app.close().await;
    match outcome {
        Ok(response) => {
            say(&response.to_json().to_string())?;
            Ok(if response.status() { End::Done } else { End::Failed })
        }
        Err(error) if error.kind() == ErrorKind::Invalid => {
            complain(&error.to_string());
            Ok(End::BadUsage)
        }
        Err(error) => {
            complain(&error.chain());
            Ok(End::Failed)
        }
    }
}
