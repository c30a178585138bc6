//! The messages of a ticket, the first of which opened it.

use ravand::sea_orm;
use ravand::sea_orm::entity::prelude::*;
use serde::Serialize;

/// A message of a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "ticketing_messages")]
pub struct Model {
    /// The number of the message.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The ticket it belongs to.
    pub ticket_id: i64,
    /// The name of who wrote it.
    pub author: String,
    /// Whether that was a member of the staff.
    pub from_staff: bool,
    /// The text, lines separated by `\n`.
    #[sea_orm(column_type = "Text")]
    pub body: String,
    /// When it was written, in Unix seconds.
    pub created_at: i64,
}

/// A message belongs to a ticket.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The ticket.
    #[sea_orm(
        belongs_to = "super::ticket::Entity",
        from = "Column::TicketId",
        to = "super::ticket::Column::Id"
    )]
    Ticket,
}

impl Related<super::ticket::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Ticket.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
