//! The tables of tickets and messages.

use ravand::sea_orm_migration::{self, prelude::*};

/// Makes `ticketing_tickets` and `ticketing_messages`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tickets = Table::create()
            .table("ticketing_tickets")
            .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
            .col(ColumnDef::new("subject").string_len(150).not_null())
            .col(ColumnDef::new("department").string_len(16).not_null())
            .col(ColumnDef::new("status").integer().not_null())
            .col(ColumnDef::new("public").boolean().not_null())
            .col(ColumnDef::new("user_id").big_integer())
            .col(ColumnDef::new("author_name").string_len(80).not_null())
            .col(ColumnDef::new("author_email").string_len(254).not_null())
            .col(ColumnDef::new("lang").string_len(8).not_null())
            .col(ColumnDef::new("access_key").string_len(32).not_null())
            .col(ColumnDef::new("created_at").big_integer().not_null())
            .col(ColumnDef::new("updated_at").big_integer().not_null())
            .col(ColumnDef::new("answered_at").big_integer())
            .to_owned();
        let messages = Table::create()
            .table("ticketing_messages")
            .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
            .col(ColumnDef::new("ticket_id").big_integer().not_null())
            .col(ColumnDef::new("author").string_len(80).not_null())
            .col(ColumnDef::new("from_staff").boolean().not_null())
            .col(ColumnDef::new("body").text().not_null())
            .col(ColumnDef::new("created_at").big_integer().not_null())
            .foreign_key(
                ForeignKey::create()
                    .name("ticketing_messages_ticket_fk")
                    .from("ticketing_messages", "ticket_id")
                    .to("ticketing_tickets", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        manager.create_table(tickets).await?;
        manager.create_table(messages).await?;
        // The list of all, of one state, and of a user; what is due to be closed; a ticket's messages.
        for (name, table, columns) in [
            ("ticketing_tickets_latest", "ticketing_tickets", &["updated_at", "id"][..]),
            ("ticketing_tickets_of_status", "ticketing_tickets", &["status", "updated_at", "id"]),
            ("ticketing_tickets_of_user", "ticketing_tickets", &["user_id"]),
            ("ticketing_tickets_due", "ticketing_tickets", &["status", "answered_at"]),
            ("ticketing_messages_of_ticket", "ticketing_messages", &["ticket_id", "id"]),
        ] {
            let mut index = Index::create().name(name).table(table).to_owned();
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("ticketing_messages").to_owned()).await?;
        manager.drop_table(Table::drop().table("ticketing_tickets").to_owned()).await
    }
}
