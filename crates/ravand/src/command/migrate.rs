//! `migrate`: brings the database's tables up to date, tells how they stand, or takes the last steps back.

use std::path::Path;

use ravand_core::{Error, Problem, Result};
use ravand_terminal::{BAD, Column, DOUBTFUL, GOOD, Progress, QUIET, Style, Table, count, paint};
use sea_orm::{DatabaseConnection, DbErr};
use sea_orm_migration::MigratorTraitSelf;
use serde_json::{Value, json};

use super::line::Migrate;
use super::output::{As, complain, pretty, say};
use super::{End, moment};
use crate::database::{Look, Migrator, Standing};
use crate::start::Reach;
use crate::{App, Application};

pub(super) async fn run(
    application: Application,
    command: Option<Migrate>,
    dry_run: bool,
    form: As,
) -> Result<End> {
    let app = application.start_to(Reach::Wiring).await?;
    match command.unwrap_or(Migrate::Up) {
        Migrate::Status => status(&app, form).await,
        Migrate::Up => work(&app, Way::Up, dry_run, form).await,
        Migrate::Down { steps } => work(&app, Way::Down(steps), dry_run, form).await,
    }
}

/// Where the tables go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Up,
    Down(u32),
}

impl Way {
    fn word(self) -> &'static str {
        if self == Self::Up { "up" } else { "down" }
    }

    /// What was done to a migration.
    fn done(self) -> &'static str {
        if self == Self::Up { "applied" } else { "taken back" }
    }

    /// The migrations that it takes, in their order.
    fn of(self, standing: &Standing) -> Vec<String> {
        let names = match self {
            Self::Up => standing.pending(),
            Self::Down(steps) => {
                standing.applied().into_iter().take(usize::try_from(steps).unwrap_or(usize::MAX)).collect()
            }
        };
        names.into_iter().map(str::to_owned).collect()
    }
}

async fn work(app: &App, way: Way, dry_run: bool, form: As) -> Result<End> {
    let (database, standing) = match dry_run {
        true => (None, look(app).await?.1),
        false => {
            let settings = &app.0.settings.database;
            let database = crate::database::connect(settings, app.root()).await?.ok_or_else(no_database)?;
            let standing = app.0.migrator.standing(&database).await.map_err(crate::database::fault)?;
            (Some(database), standing)
        }
    };
    if let Some(problem) = standing.fault() {
        complain(&problem.to_string());
        if let Some(database) = database {
            close(database).await;
        }
        return Ok(End::Failed);
    }
    let names = way.of(&standing);
    let (done, failed) = match &database {
        None => (Vec::new(), None),
        Some(database) => each(&app.0.migrator, database, way, &names, form).await?,
    };
    if let Some(database) = database {
        close(database).await;
    }
    let left = &names[done.len()..];
    if let As::Json = form {
        let fault = failed.as_ref().map(|(name, error)| json!({ "name": name, "error": reason(error) }));
        say(&pretty(&json!({
            "way": way.word(), "dry_run": dry_run, "done": done, "failed": fault, "left": left,
        }))?)?;
        return Ok(if failed.is_some() { End::Failed } else { End::Done });
    }
    if let Some((name, error)) = failed {
        let problem = Problem::error(format!("the migration `{name}` failed: {}", reason(&error)));
        let left = match left.len() {
            1 => "1 migration is left".to_owned(),
            number => format!("{number} migrations are left"),
        };
        complain(&problem.help(format!("{left}: mend it and run this again")).to_string());
        return Ok(End::Failed);
    }
    match (names.len(), way) {
        (0, Way::Up) => say("nothing to do: the database is up to date")?,
        (0, Way::Down(_)) => say("nothing to do: no migration has run")?,
        (number, _) if dry_run => {
            for name in &names {
                say(&format!("{}  {name}", paint(DOUBTFUL, &format!("would be {}", way.done()))))?;
            }
            say(&paint(QUIET, &format!("{}; nothing was done", count(number, "migration"))))?;
        }
        (number, _) => say(&paint(QUIET, &format!("{} {}", count(number, "migration"), way.done())))?,
    }
    Ok(End::Done)
}

/// Runs each of them; those that were done, and the one that failed.
async fn each(
    migrator: &Migrator,
    database: &DatabaseConnection,
    way: Way,
    names: &[String],
    form: As,
) -> Result<(Vec<String>, Option<(String, DbErr)>)> {
    let progress = Progress::new(names.len());
    let mut done = Vec::new();
    for (at, name) in names.iter().enumerate() {
        progress.step(at + 1, name);
        let outcome = match way {
            Way::Up => migrator.up(database, Some(1)).await,
            Way::Down(_) => migrator.down(database, Some(1)).await,
        };
        progress.clear();
        if let Err(error) = outcome {
            return Ok((done, Some((name.clone(), error))));
        }
        if let As::Text(_) = form {
            say(&format!("{}  {name}", paint(GOOD, way.done())))?;
        }
        done.push(name.clone());
    }
    Ok((done, None))
}

async fn status(app: &App, form: As) -> Result<End> {
    let (missing, standing) = look(app).await?;
    let rows = standing.own.iter().map(|(name, at)| match at {
        Some(at) => ("applied", GOOD, name, Some(*at)),
        None => ("pending", DOUBTFUL, name, None),
    });
    let newer = standing.newer.iter().map(|(name, at)| ("unknown", BAD, name, Some(*at)));
    match form {
        As::Json => {
            let rows = rows
                .chain(newer)
                .map(|(state, _, name, at)| json!({ "name": name, "state": state, "at": at.map(moment) }));
            say(&pretty(&Value::Array(rows.collect()))?)?;
        }
        As::Text(screen) => {
            let columns = [Column::word("STATE"), Column::word("MIGRATION"), Column::word("AT")];
            let mut table = Table::new(&columns);
            for (state, style, name, at) in rows.chain(newer) {
                let at = at.map_or_else(|| "-".to_owned(), moment);
                let plain = Style::new();
                table.styled_row([(state.to_owned(), style), (name.clone(), plain), (at, plain)]);
            }
            let (applied, pending) = (standing.applied().len(), standing.pending().len());
            let there = missing.map(|file| format!("; {} is not there yet", shown(app, &file)));
            let summary = format!("\n{applied} applied, {pending} pending{}", there.unwrap_or_default());
            say(&format!("{}\n{}", table.shown(screen), paint(QUIET, &summary)))?;
        }
    }
    let Some(problem) = standing.fault() else { return Ok(End::Done) };
    if let As::Text(_) = form {
        complain(&problem.to_string());
    }
    Ok(End::Failed)
}

/// How the migrations stand, and the SQLite file that is not there. Nothing is changed.
async fn look(app: &App) -> Result<(Option<std::path::PathBuf>, Standing)> {
    match crate::database::look(&app.0.settings.database, app.root()).await? {
        Look::None => Err(no_database()),
        Look::Missing(file) => Ok((Some(file), app.0.migrator.standing_of_none())),
        Look::Open(database) => {
            let standing = app.0.migrator.standing(&database).await;
            close(database).await;
            Ok((None, standing.map_err(crate::database::fault)?))
        }
    }
}

/// Closes it in order, so that SQLite puts its log into the file.
async fn close(database: DatabaseConnection) {
    if let Err(error) = database.close().await {
        tracing::warn!(%error, "the database was not closed in order");
    }
}

fn no_database() -> Error {
    let problem = Problem::error("the application has no database")
        .help("set `url` under [database] in ravand.toml, as in \"sqlite://storage/app.sqlite\"");
    ravand_core::Problems(vec![problem]).into()
}

/// What SeaORM says, but where a migration has no way back.
fn reason(error: &DbErr) -> String {
    match error {
        DbErr::Migration(text) if text == "We Don't Do That Here" => "it has no `down`".to_owned(),
        error => error.to_string(),
    }
}

/// A file from the application's folder.
fn shown(app: &App, file: &Path) -> String {
    file.strip_prefix(app.root()).unwrap_or(file).display().to_string()
}
