//! The table `$table$`.

use ravand::sea_orm;
use ravand::sea_orm::entity::prelude::*;

/// A row of `$table$`.
#[derive($derives$)]
#[sea_orm(table_name = "$table$")]
pub struct Model {
    /// The number of the row.
    #[sea_orm(primary_key)]
    pub id: i64,
$fields$}

/// Its relations to other tables: none yet.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
