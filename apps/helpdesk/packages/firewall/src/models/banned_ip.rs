//! Banned addresses.

use std::net::IpAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use ravand::Result;
use ravand::sea_orm::entity::prelude::*;
use ravand::sea_orm::sea_query::OnConflict;
use ravand::sea_orm::{self, QuerySelect as _, Set};

/// A banned address.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "banned_ips")]
pub struct Model {
    /// The address as text; an IPv4 address that came over IPv6 is written as IPv4.
    #[sea_orm(primary_key, auto_increment = false)]
    pub ip: String,
    /// Why, for the people who keep the list.
    pub reason: Option<String>,
    /// When it was banned, in Unix seconds.
    pub created_at: i64,
}

/// A banned address has no relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Whether an address is banned now. It is looked up by the primary key each time, so that a ban works from
/// the next request on, whoever wrote it into the table.
///
/// # Errors
/// When the database refuses.
pub async fn is_banned(db: &DatabaseConnection, ip: IpAddr) -> Result<bool> {
    let row = Entity::find_by_id(written(ip))
        .select_only()
        .column(Column::CreatedAt)
        .into_tuple::<i64>()
        .one(db)
        .await?;
    Ok(row.is_some())
}

/// Bans an address; one that is banned already keeps its first date.
///
/// # Errors
/// When the database refuses.
pub async fn ban(db: &DatabaseConnection, ip: IpAddr, reason: Option<&str>) -> Result<()> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let row = ActiveModel {
        ip: Set(written(ip)),
        reason: Set(reason.map(str::to_owned)),
        created_at: Set(i64::try_from(now).unwrap_or(i64::MAX)),
    };
    let again = OnConflict::column(Column::Ip).update_column(Column::Reason).to_owned();
    Entity::insert(row).on_conflict(again).exec_without_returning(db).await?;
    Ok(())
}

/// Lets an address in again.
///
/// # Errors
/// When the database refuses.
pub async fn unban(db: &DatabaseConnection, ip: IpAddr) -> Result<()> {
    Entity::delete_by_id(written(ip)).exec(db).await?;
    Ok(())
}

fn written(ip: IpAddr) -> String {
    ip.to_canonical().to_string()
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn one_address_is_written_one_way() {
        for (given, expected) in [
            ("203.0.113.9", "203.0.113.9"),
            ("::ffff:203.0.113.9", "203.0.113.9"),
            ("2001:DB8:0::1", "2001:db8::1"),
        ] {
            assert_eq!(written(given.parse().unwrap()), expected, "{given}");
        }
    }
}
