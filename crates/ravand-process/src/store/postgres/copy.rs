//! Keeping very many new processes: by `COPY`, which costs the server less for each row than any `INSERT`.

use sea_orm::sqlx::pool::PoolConnection;
use sea_orm::sqlx::postgres::{PgConnection, PgPool, Postgres};
use sea_orm::sqlx::{AssertSqlSafe, Connection, Error, Row, query};
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};

use super::{CHANNEL, NOW};
use crate::store::sql::millis;
use crate::store::{Delay, Draft, Inserted};
use crate::{Id, Millis, State};

/// From so many on it is worth its further ways to the server and back: one begins, one draws ids, one commits.
pub const MANY: usize = 1000;

/// As many bytes are sent at once: the server takes them in while the next are written.
const PART: usize = 32 * 1024;

/// What follows are rows, until one has no columns.
const COPY: &str =
    "COPY base_processes (id, run_at, created_at, priority, max_attempts, max_restarts, state, due, queue,
    name, parameters, delay_ms, trace) FROM STDIN (FORMAT binary)";

/// How the binary form begins: a signature, no flags, no extension.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

/// Inserts drafts without keys in their order, in a transaction of its own. A connection on which that was not brought to its end
/// is closed: what the server still had to say would be taken for the answer to another.
pub async fn insert(pool: &PgPool, drafts: &[Draft]) -> Result<Vec<Inserted>, DbErr> {
    let connection = pool.acquire().await.map_err(|error| match error {
        Error::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        Error::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
        other => DbErr::Conn(RuntimeErr::SqlxError(other.into())),
    })?;
    let mut place = Whole { connection, whole: false };
    let ids = within(&mut place.connection, drafts).await;
    let ids = ids.map_err(|error| DbErr::Exec(RuntimeErr::SqlxError(error.into())))?;
    place.whole = true;
    Ok(ids.into_iter().map(Inserted::New).collect())
}

async fn within(connection: &mut PgConnection, drafts: &[Draft]) -> Result<Vec<Id>, Error> {
    let mut transaction = connection.begin().await?;
    let (ids, now) = draw(&mut transaction, drafts).await?;
    let mut copy = transaction.copy_in_raw(COPY).await?;
    let mut rows = Rows(Vec::with_capacity(2 * PART));
    rows.0.extend_from_slice(HEADER);
    for (draft, id) in drafts.iter().zip(&ids) {
        rows.row(draft, *id, now)?;
        if rows.0.len() >= PART {
            copy.send(rows.0.as_slice()).await?;
            rows.0.clear();
        }
    }
    rows.count(-1);
    copy.send(rows.0.as_slice()).await?;
    copy.finish().await?;
    transaction.commit().await?;
    Ok(ids)
}

/// As many new ids as drafts, growing, and the clock of the database. Who listens is told when all is committed.
async fn draw(connection: &mut PgConnection, drafts: &[Draft]) -> Result<(Vec<Id>, Millis), Error> {
    let text = format!(
        "SELECT array_agg(nextval((SELECT CAST(pg_get_serial_sequence('base_processes', 'id') AS regclass)))), {NOW},
             CASE WHEN $2 THEN pg_notify('{CHANNEL}', 'w') END
         FROM generate_series(1, $1)"
    );
    let count = i64::try_from(drafts.len()).map_err(|error| Error::Encode(error.into()))?;
    let queued = drafts.iter().any(|draft| draft.when.state() == State::Queued);
    let row = query(AssertSqlSafe(text)).bind(count).bind(queued).fetch_one(connection).await?;
    let mut ids: Vec<Id> = row.try_get(0)?;
    ids.sort_unstable();
    Ok((ids, row.try_get(1)?))
}

/// Rows in the binary form: how many columns there are, then the length and the bytes of each.
struct Rows(Vec<u8>);

impl Rows {
    /// The columns of [`COPY`].
    fn row(&mut self, draft: &Draft, id: Id, now: Millis) -> Result<(), Error> {
        let state = draft.when.state();
        let (run_at, delay) = match draft.when.delay() {
            Delay::None => (now, Some(0)),
            Delay::For(time) => (now + millis(time), Some(millis(time))),
            Delay::Until(time) => (time, None),
        };
        self.count(13);
        self.field(&id.to_be_bytes())?;
        self.field(&run_at.to_be_bytes())?;
        self.field(&now.to_be_bytes())?;
        self.field(&draft.priority.to_be_bytes())?;
        self.field(&draft.max_attempts.to_be_bytes())?;
        self.field(&draft.max_restarts.to_be_bytes())?;
        self.field(&state.number().to_be_bytes())?;
        self.field(&i16::from(run_at <= now).to_be_bytes())?;
        self.field(draft.queue.as_bytes())?;
        self.field(draft.name.as_bytes())?;
        self.field(draft.parameters.as_bytes())?;
        match delay.filter(|_| state == State::Saved) {
            Some(delay) => self.field(&delay.to_be_bytes())?,
            None => self.null(),
        }
        match &draft.trace {
            Some(trace) => self.field(trace.as_bytes())?,
            None => self.null(),
        }
        Ok(())
    }

    fn count(&mut self, columns: i16) {
        self.0.extend_from_slice(&columns.to_be_bytes());
    }

    fn field(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let length = i32::try_from(bytes.len()).map_err(|error| Error::Encode(error.into()))?;
        self.0.extend_from_slice(&length.to_be_bytes());
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn null(&mut self) {
        self.0.extend_from_slice(&(-1_i32).to_be_bytes());
    }
}

/// A connection that goes back to its pool only when it is whole.
struct Whole {
    connection: PoolConnection<Postgres>,
    whole: bool,
}

impl Drop for Whole {
    fn drop(&mut self) {
        if !self.whole {
            self.connection.close_on_drop();
        }
    }
}
