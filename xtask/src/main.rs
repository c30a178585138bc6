//! The workspace's own commands: `test`, `bench`, `fuzz`, `chaos`, `tidy`, `features`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a tool for the terminal")]

mod bench;
mod chaos;
mod features;
mod fuzz;
mod machine;
mod metadata;
mod test;
mod tidy;
mod tools;

use std::process::ExitCode;

use tools::Outcome;

const HELP: &str = "\
cargo xtask test [ARGUMENTS]  installs what the tests need that is missing, and runs every test, doc test and
                              example; the arguments go to the test runner
cargo xtask bench [NAME]      measures http, page, router, lookup (a part of it), start, edit, wiring or processes
                              (all without a name) and says which goals hold; `--quick` measures less of processes
cargo xtask fuzz [SECONDS]    builds the fuzz targets and runs each for so long (30 s); a target's name picks it
cargo xtask chaos [--seconds N] [--store sqlite|postgres] [--seed N] [--processes N]
                              10,000 processes while workers are killed and paused and the database is restarted,
                              over both stores; nothing may be lost, doubled or stuck
cargo xtask tidy              checks files, layers and dependencies against the house's rules
cargo xtask features          checks `ravand` without features and with each feature alone";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    match run(&command, &rest) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(1)
        }
    }
}

/// Runs a command; whether everything held.
fn run(command: &str, rest: &[String]) -> Outcome<bool> {
    match (command, rest) {
        ("test", arguments) => test::run(arguments),
        ("bench", names) => bench::run(names),
        ("tidy", []) => tidy::run(),
        ("features", []) => features::run(),
        ("fuzz", arguments) => fuzz::run(arguments),
        ("chaos", arguments) => chaos::run(arguments),
        ("" | "help" | "--help" | "-h", _) => {
            println!("{HELP}");
            Ok(true)
        }
        ("tidy" | "features", _) => Err(format!("`{command}` takes no arguments").into()),
        _ => Err(format!("there is no command `{command}`\n\n{HELP}").into()),
    }
}
