//! Keeping and queueing processes, and their unique keys.

use sea_orm::{DbErr, Statement, Value};

use super::schema::NOW;
use super::sql::{get, millis, sql};
use crate::store::{
    Connection, Delay, Draft, Inserted, OnTaken, Queued, REPLACED, Unique, UniqueScope, When,
};
use crate::{Id, State, Step};

/// Rows of one statement: many enough to save round trips, few enough for SQLite's limit of parameters.
const ROWS: usize = 250;

/// Inserts drafts in their order. Runs of drafts without a key go by one statement.
pub async fn insert(connection: &dyn Connection, drafts: &[Draft]) -> Result<Vec<Inserted>, DbErr> {
    let mut inserted = Vec::with_capacity(drafts.len());
    for run in drafts.chunk_by(|a, b| a.unique.is_none() && b.unique.is_none()) {
        for rows in run.chunks(ROWS) {
            match rows {
                [Draft { unique: Some(unique), when, .. }] => {
                    inserted.push(insert_keyed(connection, &rows[0], unique, *when).await?);
                }
                rows => {
                    let found = connection.rows(statement(rows)).await?;
                    let mut ids = found.iter().map(|row| get(row, 0)).collect::<Result<Vec<Id>, _>>()?;
                    // Ids grow in the order of the rows; the order in which they are given back is not promised.
                    ids.sort_unstable();
                    inserted.extend(ids.into_iter().map(Inserted::New));
                }
            }
        }
    }
    Ok(inserted)
}

async fn insert_keyed(
    connection: &dyn Connection,
    draft: &Draft,
    unique: &Unique,
    when: When,
) -> Result<Inserted, DbErr> {
    if matches!(when, When::Queued(_))
        && let Some(other) = settle(connection, &unique.key, unique.on_taken, None).await?
    {
        return Ok(match unique.on_taken {
            OnTaken::Existing => Inserted::Existing(other),
            OnTaken::Reject | OnTaken::Replace => Inserted::Rejected(other),
        });
    }
    let rows = connection.rows(statement(std::slice::from_ref(draft))).await?;
    match rows.first() {
        Some(row) => Ok(Inserted::New(get(row, 0)?)),
        None => Err(DbErr::Custom("an insert gave no id".to_owned())),
    }
}

/// Makes way for a key: lets go of one whose time is over and, when asked, takes the place of one that waits.
/// Who holds it still.
async fn settle(
    connection: &dyn Connection,
    key: &str,
    on_taken: OnTaken,
    own: Option<Id>,
) -> Result<Option<Id>, DbErr> {
    // The first statement writes, so that a transaction that has only read so far asks for the lock here.
    let free = format!(
        "UPDATE base_processes SET unique_hold = NULL
         WHERE unique_hold = ? AND (id = ? OR (state > 2 AND COALESCE(unique_until, 0) <= {NOW}))"
    );
    connection.execute(sql(free, [key.into(), own.unwrap_or(-1).into()])).await?;
    if on_taken == OnTaken::Replace {
        let replace = format!(
            "UPDATE base_processes SET state = {}, ended_at = {NOW}, error = ?, unique_hold = NULL
             WHERE unique_hold = ? AND state = {}",
            Step::Cancel.target(),
            State::Queued.number(),
        );
        connection.execute(sql(replace, [REPLACED.into(), key.into()])).await?;
    }
    let holder =
        connection.rows(sql("SELECT id FROM base_processes WHERE unique_hold = ?", [key.into()])).await?;
    holder.first().map(|row| get(row, 0)).transpose()
}

/// Queues a saved one.
pub async fn queue(connection: &dyn Connection, id: Id) -> Result<Queued, DbErr> {
    let touch = "UPDATE base_processes SET progress = progress WHERE id = ? RETURNING state, unique_key, unique_taken";
    let rows = connection.rows(sql(touch, [id.into()])).await?;
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
        "UPDATE base_processes SET state = {}, run_at = COALESCE({NOW} + delay_ms, run_at),
             due = (COALESCE({NOW} + delay_ms, run_at) <= {NOW}),
             unique_hold = unique_key, unique_until = {NOW} + unique_ms
         WHERE id = ? AND state IN ({})",
        Step::Queue.target(),
        Step::Queue.sources_sql(),
    );
    connection.execute(sql(queue, [id.into()])).await?;
    Ok(Queued::Yes)
}

/// Queues an ended one again; the inner error is who holds its key.
pub async fn again(connection: &dyn Connection, id: Id) -> Result<Result<bool, Id>, DbErr> {
    let find = "SELECT state, unique_key, unique_taken FROM base_processes WHERE id = ?";
    let rows = connection.rows(sql(find, [id.into()])).await?;
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
         SELECT id, attempt, started_at, ended_at, host, worker, pid,
             CASE state WHEN {} THEN 2 WHEN {} THEN 3 ELSE 4 END, error
         FROM base_processes WHERE id = ? AND state IN ({}, {}, {})",
        State::Failed.number(),
        State::Interrupted.number(),
        State::Failed.number(),
        State::Interrupted.number(),
        State::Lost.number(),
    );
    connection.execute(sql(history, [id.into()])).await?;
    let again = format!(
        "UPDATE base_processes SET state = {}, run_at = {NOW}, due = 1, failures = 0, crashes = 0, ended_at = NULL,
             unique_hold = unique_key, unique_until = {NOW} + unique_ms
         WHERE id = ? AND state IN ({})",
        Step::Again.target(),
        Step::Again.sources_sql(),
    );
    Ok(Ok(connection.execute(sql(again, [id.into()])).await? == 1))
}

pub fn state(number: i16) -> Result<State, DbErr> {
    State::of(number).map_err(|error| DbErr::Custom(error.to_string()))
}

fn on_taken(number: i16) -> OnTaken {
    match number {
        1 => OnTaken::Replace,
        2 => OnTaken::Existing,
        _ => OnTaken::Reject,
    }
}

/// One statement for all these rows; they are all without a key, or one with a key.
fn statement(drafts: &[Draft]) -> Statement {
    let mut text = String::with_capacity(128 + drafts.len() * 96);
    let mut values: Vec<Value> = Vec::with_capacity(drafts.len() * 8);
    let keyed = drafts.iter().any(|draft| draft.unique.is_some());
    text.push_str(
        "INSERT INTO base_processes (name, queue, parameters, priority, max_attempts, max_restarts, trace, \
         created_at, state, run_at, delay_ms, due",
    );
    if keyed {
        text.push_str(", unique_key, unique_taken, unique_scope, unique_ms, unique_hold, unique_until");
    }
    text.push_str(") VALUES ");
    for (place, draft) in drafts.iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        let (step, delay) = match draft.when {
            When::Saved(delay) => (State::Saved, delay),
            When::Queued(delay) => (State::Queued, delay),
        };
        values.extend([
            draft.name.as_str().into(),
            draft.queue.as_str().into(),
            draft.parameters.as_str().into(),
            draft.priority.into(),
            draft.max_attempts.into(),
            draft.max_restarts.into(),
            draft.trace.clone().into(),
        ]);
        text.push_str(&format!("(?,?,?,?,?,?,?,{NOW},{},", step.number()));
        match delay {
            Delay::None => text.push_str(&format!("{NOW},0,1")),
            Delay::For(time) => {
                text.push_str(&format!("{NOW} + ?,?,?"));
                values.extend([millis(time).into(), millis(time).into(), i32::from(time.is_zero()).into()]);
            }
            Delay::Until(time) => {
                text.push_str(&format!("?,NULL,? <= {NOW}"));
                values.extend([time.into(), time.into()]);
            }
        }
        if let Some(unique) = &draft.unique {
            let (scope, period) = match unique.scope {
                UniqueScope::Waiting => (1, None),
                UniqueScope::Unended => (2, None),
                UniqueScope::For(time) => (3, Some(millis(time))),
            };
            let hold = (step == State::Queued).then(|| unique.key.clone());
            values.extend([
                unique.key.as_str().into(),
                (unique.on_taken as i32).into(),
                scope.into(),
                period.into(),
                hold.into(),
                period.into(),
            ]);
            text.push_str(&format!(",?,?,?,?,?,{NOW} + ?"));
        }
        text.push(')');
    }
    text.push_str(" RETURNING id");
    sql(text, values)
}
