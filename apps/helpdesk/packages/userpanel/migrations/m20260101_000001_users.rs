//! The table of users, and two users for trying things out.

use std::time::{SystemTime, UNIX_EPOCH};

use ravand::sea_orm_migration::{self, prelude::*};

/// Makes `userpanel_users`.
///
/// The two users are for development: their passwords, `staff` and `customer`, are known to everybody. Change
/// or remove them before others can reach the application.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// Address, name, role, and the argon2id hash of the password.
const USERS: [[&str; 4]; 2] = [
    [
        "staff@helpdesk.example",
        "Sara Karimi",
        "staff",
        "$argon2id$v=19$m=19456,t=2,p=1$RwOfLladqGKnkEIvf6jQwA$RJJKIon7u5piFpUH5gvqk4zkV7p3nbmqnsRZzEXwGH0",
    ],
    [
        "customer@helpdesk.example",
        "Daniel Weber",
        "customer",
        "$argon2id$v=19$m=19456,t=2,p=1$vMxXjdwJDh/MA3/BSCLwSQ$mxFVv2IMHv3h+gcaUWsNV9GEg7DKwHSpN037moa2pjE",
    ],
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("userpanel_users")
            .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
            .col(ColumnDef::new("email").string_len(254).not_null().unique_key())
            .col(ColumnDef::new("name").string_len(80).not_null())
            .col(ColumnDef::new("role").string_len(16).not_null())
            .col(ColumnDef::new("password").string().not_null())
            .col(ColumnDef::new("created_at").big_integer().not_null())
            .to_owned();
        manager.create_table(table).await?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs().cast_signed();
        let mut users = Query::insert();
        users.into_table("userpanel_users").columns(["email", "name", "role", "password", "created_at"]);
        for [email, name, role, password] in USERS {
            users.values_panic([email.into(), name.into(), role.into(), password.into(), now.into()]);
        }
        manager.execute(users).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("userpanel_users").to_owned()).await
    }
}
