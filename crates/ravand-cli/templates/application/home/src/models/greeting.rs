//! Greetings of the guest book.

use std::time::{SystemTime, UNIX_EPOCH};

use ravand::sea_orm::entity::prelude::*;
use ravand::sea_orm::{self, QueryOrder, QuerySelect, Set};
use ravand::{FieldErrors, Result};
use serde::{Deserialize, Serialize};

/// A greeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "home_greetings")]
pub struct Model {
    /// Its number.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Who wrote it.
    pub name: String,
    /// What was written.
    pub text: String,
    /// When, in Unix seconds.
    pub created_at: i64,
}

/// A greeting has no relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What the form brings.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// Who writes.
    pub name: String,
    /// What is written.
    pub text: String,
}

impl Draft {
    /// What is wrong with it: for each field a phrase.
    pub fn check(&self) -> FieldErrors {
        let mut errors = FieldErrors::default();
        for (field, value, longest) in [("name", &self.name, 80), ("text", &self.text, 500)] {
            match value.trim().chars().count() {
                0 => errors.add(field, "errors.required"),
                letters if letters > longest => errors.add(field, "errors.long"),
                _ => {}
            }
        }
        errors
    }
}

/// The latest greetings, the newest first.
pub async fn latest(db: &DatabaseConnection, count: u64) -> Result<Vec<Model>> {
    Ok(Entity::find()
        .order_by_desc(Column::Id)
        .limit(count)
        .all(db)
        .await?)
}

/// Writes a greeting.
pub async fn add(db: &DatabaseConnection, draft: &Draft) -> Result<Model> {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let greeting = ActiveModel {
        name: Set(draft.name.trim().to_owned()),
        text: Set(draft.text.trim().to_owned()),
        created_at: Set(now.as_secs().cast_signed()),
        ..Default::default()
    };
    Ok(greeting.insert(db).await?)
}
