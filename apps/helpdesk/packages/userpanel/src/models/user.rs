//! Users: customers and staff.

use ravand::Result;
use ravand::sea_orm;
use ravand::sea_orm::entity::prelude::*;
use serde::Serialize;

/// A user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "userpanel_users")]
pub struct Model {
    /// The number of the user.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The e-mail address, in lower case; nobody else has it.
    pub email: String,
    /// The name that others see.
    pub name: String,
    /// `staff` or `customer`.
    pub role: String,
    /// The password as a PHC string of argon2id; never a part of an answer.
    #[serde(skip)]
    pub password: String,
    /// When the user was made, in Unix seconds.
    pub created_at: i64,
}

/// Other packages refer to users by their number.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// Whether the user works at the help desk.
    pub fn is_staff(&self) -> bool {
        self.role == "staff"
    }
}

/// The user of an e-mail address, whatever its letters' case.
///
/// # Errors
/// When the database refuses.
pub async fn by_email(db: &DatabaseConnection, email: &str) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::Email.eq(email.trim().to_lowercase())).one(db).await?)
}
