//! Keeps every change of a state by a trigger of the database, out of the engine's hands, and counts what is wrong.

use std::collections::HashMap;
use std::time::Duration;

use ravand_core::{Error, Result};
use ravand_process::{Id, Processes, State, Step};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, QueryResult, Statement};
use tokio::time::Instant;

use crate::load::Asked;

const TABLES: &[&str] = &[
    "CREATE TABLE chaos_effects (id BIGINT NOT NULL, attempt BIGINT NOT NULL)",
    "CREATE TABLE chaos_steps (id BIGINT NOT NULL, attempt BIGINT NOT NULL, was BIGINT NOT NULL, became BIGINT NOT NULL)",
];

const TRIGGER_SQLITE: &[&str] =
    &["CREATE TRIGGER chaos AFTER UPDATE OF state ON base_processes WHEN OLD.state <> NEW.state
     BEGIN INSERT INTO chaos_steps VALUES (NEW.id, NEW.attempt, OLD.state, NEW.state); END"];

const TRIGGER_POSTGRES: &[&str] = &[
    "CREATE FUNCTION chaos() RETURNS trigger LANGUAGE plpgsql AS
     'BEGIN INSERT INTO chaos_steps VALUES (NEW.id, NEW.attempt, OLD.state, NEW.state); RETURN NULL; END'",
    "CREATE TRIGGER chaos AFTER UPDATE OF state ON base_processes
     FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION chaos()",
];

/// What went wrong.
#[derive(Debug, Default)]
pub struct Count {
    done: usize,
    again: i64,
    lost: Vec<String>,
    doubled: Vec<String>,
    /// Those that did not end.
    pub stuck: Vec<String>,
}

impl Count {
    /// Whether nothing did.
    pub fn is_well(&self) -> bool {
        self.lost.is_empty() && self.doubled.is_empty() && self.stuck.is_empty()
    }

    /// In words, with the first of each kind.
    pub fn told(&self) -> String {
        let Self { done, again, lost, doubled, stuck } = self;
        let mut text = format!(
            "{done} done, {again} runs cut off and started again\nlost {}, doubled {}, stuck {}",
            lost.len(),
            doubled.len(),
            stuck.len()
        );
        for (what, list) in [("lost", lost), ("doubled", doubled), ("stuck", stuck)] {
            list.iter().take(10).for_each(|one| text.push_str(&format!("\n  {what}: {one}")));
        }
        text
    }
}

/// Makes the tables and the trigger.
pub async fn prepare(processes: &Processes) -> Result<()> {
    let database = database(processes)?;
    let trigger = match database.get_database_backend() {
        DbBackend::Postgres => TRIGGER_POSTGRES,
        _ => TRIGGER_SQLITE,
    };
    for statement in TABLES.iter().chain(trigger) {
        database.execute_unprepared(statement).await?;
    }
    Ok(())
}

/// Waits until nothing waits or runs; those that still do when the time is over.
pub async fn quiet(processes: &Processes, limit: Duration) -> Result<Vec<String>> {
    let database = database(processes)?;
    let end = Instant::now() + limit;
    loop {
        let open = "SELECT id, state, attempt FROM base_processes WHERE state IN (1, 2) ORDER BY id LIMIT 20";
        let open = rows(database, open).await?;
        if open.is_empty() {
            return Ok(Vec::new());
        }
        if Instant::now() > end {
            return open
                .iter()
                .map(|row| Ok(format!("{} {} in run {}", at(row, 0)?, at(row, 1)?, at(row, 2)?)))
                .collect();
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Counts.
pub async fn count(processes: &Processes, asked: &Asked) -> Result<Count> {
    let database = database(processes)?;
    let mut count = Count::default();
    let mut states: HashMap<Id, i64> = HashMap::new();
    let mut effects: HashMap<Id, bool> = HashMap::new();
    let all = "SELECT id, state, CASE name WHEN 'effect' THEN 1 ELSE 0 END, crashes FROM base_processes";
    for row in rows(database, all).await? {
        let (id, state) = (at(&row, 0)?, at(&row, 1)?);
        states.insert(id, state);
        effects.insert(id, at(&row, 2)? == 1);
        count.again += at(&row, 3)?;
    }
    let done = i64::from(State::Done.number());
    count.done = states.values().filter(|state| **state == done).count();
    for id in &asked.kept {
        match states.get(id) {
            None => count.lost.push(format!("{id} was queued, and is not there")),
            Some(state) if *state > done => count.lost.push(format!("{id} ended in state {state}")),
            Some(_) => {}
        }
    }
    // The number of one that was rolled back may be given again by SQLite, to one that is kept then.
    let kept: std::collections::HashSet<&Id> = asked.kept.iter().collect();
    let back = asked.gone.iter().filter(|id| !kept.contains(id) && states.contains_key(id));
    if database.get_database_backend() == DbBackend::Postgres {
        back.for_each(|id| count.doubled.push(format!("{id} was rolled back, and is there")));
    }

    let mut steps: HashMap<Id, Vec<(i64, i64, i64)>> = HashMap::new();
    let order = match database.get_database_backend() {
        DbBackend::Postgres => "",
        _ => "ORDER BY rowid",
    };
    let query = format!("SELECT id, attempt, was, became FROM chaos_steps {order}");
    for row in rows(database, &query).await? {
        steps.entry(at(&row, 0)?).or_default().push((at(&row, 1)?, at(&row, 2)?, at(&row, 3)?));
    }
    for (id, steps) in &steps {
        let ends = steps.iter().filter(|(_, _, became)| *became == done).count();
        if ends > 1 {
            count.doubled.push(format!("{id} was acknowledged {ends} times: {steps:?}"));
        }
        for (attempt, was, became) in steps {
            let legal = Step::ALL.iter().any(|step| {
                let (from, to) = step.row();
                from.iter().any(|from| i64::from(from.number()) == *was) && i64::from(to.number()) == *became
            });
            let starts =
                steps.iter().filter(|(a, _, b)| (a, *b) == (attempt, i64::from(State::Running.number())));
            if !legal || starts.count() > 1 {
                count.doubled.push(format!("{id} took a step that is not allowed: {steps:?}"));
                break;
            }
        }
    }

    let mut seen: HashMap<Id, i64> = HashMap::new();
    for row in rows(database, "SELECT id, count(*) FROM chaos_effects GROUP BY id").await? {
        seen.insert(at(&row, 0)?, at(&row, 1)?);
    }
    for (id, times) in &seen {
        if *times > 1 {
            count.doubled.push(format!("the effect of {id} is there {times} times"));
        }
        if states.get(id) != Some(&done) {
            count.doubled.push(format!("the effect of {id} is there, and it is not done"));
        }
    }
    for (id, state) in &states {
        if *state == done && effects.get(id) == Some(&true) && !seen.contains_key(id) {
            count.lost.push(format!("{id} is done, and its effect is not there"));
        }
    }
    Ok(count)
}

fn database(processes: &Processes) -> Result<&DatabaseConnection> {
    processes.store().database().ok_or_else(|| Error::internal("the store has no database"))
}

async fn rows(database: &DatabaseConnection, text: &str) -> Result<Vec<QueryResult>> {
    let statement = Statement::from_string(database.get_database_backend(), text);
    Ok(database.query_all_raw(statement).await?)
}

/// A number, however wide its column is.
fn at(row: &QueryResult, column: usize) -> Result<i64> {
    let wide = row.try_get_by_index::<i64>(column);
    let any = wide.or_else(|_| row.try_get_by_index::<i32>(column).map(i64::from));
    let any: Result<i64, DbErr> = any.or_else(|_| row.try_get_by_index::<i16>(column).map(i64::from));
    Ok(any?)
}
