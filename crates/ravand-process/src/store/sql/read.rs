//! Reading records, history, lines, counts.

use sea_orm::{DbErr, QueryResult, Value};
use serde_json::Value as Json;

use super::{dialect, get, state};
use crate::store::{Connection, Count, Filter, Presence};
use crate::{Attempt, AttemptOutcome, Id, Level, LogLine, Millis, Record, State, host};

/// The columns of a record, in the order its reader takes them.
const COLUMNS: &str = "id, name, queue, parameters, state, priority, run_at, attempt, failures, crashes, \
    max_attempts, max_restarts, created_at, started_at, ended_at, progress, response, error, worker, pid, \
    lease_until, interrupt_at, stop_signal, stop_limit, unique_key, trace";

pub async fn now(reader: &dyn Connection) -> Result<Millis, DbErr> {
    let words = dialect(reader);
    let rows = reader.rows(words.sql(format!("SELECT {}", words.now), [])).await?;
    rows.first().map_or(Err(DbErr::Custom("the clock gave no row".to_owned())), |row| get(row, 0))
}

pub async fn read(reader: &dyn Connection, id: Id) -> Result<Option<Record>, DbErr> {
    let find = format!("SELECT {COLUMNS} FROM base_processes WHERE id = ?");
    let rows = reader.rows(dialect(reader).sql(find, [id.into()])).await?;
    rows.first().map(record).transpose()
}

pub async fn states(reader: &dyn Connection, ids: &[Id]) -> Result<Vec<(Id, State)>, DbErr> {
    let words = dialect(reader);
    let find = format!("SELECT id, state FROM base_processes WHERE id {}", words.among);
    let rows = reader.rows(words.sql(find, [words.ids(ids)])).await?;
    rows.iter().map(|row| Ok((get(row, 0)?, state(get(row, 1)?)?))).collect()
}

pub async fn list(reader: &dyn Connection, filter: &Filter) -> Result<Vec<Record>, DbErr> {
    let (text, values) = list_statement(filter);
    reader.rows(dialect(reader).sql(text, values)).await?.iter().map(record).collect()
}

/// The statement of a list. Each state by itself, so that the partial index of a state can serve it.
fn list_statement(filter: &Filter) -> (String, Vec<Value>) {
    let mut conditions = String::from("1 = 1");
    let mut values: Vec<Value> = Vec::new();
    if let Some(queue) = &filter.queue {
        conditions.push_str(" AND queue = ?");
        values.push(queue.as_str().into());
    }
    if let Some(name) = &filter.name {
        conditions.push_str(" AND name = ?");
        values.push(name.as_str().into());
    }
    if let Some(before) = filter.before {
        conditions.push_str(" AND id < ?");
        values.push(before.into());
    }
    let one = |state: Option<&State>| {
        let state = state.map(|state| format!(" AND state = {}", state.number())).unwrap_or_default();
        format!(
            "SELECT * FROM (SELECT {COLUMNS} FROM base_processes WHERE {conditions}{state} ORDER BY id DESC LIMIT {}) AS page",
            filter.limit
        )
    };
    if filter.states.is_empty() {
        return (one(None), values);
    }
    let parts: Vec<_> = filter.states.iter().map(|state| one(Some(state))).collect();
    let times = parts.len();
    let text = format!("{} ORDER BY id DESC LIMIT {}", parts.join(" UNION ALL "), filter.limit);
    (text, std::iter::repeat_n(values, times).flatten().collect())
}

pub async fn history(reader: &dyn Connection, id: Id) -> Result<Vec<Attempt>, DbErr> {
    let find = "SELECT attempt, started_at, ended_at, worker, pid, outcome, error
                FROM base_process_attempts WHERE process_id = ? ORDER BY attempt";
    let rows = reader.rows(dialect(reader).sql(find, [id.into()])).await?;
    let attempt = |row: &QueryResult| {
        let worker: Option<String> = get(row, 3)?;
        Ok(Attempt {
            attempt: get(row, 0)?,
            started_at: get(row, 1)?,
            ended_at: get(row, 2)?,
            host: worker.as_deref().and_then(host::host),
            pid: get::<Option<i64>>(row, 4)?.or_else(|| worker.as_deref().and_then(host::pid)),
            worker,
            outcome: AttemptOutcome::of(get(row, 5)?),
            error: get(row, 6)?,
        })
    };
    rows.iter().map(attempt).collect()
}

pub async fn logs(reader: &dyn Connection, id: Id, after: i64, limit: u32) -> Result<Vec<LogLine>, DbErr> {
    let find = "SELECT seq, attempt, at, level, text FROM base_process_logs
                WHERE process_id = ? AND seq > ? ORDER BY seq LIMIT ?";
    let rows =
        reader.rows(dialect(reader).sql(find, [id.into(), after.into(), i64::from(limit).into()])).await?;
    let line = |row: &QueryResult| {
        Ok(LogLine {
            seq: get(row, 0)?,
            attempt: get(row, 1)?,
            at: get(row, 2)?,
            level: Level::of(get(row, 3)?),
            text: get(row, 4)?,
        })
    };
    rows.iter().map(line).collect()
}

/// Counts what is not history: each part reads one partial index.
pub async fn counts(reader: &dyn Connection) -> Result<Vec<Count>, DbErr> {
    let words = dialect(reader);
    let now = words.now;
    let count = format!(
        "SELECT queue, state, CAST(sum(n) AS BIGINT), max(oldest) FROM (
             SELECT queue, state, count(*) AS n, {now} - min(run_at) AS oldest FROM base_processes
                 WHERE state = 1 AND due = 1 GROUP BY queue, state
             UNION ALL SELECT queue, state, count(*), max({now} - run_at) FROM base_processes
                 WHERE state = 1 AND due = 0 GROUP BY queue, state
             UNION ALL SELECT queue, state, count(*), NULL FROM base_processes WHERE state = 2 GROUP BY queue, state
             UNION ALL SELECT queue, state, count(*), NULL FROM base_processes
                 WHERE state IN (4, 5, 6, 7) AND state > 3 GROUP BY queue, state
         ) AS counted GROUP BY queue, state ORDER BY queue, state"
    );
    let rows = reader.rows(words.sql(count, [])).await?;
    let count = |row: &QueryResult| {
        let oldest: Option<i64> = get(row, 3)?;
        Ok(Count {
            queue: get(row, 0)?,
            state: state(get(row, 1)?)?,
            count: get(row, 2)?,
            oldest_ms: oldest.filter(|oldest| *oldest >= 0),
        })
    };
    rows.iter().map(count).collect()
}

pub async fn workers(reader: &dyn Connection) -> Result<Vec<Presence>, DbErr> {
    let find = format!(
        "SELECT worker, queues FROM base_process_workers WHERE lease_until > {} ORDER BY worker",
        dialect(reader).now,
    );
    let rows = reader.rows(dialect(reader).sql(find, [])).await?;
    let presence = |row: &QueryResult| Ok(Presence::new(get(row, 0)?, get(row, 1)?));
    rows.iter().map(presence).collect()
}

/// A record from [`COLUMNS`].
fn record(row: &QueryResult) -> Result<Record, DbErr> {
    let json = |column: usize| -> Result<Option<Json>, DbErr> {
        let text: Option<String> = get(row, column)?;
        let read = |text: String| {
            serde_json::from_str(&text).map_err(|error| {
                DbErr::Type(format!("column {column} of a process's record is no JSON: {error}"))
            })
        };
        text.map(read).transpose()
    };
    let worker: Option<String> = get(row, 18)?;
    Ok(Record {
        id: get(row, 0)?,
        name: get(row, 1)?,
        queue: get(row, 2)?,
        parameters: json(3)?.unwrap_or_default(),
        state: state(get(row, 4)?)?,
        priority: get(row, 5)?,
        run_at: get(row, 6)?,
        attempt: get(row, 7)?,
        failures: get(row, 8)?,
        crashes: get(row, 9)?,
        max_attempts: get(row, 10)?,
        max_restarts: get(row, 11)?,
        created_at: get(row, 12)?,
        started_at: get(row, 13)?,
        ended_at: get(row, 14)?,
        progress: get(row, 15)?,
        response: json(16)?,
        error: get(row, 17)?,
        host: worker.as_deref().and_then(host::host),
        pid: get::<Option<i64>>(row, 19)?.or_else(|| worker.as_deref().and_then(host::pid)),
        worker,
        lease_until: get(row, 20)?,
        interrupt_at: get(row, 21)?,
        stop_signal: get(row, 22)?,
        stop_limit: get(row, 23)?,
        unique_key: get(row, 24)?,
        trace: get(row, 25)?,
    })
}
