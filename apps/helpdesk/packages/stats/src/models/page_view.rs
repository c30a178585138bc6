//! How often a view was shown on a day.

use std::time::{SystemTime, UNIX_EPOCH};

use ravand::Result;
use ravand::sea_orm;
use ravand::sea_orm::entity::prelude::*;
use ravand::sea_orm::sea_query::{ExprTrait, OnConflict};
use ravand::sea_orm::Set;

/// How often a view was shown on a day.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stats_page_views")]
pub struct Model {
    /// The view's address.
    #[sea_orm(primary_key, auto_increment = false)]
    pub view: String,
    /// The day, in days since 1970-01-01 (UTC).
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: i64,
    /// How often.
    pub count: i64,
}

/// A count has no relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Counts a view of today.
///
/// # Errors
/// When the database refuses.
pub async fn count(db: &DatabaseConnection, view: &str) -> Result<()> {
    let row = ActiveModel { view: Set(view.to_owned()), day: Set(today()), count: Set(1) };
    let more = Expr::col((Entity, Column::Count)).add(1);
    let again = OnConflict::columns([Column::View, Column::Day]).value(Column::Count, more).to_owned();
    Entity::insert(row).on_conflict(again).exec_without_returning(db).await?;
    Ok(())
}

/// Today, in days since 1970-01-01 (UTC).
pub fn today() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs() / 86_400).unwrap_or(i64::MAX)
}

/// The counts of the days from `first` on.
///
/// # Errors
/// When the database refuses.
pub async fn since(db: &DatabaseConnection, first: i64) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::Day.gte(first)).all(db).await?)
}
