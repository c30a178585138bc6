//! The tool `ravand`: makes applications, packages and their files, and tells what can be known of a folder of
//! packages without compiling anything.
//!
//! `new` makes an application, `package` makes a package or a dependency of one, `generate` the files of a class
//! with their places in the manifests; `check` reads every manifest and tells all problems together; `routes`
//! lists the rules in the order in which they are tried, explains what a request finds, and routes whole lists of
//! requests. It knows nothing of the framework: it has the readers of `ravand-manifest` and the matcher of
//! `ravand-router`, which the framework has too.

mod application;
mod changes;
mod check;
mod dependency;
mod edit;
mod files;
mod folder;
mod generate;
mod line;
mod name;
mod names;
mod new;
mod output;
mod package;
mod routes;
mod rustfmt;
mod stop;
mod template;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use line::{Command, Line};
use stop::{End, Stop};

/// Runs the command line and gives the exit code: 0 done, 1 something is wrong, 2 bad usage.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let end = match Line::try_parse_from(arguments) {
        Ok(line) => run(line).unwrap_or_else(stopped),
        Err(error) => refuse(&error),
    };
    match end {
        End::Done => ExitCode::SUCCESS,
        End::Wrong => ExitCode::from(1),
        End::BadUsage => ExitCode::from(2),
    }
}

fn run(line: Line) -> Result<End, Stop> {
    match line.command {
        Command::New(order) => new::run(&order),
        Command::Generate(order) => generate::run(&order),
        Command::Check { dir, json, deny_warnings } => check::run(&dir, json, deny_warnings),
        Command::Routes { packages: Some(dir), json, command } => routes::run(&dir, json, command),
        Command::Routes { packages: None, .. } => Ok(refuse(&line::no_packages())),
        Command::Package { command } => dependency::run(&command),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Line::command(), "ravand", &mut script);
            output::raw(&script)?;
            Ok(End::Done)
        }
    }
}

/// Tells why a command could not go on. What standard error does not take is lost: there is nowhere else.
fn stopped(stop: Stop) -> End {
    match stop {
        Stop::Usage(problem) => {
            let _ = output::complain(&problem);
            End::BadUsage
        }
        Stop::Wrong(problems) => {
            let _ = output::complain_all(&problems);
            End::Wrong
        }
        // A reader that went away, as `head` does, is no error.
        Stop::Output(error) if error.kind() == std::io::ErrorKind::BrokenPipe => End::Done,
        Stop::Output(error) => {
            let _ = output::complain(&ravand_core::Problem::error(format!("the output failed: {error}")));
            End::Wrong
        }
    }
}

/// Tells what is wrong with the command line; `--help` and `--version` come this way too.
fn refuse(error: &clap::Error) -> End {
    let _ = error.print();
    if error.use_stderr() { End::BadUsage } else { End::Done }
}
