//! A process as a command line names it, and its parameters.

use ravand_core::{Address, ErrorKind, Result};

use crate::command::output::complain;
use crate::process::{Handle, Id, Process, Text};
use crate::{App, Context};

/// What a command line names.
pub(super) enum Given {
    /// A process to be, with its parameters.
    New(Box<Process>),
    /// One that is kept.
    Kept(Handle),
}

/// Reads `--key=value` and `--key`.
pub(super) fn texts<'a>(words: impl Iterator<Item = &'a str>) -> Result<Vec<Text>, String> {
    let text = |word: &str| {
        let pair = word.strip_prefix("--").filter(|rest| !rest.is_empty() && !rest.starts_with('='));
        let pair = pair.ok_or_else(|| format!("`{word}` is no parameter: write `--key=value`"))?;
        Ok(match pair.split_once('=') {
            Some((key, value)) => Text { key: key.to_owned(), value: Some(value.to_owned()) },
            None => Text { key: pair.to_owned(), value: None },
        })
    };
    words.map(text).collect()
}

/// The number, when it is one.
pub(super) fn number(process: &str) -> Option<Id> {
    process.parse().ok().filter(|id| *id > 0)
}

/// What is named. What is wrong with it is said here, and is bad usage.
pub(super) async fn given(cx: &Context, process: &str, parameters: Vec<Text>) -> Result<Option<Given>> {
    let refuse = |text: String| {
        complain(&text);
        Ok(None)
    };
    if process.is_empty() {
        return refuse("name a process, as in packages/PACKAGE/processes/CLASS@METHOD".to_owned());
    }
    if let Some(id) = number(process) {
        if let Some(first) = parameters.first() {
            return refuse(format!(
                "the process {id} has its parameters already; `--{}` is of no use",
                first.key
            ));
        }
        return Ok(super::found(cx, id).await?.map(Given::Kept));
    }
    let found = address(process).and_then(|address| cx.app().0.classes.process(&address));
    let (method, address) = match found {
        Ok(found) => found,
        Err(error) => return refuse(error.to_string()),
    };
    match (method.texts)(parameters) {
        Ok(parameters) => Ok(Some(Given::New(Box::new(Process::new(address).parameters(&parameters)?)))),
        Err(error) if error.kind() == ErrorKind::Invalid => refuse(error.to_string()),
        Err(error) => Err(error),
    }
}

/// The one spelling of an address, or what is wrong with it.
pub(super) fn canonical(app: &App, process: &str) -> Result<String> {
    address(process).and_then(|address| app.0.classes.process(&address)).map(|(_, address)| address)
}

fn address(process: &str) -> Result<Address> {
    crate::router::address(process, "base")
}
