//! The table of page views.

use ravand::sea_orm_migration::{self, prelude::*};

/// Makes `stats_page_views`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("stats_page_views")
            .col(ColumnDef::new("view").string_len(191).not_null())
            .col(ColumnDef::new("day").big_integer().not_null())
            .col(ColumnDef::new("count").big_integer().not_null())
            .primary_key(Index::create().col("view").col("day"))
            .to_owned();
        let by_day =
            Index::create().name("stats_page_views_day").table("stats_page_views").col("day").to_owned();
        manager.create_table(table).await?;
        manager.create_index(by_day).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("stats_page_views").to_owned()).await
    }
}
