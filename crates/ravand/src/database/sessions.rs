//! The table of sessions.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{DatabaseConnection, Set};
use time::OffsetDateTime;
use tower_sessions_core::session::{Id, Record};
use tower_sessions_core::session_store::{Error, Result as StoreResult};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "base_sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    #[sea_orm(column_type = "Text")]
    pub data: String,
    pub expires_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub(crate) async fn save(database: &DatabaseConnection, record: &Record) -> StoreResult<()> {
    let row = ActiveModel {
        id: Set(record.id.to_string()),
        data: Set(serde_json::to_string(&record.data).map_err(|error| Error::Encode(error.to_string()))?),
        expires_at: Set(record.expiry_date.unix_timestamp()),
    };
    let replace = OnConflict::column(Column::Id).update_columns([Column::Data, Column::ExpiresAt]).to_owned();
    Entity::insert(row).on_conflict(replace).exec_without_returning(database).await.map_err(backend)?;
    Ok(())
}

pub(crate) async fn load(database: &DatabaseConnection, id: &Id) -> StoreResult<Option<Record>> {
    let row = Entity::find_by_id(id.to_string()).one(database).await.map_err(backend)?;
    let Some(row) = row.filter(|row| row.expires_at > OffsetDateTime::now_utc().unix_timestamp()) else {
        return Ok(None);
    };
    let data = serde_json::from_str(&row.data).map_err(|error| Error::Decode(error.to_string()))?;
    let expiry_date = OffsetDateTime::from_unix_timestamp(row.expires_at)
        .map_err(|error| Error::Decode(error.to_string()))?;
    Ok(Some(Record { id: *id, data, expiry_date }))
}

pub(crate) async fn delete(database: &DatabaseConnection, id: &Id) -> StoreResult<()> {
    Entity::delete_by_id(id.to_string()).exec(database).await.map_err(backend)?;
    Ok(())
}

/// Removes what has expired; how many there were.
pub(crate) async fn prune(database: &DatabaseConnection) -> std::result::Result<u64, DbErr> {
    let now = OffsetDateTime::now_utc().unix_timestamp();
    let gone = Entity::delete_many().filter(Column::ExpiresAt.lte(now)).exec(database).await?;
    Ok(gone.rows_affected)
}

fn backend(error: DbErr) -> Error {
    Error::Backend(error.to_string())
}
