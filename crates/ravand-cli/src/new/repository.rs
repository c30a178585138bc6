//! A git repository around a new application.

use std::path::Path;
use std::process::{Command, Stdio};

use ravand_core::Problem;

use crate::line::Vcs;
use crate::stop::Stop;

/// Begins a repository in `folder` when it is asked for, or when nothing is said, git is there, and the folder
/// `around` is in no repository.
pub(super) fn begin(asked: Option<Vcs>, around: &Path, folder: &Path) -> Result<(), Stop> {
    let is_in_one = || git(around, &["rev-parse", "--is-inside-work-tree"]);
    match asked {
        Some(Vcs::None) => Ok(()),
        None if is_in_one() => Ok(()),
        None => {
            git(folder, &["init", "--quiet"]);
            Ok(())
        }
        Some(Vcs::Git) if git(folder, &["init", "--quiet"]) => Ok(()),
        Some(Vcs::Git) => {
            let problem = Problem::error("`git init` failed, so that there is no repository");
            Err(problem.help("install git, or write `--vcs none`").into())
        }
    }
}

/// Whether a command of git succeeds in a folder.
fn git(folder: &Path, arguments: &[&str]) -> bool {
    let mut command = Command::new("git");
    command
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
