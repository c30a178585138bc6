//! Runs, many at once: renewing them, ending them.

use std::collections::HashMap;
use std::time::Duration;

use sea_orm::{DbErr, Value};

use super::{NOW, SQLITE, sql};
use crate::store::sql::runs::held;
use crate::store::sql::{custom, get, millis, state};
use crate::store::{CUT_OFF, Connection, End, Held, Note, NoteLine, Outcome};
use crate::{AttemptOutcome, Id, State, Step};

/// A key is let go when its process ended, unless it holds for a period that is not over.
const LET_GO: &str = "unique_hold = CASE WHEN COALESCE(unique_until, 0) > CAST(unixepoch('subsec') * 1000 AS INTEGER) \
                      THEN unique_hold END";

/// Whether an end is one of those that a single statement writes for all.
pub fn is_plain(end: &End) -> bool {
    matches!(end.outcome, Outcome::Done(_)) && end.lines.is_empty()
}

/// Writes how runs ended: those that are done by one statement, the others one by one.
pub async fn finish(connection: &dyn Connection, ends: &[End]) -> Result<Vec<Option<State>>, DbErr> {
    let mut states: HashMap<(Id, i32), State> = HashMap::with_capacity(ends.len());
    let mut done = Vec::new();
    for end in ends {
        lines(connection, end.id, end.attempt, &end.lines).await?;
        let state = match &end.outcome {
            Outcome::Done(response) => {
                done.push((end.id, end.attempt, response));
                continue;
            }
            Outcome::Failed { error, response } => {
                let set = "failures = failures + 1, response = ?, ";
                leave(connection, end, Step::Fail, error, set, &[response.clone().into()]).await?
            }
            Outcome::Interrupted(error) => leave(connection, end, Step::Interrupt, error, "", &[]).await?,
            Outcome::Retry { error, delay } => {
                let set = format!("failures = failures + 1, run_at = {NOW} + ?, due = ?, ");
                let values = [millis(*delay).into(), i32::from(delay.is_zero()).into()];
                history(connection, end, AttemptOutcome::Failed, error).await?;
                leave(connection, end, Step::Retry, error, &set, &values).await?
            }
            Outcome::Released(error) => {
                let set = format!("run_at = {NOW}, due = 1, ");
                history(connection, end, AttemptOutcome::Released, error).await?;
                leave(connection, end, Step::Release, error, &set, &[]).await?
            }
            Outcome::Crashed(error) => {
                let mine = format!("id = {} AND attempt = {}", end.id, end.attempt);
                let crashed = crash(connection, &mine, error).await?;
                crashed.first().map(|(_, state)| *state)
            }
        };
        if let Some(state) = state {
            states.insert((end.id, end.attempt), state);
        }
    }
    if !done.is_empty() {
        let written = succeed(connection, &done).await?;
        let mine = match written == done.len() as u64 {
            true => done.iter().map(|(id, attempt, _)| (*id, *attempt)).collect(),
            false => ended_last(connection, &done, written).await?,
        };
        states.extend(mine.into_iter().map(|key| (key, State::Done)));
    }
    Ok(ends.iter().map(|end| states.get(&(end.id, end.attempt)).copied()).collect())
}

/// Writes that these ended well; how many of them were still held. It gives no rows, since the driver hands each
/// from thread to thread. Most answer the same: then there is less to be read.
async fn succeed(connection: &dyn Connection, done: &[(Id, i32, &String)]) -> Result<u64, DbErr> {
    let set = format!(
        "UPDATE base_processes SET state = {}, ended_at = {NOW}, progress = 100, lease_until = NULL, {LET_GO}",
        Step::Succeed.target(),
    );
    let running = format!("base_processes.state IN ({})", Step::Succeed.sources_sql());
    let alike = done.first().filter(|first| done.iter().all(|one| (one.1, one.2) == (first.1, first.2)));
    if let Some((_, attempt, response)) = alike {
        let ids: Vec<Id> = done.iter().map(|(id, ..)| *id).collect();
        let succeed = format!("{set}, response = ? WHERE id {} AND attempt = ? AND {running}", SQLITE.among);
        let values = [response.as_str().into(), SQLITE.ids(&ids), (*attempt).into()];
        return connection.execute(sql(succeed, values)).await;
    }
    let succeed = format!(
        "{set}, response = ended.response
         FROM (SELECT value ->> 0 AS id, value ->> 1 AS attempt, value ->> 2 AS response FROM json_each(?)) AS ended
         WHERE base_processes.id = ended.id AND base_processes.attempt = ended.attempt AND {running}"
    );
    let ended = serde_json::to_string(done).map_err(custom)?;
    connection.execute(sql(succeed, [ended.into()])).await
}

/// Which of these runs have just ended well, when that is so of so many: the last ones, since one may have ended so
/// before.
async fn ended_last(
    connection: &dyn Connection,
    done: &[(Id, i32, &String)],
    written: u64,
) -> Result<Vec<(Id, i32)>, DbErr> {
    let find = format!(
        "SELECT base_processes.id, base_processes.attempt
         FROM (SELECT value ->> 0 AS id, value ->> 1 AS attempt FROM json_each(?)) AS ended
         JOIN base_processes ON base_processes.id = ended.id AND base_processes.attempt = ended.attempt
         WHERE base_processes.state = {} ORDER BY base_processes.ended_at DESC LIMIT ?",
        State::Done.number()
    );
    let ended = serde_json::to_string(done).map_err(custom)?;
    let rows = connection.rows(sql(find, [ended.into(), written.into()])).await?;
    rows.iter().map(|row| Ok((get(row, 0)?, get(row, 1)?))).collect()
}

/// Takes a step out of running, fenced. `set` writes further columns.
async fn leave(
    connection: &dyn Connection,
    end: &End,
    step: Step,
    error: &str,
    set: &str,
    values: &[Value],
) -> Result<Option<State>, DbErr> {
    let to = step.row().1;
    let ends = if to.ended() { format!("ended_at = {NOW}, {LET_GO}, ") } else { String::new() };
    let leave = format!(
        "UPDATE base_processes SET state = {}, {ends}{set}error = ?, progress = ?, lease_until = NULL
         WHERE id = ? AND attempt = ? AND state IN ({})",
        step.target(),
        step.sources_sql(),
    );
    let values = values.iter().cloned().chain([
        error.into(),
        i32::from(end.progress).into(),
        end.id.into(),
        end.attempt.into(),
    ]);
    Ok((connection.execute(sql(leave, values)).await? == 1).then_some(to))
}

async fn history(
    connection: &dyn Connection,
    end: &End,
    outcome: AttemptOutcome,
    error: &str,
) -> Result<(), DbErr> {
    let which = format!("id = {} AND attempt = {}", end.id, end.attempt);
    write_history(connection, &which, outcome, error).await
}

/// Puts runs that are under way into the history.
async fn write_history(
    connection: &dyn Connection,
    which: &str,
    outcome: AttemptOutcome,
    error: &str,
) -> Result<(), DbErr> {
    let write = format!(
        "INSERT INTO base_process_attempts
         SELECT id, attempt, started_at, {NOW}, worker, pid, {}, ? FROM base_processes
         WHERE {which} AND state = {}",
        outcome.number(),
        State::Running.number(),
    );
    connection.execute(sql(write, [error.into()])).await?;
    Ok(())
}

/// Ends runs that were cut off: back to the queue while restarts are left, else lost. In a transaction.
pub async fn crash(connection: &dyn Connection, which: &str, error: &str) -> Result<Vec<(Id, State)>, DbErr> {
    let again = format!("{which} AND crashes < max_restarts");
    write_history(connection, &again, AttemptOutcome::Lost, error).await?;
    let crash = format!(
        "UPDATE base_processes SET crashes = crashes + 1, error = ?, lease_until = NULL, run_at = {NOW},
             state = CASE WHEN crashes < max_restarts THEN {} ELSE {} END,
             due = (crashes < max_restarts),
             ended_at = CASE WHEN crashes < max_restarts THEN NULL ELSE {NOW} END,
             unique_hold = CASE WHEN crashes < max_restarts OR COALESCE(unique_until, 0) > {NOW} THEN unique_hold END
         WHERE {which} AND state = {} RETURNING id, state",
        Step::Restart.target(),
        Step::Lose.target(),
        State::Running.number(),
    );
    let rows = connection.rows(sql(crash, [error.into()])).await?;
    rows.iter().map(|row| Ok((get(row, 0)?, state(get(row, 1)?)?))).collect()
}

/// Renews leases; those that are still held.
pub async fn beat(
    connection: &dyn Connection,
    lease: Duration,
    runs: &[(Id, i32)],
) -> Result<Vec<Held>, DbErr> {
    let renew = format!(
        "UPDATE base_processes SET lease_until = {NOW} + ?
         FROM (SELECT value ->> 0 AS id, value ->> 1 AS attempt FROM json_each(?)) AS held
         WHERE base_processes.id = held.id AND base_processes.attempt = held.attempt AND base_processes.state = {}
         RETURNING base_processes.id, base_processes.attempt, base_processes.interrupt_at,
             base_processes.stop_signal, base_processes.stop_limit",
        State::Running.number(),
    );
    let runs = serde_json::to_string(runs).map_err(custom)?;
    let rows = connection.rows(sql(renew, [millis(lease).into(), runs.into()])).await?;
    rows.iter().map(held).collect()
}

/// Writes progress and lines, fenced. In a transaction.
pub async fn note(connection: &dyn Connection, notes: &[Note]) -> Result<(), DbErr> {
    let progress = format!(
        "UPDATE base_processes SET progress = ? WHERE id = ? AND attempt = ? AND state = {}",
        State::Running.number(),
    );
    for note in notes {
        if let Some(percent) = note.progress {
            let values = [i32::from(percent).into(), note.id.into(), note.attempt.into()];
            connection.execute(sql(progress.as_str(), values)).await?;
        }
        lines(connection, note.id, note.attempt, &note.lines).await?;
    }
    Ok(())
}

/// Ends the runs whose lease has passed.
pub async fn reap(connection: &dyn Connection, limit: u32) -> Result<Vec<(Id, State)>, DbErr> {
    let find = format!(
        "SELECT id FROM base_processes WHERE state = {} AND lease_until < {NOW} ORDER BY lease_until, id LIMIT {limit}",
        State::Running.number(),
    );
    let rows = connection.rows(sql(find, [])).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids = rows.iter().map(|row| Ok(get::<Id>(row, 0)?.to_string())).collect::<Result<Vec<_>, DbErr>>()?;
    crash(connection, &format!("id IN ({})", ids.join(",")), CUT_OFF).await
}

/// Writes lines of a run, fenced.
pub async fn lines(
    connection: &dyn Connection,
    id: Id,
    attempt: i32,
    lines: &[NoteLine],
) -> Result<(), DbErr> {
    if lines.is_empty() {
        return Ok(());
    }
    let write = format!(
        "INSERT INTO base_process_logs (process_id, attempt, at, level, text)
         SELECT process.id, process.attempt, line.value ->> 0, line.value ->> 1, line.value ->> 2
         FROM base_processes AS process, json_each(?) AS line
         WHERE process.id = ? AND process.attempt = ? AND process.state = {} ORDER BY line.key",
        State::Running.number(),
    );
    let rows: Vec<_> = lines.iter().map(|line| (line.at, line.level.number(), &line.text)).collect();
    let rows = serde_json::to_string(&rows).map_err(custom)?;
    connection.execute(sql(write, [rows.into(), id.into(), attempt.into()])).await?;
    Ok(())
}
