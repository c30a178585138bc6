//! More columns of `$table$`.

use ravand::sea_orm_migration::{self, prelude::*};

/// Adds columns to `$table$`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One by one: SQLite takes one change at a time.
        for column in [
$columns$        ] {
            let mut table = Table::alter();
            table.table("$table$").add_column(column);
            manager.alter_table(table).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [$names$] {
            let mut table = Table::alter();
            table.table("$table$").drop_column(column);
            manager.alter_table(table).await?;
        }
        Ok(())
    }
}
