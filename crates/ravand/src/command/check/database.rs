//! The database: reachable, not newer than the program, up to date, writable.

use std::path::Path;

use ravand_core::Problem;
use ravand_terminal::{count, lines, list};
use sea_orm::DatabaseConnection;

use super::{Area, Look, disk, problems_of};
use crate::database::{self, Standing};
use crate::options::Part;

/// How many names are told one by one.
const SHOWN: usize = 10;

/// What is found, and the Unix time of the last migration that ran.
pub(super) async fn area(look: &Look<'_>) -> (Area, Option<i64>) {
    let settings = &look.settings.database;
    let area = |note: String, problems| Area::of("database", note, problems);
    let Some(url) = &settings.url else {
        return (area("none: sessions are kept in memory".to_owned(), none(look)), None);
    };
    if database::is_in_memory(url) {
        return (area(format!("{url}, gone with the program"), Vec::new()), None);
    }
    let shown = database::shown(url);
    let found = match database::look(settings, look.app.root()).await {
        Ok(found) => found,
        Err(error) => {
            let problems = problems_of(&error).into_iter().map(|problem| {
                let help = match problem.message.contains("no supporting driver") {
                    true => {
                        "build the program with the feature of ravand for it: `sqlite`, `postgres` or `mysql`"
                    }
                    false => "look at `url` under [database] in ravand.toml, and whether the database runs",
                };
                look.options.mark(problem.help(help), "database.url", Part::Value)
            });
            return (area(shown, problems.collect()), None);
        }
    };
    match found {
        database::Look::None => (area(shown, Vec::new()), None),
        database::Look::Missing(file) => {
            let mut problems = missing(look, &file);
            if problems.is_empty() {
                problems.extend(pending(look, &look.app.0.migrator.standing_of_none()));
            }
            (area(format!("{shown}, not there yet"), problems), None)
        }
        database::Look::Open(connection) => {
            let mut problems = Vec::new();
            let standing = standing(look, &connection, &mut problems).await;
            problems.extend(unwritable(look, url));
            let ran = standing.own.iter().filter_map(|(_, at)| *at).max();
            let note = format!("{shown}, {} applied", count(standing.applied().len(), "migration"));
            if let Err(error) = connection.close().await {
                tracing::debug!(%error, "the database was not closed in order");
            }
            (area(note, problems), ran)
        }
    }
}

/// An application without a database, whose packages would have tables.
fn none(look: &Look<'_>) -> Vec<Problem> {
    let owners = look.app.0.migrator.names().filter_map(|name| name.split('/').next());
    let mut owners: Vec<&str> = owners.filter(|owner| *owner != "base").collect();
    owners.dedup();
    if owners.is_empty() {
        return Vec::new();
    }
    let text = format!("the application has no database, but migrations of {}", list(owners));
    let help = "write url = \"sqlite://storage/app.sqlite\" under [database] in ravand.toml";
    vec![Problem::error(text).help(help)]
}

async fn standing(look: &Look<'_>, connection: &DatabaseConnection, problems: &mut Vec<Problem>) -> Standing {
    let standing = match look.app.0.migrator.standing(connection).await {
        Ok(standing) => standing,
        Err(error) => {
            let problem = Problem::error(database::fault(error).message());
            problems.push(look.options.mark(problem, "database.url", Part::Value));
            return Standing::default();
        }
    };
    problems.extend(standing.fault());
    problems.extend(pending(look, &standing));
    // The first of the framework's own migrations makes the table of saved options.
    if standing.own.first().is_some_and(|(_, at)| at.is_some())
        && let Err(error) = database::options::all(connection).await
    {
        problems.extend(problems_of(&error));
    }
    standing
}

/// Migrations that have not run: `serve` runs them, where it may.
fn pending(look: &Look<'_>, standing: &Standing) -> Option<Problem> {
    let pending = standing.pending();
    if pending.is_empty() {
        return None;
    }
    let name = look.app.name();
    let text = match pending.len() {
        1 => "1 migration is pending".to_owned(),
        number => format!("{number} migrations are pending"),
    };
    let may = look.settings.database.migrate.unwrap_or(true);
    let problem = if may { Problem::warning(text) } else { Problem::error(text) };
    let shown = lines(pending.iter().take(SHOWN).copied());
    let mut problem = shown.into_iter().fold(problem, Problem::help);
    if pending.len() > SHOWN {
        problem = problem.help(format!("and {} more: `{name} migrate status`", pending.len() - SHOWN));
    }
    Some(problem.help(match may {
        true => format!("the next start runs them; `{name} migrate` runs them now"),
        false => format!("`{name} migrate` runs them; a start does not, as `database.migrate` says"),
    }))
}

/// Why the file of a SQLite database could not be made.
fn missing(look: &Look<'_>, file: &Path) -> Vec<Problem> {
    let folder = file.parent().unwrap_or(look.app.root());
    let refused = disk::cannot_write_into(folder, look.app.root()).map(|why| {
        let text = format!("the database {} cannot be made: {why}", disk::shown(file, look.app.root()));
        let problem = Problem::error(text).help("let the user that runs the program write there");
        look.options.mark(problem, "database.url", Part::Value)
    });
    refused.into_iter().collect()
}

/// Why the file of a SQLite database, or its folder, where its log lies, cannot be written to.
fn unwritable(look: &Look<'_>, url: &str) -> Option<Problem> {
    let root = look.app.root();
    let file = database::file_of(url, root)?;
    let folder = file.parent()?;
    let why = disk::cannot_write(&file, root).or_else(|| disk::cannot_write_into(folder, root))?;
    let text = format!("the database {} cannot be written to: {why}", disk::shown(&file, look.app.root()));
    Some(Problem::error(text).help("let the user that runs the program write to the file and its folder"))
}
