//! The command line of an application: its binary is its own tool.

mod listing;
#[cfg(feature = "database")]
mod migrate;
mod process;
mod serve;

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use ravand_core::{Error, Result};

use crate::Application;

/// What a command ended with.
pub(crate) enum End {
    Done,
    Failed,
    BadUsage,
}

#[derive(Parser)]
#[command(disable_help_subcommand = true)]
struct Line {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the application over HTTP (what happens when no command is given)
    Serve {
        /// The port, instead of the option `server.port`
        #[arg(long)]
        port: Option<u16>,
        /// The address, instead of the option `server.address`
        #[arg(long)]
        address: Option<std::net::IpAddr>,
    },
    /// List the routes in the order they are tried
    Routes {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// List the packages in load order
    Packages {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// List the classes: controllers, middlewares, listeners, processes, views, events
    Classes {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Bring the database's tables up to date
    #[cfg(feature = "database")]
    Migrate {
        #[command(subcommand)]
        command: Option<migrate::Migrate>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

/// Runs the command line of this program's arguments.
pub(crate) fn main(application: Application) -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&Error::internal("the runtime could not be started").caused_by(error)),
    };
    let end = runtime.block_on(run(application, arguments));
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    match end {
        Ok(End::Done) => ExitCode::SUCCESS,
        Ok(End::Failed) => ExitCode::from(1),
        Ok(End::BadUsage) => ExitCode::from(2),
        Err(error) => fail(&error),
    }
}

async fn run(application: Application, arguments: Vec<String>) -> Result<End> {
    if let Some(call) = process::Call::parse(&arguments) {
        log_to_stderr("warn");
        return process::run(application, call).await;
    }
    let name = application.name();
    let about = format!("{name}, an application of packages");
    let command = <Line as clap::CommandFactory>::command().name(name).about(about).after_help(format!(
        "Run a process:\n  {name} --process=packages/PACKAGE/processes/CLASS@METHOD [--key=value …]\n\n\
         Options come from ravand.toml and the environment: RAVAND__SERVER__PORT=9000."
    ));
    let line = match command
        .try_get_matches_from(&arguments)
        .and_then(|matches| <Line as clap::FromArgMatches>::from_arg_matches(&matches))
    {
        Ok(line) => line,
        Err(error) => {
            let usage = error.use_stderr();
            let _ = error.print();
            return Ok(if usage { End::BadUsage } else { End::Done });
        }
    };
    match line.command.unwrap_or(Command::Serve { port: None, address: None }) {
        Command::Serve { port, address } => {
            log_to_stderr("info");
            serve::run(application, port, address).await
        }
        Command::Routes { json } => listing::routes(application, json).await,
        Command::Packages { json } => listing::packages(application, json).await,
        Command::Classes { json } => listing::classes(application, json).await,
        #[cfg(feature = "database")]
        Command::Migrate { command, json } => migrate::run(application, command, json).await,
    }
}

/// Writes to standard output. A reader that went away, as `head` does, is no error.
pub(crate) fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}

/// A table with aligned columns.
pub(crate) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain(head.get(column).map(|cell| cell.chars().count())).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded = cells.zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut lines = vec![line(&mut head.iter().copied())];
    lines.extend(rows.iter().map(|row| line(&mut row.iter().map(String::as_str))));
    lines.join("\n")
}

fn log_to_stderr(default: &str) {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| {
        tracing_subscriber::EnvFilter::new(format!("{default},sqlx=warn,sea_orm_migration=warn"))
    });
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .try_init();
}

fn fail(error: &Error) -> ExitCode {
    let mut err = std::io::stderr().lock();
    let _ = writeln!(err, "error: {error}");
    ExitCode::from(1)
}
