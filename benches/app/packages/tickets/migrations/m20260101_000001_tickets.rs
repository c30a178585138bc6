//! The table of tickets, with a thousand of them.

use ravand::sea_orm_migration::{self, prelude::*};

/// Makes `bench_tickets`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("bench_tickets")
            .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
            .col(ColumnDef::new("subject").string().not_null())
            .col(ColumnDef::new("customer").string().not_null())
            .col(ColumnDef::new("status").integer().not_null())
            .col(ColumnDef::new("opened_at").big_integer().not_null())
            .to_owned();
        manager.create_table(table).await?;
        let mut tickets = Query::insert();
        tickets.into_table("bench_tickets").columns(["subject", "customer", "status", "opened_at"]);
        for number in 1..=1000_i64 {
            tickets.values_panic([
                format!("The printer on floor {} says <load paper>", number % 17).into(),
                format!("Customer & Sons no. {}", number % 101).into(),
                (number % 5).into(),
                (1_767_225_600 + number * 977).into(),
            ]);
        }
        manager.execute(tickets).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("bench_tickets").to_owned()).await
    }
}
