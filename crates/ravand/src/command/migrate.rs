//! `migrate`: brings the database's tables up to date, tells how they stand, or takes the last step back.

use clap::Subcommand;
use ravand_core::{Error, Result};
use sea_orm_migration::MigrationStatus;
use sea_orm_migration::MigratorTraitSelf;
use serde_json::json;

use super::{End, say, table};
use crate::start::Reach;
use crate::{Application, Options};

#[derive(Subcommand)]
pub(super) enum Migrate {
    /// Run what has not run yet (what happens when nothing is said)
    Up,
    /// Take the last migrations back
    Down {
        /// How many
        #[arg(default_value_t = 1)]
        steps: u32,
    },
    /// Tell which have run
    Status,
}

pub(super) async fn run(application: Application, command: Option<Migrate>, as_json: bool) -> Result<End> {
    let root = application.folder().to_owned();
    let options = Options::load(&root)?;
    let settings = crate::options::Settings::read(&options)?;
    let database = crate::database::connect(&settings.database, &root).await?;
    let database =
        database.ok_or_else(|| Error::internal("the application has no database: set `database.url`"))?;
    let app = application.start_to(Reach::Wiring).await?;
    let migrator = &app.0.migrator;
    let fault = crate::database::fault;
    match command.unwrap_or(Migrate::Up) {
        Migrate::Up => {
            let pending = migrator.get_pending_migrations(&database).await.map_err(fault)?;
            let names: Vec<String> = pending.iter().map(|migration| migration.name().to_owned()).collect();
            migrator.up(&database, None).await.map_err(fault)?;
            told("applied", &names, as_json)
        }
        Migrate::Down { steps } => {
            let applied = migrator.get_applied_migrations(&database).await.map_err(fault)?;
            let names: Vec<String> = applied
                .iter()
                .rev()
                .take(steps as usize)
                .map(|migration| migration.name().to_owned())
                .collect();
            migrator.down(&database, Some(steps)).await.map_err(fault)?;
            told("taken back", &names, as_json)
        }
        Migrate::Status => {
            let all = migrator.get_migration_with_status(&database).await.map_err(fault)?;
            let word = |status: MigrationStatus| {
                if status == MigrationStatus::Applied { "applied" } else { "pending" }
            };
            if as_json {
                let rows: Vec<_> = all
                    .iter()
                    .map(|migration| json!({ "name": migration.name(), "status": word(migration.status()) }))
                    .collect();
                say(&serde_json::to_string_pretty(&rows)?);
            } else {
                let rows: Vec<Vec<String>> = all
                    .iter()
                    .map(|migration| vec![word(migration.status()).to_owned(), migration.name().to_owned()])
                    .collect();
                say(&table(&["STATUS", "MIGRATION"], &rows));
            }
            Ok(End::Done)
        }
    }
}

fn told(what: &str, names: &[String], as_json: bool) -> Result<End> {
    if as_json {
        say(&json!({ what: names }).to_string());
    } else if names.is_empty() {
        say("nothing to do: the database is up to date");
    } else {
        names.iter().for_each(|name| say(&format!("{what}: {name}")));
    }
    Ok(End::Done)
}
