//! The connection and a transaction of it, which know the application's processes.

use std::ops::Deref;

use ravand_process::store::Connection;
use ravand_process::{Pending, Processes};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};

use crate::process::{Place, Within};
use crate::{App, Context};

/// The connection to the database: an extractor, and a field of listeners and processes. SeaORM's operations
/// take it as `&db`, and functions that take a `&DatabaseConnection` do too.
#[derive(Clone, Debug)]
pub struct Db {
    connection: DatabaseConnection,
    cx: Context,
}

/// A transaction of [`Db::begin`]. SeaORM's operations take it as `&transaction`; dropped, it is rolled back.
///
/// Processes that are saved or queued in it are there when it is committed, and never when it is not.
///
/// ```no_run
/// # async fn example(db: &ravand::Db, ticket: ravand::process::Process) -> ravand::Result<()> {
/// let transaction = db.begin().await?;
/// // What else the request writes goes here, too.
/// let process = ticket.background_run(&transaction).await?;
/// transaction.commit().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a transaction that is not committed is rolled back"]
pub struct Transaction {
    inner: DatabaseTransaction,
    cx: Context,
    pending: Pending,
}

impl Db {
    pub(super) fn new(connection: DatabaseConnection, cx: Context) -> Self {
        Self { connection, cx }
    }

    /// Begins a transaction that writes.
    ///
    /// SQLite takes the lock for writing at once (`BEGIN IMMEDIATE`) and waits for it as long as the busy
    /// timeout says. A transaction that reads first and writes later, as SeaORM's own `begin` allows it, fails
    /// instead of waiting when another one wrote in between. On other databases it is SeaORM's own.
    ///
    /// # Errors
    /// When the database refuses, or the lock is not free in time.
    pub async fn begin(&self) -> Result<Transaction, DbErr> {
        let mode = Some(SqliteTransactionMode::Immediate);
        let options = TransactionOptions { sqlite_transaction_mode: mode, ..Default::default() };
        let inner = self.connection.begin_with_options(options).await?;
        Ok(Transaction { inner, cx: self.cx.clone(), pending: Pending::default() })
    }

    /// The database together with a transaction that SeaORM itself began: a process that is saved there is there when
    /// it is committed.
    pub fn within<'a>(&self, transaction: &'a impl ConnectionTrait) -> Within<'a> {
        Within::new(self.cx.clone(), transaction)
    }
}

impl Transaction {
    /// Commits it, and wakes who runs what was queued in it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn commit(self) -> Result<(), DbErr> {
        let Self { inner, cx, pending } = self;
        if pending.is_empty() {
            return inner.commit().await;
        }
        // A caller that goes away does not keep what was committed from being run.
        let work = async move {
            inner.commit().await?;
            cx.processes().committed(&pending).await;
            Ok(())
        };
        match tokio::spawn(work).await {
            Ok(result) => result,
            Err(error) => Err(DbErr::Custom(format!("the commit was not carried out: {error}"))),
        }
    }

    /// Gives up what was written in it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn rollback(self) -> Result<(), DbErr> {
        self.inner.rollback().await
    }
}

/// What is a connection of SeaORM by one that is inside of it.
macro_rules! connection {
    ($name:ty, $inner:ident, $target:ty) => {
        impl Deref for $name {
            type Target = $target;

            fn deref(&self) -> &$target {
                &self.$inner
            }
        }

        #[async_trait::async_trait]
        impl ConnectionTrait for $name {
            fn get_database_backend(&self) -> DbBackend {
                self.$inner.get_database_backend()
            }

            async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
                self.$inner.execute_raw(statement).await
            }

            async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
                self.$inner.execute_unprepared(sql).await
            }

            async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
                self.$inner.query_one_raw(statement).await
            }

            async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
                self.$inner.query_all_raw(statement).await
            }

            fn support_returning(&self) -> bool {
                self.$inner.support_returning()
            }

            fn is_mock_connection(&self) -> bool {
                self.$inner.is_mock_connection()
            }
        }

        impl Place for $name {
            fn app(&self) -> &App {
                self.cx.app()
            }

            fn traceparent(&self) -> Option<String> {
                Some(self.cx.traceparent().to_owned())
            }
        }
    };
}

connection!(Db, connection, DatabaseConnection);
connection!(Transaction, inner, DatabaseTransaction);

impl ravand_process::Place for Db {
    fn processes(&self) -> &Processes {
        self.cx.processes()
    }
}

impl ravand_process::Place for Transaction {
    fn processes(&self) -> &Processes {
        self.cx.processes()
    }

    fn connection(&self) -> Option<&dyn Connection> {
        Some(&self.inner)
    }

    fn pending(&self) -> Option<&Pending> {
        Some(&self.pending)
    }
}
