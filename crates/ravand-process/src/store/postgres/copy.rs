//! Keeping very many new processes: by `COPY`, which costs the server less for each row than any `INSERT`.

use sea_orm::sqlx::pool::PoolConnection;
use sea_orm::sqlx::postgres::{PgConnection, PgPool, Postgres};
use sea_orm::sqlx::{AssertSqlSafe, Connection, Error, Row, query};
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};

use super::{CHANNEL, NOW};
use crate::handlers::DEFAULT_QUEUE;
use crate::store::sql::millis;
use crate::store::{Delay, Draft, Inserted};
use crate::{Id, Millis, State};

/// From so many on it is worth its further ways to the server and back: one begins, two learn the ids, one commits.
pub const MANY: usize = 1000;

/// As many bytes are sent at once: the server takes them in while the next are written.
const PART: usize = 32 * 1024;

/// A column that rows give.
struct Column {
    name: &'static str,
    /// Whether the value of a draft is the one that the table puts in by itself. A column of which that is so in all
    /// rows is left out, which costs less than to read it.
    is_usual: fn(&Draft) -> bool,
    /// Adds the value of a draft that is kept at a time.
    write: fn(&mut Rows, &Draft, Millis) -> Result<(), Error>,
}

static COLUMNS: [Column; 12] = [
    Column {
        name: "run_at",
        is_usual: |_| false,
        write: |rows, draft, now| rows.field(run_at(draft, now).to_be_bytes()),
    },
    Column { name: "created_at", is_usual: |_| false, write: |rows, _, now| rows.field(now.to_be_bytes()) },
    Column { name: "name", is_usual: |_| false, write: |rows, draft, _| rows.field(&draft.name) },
    Column { name: "parameters", is_usual: |_| false, write: |rows, draft, _| rows.field(&draft.parameters) },
    Column {
        name: "queue",
        is_usual: |draft| *draft.queue == *DEFAULT_QUEUE,
        write: |rows, draft, _| rows.field(draft.queue.as_bytes()),
    },
    Column {
        name: "state",
        is_usual: |draft| draft.when.state() == State::Queued,
        write: |rows, draft, _| rows.field(draft.when.state().number().to_be_bytes()),
    },
    Column {
        name: "due",
        is_usual: |draft| draft.when.delay() == Delay::None,
        write: |rows, draft, now| rows.field(i16::from(run_at(draft, now) <= now).to_be_bytes()),
    },
    Column {
        name: "priority",
        is_usual: |draft| draft.priority == 0,
        write: |rows, draft, _| rows.field(draft.priority.to_be_bytes()),
    },
    Column {
        name: "max_attempts",
        is_usual: |draft| draft.max_attempts == 1,
        write: |rows, draft, _| rows.field(draft.max_attempts.to_be_bytes()),
    },
    Column {
        name: "max_restarts",
        is_usual: |draft| draft.max_restarts == 3,
        write: |rows, draft, _| rows.field(draft.max_restarts.to_be_bytes()),
    },
    Column {
        name: "delay_ms",
        is_usual: |draft| delay_ms(draft).is_none(),
        write: |rows, draft, _| rows.optional(delay_ms(draft).map(Millis::to_be_bytes)),
    },
    Column {
        name: "trace",
        is_usual: |draft| draft.trace.is_none(),
        write: |rows, draft, _| rows.optional(draft.trace.as_ref()),
    },
];

/// What gives the processes their ids.
const IDS: &str = "(SELECT CAST(pg_get_serial_sequence('base_processes', 'id') AS regclass))";

/// How the binary form begins: a signature, no flags, no extension.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

/// Inserts drafts without keys in their order, in a transaction of its own. A connection on which that was not brought
/// to its end is closed: what the server still had to say would be taken for the answer to another.
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
    let columns = needed(drafts);
    let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
    let copy = format!("COPY base_processes ({}) FROM STDIN (FORMAT binary)", names.join(", "));
    let mut copy = transaction.copy_in_raw(&copy).await?;
    let mut rows = Rows(Vec::with_capacity(2 * PART));
    rows.0.extend_from_slice(HEADER);
    for draft in drafts {
        rows.count(i16::try_from(columns.len()).unwrap_or(i16::MAX));
        for column in &columns {
            (column.write)(&mut rows, draft, now)?;
        }
        if rows.0.len() >= PART {
            copy.send(rows.0.as_slice()).await?;
            rows.0.clear();
        }
    }
    rows.count(-1);
    copy.send(rows.0.as_slice()).await?;
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

/// The columns that these drafts cannot do without.
fn needed(drafts: &[Draft]) -> Vec<&'static Column> {
    let mut needed = [false; COLUMNS.len()];
    for draft in drafts {
        for (needed, column) in needed.iter_mut().zip(&COLUMNS) {
            *needed = *needed || !(column.is_usual)(draft);
        }
    }
    COLUMNS.iter().zip(needed).filter(|(_, needed)| *needed).map(|(column, _)| column).collect()
}

/// When a draft that is kept now may run.
fn run_at(draft: &Draft, now: Millis) -> Millis {
    match draft.when.delay() {
        Delay::None => now,
        Delay::For(time) => now + millis(time),
        Delay::Until(time) => time,
    }
}

/// How long one that is only saved waits once it is queued.
fn delay_ms(draft: &Draft) -> Option<Millis> {
    match (draft.when.state(), draft.when.delay()) {
        (State::Saved, Delay::None) => Some(0),
        (State::Saved, Delay::For(time)) => Some(millis(time)),
        _ => None,
    }
}

/// Rows in the binary form: how many columns there are, then the length and the bytes of each.
struct Rows(Vec<u8>);

impl Rows {
    fn count(&mut self, columns: i16) {
        self.0.extend_from_slice(&columns.to_be_bytes());
    }

    fn field(&mut self, bytes: impl AsRef<[u8]>) -> Result<(), Error> {
        self.optional(Some(bytes))
    }

    /// The length of what is absent is minus one.
    fn optional(&mut self, bytes: Option<impl AsRef<[u8]>>) -> Result<(), Error> {
        let bytes = bytes.as_ref().map(AsRef::as_ref);
        let length = bytes.map_or(Ok(-1), |bytes| i32::try_from(bytes.len()));
        let length = length.map_err(|error| Error::Encode(error.into()))?;
        self.0.extend_from_slice(&length.to_be_bytes());
        self.0.extend_from_slice(bytes.unwrap_or_default());
        Ok(())
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
