//! Taking what is due.
//!
//! It is read first, by a connection that reads while another writes, and then taken by a statement that is fenced.
//! The driver hands each row from thread to thread, which costs more than the row: so all is read as one row, and
//! taking gives none.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use sea_orm::DbErr;
use serde::Deserialize;

use super::{NOW, SQLITE, sql};
use crate::store::sql::runs::{holder_values, take};
use crate::store::sql::{custom, duration, get};
use crate::store::{Claimed, Claims, Connection, Holder};
use crate::{Id, Millis, State};

/// What [`read`] finds.
struct Ready {
    now: Millis,
    waiting: Vec<Waiting>,
    /// How long until more is due; zero when its time has come.
    next: Option<Duration>,
}

/// A process that may be taken, as [`WAITING`] gives it.
#[derive(Deserialize)]
struct Waiting {
    id: Id,
    name: String,
    queue: String,
    parameters: String,
    attempt: i32,
    failures: i32,
    crashes: i32,
    max_attempts: i32,
    run_at: Millis,
    trace: Option<String>,
    priority: i32,
}

/// The columns of [`Waiting`], in its order.
const WAITING: &str =
    "id, name, queue, parameters, attempt, failures, crashes, max_attempts, run_at, trace, priority";

/// Takes what is due. The caller sees to it that nobody takes anything else for this holder meanwhile.
pub async fn claim(
    reader: &dyn Connection,
    writer: &dyn Connection,
    holder: &Holder,
    lease: Duration,
    queues: &[(String, u32)],
) -> Result<Claims, DbErr> {
    let mut ready = read(reader, queues).await?;
    if ready.next.is_some_and(|time| time.is_zero()) {
        let ripe =
            format!("UPDATE base_processes SET due = 1 WHERE state = 1 AND due = 0 AND run_at <= {NOW}");
        writer.execute(sql(ripe, [])).await?;
        ready = read(reader, queues).await?;
    }
    // Whoever was run in between has another attempt. Nearly always all have the same.
    let mut by_attempt: BTreeMap<i32, Vec<Waiting>> = BTreeMap::new();
    for waiting in ready.waiting {
        by_attempt.entry(waiting.attempt).or_default().push(waiting);
    }
    let mut taken = Vec::new();
    for (attempt, waiting) in by_attempt {
        taken.extend(take_all(writer, holder, lease, attempt, waiting).await?);
    }
    taken.sort_unstable_by_key(|taken| (-i64::from(taken.priority), taken.run_at, taken.id));
    let runs = taken.into_iter().map(|taken| taken.claimed(ready.now)).collect();
    Ok(Claims { runs, next: ready.next })
}

/// What is due in these queues, at most as many as each has room for. (`LIMIT +?`, since SQLite makes a new plan for
/// each value of `LIMIT ?`.)
async fn read(connection: &dyn Connection, queues: &[(String, u32)]) -> Result<Ready, DbErr> {
    let find = format!(
        "SELECT {NOW}, (SELECT min(run_at) - {NOW} FROM base_processes WHERE state = 1 AND due = 0),
             (SELECT json_group_array(json_array({WAITING})) FROM (
                 SELECT {WAITING} FROM base_processes WHERE state = 1 AND due = 1 AND queue = ?
                 ORDER BY priority DESC, run_at, id LIMIT +?))"
    );
    let mut ready = Ready { now: 0, waiting: Vec::new(), next: None };
    for (queue, free) in queues.iter().filter(|(_, free)| *free > 0) {
        let rows = connection.rows(sql(find.as_str(), [queue.as_str().into(), (*free).into()])).await?;
        if let Some(row) = rows.first() {
            ready.now = get(row, 0)?;
            ready.next = get::<Option<Millis>>(row, 1)?.map(duration);
            let waiting: Vec<Waiting> = serde_json::from_str(&get::<String>(row, 2)?).map_err(custom)?;
            ready.waiting.extend(waiting);
        }
    }
    Ok(ready)
}

/// Takes these, which were all run as often; those that another program was faster to take are left to it.
async fn take_all(
    connection: &dyn Connection,
    holder: &Holder,
    lease: Duration,
    attempt: i32,
    mut waiting: Vec<Waiting>,
) -> Result<Vec<Waiting>, DbErr> {
    let ids: Vec<Id> = waiting.iter().map(|waiting| waiting.id).collect();
    let take = take(&SQLITE, &format!("id {} AND attempt = ?", SQLITE.among));
    let values = holder_values(holder, lease).into_iter().chain([SQLITE.ids(&ids), attempt.into()]);
    if connection.execute(sql(take, values)).await? != ids.len() as u64 {
        let find = format!(
            "SELECT id FROM base_processes WHERE id {} AND attempt = ? AND state = {} AND worker = ?",
            SQLITE.among,
            State::Running.number(),
        );
        let values = [SQLITE.ids(&ids), (attempt + 1).into(), holder.worker.as_str().into()];
        let rows = connection.rows(sql(find, values)).await?;
        let mine = rows.iter().map(|row| get(row, 0)).collect::<Result<HashSet<Id>, _>>()?;
        waiting.retain(|waiting| mine.contains(&waiting.id));
    }
    Ok(waiting)
}

impl Waiting {
    fn claimed(self, now: Millis) -> Claimed {
        let Self {
            id, name, queue, parameters, attempt, failures, crashes, max_attempts, run_at, trace, ..
        } = self;
        let (attempt, waited) = (attempt + 1, duration(now - run_at));
        Claimed { id, name, queue, parameters, attempt, failures, crashes, max_attempts, waited, trace }
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::ConnectionTrait;

    use super::super::Sqlite;
    use super::*;
    use crate::store::{End, Outcome, Store};

    const LEASE: Duration = Duration::from_secs(15);

    fn holder(worker: &str) -> Holder {
        Holder { worker: worker.to_owned(), pid: None }
    }

    /// Between the look and the taking another program takes one, and has another one run and put back.
    #[tokio::test]
    async fn what_another_program_was_faster_to_take_is_left_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let store = Sqlite::open(folder.path().join("processes.sqlite")).await.unwrap();
        store.migrate().await.unwrap();
        let insert = "INSERT INTO base_processes (id, name, queue, parameters, state, due, run_at, created_at)
             VALUES (1, 'p', 'q', '{}', 1, 1, 0, 0), (2, 'p', 'q', '{}', 1, 1, 0, 0), (3, 'p', 'q', '{}', 1, 1, 0, 0)";
        store.writer.execute_unprepared(insert).await.unwrap();
        let [running, put_back, left] = [1, 2, 3];
        let ready = read(&store.writer, &[("q".to_owned(), 9)]).await.unwrap();
        assert_eq!(ready.waiting.len(), 3);

        let other = holder("other");
        store.claim_one(&other, LEASE, running).await.unwrap().unwrap();
        let claimed = store.claim_one(&other, LEASE, put_back).await.unwrap().unwrap();
        let outcome = Outcome::Released("its worker stops".to_owned());
        let end = End { id: put_back, attempt: claimed.attempt, outcome, progress: 0, lines: Vec::new() };
        store.finish(&[end]).await.unwrap();

        let taken = take_all(&store.writer, &holder("mine"), LEASE, 0, ready.waiting).await.unwrap();
        assert_eq!(taken.iter().map(|taken| taken.id).collect::<Vec<_>>(), [left]);
        let again = store.claim(&holder("mine"), LEASE, &[("q".to_owned(), 9)]).await.unwrap();
        assert_eq!(again.runs.iter().map(|run| (run.id, run.attempt)).collect::<Vec<_>>(), [(put_back, 2)]);
    }
}
