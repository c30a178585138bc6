//! What the holder's own thread writes, by its own connection.

use std::time::Duration;

use async_trait::async_trait;
use ravand_core::Result;
use sea_orm::DatabaseConnection;

use super::runs;
use super::session::once;
use crate::store::sql::patiently;
use crate::store::sql::runs::{any_passed, appear};
use crate::store::{Held, Keeper, Note, Presence};
use crate::{Id, State};

/// A fault of the connection is given back: its holder opens another one, and says first who lives.
pub struct PostgresKeeper(DatabaseConnection);

impl PostgresKeeper {
    pub fn new(connection: DatabaseConnection) -> Self {
        Self(connection)
    }
}

#[async_trait]
impl Keeper for PostgresKeeper {
    async fn beat(
        &mut self,
        presence: Option<&Presence>,
        lease: Duration,
        held: &[(Id, i32)],
    ) -> Result<Vec<Held>> {
        if let Some(presence) = presence {
            patiently!(once(), appear(&self.0, presence, lease).await)?;
        }
        if held.is_empty() {
            return Ok(Vec::new());
        }
        patiently!(once(), runs::beat(&self.0, lease, held).await)
    }

    async fn reap(&mut self, limit: u32) -> Result<Vec<(Id, State)>> {
        // Nearly always there is nothing, which a read finds out.
        if !patiently!(once(), any_passed(&self.0).await)? {
            return Ok(Vec::new());
        }
        patiently!(once(), runs::reap(&self.0, limit).await)
    }

    async fn note(&mut self, notes: &[Note]) -> Result<()> {
        patiently!(once(), runs::note(&self.0, notes).await)
    }
}
