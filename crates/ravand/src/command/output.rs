//! What commands print. A reader that went away, as `head` does, is no error.

use std::io::{self, ErrorKind};

use ravand_core::{Error, Result};
use ravand_terminal::Screen;
use serde_json::Value;

/// In which form something is shown.
#[derive(Clone, Copy, Debug)]
pub(super) enum As {
    /// For programs.
    Json,
    /// For people, on this screen.
    Text(Screen),
}

impl As {
    /// What `--json` asks for; a person's screen is standard output.
    pub fn asked(json: bool) -> Self {
        if json { Self::Json } else { Self::Text(Screen::stdout()) }
    }
}

/// A value as JSON in lines.
pub(super) fn pretty(value: &Value) -> Result<String> {
    Ok(serde_json::to_string_pretty(value)?)
}

/// Writes a text to standard output.
pub(crate) fn say(text: &str) -> Result<()> {
    written(ravand_terminal::say(text))
}

/// Writes bytes to standard output as they are.
pub(super) fn raw(bytes: &[u8]) -> Result<()> {
    written(ravand_terminal::raw(bytes))
}

/// Tells on standard error what is wrong. What it does not take is lost: there is nowhere else.
pub(super) fn complain(text: &str) {
    let problem = ["error: ", "warning: "].iter().any(|word| text.starts_with(word));
    let text = if problem { text.to_owned() } else { format!("error: {text}") };
    let _ = ravand_terminal::complain_text(&text);
}

fn written(outcome: io::Result<()>) -> Result<()> {
    match outcome {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Error::internal(format!("the output failed: {error}")).caused_by(error))
        }
        _ => Ok(()),
    }
}
