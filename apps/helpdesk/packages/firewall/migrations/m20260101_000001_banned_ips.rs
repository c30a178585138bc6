//! The table of banned addresses.

use ravand::sea_orm_migration::{self, prelude::*};

/// Makes `banned_ips`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("banned_ips")
            .col(ColumnDef::new("ip").string_len(45).not_null().primary_key())
            .col(ColumnDef::new("reason").string())
            .col(ColumnDef::new("created_at").big_integer().not_null())
            .to_owned();
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("banned_ips").to_owned()).await
    }
}
