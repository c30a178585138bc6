//! Closing what has been answered for a day.

use ravand::Result;
use ravand::sea_orm::Condition;
use ravand::sea_orm::entity::prelude::*;

use super::status::Status;
use super::ticket;
use crate::libraries::clock::DAY;

/// Answered, and the answer is at least a day old at `now` (Unix seconds).
pub fn due(now: i64) -> Condition {
    Condition::all()
        .add(ticket::Column::Status.eq(Status::Answered))
        .add(ticket::Column::AnsweredAt.lte(now.saturating_sub(DAY)))
}

/// Closes them, in one statement, and gives them as they are now.
///
/// # Errors
/// When the database refuses.
pub async fn close_due(db: &impl ConnectionTrait, now: i64) -> Result<Vec<ticket::Model>> {
    Ok(ticket::Entity::update_many()
        .col_expr(ticket::Column::Status, Expr::value(Status::Closed))
        .col_expr(ticket::Column::UpdatedAt, Expr::value(now))
        .filter(due(now))
        .exec_with_returning(db)
        .await?)
}
