//! The engine's own connections: how they are opened, and which faults of theirs pass.

use std::time::Duration;

use ravand_core::{Error, Result};
use sea_orm::sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sea_orm::sqlx::{ConnectOptions, Connection, Executor, error::Error as DriverError};
use sea_orm::{DatabaseConnection, DbErr, SqlxPostgresConnector};

use crate::store::sql::{Fault, Patience, driver, fault};

/// How every connection is set up.
///
/// Plans are kept for as long as a connection lives, and a table that is empty at the start of a program has a
/// million rows a day later. So a plan is made without a look at the values, always by the indexes, which are made
/// for these statements: what one costs does not depend on when statistics were gathered.
const SETUP: &str = "SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_hashjoin = off;
    SET enable_mergejoin = off; SET jit = off; SET plan_cache_mode = force_generic_plan;
    SET default_transaction_isolation = 'read committed'";

/// How long a connection is waited for, also while the server starts.
const CONNECT: Duration = Duration::from_secs(10);

/// One that was unused for longer is asked whether it is there before it is used.
const FRESH: Duration = Duration::from_secs(1);

/// For how long passing faults are tried again, beside the time that connecting takes.
const PATIENCE: Duration = Duration::from_secs(10);

pub fn options(options: &PgConnectOptions) -> PgConnectOptions {
    options.clone().application_name("ravand-process").disable_statement_logging()
}

/// Connections of the engine, which are opened when they are needed.
pub fn pool(options: &PgConnectOptions, size: u32) -> PgPool {
    PgPoolOptions::new()
        .max_connections(size)
        .min_connections(0)
        .idle_timeout(Duration::from_secs(600))
        .max_lifetime(None)
        .acquire_timeout(CONNECT)
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for > FRESH {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .after_connect(|connection, _| {
            Box::pin(async move {
                connection.execute(SETUP).await?;
                Ok(())
            })
        })
        .connect_lazy_with(options.clone())
}

/// A connection for a thread of its own, or at once the reason why there is none.
///
/// The pool would try again by itself, with pauses that grow to seconds. Who keeps leases decides that alone: one
/// host that comes back later than another by a lease would lose its runs to it.
pub async fn single(options: &PgConnectOptions) -> Result<DatabaseConnection> {
    let probe = tokio::time::timeout(CONNECT, options.connect());
    let probe =
        probe.await.map_err(|_| Error::internal("the database does not answer"))?.map_err(unreachable)?;
    probe.close().await.map_err(unreachable)?;
    let connection = SqlxPostgresConnector::from_sqlx_postgres_pool(pool(options, 1));
    connection.ping().await.map_err(fault)?;
    Ok(connection)
}

fn unreachable(error: DriverError) -> Error {
    Error::internal(format!("the database cannot be reached: {error}")).caused_by(error)
}

/// For what may be done twice.
pub fn patience() -> Patience {
    Patience::new(judge, PATIENCE)
}

/// For what may be done once only: it is given up when it is not known whether it was done.
pub fn once() -> Patience {
    Patience::once(judge, PATIENCE)
}

/// What a fault means. The codes are those of PostgreSQL's Appendix A.
pub fn judge(error: &DbErr) -> Fault {
    if matches!(error, DbErr::ConnectionAcquire(_)) {
        return Fault::Lasting;
    }
    match driver(error) {
        Some(DriverError::Database(refusal)) => match refusal.code().as_deref() {
            // serialization_failure, deadlock_detected; unique_violation: two took a key at the same moment, and the
            // second time one of them sees the other.
            Some("40001" | "40P01" | "23505") => Fault::Passing,
            // cannot_connect_now, too_many_connections: nothing was done yet.
            Some("57P03" | "53300") => Fault::Passing,
            // admin_shutdown, crash_shutdown, idle_session_timeout, statement_completion_unknown, connection_…
            Some("57P01" | "57P02" | "57P05" | "40003" | "08000" | "08003" | "08006" | "08007") => {
                Fault::Doubtful
            }
            _ => Fault::Lasting,
        },
        Some(DriverError::Io(_) | DriverError::Protocol(_) | DriverError::WorkerCrashed) => Fault::Doubtful,
        _ => Fault::Lasting,
    }
}
