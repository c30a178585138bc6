//! Runs, one by one: taking them, taking them over, asking them to end; and the words of statements for many.

use std::time::Duration;

use sea_orm::{DbErr, QueryResult, Value};

use super::{Dialect, dialect, duration, get, millis, state};
use crate::store::{CALLED_OFF, Claimed, Connection, Held, Holder, Presence, Stop};
use crate::{Id, Millis, State, Step};

/// The columns of a run that was claimed, in the order [`claimed`] takes them.
pub const CLAIMED: &str = "id, name, queue, parameters, attempt, failures, crashes, max_attempts, started_at, \
    run_at, trace, priority";

/// Takes one that is queued, due or not.
pub async fn claim_one(
    connection: &dyn Connection,
    holder: &Holder,
    lease: Duration,
    id: Id,
) -> Result<Option<Claimed>, DbErr> {
    let words = dialect(connection);
    let values = holder_values(holder, lease).into_iter().chain([id.into()]);
    let take = format!("{} RETURNING {CLAIMED}", take(words, "id = ?"));
    let rows = connection.rows(words.sql(take, values)).await?;
    rows.first().map(claimed).transpose()
}

/// Makes another holder that of a run under way.
pub async fn adopt(
    connection: &dyn Connection,
    holder: &Holder,
    lease: Duration,
    id: Id,
    attempt: i32,
) -> Result<Option<Claimed>, DbErr> {
    let words = dialect(connection);
    let adopt = format!(
        "UPDATE base_processes SET worker = ?, pid = ?, lease_until = {} + ?
         WHERE id = ? AND attempt = ? AND state = {} RETURNING {CLAIMED}",
        words.now,
        State::Running.number(),
    );
    let values = holder_values(holder, lease).into_iter().chain([id.into(), attempt.into()]);
    let rows = connection.rows(words.sql(adopt, values)).await?;
    rows.first().map(claimed).transpose()
}

/// The statement that takes runs: its values are [`holder_values`], then those of the condition.
pub fn take(words: &Dialect, which: &str) -> String {
    let now = words.now;
    format!(
        "UPDATE base_processes SET state = {}, attempt = attempt + 1, started_at = {now}, ended_at = NULL,
             progress = 0, response = NULL, error = NULL, interrupt_at = NULL, stop_signal = NULL, stop_limit = NULL,
             due = 0, unique_hold = CASE unique_scope WHEN 1 THEN NULL ELSE unique_hold END,
             worker = ?, pid = ?, lease_until = {now} + ?
         WHERE {which} AND state IN ({})",
        Step::Claim.target(),
        Step::Claim.sources_sql(),
    )
}

/// The values of a holder and its lease, in the order of [`take`].
pub fn holder_values(holder: &Holder, lease: Duration) -> [Value; 3] {
    [holder.worker.as_str().into(), holder.pid.into(), millis(lease).into()]
}

/// A claim from [`CLAIMED`].
pub fn claimed(row: &QueryResult) -> Result<Claimed, DbErr> {
    let (started, run_at): (Option<Millis>, Millis) = (get(row, 8)?, get(row, 9)?);
    Ok(Claimed {
        id: get(row, 0)?,
        name: get(row, 1)?,
        queue: get(row, 2)?,
        parameters: get(row, 3)?,
        attempt: get(row, 4)?,
        failures: get(row, 5)?,
        crashes: get(row, 6)?,
        max_attempts: get(row, 7)?,
        waited: started.map_or(Duration::ZERO, |started| duration(started - run_at)),
        trace: get(row, 10)?,
    })
}

/// Renews the presence of a worker.
pub async fn appear(connection: &dyn Connection, presence: &Presence, lease: Duration) -> Result<(), DbErr> {
    let words = dialect(connection);
    let appear = format!(
        "INSERT INTO base_process_workers (worker, queues, lease_until) VALUES (?, ?, {} + ?)
         ON CONFLICT (worker) DO UPDATE SET lease_until = excluded.lease_until, queues = excluded.queues",
        words.now,
    );
    let Presence { worker, queues, .. } = presence;
    let values = [worker.as_str().into(), queues.as_str().into(), millis(lease).into()];
    connection.execute(words.sql(appear, values)).await?;
    Ok(())
}

/// Whether the lease of any run has passed.
pub async fn any_passed(connection: &dyn Connection) -> Result<bool, DbErr> {
    let words = dialect(connection);
    let find = format!(
        "SELECT id FROM base_processes WHERE state = {} AND lease_until < {} LIMIT 1",
        State::Running.number(),
        words.now,
    );
    Ok(!connection.rows(words.sql(find, [])).await?.is_empty())
}

/// Cancels one that has not begun, or asks a run to end.
pub async fn interrupt(
    connection: &dyn Connection,
    id: Id,
    stop: Option<Stop>,
) -> Result<Option<State>, DbErr> {
    let words = dialect(connection);
    let now = words.now;
    let (waiting, running) = (Step::Cancel.sources_sql(), State::Running.number());
    let interrupt = format!(
        "UPDATE base_processes SET
             interrupt_at = CASE WHEN state = {running} THEN COALESCE(interrupt_at, {now}) ELSE interrupt_at END,
             stop_signal = CASE WHEN state = {running} THEN COALESCE(?, stop_signal) ELSE stop_signal END,
             stop_limit = CASE WHEN state = {running} THEN COALESCE(?, stop_limit) ELSE stop_limit END,
             ended_at = CASE WHEN state IN ({waiting}) THEN {now} ELSE ended_at END,
             error = CASE WHEN state IN ({waiting}) THEN ? ELSE error END,
             unique_hold = CASE WHEN state IN ({waiting}) AND COALESCE(unique_until, 0) <= {now} THEN NULL
                 ELSE unique_hold END,
             state = CASE WHEN state IN ({waiting}) THEN {} ELSE state END
         WHERE id = ? RETURNING state{}",
        Step::Cancel.target(),
        words.tell(&format!("CASE WHEN state = {running} THEN 's' ELSE 'e ' || id END")),
    );
    let values = [
        stop.map(|stop| stop.signal).into(),
        stop.map(|stop| millis(stop.limit)).into(),
        CALLED_OFF.into(),
        id.into(),
    ];
    let rows = connection.rows(words.sql(interrupt, values)).await?;
    rows.first().map(|row| state(get(row, 0)?)).transpose()
}

/// Which runs of a worker were asked to end.
pub async fn signals(connection: &dyn Connection, worker: &str) -> Result<Vec<Held>, DbErr> {
    let find = format!(
        "SELECT id, attempt, interrupt_at, stop_signal, stop_limit FROM base_processes
         WHERE state = {} AND interrupt_at IS NOT NULL AND worker = ?",
        State::Running.number(),
    );
    let rows = connection.rows(dialect(connection).sql(find, [worker.into()])).await?;
    rows.iter().map(held).collect()
}

/// A run that is held, from `id, attempt, interrupt_at, stop_signal, stop_limit`.
pub fn held(row: &QueryResult) -> Result<Held, DbErr> {
    let limit: Option<Millis> = get(row, 4)?;
    let signal: Option<i32> = get(row, 3)?;
    Ok(Held {
        id: get(row, 0)?,
        attempt: get(row, 1)?,
        interrupt: get::<Option<Millis>>(row, 2)?.is_some(),
        stop: signal.map(|signal| Stop { signal, limit: duration(limit.unwrap_or(0)) }),
    })
}
