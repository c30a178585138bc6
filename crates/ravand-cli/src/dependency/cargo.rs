//! Cargo, as far as it is asked: what the application is, and to change its dependencies.

use std::path::{Path, PathBuf};
use std::process::Command;

use ravand_core::Problem;
use serde_json::Value;

use crate::files;
use crate::stop::Stop;

/// An application's crate, as Cargo knows it.
pub(super) struct Crate {
    pub(super) name: String,
    pub(super) dependencies: Vec<String>,
    workspace: PathBuf,
}

impl Crate {
    /// Asks Cargo about the application in a folder.
    pub(super) fn read(app: &Path) -> Result<Self, Stop> {
        let manifest = app.join("Cargo.toml");
        let wrong = |text: String| Problem::error(text).help("`--app DIR` names the application's folder");
        let manifest = manifest.canonicalize().map_err(|error| {
            let reason = files::reason(&error);
            Stop::usage(wrong(format!("`{}` cannot be read: {reason}", manifest.display())))
        })?;
        let mut cargo = cargo();
        cargo.args(["metadata", "--no-deps", "--format-version", "1", "--manifest-path"]).arg(&manifest);
        let told = output(cargo, "cargo metadata")?;
        let told: Value = serde_json::from_slice(&told)
            .map_err(|error| Problem::error(format!("`cargo metadata` answers no JSON: {error}")))?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let packages = told["packages"].as_array().map_or(&[][..], Vec::as_slice);
        let own = packages.iter().find(|package| {
            let path = package["manifest_path"].as_str().map(Path::new);
            path.and_then(|path| path.canonicalize().ok()).as_deref() == Some(&manifest)
        });
        let (Some(own), Some(workspace)) = (own, text(&told["workspace_root"])) else {
            let text = format!("`{}` has no `[package]`: it is no application", manifest.display());
            return Err(Stop::usage(wrong(text)));
        };
        let dependencies = own["dependencies"].as_array().into_iter().flatten();
        Ok(Self {
            name: text(&own["name"]).unwrap_or_default(),
            dependencies: dependencies.filter_map(|one| text(&one["name"])).collect(),
            workspace: workspace.into(),
        })
    }

    /// A folder's path from the workspace, as a user would write it.
    pub(super) fn below(&self, folder: &Path) -> String {
        let whole = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let root = self.workspace.canonicalize().unwrap_or_else(|_| self.workspace.clone());
        whole.strip_prefix(root).unwrap_or(&whole).to_string_lossy().into_owned()
    }

    /// Runs Cargo in the workspace, and gives the command as it would be typed.
    pub(super) fn cargo(&self, arguments: &[&str]) -> Result<String, Stop> {
        let shown = format!("cargo {}", arguments.join(" "));
        let mut cargo = cargo();
        cargo.args(arguments).current_dir(&self.workspace);
        output(cargo, &shown)?;
        Ok(shown)
    }
}

/// The Cargo that runs this program, or the one that is found.
fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// What a command writes; what it complains of is the error.
fn output(mut command: Command, shown: &str) -> Result<Vec<u8>, Stop> {
    let output = command
        .output()
        .map_err(|error| Problem::error(format!("`{shown}` cannot be run: {}", files::reason(&error))))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    let problem = Problem::error(format!("`{shown}` failed"));
    let lines = complaint.lines().map(str::trim_end).filter(|line| !line.is_empty());
    Err(lines.fold(problem, Problem::help).into())
}
