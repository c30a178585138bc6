//! Tickets.

use ravand::sea_orm;
use ravand::sea_orm::entity::prelude::*;

use super::status::Status;

/// A ticket.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticketing_tickets")]
pub struct Model {
    /// The number of the ticket.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// What it is about, in a line.
    pub subject: String,
    /// Who it is for: one of [`DEPARTMENTS`].
    pub department: String,
    /// Its state.
    pub status: Status,
    /// Whether everybody may read it.
    pub public: bool,
    /// The author's account, when there is one.
    pub user_id: Option<i64>,
    /// The author's name.
    pub author_name: String,
    /// The author's e-mail address.
    pub author_email: String,
    /// The author's language, `fa_IR`, in which mails are written.
    pub lang: String,
    /// What the author's own link carries, so that no account is needed to come back.
    pub access_key: String,
    /// When it was opened, in Unix seconds.
    pub created_at: i64,
    /// When something happened in it last, in Unix seconds.
    pub updated_at: i64,
    /// When the staff answered last, in Unix seconds.
    pub answered_at: Option<i64>,
}

/// A ticket has messages.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The messages.
    #[sea_orm(has_many = "super::message::Entity")]
    Messages,
}

impl Related<super::message::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Messages.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}

/// The departments a ticket may be for.
pub const DEPARTMENTS: [&str; 4] = ["support", "billing", "sales", "feedback"];
