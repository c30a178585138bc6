//! The command line of an application: its binary is its own tool.

mod check;
mod line;
mod listing;
#[cfg(feature = "database")]
mod migrate;
mod output;
mod process;
mod serve;
mod signals;
#[cfg(all(test, feature = "sqlite", feature = "views", feature = "translate"))]
mod tests;
mod worker;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::FromArgMatches as _;
use ravand_core::{Error, Result};
use ravand_terminal::Colour;
use time::OffsetDateTime;

use crate::start::Reach;
use crate::{App, Application};
use line::{Command, Line, Routes};
use output::{As, say};

/// What a command ended with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Done,
    Failed,
    BadUsage,
    TimedOut,
}

/// Runs the command line of this program's arguments.
pub(crate) fn main(application: Application) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&Error::internal("the runtime could not be started").caused_by(error)),
    };
    let end = runtime.block_on(run(application, std::env::args_os().collect()));
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    match end {
        Ok(End::Done) => ExitCode::SUCCESS,
        Ok(End::Failed) => ExitCode::from(1),
        Ok(End::BadUsage) => ExitCode::from(2),
        Ok(End::TimedOut) => ExitCode::from(124),
        Err(error) => fail(&error),
    }
}

async fn run(application: Application, arguments: Vec<OsString>) -> Result<End> {
    let words = arguments.iter().skip(1).filter_map(|argument| argument.to_str());
    Colour::of_arguments(words).choose();
    if let Some(call) = process::Call::parse(&arguments) {
        log_to_stderr("warn");
        return process::call(application, call).await;
    }
    let command = line::command(&application);
    let line = command.try_get_matches_from(arguments).and_then(|matches| Line::from_arg_matches(&matches));
    let line = match line {
        Ok(line) => line,
        // `--help` comes this way too.
        Err(error) => {
            let _ = error.print();
            return Ok(if error.use_stderr() { End::BadUsage } else { End::Done });
        }
    };
    line.color.0.choose();
    match line.command.unwrap_or(Command::Serve { port: None, address: None }) {
        Command::Serve { port, address } => {
            log_to_stderr("info");
            return serve::run(application, port, address).await;
        }
        Command::Worker { queues } => {
            log_to_stderr("info");
            return worker::run(application, &queues).await;
        }
        Command::Process { form, command } => {
            log_to_stderr("warn");
            return process::run(application, command, form.json).await;
        }
        Command::Routes { form, command } => {
            let (app, form) = (wiring(application).await?, As::asked(form.json));
            match command {
                None => say(&listing::routes(&app, form)?)?,
                Some(Routes::Match { method, url, all }) => {
                    return told(listing::explain(&app, &method, &url, all, form)?);
                }
            }
        }
        Command::Packages { form } => {
            say(&listing::packages(&wiring(application).await?, As::asked(form.json))?)?;
        }
        Command::Classes { kind, form } => {
            say(&listing::classes(&wiring(application).await?, kind, As::asked(form.json))?)?;
        }
        Command::Events { heard, form } => {
            say(&listing::events(&wiring(application).await?, heard, As::asked(form.json))?)?;
        }
        Command::Phrases { language, missing, form } => {
            let app = wiring(application).await?;
            return told(listing::phrases(&app, language.as_deref(), missing, As::asked(form.json))?);
        }
        #[cfg(feature = "database")]
        Command::Migrate { command, dry_run, form } => {
            log_to_stderr("warn");
            return migrate::run(application, command, dry_run, As::asked(form.json)).await;
        }
        Command::Check { deny_warnings, form } => {
            return check::run(application, deny_warnings, As::asked(form.json)).await;
        }
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut line::command(&application), application.name(), &mut script);
            output::raw(&script)?;
        }
    }
    Ok(End::Done)
}

/// Says the text, where there is one.
fn told((text, end): (String, End)) -> Result<End> {
    if !text.is_empty() {
        say(&text)?;
    }
    Ok(end)
}

/// The application without its database, its secret and whatever else is outside the program.
async fn wiring(application: Application) -> Result<App> {
    log_to_stderr("warn");
    application.start_to(Reach::Wiring).await
}

/// A Unix time as `2026-01-31 08:15:00 UTC`.
fn moment(unix: i64) -> String {
    let Ok(at) = OffsetDateTime::from_unix_timestamp(unix) else { return unix.to_string() };
    let (date, time) = (at.date(), at.time());
    let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02} UTC", time.hour(), time.minute(), time.second())
}

/// Milliseconds since 1970 as [`moment`] shows seconds.
fn millis(at: i64) -> String {
    moment(at.div_euclid(1000))
}

/// Milliseconds since 1970 as the time of the day in UTC.
fn clock(at: i64) -> String {
    let seconds = at.div_euclid(1000).rem_euclid(86_400);
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

fn log_to_stderr(default: &str) {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(format!("{default},sqlx=warn,sea_orm=warn")));
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(Colour::on_stderr())
        .try_init();
}

fn fail(error: &Error) -> ExitCode {
    output::complain(&error.to_string());
    ExitCode::from(1)
}
