//! The step `$name$` of the database.

use ravand::sea_orm_migration::{self, prelude::*};

/// The step `$name$`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// Changes nothing until it is written, as by `manager.get_connection().execute_unprepared("…").await?`.
    async fn up(&self, _manager: &SchemaManager) -> Result<(), DbErr> {
        Ok(())
    }

    /// Takes back what `up` did.
    async fn down(&self, _manager: &SchemaManager) -> Result<(), DbErr> {
        Ok(())
    }
}
