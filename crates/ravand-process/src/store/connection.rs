//! A connection or transaction of the user, behind one pointer.

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement};

#[cfg(feature = "sqlite")]
use crate::Id;

/// What a store needs of the user's connection. Whatever is a [`ConnectionTrait`] is one.
#[async_trait]
pub trait Connection: Sync {
    /// Which engine it speaks to.
    fn backend(&self) -> DbBackend;

    /// Runs a statement; how many rows it touched.
    async fn execute(&self, statement: Statement) -> Result<u64, DbErr>;

    /// Runs a statement that gives rows.
    async fn rows(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr>;

    /// Runs an insert; the id of its last row. Only SQLite tells it.
    #[cfg(feature = "sqlite")]
    async fn insert(&self, statement: Statement) -> Result<Id, DbErr>;
}

#[async_trait]
impl<C: ConnectionTrait> Connection for C {
    fn backend(&self) -> DbBackend {
        self.get_database_backend()
    }

    async fn execute(&self, statement: Statement) -> Result<u64, DbErr> {
        Ok(self.execute_raw(statement).await?.rows_affected())
    }

    async fn rows(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.query_all_raw(statement).await
    }

    #[cfg(feature = "sqlite")]
    async fn insert(&self, statement: Statement) -> Result<Id, DbErr> {
        let inserted = self.execute_raw(statement).await?;
        Id::try_from(inserted.last_insert_id()).map_err(super::sql::custom)
    }
}
