//! Tickets.

use ravand::sea_orm::entity::prelude::*;
use ravand::sea_orm::{self, QueryOrder, QuerySelect};
use serde::Serialize;

/// A ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "bench_tickets")]
pub struct Model {
    /// Its number.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// What it is about.
    pub subject: String,
    /// Who opened it.
    pub customer: String,
    /// 1 answered, 4 closed, anything else waiting.
    pub status: i32,
    /// When, in Unix seconds.
    pub opened_at: i64,
}

/// Tickets stand alone.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The newest twenty.
pub fn newest() -> Select<Entity> {
    Entity::find().order_by_desc(Column::Id).limit(20)
}
