//! Where sessions are kept: in the database, or in memory where the application has none.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use time::OffsetDateTime;
use tower_sessions_core::SessionStore;
use tower_sessions_core::session::{Id, Record};
use tower_sessions_core::session_store::Result;

/// Where sessions are kept.
#[derive(Debug)]
pub(crate) enum Store {
    /// In this program; they end with it.
    Memory(Mutex<HashMap<Id, Record>>),
    /// In the table `base_sessions`.
    #[cfg(feature = "database")]
    Database(sea_orm::DatabaseConnection),
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> Result<()> {
        while self.load(&record.id).await?.is_some() {
            record.id = Id::default();
        }
        self.save(record).await
    }

    async fn save(&self, record: &Record) -> Result<()> {
        match self {
            Self::Memory(records) => {
                let mut records = records.lock().unwrap_or_else(PoisonError::into_inner);
                let now = OffsetDateTime::now_utc();
                if records.len() % 256 == 255 {
                    records.retain(|_, record| record.expiry_date > now);
                }
                records.insert(record.id, record.clone());
                Ok(())
            }
            #[cfg(feature = "database")]
            Self::Database(database) => crate::database::sessions::save(database, record).await,
        }
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        match self {
            Self::Memory(records) => {
                let records = records.lock().unwrap_or_else(PoisonError::into_inner);
                let found = records.get(id).filter(|record| record.expiry_date > OffsetDateTime::now_utc());
                Ok(found.cloned())
            }
            #[cfg(feature = "database")]
            Self::Database(database) => crate::database::sessions::load(database, id).await,
        }
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        match self {
            Self::Memory(records) => {
                records.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
                Ok(())
            }
            #[cfg(feature = "database")]
            Self::Database(database) => crate::database::sessions::delete(database, id).await,
        }
    }
}
