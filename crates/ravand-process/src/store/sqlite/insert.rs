//! Keeping new processes.

use sea_orm::{DbErr, Statement, Value};

use super::{NOW, sql};
use crate::store::sql::keys::settle;
use crate::store::sql::{custom, millis};
use crate::store::{Connection, Delay, Draft, Inserted, OnTaken, Unique, UniqueScope, When};
use crate::{Id, State};

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
                    // Nobody else writes while a statement does, so its ids follow upon each other.
                    let last = connection.insert(statement(rows)).await?;
                    let count = Id::try_from(rows.len()).map_err(custom)?;
                    inserted.extend((last - count + 1..=last).map(Inserted::New));
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
    Ok(Inserted::New(connection.insert(statement(std::slice::from_ref(draft))).await?))
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
        let state = draft.when.state();
        values.extend([
            draft.name.as_str().into(),
            (*draft.queue).into(),
            draft.parameters.as_str().into(),
            draft.priority.into(),
            draft.max_attempts.into(),
            draft.max_restarts.into(),
            draft.trace.clone().into(),
        ]);
        text.push_str(&format!("(?,?,?,?,?,?,?,{NOW},{},", state.number()));
        match draft.when.delay() {
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
            let hold = (state == State::Queued).then(|| unique.key.clone());
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
    sql(text, values)
}
