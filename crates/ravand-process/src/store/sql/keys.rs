//! Queueing what is kept already, and unique keys.

use sea_orm::DbErr;

use super::{dialect, get, state};
use crate::store::{Connection, OnTaken, Queued, REPLACED};
use crate::{Id, State, Step};

/// Makes way for a key: lets go of one whose time is over and, when asked, takes the place of one that waits.
/// Who holds it still.
pub async fn settle(
    connection: &dyn Connection,
    key: &str,
    on_taken: OnTaken,
    own: Option<Id>,
) -> Result<Option<Id>, DbErr> {
    let words = dialect(connection);
    let now = words.now;
    // The first statement writes, so that in SQLite a transaction that has only read so far asks for the lock here.
    let free = format!(
        "UPDATE base_processes SET unique_hold = NULL
         WHERE unique_hold = ? AND (id = ? OR (state > 2 AND COALESCE(unique_until, 0) <= {now}))"
    );
    connection.execute(words.sql(free, [key.into(), own.unwrap_or(-1).into()])).await?;
    if on_taken == OnTaken::Replace {
        let replace = format!(
            "UPDATE base_processes SET state = {}, ended_at = {now}, error = ?, unique_hold = NULL
             WHERE unique_hold = ? AND state = {} RETURNING id{}",
            Step::Cancel.target(),
            State::Queued.number(),
            words.tell("'e ' || id"),
        );
        connection.rows(words.sql(replace, [REPLACED.into(), key.into()])).await?;
    }
    let find = "SELECT id FROM base_processes WHERE unique_hold = ?";
    let holder = connection.rows(words.sql(find, [key.into()])).await?;
    holder.first().map(|row| get(row, 0)).transpose()
}

/// Queues a saved one.
pub async fn queue(connection: &dyn Connection, id: Id) -> Result<Queued, DbErr> {
    let words = dialect(connection);
    let now = words.now;
    let touch = "UPDATE base_processes SET progress = progress WHERE id = ? RETURNING state, unique_key, unique_taken";
    let rows = connection.rows(words.sql(touch, [id.into()])).await?;
    let Some(row) = rows.first() else { return Ok(Queued::Unknown) };
    let state = state(get(row, 0)?)?;
    if Step::Queue.take(state).is_err() {
        return Ok(Queued::No(state));
    }
    if let Some(key) = get::<Option<String>>(row, 1)? {
        let on_taken = on_taken(get(row, 2)?);
        if let Some(other) = settle(connection, &key, on_taken, None).await? {
            return Ok(match on_taken {
                OnTaken::Existing => Queued::Existing(other),
                OnTaken::Reject | OnTaken::Replace => Queued::Rejected(other),
            });
        }
    }
    let queue = format!(
        "UPDATE base_processes SET state = {}, run_at = COALESCE({now} + delay_ms, run_at),
             due = CASE WHEN COALESCE({now} + delay_ms, run_at) <= {now} THEN 1 ELSE 0 END,
             unique_hold = unique_key, unique_until = {now} + unique_ms
         WHERE id = ? AND state IN ({}) RETURNING id{}",
        Step::Queue.target(),
        Step::Queue.sources_sql(),
        words.tell("'w'"),
    );
    connection.rows(words.sql(queue, [id.into()])).await?;
    Ok(Queued::Yes)
}

/// Queues an ended one again; the inner error is who holds its key.
pub async fn again(connection: &dyn Connection, id: Id) -> Result<Result<bool, Id>, DbErr> {
    let words = dialect(connection);
    let now = words.now;
    let find = format!(
        "SELECT state, unique_key, unique_taken FROM base_processes WHERE id = ? {}",
        if words.locked.is_empty() { "" } else { "FOR UPDATE" },
    );
    let rows = connection.rows(words.sql(find, [id.into()])).await?;
    let Some(row) = rows.first() else { return Ok(Ok(false)) };
    if Step::Again.take(state(get(row, 0)?)?).is_err() {
        return Ok(Ok(false));
    }
    if let Some(key) = get::<Option<String>>(row, 1)?
        && let Some(other) = settle(connection, &key, on_taken(get(row, 2)?), Some(id)).await?
    {
        return Ok(Err(other));
    }
    // The record's last run goes to the history, since the record will tell of another.
    let history = format!(
        "INSERT INTO base_process_attempts
         SELECT id, attempt, started_at, ended_at, worker, pid,
             CASE state WHEN {} THEN 2 WHEN {} THEN 3 ELSE 4 END, error
         FROM base_processes WHERE id = ? AND state IN ({}, {}, {})",
        State::Failed.number(),
        State::Interrupted.number(),
        State::Failed.number(),
        State::Interrupted.number(),
        State::Lost.number(),
    );
    connection.execute(words.sql(history, [id.into()])).await?;
    let again = format!(
        "UPDATE base_processes SET state = {}, run_at = {now}, due = 1, failures = 0, crashes = 0, ended_at = NULL,
             unique_hold = unique_key, unique_until = {now} + unique_ms
         WHERE id = ? AND state IN ({}) RETURNING id{}",
        Step::Again.target(),
        Step::Again.sources_sql(),
        words.tell("'w'"),
    );
    Ok(Ok(!connection.rows(words.sql(again, [id.into()])).await?.is_empty()))
}

fn on_taken(number: i16) -> OnTaken {
    match number {
        1 => OnTaken::Replace,
        2 => OnTaken::Existing,
        _ => OnTaken::Reject,
    }
}
