//! The table of saved options.

use std::collections::HashMap;

use ravand_core::{Error, Result};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{DatabaseConnection, Set};
use serde_json::Value;

use super::fault;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "base_options")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    #[sea_orm(column_type = "Text")]
    pub value: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Every saved option. A row that is no JSON is an error that names it.
pub(crate) async fn all(database: &DatabaseConnection) -> Result<HashMap<String, Value>> {
    let rows = Entity::find().all(database).await.map_err(fault)?;
    rows.into_iter()
        .map(|row| match serde_json::from_str(&row.value) {
            Ok(value) => Ok((row.name, value)),
            Err(error) => {
                Err(Error::internal(format!("the saved option `{}` is no JSON", row.name)).caused_by(error))
            }
        })
        .collect()
}

/// Saves an option.
pub(crate) async fn save(database: &DatabaseConnection, name: &str, value: &Value) -> Result<()> {
    let row = ActiveModel { name: Set(name.to_owned()), value: Set(value.to_string()) };
    let replace = OnConflict::column(Column::Name).update_column(Column::Value).to_owned();
    Entity::insert(row).on_conflict(replace).exec_without_returning(database).await.map_err(fault)?;
    Ok(())
}
