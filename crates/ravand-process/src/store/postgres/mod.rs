//! Processes in PostgreSQL 15 or newer: for any number of programs on any number of machines.

mod copy;
mod insert;
mod keeper;
#[cfg(test)]
mod plans;
mod runs;
mod schema;
mod session;
mod watch;

pub use schema::SCHEMA;

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use ravand_core::{Error, Result};
use sea_orm::sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqlxPostgresConnector,
    Statement, TransactionTrait, Value,
};

use super::sql::{Fault, POSTGRES, fault, keys, patiently, read, runs as any_runs, upkeep};
use super::{
    Claimed, Claims, Connection, Count, Draft, End, Filter, Held, Holder, Hub, Inserted, Keeper, Presence,
    Queued, Retention, ScheduleRow, Stop, Store,
};
use crate::{Attempt, Id, LogLine, Millis, Record, State};
use session::{judge, once, patience};

/// The channel of `LISTEN` and `NOTIFY`.
pub const CHANNEL: &str = "base_processes";

/// The clock of the database, in milliseconds.
const NOW: &str = POSTGRES.now;

/// How many connections the engine opens at most, beside two of its own thread.
const CONNECTIONS: u32 = 8;

/// Processes in a database of PostgreSQL.
///
/// It has connections of its own beside the application's, with settings of their own. They must keep a session: a
/// pooler in between has to be in session mode, since the engine listens.
#[derive(Clone, Debug)]
pub struct Postgres {
    application: DatabaseConnection,
    own: DatabaseConnection,
    options: PgConnectOptions,
    doubts: Arc<runs::Doubts>,
}

impl Postgres {
    /// Processes in the database that the application is connected to.
    ///
    /// # Errors
    /// When the connection is not one to PostgreSQL, or the database cannot be reached.
    pub async fn of(application: &DatabaseConnection) -> Result<Self> {
        if application.get_database_backend() != DbBackend::Postgres {
            return Err(Error::internal("the connection is not one to PostgreSQL"));
        }
        let options = (*application.get_postgres_connection_pool().connect_options()).clone();
        Self::from_parts(application.clone(), &options).await
    }

    /// Processes in the database of a URL, as in `postgres://user:password@host/database`.
    ///
    /// # Errors
    /// When the URL is none, or the database cannot be reached.
    pub async fn connect(url: &str) -> Result<Self> {
        let options: PgConnectOptions = url.parse().map_err(|error: sea_orm::sqlx::Error| {
            Error::internal(format!("the address of the processes' database is not understood: {error}"))
                .caused_by(error)
        })?;
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS).connect_lazy_with(options.clone());
        Self::from_parts(SqlxPostgresConnector::from_sqlx_postgres_pool(pool), &options).await
    }

    async fn from_parts(application: DatabaseConnection, options: &PgConnectOptions) -> Result<Self> {
        let options = session::options(options);
        let own = SqlxPostgresConnector::from_sqlx_postgres_pool(session::pool(&options, CONNECTIONS));
        own.ping().await.map_err(|error| {
            let place = format!("{}:{}", options.get_host(), options.get_port());
            Error::internal(format!("the processes' database at {place} cannot be reached: {error}"))
                .caused_by(error)
        })?;
        Ok(Self { application, own, options, doubts: Arc::default() })
    }

    async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        self.own.begin().await
    }

    /// What became of ends that were written while the connection broke, so that it is not known by the answer.
    async fn settle(&self, ends: &[End], states: &mut [Option<State>]) -> Result<()> {
        let doubtful: Vec<usize> = {
            let mut doubts = self.doubts.lock().unwrap_or_else(PoisonError::into_inner);
            if doubts.is_empty() {
                return Ok(());
            }
            let mut places = Vec::new();
            for (place, end) in ends.iter().enumerate() {
                if doubts.remove(&(end.id, end.attempt)) && states[place].is_none() {
                    places.push(place);
                }
            }
            places
        };
        let unknown: Vec<&End> = doubtful.iter().map(|place| &ends[*place]).collect();
        let found = patiently!(patience(), runs::written(&self.own, &unknown).await)?;
        for (place, state) in doubtful.into_iter().zip(found) {
            states[place] = state;
        }
        Ok(())
    }
}

#[async_trait]
impl Store for Postgres {
    fn kind(&self) -> &'static str {
        "postgres"
    }

    async fn migrate(&self) -> Result<()> {
        patiently!(patience(), {
            let transaction = self.begin().await?;
            // Hosts that start at the same moment make the tables one after the other.
            let lock = "SELECT pg_advisory_xact_lock(hashtextextended('base_processes', 0))";
            transaction.execute_unprepared(lock).await?;
            for statement in SCHEMA {
                transaction.execute_unprepared(statement).await?;
            }
            transaction.commit().await
        })
    }

    fn database(&self) -> Option<&DatabaseConnection> {
        Some(&self.application)
    }

    async fn now(&self) -> Result<Millis> {
        patiently!(patience(), read::now(&self.own).await)
    }

    async fn insert(&self, within: Option<&dyn Connection>, drafts: &[Draft]) -> Result<Vec<Inserted>> {
        match within {
            Some(connection) => {
                only_postgres(connection)?;
                insert::insert(connection, drafts).await.map_err(fault)
            }
            None if drafts.iter().any(|draft| draft.unique.is_some()) => {
                patiently!(once(), {
                    let transaction = self.begin().await?;
                    let inserted = insert::insert(&transaction, drafts).await?;
                    transaction.commit().await?;
                    Ok(inserted)
                })
            }
            None if drafts.len() >= copy::MANY => {
                patiently!(once(), copy::insert(self.own.get_postgres_connection_pool(), drafts).await)
            }
            // One statement is its own transaction.
            None => patiently!(once(), insert::insert(&self.own, drafts).await),
        }
    }

    async fn queue(&self, within: Option<&dyn Connection>, id: Id) -> Result<Queued> {
        match within {
            Some(connection) => {
                only_postgres(connection)?;
                keys::queue(connection, id).await.map_err(fault)
            }
            None => {
                patiently!(once(), {
                    let transaction = self.begin().await?;
                    let queued = keys::queue(&transaction, id).await?;
                    transaction.commit().await?;
                    Ok(queued)
                })
            }
        }
    }

    async fn claim(&self, holder: &Holder, lease: Duration, queues: &[(String, u32)]) -> Result<Claims> {
        patiently!(patience(), runs::claim(&self.own, holder, lease, queues).await)
    }

    async fn claim_one(&self, holder: &Holder, lease: Duration, id: Id) -> Result<Option<Claimed>> {
        let claimed = patiently!(once(), {
            let transaction = self.begin().await?;
            let queued = keys::queue(&transaction, id).await?;
            if let Queued::Existing(other) | Queued::Rejected(other) = queued {
                transaction.rollback().await?;
                return Ok(Err(other));
            }
            let claimed = any_runs::claim_one(&transaction, holder, lease, id).await?;
            transaction.commit().await?;
            Ok(Ok(claimed))
        })?;
        claimed.map_err(|other| super::key_taken(id, other))
    }

    async fn adopt(&self, holder: &Holder, lease: Duration, id: Id, attempt: i32) -> Result<Option<Claimed>> {
        patiently!(patience(), any_runs::adopt(&self.own, holder, lease, id, attempt).await)
    }

    async fn finish(&self, ends: &[End]) -> Result<Vec<Option<State>>> {
        let mut states = patiently!(patience(), {
            let result = runs::finish(&self.own, ends).await;
            if result.as_ref().is_err_and(|error| judge(error) == Fault::Doubtful) {
                let mut doubts = self.doubts.lock().unwrap_or_else(PoisonError::into_inner);
                doubts.extend(ends.iter().map(|end| (end.id, end.attempt)));
            }
            result
        })?;
        self.settle(ends, &mut states).await?;
        Ok(states)
    }

    async fn finish_within(&self, within: &dyn Connection, end: &End) -> Result<Option<State>> {
        only_postgres(within)?;
        let states = runs::finish(within, std::slice::from_ref(end)).await.map_err(fault)?;
        Ok(states.into_iter().next().flatten())
    }

    async fn interrupt(&self, id: Id) -> Result<Option<State>> {
        patiently!(patience(), any_runs::interrupt(&self.own, id, None).await)
    }

    async fn stop(&self, id: Id, stop: Stop) -> Result<Option<State>> {
        patiently!(patience(), any_runs::interrupt(&self.own, id, Some(stop)).await)
    }

    async fn again(&self, id: Id) -> Result<bool> {
        let again = patiently!(once(), {
            let transaction = self.begin().await?;
            let again = keys::again(&transaction, id).await?;
            match again {
                Ok(_) => transaction.commit().await?,
                Err(_) => transaction.rollback().await?,
            }
            Ok(again)
        })?;
        again.map_err(|other| super::key_taken(id, other))
    }

    async fn signals(&self, worker: &str) -> Result<Vec<Held>> {
        patiently!(patience(), any_runs::signals(&self.own, worker).await)
    }

    async fn keeper(&self) -> Result<Box<dyn Keeper>> {
        Ok(Box::new(keeper::PostgresKeeper::new(session::single(&self.options).await?)))
    }

    async fn watch(&self, hub: &Hub) -> Result<()> {
        watch::watch(&session::single(&self.options).await?, hub).await
    }

    async fn read(&self, id: Id) -> Result<Option<Record>> {
        patiently!(patience(), read::read(&self.own, id).await)
    }

    async fn states(&self, ids: &[Id]) -> Result<Vec<(Id, State)>> {
        patiently!(patience(), read::states(&self.own, ids).await)
    }

    async fn list(&self, filter: &Filter) -> Result<Vec<Record>> {
        patiently!(patience(), read::list(&self.own, filter).await)
    }

    async fn history(&self, id: Id) -> Result<Vec<Attempt>> {
        patiently!(patience(), read::history(&self.own, id).await)
    }

    async fn logs(&self, id: Id, after: i64, limit: u32) -> Result<Vec<LogLine>> {
        patiently!(patience(), read::logs(&self.own, id, after, limit).await)
    }

    async fn counts(&self) -> Result<Vec<Count>> {
        patiently!(patience(), read::counts(&self.own).await)
    }

    async fn workers(&self) -> Result<Vec<Presence>> {
        patiently!(patience(), read::workers(&self.own).await)
    }

    async fn leave(&self, worker: &str) -> Result<()> {
        patiently!(patience(), upkeep::leave(&self.own, worker).await)
    }

    async fn prune(&self, retention: &Retention, limit: u32) -> Result<u64> {
        patiently!(patience(), {
            let transaction = self.begin().await?;
            let gone = upkeep::prune(&transaction, retention, limit).await?;
            transaction.commit().await?;
            Ok(gone)
        })
    }

    async fn schedule(&self, schedules: &[ScheduleRow]) -> Result<()> {
        patiently!(patience(), {
            let transaction = self.begin().await?;
            upkeep::schedule(&transaction, schedules).await?;
            transaction.commit().await
        })
    }

    async fn schedules(&self) -> Result<Vec<ScheduleRow>> {
        patiently!(patience(), upkeep::schedules(&self.own).await)
    }

    async fn unschedule(&self, name: &str) -> Result<bool> {
        patiently!(once(), upkeep::unschedule(&self.own, name).await)
    }

    async fn fire(&self, name: &str, from: Millis, to: Millis, drafts: &[Draft]) -> Result<bool> {
        // Whoever comes second, also after a broken connection, finds that the time has moved.
        patiently!(patience(), {
            let transaction = self.begin().await?;
            let first = upkeep::advance(&transaction, name, from, to).await?;
            if first {
                insert::insert(&transaction, drafts).await?;
            }
            transaction.commit().await?;
            Ok(first)
        })
    }
}

/// A statement of PostgreSQL, with `?` for each value.
fn sql(text: impl Into<String>, values: impl IntoIterator<Item = Value>) -> Statement {
    POSTGRES.sql(text, values)
}

/// Texts as one value.
fn texts(texts: impl Iterator<Item = impl AsRef<str>>) -> Value {
    texts.map(|text| text.as_ref().to_owned()).collect::<Vec<String>>().into()
}

/// A text that PostgreSQL can keep: it knows no zero character, and what a run says is not to be lost for one.
fn clean(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

fn only_postgres(connection: &dyn Connection) -> Result<()> {
    if connection.backend() == DbBackend::Postgres {
        return Ok(());
    }
    Err(Error::internal(format!(
        "processes are kept in PostgreSQL, and the transaction is one of {:?}",
        connection.backend()
    )))
}
