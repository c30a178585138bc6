//! Migrations: the framework's own, then every package's in load order, under names that say whose they are.

use std::sync::Arc;

use ravand_core::Problem;
use sea_orm::{DatabaseConnection, DbBackend, DbErr, EntityTrait, QueryOrder};
use sea_orm_migration::prelude::*;
use sea_orm_migration::{MigratorTraitSelf, seaql_migrations as records};

use crate::package::Migration;

/// All migrations of an application, in the order they run.
#[derive(Default)]
pub(crate) struct Migrator(Vec<Named>);

/// A package's migration under `package/name`, so that two packages may use one name.
#[derive(Clone)]
struct Named {
    name: String,
    inner: Arc<dyn MigrationTrait>,
}

/// How the migrations of a program stand in a database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    /// The program's, in the order they run, each with the Unix time when it ran.
    pub own: Vec<(String, Option<i64>)>,
    /// What ran here and the program does not have: a newer program was here. With the Unix times.
    pub newer: Vec<(String, i64)>,
}

impl Standing {
    /// Why this program cannot work on the database, when a newer one was here.
    pub fn fault(&self) -> Option<Problem> {
        let (first, _) = self.newer.first()?;
        let more = match self.newer.len() - 1 {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let text = format!("the database is newer than this program: it has run `{first}`{more}");
        let help = "run the program that has them, or take them back with it (`migrate down`)";
        Some(Problem::error(text).help(help))
    }

    /// The names of those that have not run.
    pub fn pending(&self) -> Vec<&str> {
        self.own.iter().filter(|(_, at)| at.is_none()).map(|(name, _)| name.as_str()).collect()
    }

    /// The names of those that have run, the last one first.
    pub fn applied(&self) -> Vec<&str> {
        self.own.iter().rev().filter(|(_, at)| at.is_some()).map(|(name, _)| name.as_str()).collect()
    }
}

impl Migrator {
    /// The names of all migrations, `package/name`, in the order they run.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|named| named.name.as_str())
    }

    /// How they stand in a database, which is only read.
    pub async fn standing(&self, database: &DatabaseConnection) -> Result<Standing, DbErr> {
        let table = self.migration_table_name().to_string();
        let mut ran = match SchemaManager::new(database).has_table(table).await? {
            true => records::Entity::find().order_by_asc(records::Column::Version).all(database).await?,
            false => Vec::new(),
        };
        let own = self.names().map(|name| {
            let found = ran.iter().position(|record| record.version == name);
            (name.to_owned(), found.map(|at| ran.swap_remove(at).applied_at))
        });
        let own = own.collect();
        ran.sort_by(|one, other| one.version.cmp(&other.version));
        Ok(Standing {
            own,
            newer: ran.into_iter().map(|record| (record.version, record.applied_at)).collect(),
        })
    }

    /// Where none has run there is no database to ask.
    pub fn standing_of_none(&self) -> Standing {
        Standing { own: self.names().map(|name| (name.to_owned(), None)).collect(), newer: Vec::new() }
    }

    /// Adds a package's migrations after those that are there.
    pub fn add(&mut self, package: &str, migrations: Vec<Migration>) {
        self.0.extend(migrations.into_iter().map(|migration| Named {
            name: format!("{package}/{}", migration.name),
            inner: migration.migration.into(),
        }));
    }
}

#[async_trait::async_trait]
impl MigratorTraitSelf for Migrator {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        self.0.iter().map(|named| -> Box<dyn MigrationTrait> { Box::new(named.clone()) }).collect()
    }
}

impl MigrationName for Named {
    fn name(&self) -> &str {
        &self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Named {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        self.inner.up(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        self.inner.down(manager).await
    }
}

/// The framework's own tables.
pub(crate) fn base_migrations() -> Vec<Migration> {
    vec![
        Migration::new("m0001_options_and_sessions", Box::new(OptionsAndSessions)),
        Migration::new("m0002_processes", Box::new(Processes)),
    ]
}

struct OptionsAndSessions;

impl MigrationName for OptionsAndSessions {
    fn name(&self) -> &str {
        "m0001_options_and_sessions"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for OptionsAndSessions {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let options = Table::create()
            .table("base_options")
            .col(ColumnDef::new("name").string().not_null().primary_key())
            .col(ColumnDef::new("value").text().not_null())
            .to_owned();
        let sessions = Table::create()
            .table("base_sessions")
            .col(ColumnDef::new("id").string().not_null().primary_key())
            .col(ColumnDef::new("data").text().not_null())
            .col(ColumnDef::new("expires_at").big_integer().not_null())
            .to_owned();
        let expiry = Index::create()
            .name("base_sessions_expires_at")
            .table("base_sessions")
            .col("expires_at")
            .to_owned();
        manager.create_table(options).await?;
        manager.create_table(sessions).await?;
        manager.create_index(expiry).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("base_sessions").to_owned()).await?;
        manager.drop_table(Table::drop().table("base_options").to_owned()).await
    }
}

/// The tables of processes, where the database can keep them.
struct Processes;

impl MigrationName for Processes {
    fn name(&self) -> &str {
        "m0002_processes"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Processes {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in process_schema(manager.get_database_backend()) {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["schedules", "workers", "logs", "attempts"] {
            let table = format!("base_process_{table}");
            manager.drop_table(Table::drop().table(table).if_exists().to_owned()).await?;
        }
        manager.drop_table(Table::drop().table("base_processes").if_exists().to_owned()).await
    }
}

/// The statements that make them.
fn process_schema(backend: DbBackend) -> &'static [&'static str] {
    match backend {
        #[cfg(feature = "sqlite")]
        DbBackend::Sqlite => ravand_process::store::sqlite::SCHEMA,
        #[cfg(feature = "postgres")]
        DbBackend::Postgres => ravand_process::store::postgres::SCHEMA,
        _ => &[],
    }
}
