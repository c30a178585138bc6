//! Where texts go: standard output for what was asked, standard error for what is wrong.

use std::io::{self, Write as _};

use ravand_core::{Problem, Problems};
use serde_json::Value;

use crate::problems::painted_text;

/// Writes a text and the end of its line to standard output, without colours where it is no terminal.
///
/// # Errors
/// When the output takes no more.
pub fn say(text: &str) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

/// Writes bytes to standard output as they are.
///
/// # Errors
/// When the output takes no more.
pub fn raw(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

/// Writes JSON to standard output.
///
/// # Errors
/// When the output takes no more.
pub fn say_json(value: &Value) -> io::Result<()> {
    let mut text = serde_json::to_vec_pretty(value)?;
    text.push(b'\n');
    raw(&text)
}

/// Writes a problem to standard error.
///
/// # Errors
/// When standard error takes no more.
pub fn complain(problem: &Problem) -> io::Result<()> {
    complain_text(&problem.to_string())
}

/// Writes problems to standard error.
///
/// # Errors
/// When standard error takes no more.
pub fn complain_all(problems: &Problems) -> io::Result<()> {
    complain_text(&problems.to_string())
}

/// Writes a text that problems were written into to standard error.
///
/// # Errors
/// When standard error takes no more.
pub fn complain_text(text: &str) -> io::Result<()> {
    write!(anstream::stderr().lock(), "{}", painted_text(text))
}
