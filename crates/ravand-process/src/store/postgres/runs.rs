//! Runs, many at once: taking them, renewing them, ending them.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use sea_orm::{DbErr, QueryResult, Value};

use super::{CHANNEL, NOW, clean, sql, texts};
use crate::store::sql::runs::{CLAIMED, claimed, held, holder_values, take};
use crate::store::sql::{POSTGRES, custom, duration, get, millis, state};
use crate::store::{CUT_OFF, Claimed, Claims, Connection, End, Held, Holder, Note, NoteLine, Outcome};
use crate::{AttemptOutcome, Id, Millis, State, Step};

/// How many processes whose time has come are made ready at once.
const RIPE: u32 = 5000;

/// A notification holds 8,000 bytes: so many ids fit, and of more is only said that some ended.
const TOLD: usize = 300;

/// Takes what is due, of all queues by one statement.
pub async fn claim(
    connection: &dyn Connection,
    holder: &Holder,
    lease: Duration,
    queues: &[(String, u32)],
) -> Result<Claims, DbErr> {
    let claims = claim_ready(connection, holder, lease, queues, false).await?;
    if claims.next != Some(Duration::ZERO) {
        return Ok(claims);
    }
    // The time of some has come: nothing was taken, so that those with a greater priority come first.
    let ripen = format!(
        "UPDATE base_processes SET due = 1 WHERE state = 1 AND due = 0 AND id = ANY (ARRAY(
             SELECT id FROM base_processes WHERE state = 1 AND due = 0 AND run_at <= {NOW}
             ORDER BY run_at LIMIT {RIPE} FOR UPDATE SKIP LOCKED))"
    );
    connection.execute(sql(ripen, [])).await?;
    claim_ready(connection, holder, lease, queues, true).await
}

/// Takes what is ready; nothing, when the time of some has come that are not made ready, unless told so.
async fn claim_ready(
    connection: &dyn Connection,
    holder: &Holder,
    lease: Duration,
    queues: &[(String, u32)],
    whatever: bool,
) -> Result<Claims, DbErr> {
    let claim = format!(
        "WITH later AS MATERIALIZED ({}) {} RETURNING {CLAIMED}, (SELECT wait FROM later)",
        wait(),
        take(
            &POSTGRES,
            &format!(
                "id = ANY (ARRAY(
                 SELECT ready.id FROM unnest(?, ?) AS wanted (queue, free)
                 CROSS JOIN LATERAL (
                     SELECT id FROM base_processes WHERE state = 1 AND due = 1
                         AND {} = {} AND queue = wanted.queue
                     ORDER BY priority DESC, run_at, id LIMIT wanted.free FOR UPDATE SKIP LOCKED
                 ) AS ready
                 WHERE ? OR COALESCE((SELECT wait FROM later) > 0, TRUE)))",
                POSTGRES.key("queue"),
                POSTGRES.key("wanted.queue"),
            )
        ),
    );
    let wanted = queues.iter().filter(|(_, free)| *free > 0);
    let free = |(_, free): &(String, u32)| i32::try_from(*free).unwrap_or(i32::MAX);
    let values = holder_values(holder, lease).into_iter().chain([
        texts(wanted.clone().map(|(queue, _)| queue)),
        wanted.map(free).collect::<Vec<i32>>().into(),
        whatever.into(),
    ]);
    let rows = connection.rows(sql(claim, values)).await?;
    // Rows come straight from the update, without a table in between; where there are none, one more question is left.
    let wait = match rows.first() {
        Some(row) => get::<Option<Millis>>(row, 12)?,
        None => match connection.rows(sql(wait(), [])).await?.first() {
            Some(row) => get(row, 0)?,
            None => None,
        },
    };
    let mut runs: Vec<((i64, Millis, Id), Claimed)> = Vec::with_capacity(rows.len());
    for row in &rows {
        runs.push((order(row)?, claimed(row)?));
    }
    runs.sort_unstable_by_key(|(order, _)| *order);
    Ok(Claims { runs: runs.into_iter().map(|(_, run)| run).collect(), next: wait.map(duration) })
}

/// In how many milliseconds the time of the next one comes that is not ready; less than one when it has come.
fn wait() -> String {
    format!("SELECT min(run_at) - {NOW} AS wait FROM base_processes WHERE state = 1 AND due = 0")
}

/// What claims are sorted by: greater priority, then time, then id.
fn order(row: &QueryResult) -> Result<(i64, Millis, Id), DbErr> {
    Ok((-i64::from(get::<i32>(row, 11)?), get(row, 9)?, get(row, 0)?))
}

/// Writes how runs ended, by one statement.
pub async fn finish(connection: &dyn Connection, ends: &[End]) -> Result<Vec<Option<State>>, DbErr> {
    let mut ends_by_id: Vec<&End> = ends.iter().collect();
    // Rows are locked in the order of their ids, here and elsewhere, so that two never wait for each other.
    ends_by_id.sort_unstable_by_key(|end| (end.id, end.attempt));
    if let Some(response) = alike(&ends_by_id) {
        return done_alike(connection, ends, &ends_by_id, response).await;
    }
    let plain = |end: &&End| matches!(end.outcome, Outcome::Done(_)) && end.lines.is_empty();
    let (text, values) =
        if ends_by_id.iter().all(plain) { done(&ends_by_id) } else { of_all_kinds(&ends_by_id)? };
    let rows = connection.rows(sql(text, values)).await?;
    let states = states(&rows)?;
    Ok(ends.iter().map(|end| states.get(&(end.id, end.attempt)).copied()).collect())
}

/// What all these answered, when they are all done, without lines, by as many attempts, and answered the same.
fn alike<'a>(ends: &[&'a End]) -> Option<&'a str> {
    let first = *ends.first()?;
    let same =
        |end: &&End| end.attempt == first.attempt && end.outcome == first.outcome && end.lines.is_empty();
    match &first.outcome {
        Outcome::Done(response) if ends.iter().all(same) => Some(response),
        _ => None,
    }
}

/// Writes those: the usual case, and the fastest, since no rows are read nor given.
async fn done_alike(
    connection: &dyn Connection,
    ends: &[End],
    ends_by_id: &[&End],
    response: &str,
) -> Result<Vec<Option<State>>, DbErr> {
    let ids: Vec<Id> = ends_by_id.iter().map(|end| end.id).collect();
    let attempt = ends.first().map_or(0, |end| end.attempt);
    let told = match ids.len() > TOLD {
        true => "e".to_owned(),
        false => ids.iter().fold("e".to_owned(), |told, id| format!("{told} {id}")),
    };
    let succeed = format!(
        "WITH told AS MATERIALIZED (SELECT pg_notify('{CHANNEL}', ?))
         UPDATE base_processes AS p SET {}, response = ? FROM told
         WHERE p.id = ANY (?) AND p.attempt = ? AND p.state IN ({})",
        succeeded(),
        Step::Succeed.sources_sql(),
    );
    let values = [told.into(), response.into(), ids.clone().into(), attempt.into()];
    let written = connection.execute(sql(succeed, values)).await?;
    if written == ends.len() as u64 {
        return Ok(vec![Some(State::Done); ends.len()]);
    }
    // Those that ended last, since one may have ended so before.
    let find = format!(
        "SELECT id FROM base_processes WHERE id = ANY (?) AND attempt = ? AND state = {}
         ORDER BY ended_at DESC LIMIT ?",
        State::Done.number(),
    );
    let values = [ids.into(), attempt.into(), i64::try_from(written).unwrap_or(i64::MAX).into()];
    let rows = connection.rows(sql(find, values)).await?;
    let mine = rows.iter().map(|row| get(row, 0)).collect::<Result<HashSet<Id>, _>>()?;
    Ok(ends.iter().map(|end| mine.contains(&end.id).then_some(State::Done)).collect())
}

/// What a success writes.
fn succeeded() -> String {
    format!(
        "state = {}, ended_at = {NOW}, progress = 100, lease_until = NULL,
             unique_hold = CASE WHEN p.unique_until > {NOW} THEN p.unique_hold END",
        Step::Succeed.target(),
    )
}

/// Where processes stand whose end was written, as far as can be told, by a statement whose answer did not come.
pub async fn written(connection: &dyn Connection, ends: &[&End]) -> Result<Vec<Option<State>>, DbErr> {
    let find = "SELECT id, attempt, state FROM base_processes WHERE id = ANY (?)";
    let ids: Vec<Id> = ends.iter().map(|end| end.id).collect();
    let mut states = HashMap::with_capacity(ends.len());
    for row in connection.rows(sql(find, [ids.into()])).await? {
        states.insert((get(&row, 0)?, get(&row, 1)?), state(get(&row, 2)?)?);
    }
    let is_so = |end: &&End, state: State| match end.outcome {
        Outcome::Done(_) => state == State::Done,
        Outcome::Failed { .. } => state == State::Failed,
        Outcome::Interrupted(_) => state == State::Interrupted,
        Outcome::Retry { .. } | Outcome::Released(_) => state == State::Queued,
        Outcome::Crashed(_) => matches!(state, State::Queued | State::Lost),
    };
    let find = |end: &&End| states.get(&(end.id, end.attempt)).copied().filter(|state| is_so(end, *state));
    Ok(ends.iter().map(find).collect())
}

/// The statement for those that are all done, without lines.
fn done(ends: &[&End]) -> (String, Vec<Value>) {
    let text = format!(
        "WITH ended AS (
             UPDATE base_processes AS p SET {}, response = e.response
             FROM unnest(?, ?, ?) AS e (id, attempt, response)
             WHERE p.id = e.id AND p.attempt = e.attempt AND p.state IN ({})
             RETURNING p.id, p.attempt, p.state
         ) {}",
        succeeded(),
        Step::Succeed.sources_sql(),
        told(),
    );
    let response = |end: &&End| match &end.outcome {
        Outcome::Done(response) => response.clone(),
        _ => String::new(),
    };
    let values = vec![
        ends.iter().map(|end| end.id).collect::<Vec<Id>>().into(),
        ends.iter().map(|end| end.attempt).collect::<Vec<i32>>().into(),
        ends.iter().map(response).collect::<Vec<String>>().into(),
    ];
    (text, values)
}

/// The statement for ends of all kinds.
fn of_all_kinds(ends: &[&End]) -> Result<(String, Vec<Value>), DbErr> {
    let text = ending(
        "SELECT * FROM unnest(?, ?, ?, ?, ?, ?, ?, ?)
             AS e (id, attempt, kind, progress, error, response, delay, lines)",
    );
    let values = vec![
        ends.iter().map(|end| end.id).collect::<Vec<Id>>().into(),
        ends.iter().map(|end| end.attempt).collect::<Vec<i32>>().into(),
        ends.iter().map(|end| told_by(end).0).collect::<Vec<i16>>().into(),
        ends.iter().map(|end| end.progress).collect::<Vec<i16>>().into(),
        ends.iter().map(|end| clean(told_by(end).1)).collect::<Vec<String>>().into(),
        ends.iter().map(|end| told_by(end).2.to_owned()).collect::<Vec<String>>().into(),
        ends.iter().map(|end| told_by(end).3).collect::<Vec<i64>>().into(),
        ends.iter().map(|end| lines(&end.lines)).collect::<Result<Vec<String>, _>>()?.into(),
    ];
    Ok((text, values))
}

/// The kind of an end, its error, its response, the delay until the next run.
fn told_by(end: &End) -> (i16, &str, &str, i64) {
    match &end.outcome {
        Outcome::Done(response) => (0, "", response, 0),
        Outcome::Failed { error, response } => (1, error, response.as_deref().unwrap_or_default(), 0),
        Outcome::Retry { error, delay } => (2, error, "", millis(*delay)),
        Outcome::Interrupted(error) => (3, error, "", 0),
        Outcome::Released(error) => (4, error, "", 0),
        Outcome::Crashed(error) => (5, error, "", 0),
    }
}

/// The statement that ends runs, which a query gives as `id, attempt, kind, progress, error, response, delay,
/// lines`. The kinds: 0 done, 1 failed, 2 to be tried again, 3 interrupted, 4 released, 5 cut off.
fn ending(runs: &str) -> String {
    let again = "(e.kind IN (2, 4) OR e.kind = 5 AND p.crashes < p.max_restarts)";
    format!(
        "WITH e AS MATERIALIZED ({runs}), ended AS (
             UPDATE base_processes AS p SET
                 state = CASE WHEN {again} THEN {queued} ELSE CASE e.kind WHEN 0 THEN {done} WHEN 1 THEN {failed}
                     WHEN 3 THEN {interrupted} ELSE {lost} END END,
                 failures = p.failures + CASE WHEN e.kind IN (1, 2) THEN 1 ELSE 0 END,
                 crashes = p.crashes + CASE e.kind WHEN 5 THEN 1 ELSE 0 END,
                 run_at = CASE WHEN {again} THEN {NOW} + e.delay ELSE p.run_at END,
                 due = CASE WHEN {again} AND e.delay = 0 THEN 1 ELSE 0 END,
                 ended_at = CASE WHEN {again} THEN NULL ELSE {NOW} END,
                 unique_hold = CASE WHEN {again} OR p.unique_until > {NOW} THEN p.unique_hold END,
                 progress = CASE e.kind WHEN 0 THEN 100 WHEN 5 THEN p.progress ELSE e.progress END,
                 error = CASE e.kind WHEN 0 THEN NULL ELSE e.error END,
                 response = NULLIF(e.response, ''), lease_until = NULL
             FROM e WHERE p.id = e.id AND p.attempt = e.attempt AND p.state = {running}
             RETURNING p.id, p.attempt, p.state, p.started_at, p.worker, p.pid, e.kind, e.error, e.lines
         ), history AS (
             INSERT INTO base_process_attempts
                 (process_id, attempt, started_at, ended_at, worker, pid, outcome, error)
             SELECT id, attempt, started_at, {NOW}, worker, pid,
                 CASE kind WHEN 2 THEN {a_failed} WHEN 4 THEN {a_released} ELSE {a_lost} END, error
             FROM ended WHERE state = {queued}
         ), logged AS ({logged}) {told}",
        queued = Step::Retry.target(),
        done = Step::Succeed.target(),
        failed = Step::Fail.target(),
        interrupted = Step::Interrupt.target(),
        lost = Step::Lose.target(),
        running = State::Running.number(),
        a_failed = AttemptOutcome::Failed.number(),
        a_released = AttemptOutcome::Released.number(),
        a_lost = AttemptOutcome::Lost.number(),
        logged = logged("ended"),
        told = told(),
    )
}

/// The end of such a statement: gives `id, attempt, state`, each as one array, and tells who waits.
fn told() -> String {
    format!(
        "SELECT array_agg(id), array_agg(attempt), array_agg(state),
             (SELECT pg_notify('{CHANNEL}', CASE WHEN count(*) > {TOLD} THEN 'e'
                 ELSE 'e ' || string_agg(CAST(id AS text), ' ') END) FROM ended WHERE state > 2 HAVING count(*) > 0),
             (SELECT pg_notify('{CHANNEL}', 'w') FROM ended WHERE state = 1 HAVING count(*) > 0)
         FROM ended"
    )
}

/// Reads what [`told`] gives.
fn states(rows: &[QueryResult]) -> Result<HashMap<(Id, i32), State>, DbErr> {
    let Some(row) = rows.first() else { return Ok(HashMap::new()) };
    let ids: Vec<Id> = get::<Option<_>>(row, 0)?.unwrap_or_default();
    let attempts: Vec<i32> = get::<Option<_>>(row, 1)?.unwrap_or_default();
    let numbers: Vec<i16> = get::<Option<_>>(row, 2)?.unwrap_or_default();
    let keys = ids.into_iter().zip(attempts);
    keys.zip(numbers).map(|(key, number)| Ok((key, state(number)?))).collect()
}

/// Ends the runs whose lease has passed. One that somebody is about to end is left to them.
pub async fn reap(connection: &dyn Connection, limit: u32) -> Result<Vec<(Id, State)>, DbErr> {
    let reap = ending(&format!(
        "SELECT id, attempt, CAST(5 AS smallint) AS kind, progress, CAST(? AS text) AS error, '' AS response,
             CAST(0 AS bigint) AS delay, '' AS lines
         FROM base_processes WHERE state = {} AND lease_until < {NOW}
         ORDER BY lease_until, id LIMIT ? FOR UPDATE SKIP LOCKED",
        State::Running.number(),
    ));
    let rows = connection.rows(sql(reap, [CUT_OFF.into(), i64::from(limit).into()])).await?;
    let mut reaped: Vec<_> = states(&rows)?.into_iter().map(|((id, _), state)| (id, state)).collect();
    reaped.sort_unstable();
    Ok(reaped)
}

/// Renews leases; those that are still held. A row that somebody changes (its end is being written in a
/// transaction of the user, say) is not waited for: the holder's thread must never wait for a user.
pub async fn beat(
    connection: &dyn Connection,
    lease: Duration,
    runs: &[(Id, i32)],
) -> Result<Vec<Held>, DbErr> {
    let running = State::Running.number();
    let beat = format!(
        "WITH held AS MATERIALIZED (
             SELECT p.id, p.attempt, p.interrupt_at, p.stop_signal, p.stop_limit
             FROM unnest(?, ?) AS e (id, attempt) JOIN base_processes AS p ON p.id = e.id AND p.attempt = e.attempt
             WHERE p.state = {running}
         ), free AS MATERIALIZED (
             SELECT p.id FROM held JOIN base_processes AS p ON p.id = held.id AND p.attempt = held.attempt
             WHERE p.state = {running} FOR UPDATE OF p SKIP LOCKED
         ), renewed AS (
             UPDATE base_processes SET lease_until = {NOW} + ?
             WHERE id = ANY (ARRAY(SELECT id FROM free)) AND state = {running}
         ) SELECT id, attempt, interrupt_at, stop_signal, stop_limit FROM held"
    );
    let values = [
        runs.iter().map(|(id, _)| *id).collect::<Vec<Id>>().into(),
        runs.iter().map(|(_, attempt)| *attempt).collect::<Vec<i32>>().into(),
        millis(lease).into(),
    ];
    connection.rows(sql(beat, values)).await?.iter().map(held).collect()
}

/// Writes progress and lines, fenced. As with [`beat`], nobody is waited for.
pub async fn note(connection: &dyn Connection, notes: &[Note]) -> Result<(), DbErr> {
    let running = State::Running.number();
    let note = format!(
        "WITH said AS MATERIALIZED (
             SELECT p.id, p.attempt, e.progress, e.lines
             FROM unnest(?, ?, ?, ?) AS e (id, attempt, progress, lines)
             JOIN base_processes AS p ON p.id = e.id AND p.attempt = e.attempt WHERE p.state = {running}
         ), free AS MATERIALIZED (
             SELECT p.id, said.progress FROM said JOIN base_processes AS p
                 ON p.id = said.id AND p.attempt = said.attempt
             WHERE p.state = {running} AND said.progress >= 0 FOR UPDATE OF p SKIP LOCKED
         ), noted AS (
             UPDATE base_processes AS p SET progress = free.progress FROM free
             WHERE p.id = free.id AND p.state = {running}
         ) {}",
        logged("said"),
    );
    // Of several of one run the last one counts.
    let mut later = HashSet::new();
    let mut progress: Vec<i16> = Vec::with_capacity(notes.len());
    for note in notes.iter().rev() {
        let last = note.progress.filter(|_| later.insert((note.id, note.attempt)));
        progress.push(last.unwrap_or(-1));
    }
    progress.reverse();
    let values = [
        notes.iter().map(|note| note.id).collect::<Vec<Id>>().into(),
        notes.iter().map(|note| note.attempt).collect::<Vec<i32>>().into(),
        progress.into(),
        notes.iter().map(|note| lines(&note.lines)).collect::<Result<Vec<String>, _>>()?.into(),
    ];
    connection.execute(sql(note, values)).await?;
    Ok(())
}

/// Writes the lines of runs that are given as `id, attempt, lines`.
fn logged(runs: &str) -> String {
    format!(
        "INSERT INTO base_process_logs (process_id, attempt, at, level, text)
         SELECT run.id, run.attempt, CAST(line.value ->> 0 AS bigint), CAST(line.value ->> 1 AS smallint),
             line.value ->> 2
         FROM {runs} AS run
         CROSS JOIN LATERAL json_array_elements(CAST(run.lines AS json)) WITH ORDINALITY AS line (value, place)
         WHERE run.lines <> '' ORDER BY run.id, line.place"
    )
}

/// Lines as one text; an empty one when there are none.
fn lines(lines: &[NoteLine]) -> Result<String, DbErr> {
    if lines.is_empty() {
        return Ok(String::new());
    }
    let rows: Vec<_> = lines.iter().map(|line| (line.at, line.level.number(), clean(&line.text))).collect();
    serde_json::to_string(&rows).map_err(custom)
}

/// Ends whose writing is in doubt, because the connection broke before the answer came.
pub type Doubts = std::sync::Mutex<HashSet<(Id, i32)>>;
