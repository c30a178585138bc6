//! Processes in SQLite: in the program, and between several OS processes on one file.

mod changes;
mod checkpoint;
mod claim;
mod insert;
mod keeper;
#[cfg(test)]
mod plans;
mod runs;
mod schema;
mod watch;

pub use schema::SCHEMA;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use ravand_core::{Error, Result};
use sea_orm::sqlx::ConnectOptions;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode,
    SqlxSqliteConnector, Statement, TransactionOptions, TransactionTrait, Value, sqlx,
};

use super::sql::{Fault, Patience, SQLITE, driver, fault, keys, patiently, read, runs as any_runs, upkeep};
use super::{
    Claimed, Claims, Connection, Count, Draft, End, Filter, Held, Holder, Hub, Inserted, Keeper, Presence,
    Queued, Retention, ScheduleRow, Stop, Store,
};
use crate::{Attempt, Id, LogLine, Millis, Record, State};
use checkpoint::Checkpoint;

/// The clock of the database, in milliseconds.
const NOW: &str = SQLITE.now;

/// How long SQLite itself waits for another writer before it says that it is busy.
const BUSY: Duration = Duration::from_secs(2);

/// After so many pages of the log (of 4 KiB) who writes moves them into the file itself, when that could not be done
/// beside it.
const CHECKPOINT: &str = "16000";

/// Processes in a file of SQLite.
///
/// It writes by one connection of its own, beside the application's, and asks for the write lock when a
/// transaction begins. The file is put into WAL mode.
#[derive(Clone, Debug)]
pub struct Sqlite {
    application: DatabaseConnection,
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    options: SqliteConnectOptions,
    checkpoint: Arc<Checkpoint>,
    /// Held while this store takes processes: what a claim took is told by its holder.
    claiming: Arc<tokio::sync::Mutex<()>>,
}

impl Sqlite {
    /// Processes in the database that the application is connected to.
    ///
    /// # Errors
    /// When the connection is not one to SQLite, or to a database in memory, which ends with its connections.
    pub async fn of(application: &DatabaseConnection) -> Result<Self> {
        if application.get_database_backend() != DbBackend::Sqlite {
            return Err(Error::internal("the connection is not one to SQLite"));
        }
        let pool = application.get_sqlite_connection_pool();
        let options = tuned(&pool.connect_options(), SqliteSynchronous::Normal);
        Self::from_parts(application.clone(), options).await
    }

    /// Processes in a file of their own, which is made when it is not there.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub async fn open(file: impl AsRef<Path>) -> Result<Self> {
        let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
        let options = tuned(&options, SqliteSynchronous::Normal);
        let application = SqlxSqliteConnector::from_sqlx_sqlite_pool(pool(&options, 8));
        Self::from_parts(application, options).await
    }

    /// Waits for the disk at every commit: a power cut loses nothing that was answered, at half the speed.
    /// Without it a power cut may lose the last moments; a crash of the program never does.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub async fn full_sync(self) -> Result<Self> {
        let options = tuned(&self.options, SqliteSynchronous::Full);
        Self::from_parts(self.application, options).await
    }

    async fn from_parts(application: DatabaseConnection, options: SqliteConnectOptions) -> Result<Self> {
        let file = options.get_filename().to_string_lossy().into_owned();
        // The driver gives a database in memory a name of its own, which only connections of this program know, and
        // which ends with the last of them.
        if file.is_empty() || file.contains(":memory:") || file.contains("sqlx-in-memory") {
            return Err(Error::internal(
                "processes need a database that outlives its connections, and one in memory does not; \
                 use a file, as in `sqlite://storage/app.sqlite`, or the store `Memory`",
            ));
        }
        let writer = SqlxSqliteConnector::from_sqlx_sqlite_pool(pool(&options, 1));
        let reader = SqlxSqliteConnector::from_sqlx_sqlite_pool(pool(&options, 4));
        writer.ping().await.map_err(|error| {
            Error::internal(format!("the processes' file {file} cannot be opened: {error}")).caused_by(error)
        })?;
        let checkpoint = Checkpoint::by(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool(&options, 1)));
        let checkpoint = Arc::new(checkpoint);
        Ok(Self { application, writer, reader, options, checkpoint, claiming: Arc::default() })
    }

    /// A transaction that has the write lock from its beginning.
    async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        begin(&self.writer).await
    }

    /// A connection for a thread of its own.
    async fn another(&self) -> Result<DatabaseConnection> {
        let connection = SqlxSqliteConnector::from_sqlx_sqlite_pool(pool(&self.options, 1));
        connection.ping().await.map_err(fault)?;
        Ok(connection)
    }
}

async fn begin(connection: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let mode = Some(SqliteTransactionMode::Immediate);
    connection
        .begin_with_options(TransactionOptions { sqlite_transaction_mode: mode, ..Default::default() })
        .await
}

fn tuned(options: &SqliteConnectOptions, synchronous: SqliteSynchronous) -> SqliteConnectOptions {
    options
        .clone()
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous)
        .busy_timeout(BUSY)
        .pragma("wal_autocheckpoint", CHECKPOINT)
        .disable_statement_logging()
}

fn pool(options: &SqliteConnectOptions, size: u32) -> sea_orm::sqlx::SqlitePool {
    SqlitePoolOptions::new()
        .max_connections(size)
        .min_connections(0)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(Duration::from_secs(60))
        .connect_lazy_with(options.clone())
}

#[async_trait]
impl Store for Sqlite {
    fn kind(&self) -> &'static str {
        "sqlite"
    }

    async fn migrate(&self) -> Result<()> {
        patiently!(patience(), {
            let transaction = self.begin().await?;
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
        patiently!(patience(), read::now(&self.reader).await)
    }

    async fn insert(&self, within: Option<&dyn Connection>, drafts: &[Draft]) -> Result<Vec<Inserted>> {
        let inserted = match within {
            Some(connection) => {
                only_sqlite(connection)?;
                insert::insert(connection, drafts).await.map_err(fault)
            }
            // One statement is its own transaction.
            None if drafts.len() == 1 && drafts.iter().all(|draft| draft.unique.is_none()) => {
                patiently!(patience(), insert::insert(&self.writer, drafts).await)
            }
            None => {
                patiently!(patience(), {
                    let transaction = self.begin().await?;
                    let inserted = insert::insert(&transaction, drafts).await?;
                    transaction.commit().await?;
                    Ok(inserted)
                })
            }
        }?;
        self.checkpoint.wrote(drafts.len());
        Ok(inserted)
    }

    async fn queue(&self, within: Option<&dyn Connection>, id: Id) -> Result<Queued> {
        match within {
            Some(connection) => {
                only_sqlite(connection)?;
                keys::queue(connection, id).await.map_err(fault)
            }
            None => {
                patiently!(patience(), {
                    let transaction = self.begin().await?;
                    let queued = keys::queue(&transaction, id).await?;
                    transaction.commit().await?;
                    Ok(queued)
                })
            }
        }
    }

    async fn claim(&self, holder: &Holder, lease: Duration, queues: &[(String, u32)]) -> Result<Claims> {
        let _alone = self.claiming.lock().await;
        let claims =
            patiently!(patience(), claim::claim(&self.reader, &self.writer, holder, lease, queues).await)?;
        if !claims.runs.is_empty() {
            self.checkpoint.wrote(claims.runs.len());
        }
        Ok(claims)
    }

    async fn claim_one(&self, holder: &Holder, lease: Duration, id: Id) -> Result<Option<Claimed>> {
        let _alone = self.claiming.lock().await;
        let claimed = patiently!(patience(), {
            let transaction = self.begin().await?;
            let queued = keys::queue(&transaction, id).await?;
            if let Queued::Existing(other) | Queued::Rejected(other) = queued {
                return Ok(Err(other));
            }
            let claimed = any_runs::claim_one(&transaction, holder, lease, id).await?;
            transaction.commit().await?;
            Ok(Ok(claimed))
        })?;
        claimed.map_err(|other| super::key_taken(id, other))
    }

    async fn adopt(&self, holder: &Holder, lease: Duration, id: Id, attempt: i32) -> Result<Option<Claimed>> {
        patiently!(patience(), any_runs::adopt(&self.writer, holder, lease, id, attempt).await)
    }

    async fn finish(&self, ends: &[End]) -> Result<Vec<Option<State>>> {
        let states = patiently!(patience(), {
            if ends.iter().all(runs::is_plain) {
                return runs::finish(&self.writer, ends).await;
            }
            let transaction = self.begin().await?;
            let states = runs::finish(&transaction, ends).await?;
            transaction.commit().await?;
            Ok(states)
        })?;
        self.checkpoint.wrote(ends.len());
        Ok(states)
    }

    async fn finish_within(&self, within: &dyn Connection, end: &End) -> Result<Option<State>> {
        only_sqlite(within)?;
        let states = runs::finish(within, std::slice::from_ref(end)).await.map_err(fault)?;
        Ok(states.into_iter().next().flatten())
    }

    async fn interrupt(&self, id: Id) -> Result<Option<State>> {
        patiently!(patience(), any_runs::interrupt(&self.writer, id, None).await)
    }

    async fn stop(&self, id: Id, stop: Stop) -> Result<Option<State>> {
        patiently!(patience(), any_runs::interrupt(&self.writer, id, Some(stop)).await)
    }

    async fn again(&self, id: Id) -> Result<bool> {
        let again = patiently!(patience(), {
            let transaction = self.begin().await?;
            let again = keys::again(&transaction, id).await?;
            if again.is_ok() {
                transaction.commit().await?;
            }
            Ok(again)
        })?;
        again.map_err(|other| super::key_taken(id, other))
    }

    async fn signals(&self, worker: &str) -> Result<Vec<Held>> {
        patiently!(patience(), any_runs::signals(&self.reader, worker).await)
    }

    async fn keeper(&self) -> Result<Box<dyn Keeper>> {
        Ok(Box::new(keeper::SqliteKeeper::new(self.another().await?)))
    }

    async fn watch(&self, hub: &Hub) -> Result<()> {
        let connection = self.another().await?;
        let changes = changes::Changes::of(self.options.get_filename());
        watch::watch(&connection, changes, hub).await.map_err(fault)
    }

    async fn read(&self, id: Id) -> Result<Option<Record>> {
        patiently!(patience(), read::read(&self.reader, id).await)
    }

    async fn states(&self, ids: &[Id]) -> Result<Vec<(Id, State)>> {
        patiently!(patience(), read::states(&self.reader, ids).await)
    }

    async fn list(&self, filter: &Filter) -> Result<Vec<Record>> {
        patiently!(patience(), read::list(&self.reader, filter).await)
    }

    async fn history(&self, id: Id) -> Result<Vec<Attempt>> {
        patiently!(patience(), read::history(&self.reader, id).await)
    }

    async fn logs(&self, id: Id, after: i64, limit: u32) -> Result<Vec<LogLine>> {
        patiently!(patience(), read::logs(&self.reader, id, after, limit).await)
    }

    async fn counts(&self) -> Result<Vec<Count>> {
        patiently!(patience(), read::counts(&self.reader).await)
    }

    async fn workers(&self) -> Result<Vec<Presence>> {
        patiently!(patience(), read::workers(&self.reader).await)
    }

    async fn leave(&self, worker: &str) -> Result<()> {
        patiently!(patience(), upkeep::leave(&self.writer, worker).await)
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
        patiently!(patience(), upkeep::schedules(&self.reader).await)
    }

    async fn unschedule(&self, name: &str) -> Result<bool> {
        patiently!(patience(), upkeep::unschedule(&self.writer, name).await)
    }

    async fn fire(&self, name: &str, from: Millis, to: Millis, drafts: &[Draft]) -> Result<bool> {
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

/// A statement of SQLite.
fn sql(text: impl Into<String>, values: impl IntoIterator<Item = Value>) -> Statement {
    SQLITE.sql(text, values)
}

/// Goes on for about a minute while the file is busy, beside the time that SQLite itself waits.
fn patience() -> Patience {
    Patience::new(judge, Duration::from_secs(60))
}

/// Whether another writer had the file, or changed it since this one began to read.
fn judge(error: &DbErr) -> Fault {
    let Some(sqlx::Error::Database(refusal)) = driver(error) else { return Fault::Lasting };
    // The low byte is the kind: 5 is SQLITE_BUSY, 6 SQLITE_LOCKED.
    let code = refusal.code().and_then(|code| code.parse::<u32>().ok());
    match code.map(|code| code & 0xff) {
        Some(5 | 6) => Fault::Passing,
        _ => Fault::Lasting,
    }
}

fn only_sqlite(connection: &dyn Connection) -> Result<()> {
    if connection.backend() == DbBackend::Sqlite {
        return Ok(());
    }
    Err(Error::internal(format!(
        "processes are kept in SQLite, and the transaction is one of {:?}",
        connection.backend()
    )))
}
