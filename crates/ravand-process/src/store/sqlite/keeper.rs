//! What the holder's own thread writes, by its own connection.

use std::time::Duration;

use async_trait::async_trait;
use ravand_core::Result;
use sea_orm::DatabaseConnection;

use super::{begin, patience, runs};
use crate::store::sql::patiently;
use crate::store::sql::runs::{any_passed, appear};
use crate::store::{Held, Keeper, Note, Presence};
use crate::{Id, State};

pub struct SqliteKeeper(DatabaseConnection);

impl SqliteKeeper {
    pub fn new(connection: DatabaseConnection) -> Self {
        Self(connection)
    }
}

#[async_trait]
impl Keeper for SqliteKeeper {
    async fn beat(
        &mut self,
        presence: Option<&Presence>,
        lease: Duration,
        held: &[(Id, i32)],
    ) -> Result<Vec<Held>> {
        if let Some(presence) = presence {
            patiently!(patience(), appear(&self.0, presence, lease).await)?;
        }
        if held.is_empty() {
            return Ok(Vec::new());
        }
        patiently!(patience(), runs::beat(&self.0, lease, held).await)
    }

    async fn reap(&mut self, limit: u32) -> Result<Vec<(Id, State)>> {
        // Nearly always there is nothing, which a read finds out without the write lock.
        if !patiently!(patience(), any_passed(&self.0).await)? {
            return Ok(Vec::new());
        }
        patiently!(patience(), {
            let transaction = begin(&self.0).await?;
            let reaped = runs::reap(&transaction, limit).await?;
            transaction.commit().await?;
            Ok(reaped)
        })
    }

    async fn note(&mut self, notes: &[Note]) -> Result<()> {
        patiently!(patience(), {
            let transaction = begin(&self.0).await?;
            runs::note(&transaction, notes).await?;
            transaction.commit().await
        })
    }
}
