//! Pruning, schedules, the presence of workers.

use sea_orm::{DbErr, QueryResult, Value};

use super::{Dialect, dialect, get, millis};
use crate::store::{Connection, Retention, ScheduleRow};
use crate::{Id, Millis};

pub async fn leave(writer: &dyn Connection, worker: &str) -> Result<(), DbErr> {
    let words = dialect(writer);
    let leave =
        format!("DELETE FROM base_process_workers WHERE worker = ? OR lease_until < {} - 3600000", words.now);
    writer.execute(words.sql(leave, [worker.into()])).await?;
    Ok(())
}

/// Removes what a retention leaves out, the oldest first.
pub async fn prune(connection: &dyn Connection, retention: &Retention, limit: u32) -> Result<u64, DbErr> {
    let words = dialect(connection);
    let mut queues = match &retention.queue {
        Some(queue) => vec![queue.clone()],
        None => queues(connection).await?,
    };
    let mut gone: Vec<Id> = Vec::new();
    while let Some(queue) = queues.pop() {
        let left = i64::from(limit) - i64::try_from(gone.len()).unwrap_or(i64::MAX);
        for (text, values) in prune_statements(words, &queue, retention, left.max(0)) {
            for row in connection.rows(words.sql(text, values)).await? {
                gone.push(get(&row, 0)?);
            }
        }
    }
    gone.sort_unstable();
    gone.dedup();
    gone.truncate(limit as usize);
    for (table, id) in [
        ("base_process_logs", "process_id"),
        ("base_process_attempts", "process_id"),
        ("base_processes", "id"),
    ] {
        let delete = format!("DELETE FROM {table} WHERE {id} {}", words.among);
        connection.execute(words.sql(delete, [words.ids(&gone)])).await?;
    }
    Ok(gone.len() as u64)
}

/// The statements that find what goes from a queue: by age, and beyond a count.
fn prune_statements(
    words: &Dialect,
    queue: &str,
    retention: &Retention,
    limit: i64,
) -> Vec<(String, Vec<Value>)> {
    let Dialect { now, locked, .. } = words;
    let free = format!("(unique_hold IS NULL OR unique_until <= {now})");
    let ended = format!("state > 2 AND {} = {} AND queue = ?", words.key("queue"), words.key("?"));
    let mut statements = Vec::new();
    if let Some(age) = retention.older_than {
        let text = format!(
            "SELECT id FROM base_processes WHERE {ended} AND ended_at < {now} - ? AND {free}
             ORDER BY ended_at, id LIMIT ? {locked}"
        );
        statements.push((text, vec![queue.into(), queue.into(), millis(age).into(), limit.into()]));
    }
    if let Some(keep) = retention.keep {
        let text = format!(
            "SELECT id FROM (SELECT id, unique_hold, unique_until FROM base_processes WHERE {ended}
                 ORDER BY ended_at DESC, id DESC LIMIT ? OFFSET ?) AS beyond WHERE {free} {locked}"
        );
        statements.push((text, vec![queue.into(), queue.into(), limit.into(), i64::from(keep).into()]));
    }
    statements
}

/// The queues that have ended processes: jumps from one to the next in the index.
/// (Two names with the same number of 64 bits would count as one.)
async fn queues(connection: &dyn Connection) -> Result<Vec<String>, DbErr> {
    let words = dialect(connection);
    let mut queues: Vec<String> = Vec::new();
    loop {
        let (beyond, last) = match queues.last() {
            Some(last) => {
                (format!("AND {} > {}", words.key("queue"), words.key("?")), vec![last.as_str().into()])
            }
            None => (String::new(), Vec::new()),
        };
        let find = format!(
            "SELECT queue FROM base_processes WHERE state > 2 {beyond} ORDER BY {} LIMIT 1",
            words.key("queue"),
        );
        match connection.rows(words.sql(find, last)).await?.first() {
            Some(row) => queues.push(get(row, 0)?),
            None => return Ok(queues),
        }
    }
}

pub async fn schedule(connection: &dyn Connection, schedules: &[ScheduleRow]) -> Result<(), DbErr> {
    let write = "INSERT INTO base_process_schedules
             (name, process, parameters, queue, cron, timezone, catch_up, next_at) VALUES (?,?,?,?,?,?,?,?)
         ON CONFLICT (name) DO UPDATE SET process = excluded.process, parameters = excluded.parameters,
             queue = excluded.queue, catch_up = excluded.catch_up, cron = excluded.cron, timezone = excluded.timezone,
             next_at = CASE WHEN base_process_schedules.cron = excluded.cron
                 AND base_process_schedules.timezone = excluded.timezone
                 THEN base_process_schedules.next_at ELSE excluded.next_at END";
    for row in schedules {
        let values: [Value; 8] = [
            row.name.as_str().into(),
            row.process.as_str().into(),
            row.parameters.to_string().into(),
            row.queue.as_str().into(),
            row.cron.as_str().into(),
            row.timezone.as_str().into(),
            row.catch_up.into(),
            row.next_at.into(),
        ];
        connection.execute(dialect(connection).sql(write, values)).await?;
    }
    Ok(())
}

pub async fn schedules(reader: &dyn Connection) -> Result<Vec<ScheduleRow>, DbErr> {
    let find = "SELECT name, process, parameters, queue, cron, timezone, catch_up, next_at, last_at
                FROM base_process_schedules ORDER BY name";
    let row = |row: &QueryResult| {
        let parameters: String = get(row, 2)?;
        Ok(ScheduleRow {
            name: get(row, 0)?,
            process: get(row, 1)?,
            parameters: serde_json::from_str(&parameters).map_err(|error| DbErr::Type(error.to_string()))?,
            queue: get(row, 3)?,
            cron: get(row, 4)?,
            timezone: get(row, 5)?,
            catch_up: get(row, 6)?,
            next_at: get(row, 7)?,
            last_at: get(row, 8)?,
        })
    };
    reader.rows(dialect(reader).sql(find, [])).await?.iter().map(row).collect()
}

pub async fn unschedule(writer: &dyn Connection, name: &str) -> Result<bool, DbErr> {
    let delete = "DELETE FROM base_process_schedules WHERE name = ?";
    Ok(writer.execute(dialect(writer).sql(delete, [name.into()])).await? == 1)
}

/// Moves a schedule's next time, when it is still `from`.
pub async fn advance(
    connection: &dyn Connection,
    name: &str,
    from: Millis,
    to: Millis,
) -> Result<bool, DbErr> {
    let advance = "UPDATE base_process_schedules SET next_at = ?, last_at = ? WHERE name = ? AND next_at = ?";
    let values = [to.into(), from.into(), name.into(), from.into()];
    Ok(connection.execute(dialect(connection).sql(advance, values)).await? == 1)
}
