//! `cargo xtask features`: the framework builds without features and with each feature alone, and the whole workspace
//! with all of them, warnings denied.

use crate::metadata;
use crate::tools::{Outcome, cargo, must};

pub(crate) fn run() -> Outcome<bool> {
    let crates = metadata::crates()?;
    let ravand =
        crates.iter().find(|one| one.name == "ravand").ok_or("the workspace has no crate `ravand`")?;
    let base = ["clippy", "--quiet", "--locked", "--package", "ravand", "--no-default-features"];
    let mut failed = Vec::new();
    let alone =
        ravand.features.iter().filter(|feature| *feature != "default").map(|feature| Some(feature.as_str()));
    for feature in std::iter::once(None).chain(alone) {
        let mut command = cargo(&base);
        command.args(feature.iter().flat_map(|feature| ["--features", feature]));
        command.args(["--", "-D", "warnings"]);
        if let Err(error) = must(&mut command) {
            eprintln!("error: {error}");
            failed.push(feature.unwrap_or("no feature"));
        }
    }
    if !failed.is_empty() {
        println!("features: ravand does not build with: {}", failed.join(", "));
    }
    let all = ["clippy", "--quiet", "--locked", "--workspace", "--all-targets", "--all-features"];
    let whole = must(cargo(&all).args(["--", "-D", "warnings"]));
    if let Err(error) = &whole {
        eprintln!("error: {error}");
        println!("features: the workspace does not build with all of them");
    }
    Ok(failed.is_empty() && whole.is_ok())
}
