//! What every command uses: the workspace's folder, other programs, and their failures in words.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A value, or what went wrong in words.
pub(crate) type Outcome<T> = Result<T, Box<dyn Error>>;

/// The workspace's folder.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new(".")).to_owned()
}

/// Cargo, in the workspace's folder.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    // What the outer `cargo run` set for this program is not for the inner one.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") || name == "CARGO_BIN_NAME" {
            command.env_remove(&*name);
        }
    }
    command
}

/// A command as one would type it.
pub(crate) fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy();
    let arguments = command.get_args().map(|argument| argument.to_string_lossy());
    std::iter::once(program).chain(arguments).collect::<Vec<_>>().join(" ")
}

/// Runs a command that must succeed.
pub(crate) fn must(command: &mut Command) -> Outcome<()> {
    println!("$ {}", shown(command));
    let status = command.status().map_err(|error| format!("`{}` cannot be run: {error}", shown(command)))?;
    if status.success() { Ok(()) } else { Err(format!("`{}` failed: {status}", shown(command)).into()) }
}

/// What a command that must succeed writes to standard output.
pub(crate) fn output(command: &mut Command) -> Outcome<String> {
    let done = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("`{}` cannot be run: {error}", shown(command)))?;
    if !done.status.success() {
        let error = String::from_utf8_lossy(&done.stderr);
        return Err(format!("`{}` failed: {}\n{}", shown(command), done.status, error.trim_end()).into());
    }
    Ok(String::from_utf8(done.stdout)?)
}

/// The first of these programs that is in `PATH`.
pub(crate) fn program(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let files = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    files.into_iter().find(|file| file.is_file())
}
