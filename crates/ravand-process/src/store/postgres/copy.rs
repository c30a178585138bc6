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

/// The columns that every row gives, in the order of [`Rows::row`].
const COLUMNS: &str = "run_at, created_at, state, due, queue, name, parameters";

/// The others. One that has its usual value in all rows is left to the table, which costs less than to read it.
const UNUSUAL: [(&str, fn(&Draft) -> bool); 5] = [
    ("priority", |draft| draft.priority != 0),
    ("max_attempts", |draft| draft.max_attempts != 1),
    ("max_restarts", |draft| draft.max_restarts != 3),
    ("delay_ms", |draft| draft.when.state() == State::Saved),
    ("trace", |draft| draft.trace.is_some()),
];

/// What gives the processes their ids.
const IDS: &str = "(SELECT CAST(pg_get_serial_sequence('base_processes', 'id') AS regclass))";

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
    let (before, now) = begin(&mut transaction, drafts).await?;
    let unusual = UNUSUAL.map(|(column, is_unusual)| drafts.iter().any(is_unusual).then_some(column));
    let columns = unusual.iter().flatten().fold(COLUMNS.to_owned(), |all, column| format!("{all}, {column}"));
    let copy = format!("COPY base_processes ({columns}) FROM STDIN (FORMAT binary)");
    let mut copy = transaction.copy_in_raw(&copy).await?;
    let mut rows =
        Rows { bytes: Vec::with_capacity(2 * PART), given: unusual.map(|column| column.is_some()) };
    rows.bytes.extend_from_slice(HEADER);
    for draft in drafts {
        rows.row(draft, now)?;
        if rows.bytes.len() >= PART {
            copy.send(rows.bytes.as_slice()).await?;
            rows.bytes.clear();
        }
    }
    rows.count(-1);
    copy.send(rows.bytes.as_slice()).await?;
    copy.finish().await?;
    let ids = given(&mut transaction, before, drafts.len()).await?;
    transaction.commit().await?;
    Ok(ids)
}

/// An id that comes before those of the rows, and the clock of the database. Who listens is told when all is committed.
async fn begin(connection: &mut PgConnection, drafts: &[Draft]) -> Result<(Id, Millis), Error> {
    let text = format!("SELECT nextval({IDS}), {NOW}, CASE WHEN $1 THEN pg_notify('{CHANNEL}', 'w') END");
    let queued = drafts.iter().any(|draft| draft.when.state() == State::Queued);
    let row = query(AssertSqlSafe(text)).bind(queued).fetch_one(connection).await?;
    Ok((row.try_get(0)?, row.try_get(1)?))
}

/// The ids that the rows were given, which grow. They follow upon each other unless somebody else drew some meanwhile:
/// then they are looked up.
async fn given(connection: &mut PgConnection, before: Id, count: usize) -> Result<Vec<Id>, Error> {
    let row = query(AssertSqlSafe(format!("SELECT currval({IDS})"))).fetch_one(&mut *connection).await?;
    let last: Id = row.try_get(0)?;
    if usize::try_from(last - before).is_ok_and(|drawn| drawn == count) {
        return Ok((before + 1..=last).collect());
    }
    let find = "SELECT array_agg(id) FROM base_processes
         WHERE id > $1 AND id <= $2 AND xmin = CAST(pg_current_xact_id() AS xid)";
    let row = query(find).bind(before).bind(last).fetch_one(connection).await?;
    let mut ids: Vec<Id> = row.try_get(0)?;
    ids.sort_unstable();
    Ok(ids)
}

/// Rows in the binary form: how many columns there are, then the length and the bytes of each.
struct Rows {
    bytes: Vec<u8>,
    /// Which of [`UNUSUAL`] are given.
    given: [bool; UNUSUAL.len()],
}

impl Rows {
    /// [`COLUMNS`], then those of [`UNUSUAL`] that are given.
    fn row(&mut self, draft: &Draft, now: Millis) -> Result<(), Error> {
        let state = draft.when.state();
        let (run_at, delay) = match draft.when.delay() {
            Delay::None => (now, Some(0)),
            Delay::For(time) => (now + millis(time), Some(millis(time))),
            Delay::Until(time) => (time, None),
        };
        let [priority, max_attempts, max_restarts, delay_ms, trace] = self.given;
        self.count(7 + self.given.iter().map(|given| i16::from(*given)).sum::<i16>());
        self.field(&run_at.to_be_bytes())?;
        self.field(&now.to_be_bytes())?;
        self.field(&state.number().to_be_bytes())?;
        self.field(&i16::from(run_at <= now).to_be_bytes())?;
        self.field(draft.queue.as_bytes())?;
        self.field(draft.name.as_bytes())?;
        self.field(draft.parameters.as_bytes())?;
        if priority {
            self.field(&draft.priority.to_be_bytes())?;
        }
        if max_attempts {
            self.field(&draft.max_attempts.to_be_bytes())?;
        }
        if max_restarts {
            self.field(&draft.max_restarts.to_be_bytes())?;
        }
        if delay_ms {
            match delay.filter(|_| state == State::Saved) {
                Some(delay) => self.field(&delay.to_be_bytes())?,
                None => self.null(),
            }
        }
        if trace {
            match &draft.trace {
                Some(trace) => self.field(trace.as_bytes())?,
                None => self.null(),
            }
        }
        Ok(())
    }

    fn count(&mut self, columns: i16) {
        self.bytes.extend_from_slice(&columns.to_be_bytes());
    }

    fn field(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let length = i32::try_from(bytes.len()).map_err(|error| Error::Encode(error.into()))?;
        self.bytes.extend_from_slice(&length.to_be_bytes());
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn null(&mut self) {
        self.bytes.extend_from_slice(&(-1_i32).to_be_bytes());
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
