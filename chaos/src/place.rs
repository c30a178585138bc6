//! Where the processes of a chaos are kept: a file, or a server of its own.

use std::str::FromStr;
use std::sync::Arc;

use ravand_cluster::{Cluster, Purpose};
use ravand_core::{Error, Result};
use ravand_process::store::Store;
use ravand_process::store::postgres::Postgres;
use ravand_process::store::sqlite::Sqlite;

/// Which store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file of SQLite.
    Sqlite,
    /// A server of PostgreSQL.
    Postgres,
}

/// A place that is gone when this is dropped.
pub struct Place {
    address: String,
    /// The server, which can be restarted.
    pub cluster: Option<Arc<Cluster>>,
    _folder: tempfile::TempDir,
}

impl Kind {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

impl FromStr for Kind {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        let all = [Self::Sqlite, Self::Postgres];
        let found = all.into_iter().find(|kind| kind.name() == name);
        found.ok_or_else(|| {
            Error::bad_request(format!("there is no store `{name}`; there are sqlite and postgres"))
        })
    }
}

impl Place {
    /// Makes one.
    pub fn make(kind: Kind) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let (address, cluster) = match kind {
            Kind::Sqlite => (folder.path().join("processes.sqlite").display().to_string(), None),
            Kind::Postgres => {
                let cluster = Cluster::start(Purpose::Durable)?;
                (cluster.url("postgres"), Some(Arc::new(cluster)))
            }
        };
        Ok(Self { address, cluster, _folder: folder })
    }

    /// How a worker finds it.
    pub fn address(&self) -> &str {
        &self.address
    }
}

/// Opens the store at an address.
pub async fn open(address: &str) -> Result<Arc<dyn Store>> {
    Ok(match address.starts_with("postgres:") {
        true => Arc::new(Postgres::connect(address).await?),
        false => Arc::new(Sqlite::open(address).await?),
    })
}
