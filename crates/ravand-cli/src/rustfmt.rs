//! Rust as `cargo fmt` lays it out, with the user's own rustfmt.toml.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The text as rustfmt writes it; none when there is no rustfmt, or it refuses the text. `folder` is where its
/// configuration is looked for.
pub(crate) fn format(text: &str, edition: &str, folder: &Path) -> Option<String> {
    let mut command = Command::new(program());
    command.args(["--edition", edition, "--emit", "stdout", "--quiet"]).current_dir(folder);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    let mut input = child.stdin.take()?;
    let written = input.write_all(text.as_bytes());
    drop(input);
    let output = child.wait_with_output().ok()?;
    written.ok()?;
    let formatted = String::from_utf8(output.stdout).ok()?;
    (output.status.success() && !formatted.is_empty()).then_some(formatted)
}

/// `RUSTFMT`, as Cargo takes it; else the one beside the Cargo that runs this program; else the one that is found.
fn program() -> PathBuf {
    if let Some(named) = std::env::var_os("RUSTFMT") {
        return named.into();
    }
    let beside = std::env::var_os("CARGO")
        .map(|cargo| Path::new(&cargo).with_file_name(format!("rustfmt{}", std::env::consts::EXE_SUFFIX)));
    beside.filter(|path| path.is_file()).unwrap_or_else(|| "rustfmt".into())
}
