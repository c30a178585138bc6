//! `cargo xtask bench [NAME]`: the same work side by side in one run, and whether each goal holds.
//!
//! Wall-clock figures of a shared machine swing. So the two sides alternate (A B B A in each round), the figure is
//! the median of the rounds' ratios, and instructions, which are repeatable, stand beside it.

mod count;
mod edit;
mod http;
mod page;
mod pair;
mod processes;
mod router;
mod server;
mod start;
mod wiring;

use std::path::PathBuf;

use crate::metadata;
use crate::tools::{Outcome, cargo, must};

/// Where the programs and their files are.
pub(crate) struct Place {
    /// The folder of release programs.
    programs: PathBuf,
    /// A folder of its own for databases and secrets.
    files: PathBuf,
    /// Less is measured (`--quick`).
    quick: bool,
}

impl Place {
    fn program(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }
}

/// A benchmark: builds nothing, measures, prints, and says whether its goal holds.
type Bench = fn(&Place) -> Outcome<bool>;

const ALL: [(&str, Bench); 7] = [
    ("http", http::run),
    ("page", page::run),
    ("router", router::run),
    ("start", start::run),
    ("edit", edit::run),
    ("wiring", wiring::run),
    ("processes", processes::run),
];

/// Parts of others, for when they are named.
const PARTS: [(&str, Bench); 2] = [("lookup", router::lookup), ("way", router::axum)];

/// Those that build for themselves.
const OWN: [&str; 3] = ["edit", "wiring", "processes"];

pub(crate) fn run(arguments: &[String]) -> Outcome<bool> {
    let (flags, names): (Vec<&String>, Vec<&String>) = arguments.iter().partition(|one| *one == "--quick");
    let known: Vec<(&str, Bench)> = ALL.into_iter().chain(PARTS).collect();
    if let Some(name) = names.iter().find(|name| known.iter().all(|(known, _)| known != &name.as_str())) {
        let known: Vec<&str> = known.iter().map(|(known, _)| *known).collect();
        return Err(format!("there is no benchmark `{name}`; there are {}", known.join(", ")).into());
    }
    let chosen: Vec<(&str, Bench)> = match names[..] {
        [] => ALL.into(),
        _ => known.into_iter().filter(|(name, _)| names.iter().any(|one| one == name)).collect(),
    };
    let mut build = cargo(&["build", "--release", "--package", "ravand-benches", "--package", "bench-app"]);
    if chosen.iter().any(|(name, _)| *name == "start") {
        build.args(["--package", "helpdesk"]);
    }
    if chosen.iter().any(|(name, _)| !OWN.contains(name)) {
        must(&mut build)?;
    }
    let target = metadata::target()?;
    let place =
        Place { programs: target.join("release"), files: target.join("bench"), quick: !flags.is_empty() };
    if place.files.exists() {
        std::fs::remove_dir_all(&place.files)?;
    }
    std::fs::create_dir_all(&place.files)?;
    let mut verdicts = Vec::new();
    for (name, bench) in chosen {
        println!("\n== {name} ==");
        let held = bench(&place).unwrap_or_else(|error| {
            eprintln!("error: {error}");
            false
        });
        verdicts.push((name, held));
    }
    println!();
    for (name, held) in &verdicts {
        println!("{name}: {}", if *held { "the goal holds" } else { "the goal does NOT hold" });
    }
    Ok(verdicts.iter().all(|(_, held)| *held))
}
