//! Migrations: the framework's own, then every package's in load order, under names that say whose they are.

use std::sync::Arc;

use sea_orm::DbErr;
use sea_orm_migration::MigratorTraitSelf;
use sea_orm_migration::prelude::*;

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

impl Migrator {
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
    vec![Migration::new("m0001_options_and_sessions", Box::new(OptionsAndSessions))]
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
