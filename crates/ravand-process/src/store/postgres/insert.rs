//! Keeping new processes: many by one statement, with their unique keys.

use std::collections::{HashMap, HashSet};

use sea_orm::{DbErr, Statement, Value};

use super::{CHANNEL, NOW, sql, texts};
use crate::store::sql::{get, millis};
use crate::store::{Connection, Delay, Draft, Inserted, OnTaken, REPLACED, UniqueScope, When};
use crate::{Id, State, Step};

/// The most rows of one statement.
const ROWS: usize = 10_000;

/// Inserts drafts in their order.
pub async fn insert(connection: &dyn Connection, drafts: &[Draft]) -> Result<Vec<Inserted>, DbErr> {
    let mut inserted = Vec::with_capacity(drafts.len());
    let mut rest = drafts;
    while !rest.is_empty() {
        let (now, later) = rest.split_at(together(rest));
        if now.iter().any(|draft| draft.unique.is_some()) {
            inserted.extend(keyed(connection, now).await?);
        } else {
            let rows = connection.rows(statement(now.iter(), false)).await?;
            let ids = rows.first().map_or(Ok(None), |row| get::<Option<Vec<Id>>>(row, 0))?;
            let mut ids = ids.unwrap_or_default();
            // Ids grow in the order of the rows; the order in which they are given back is not promised.
            ids.sort_unstable();
            inserted.extend(ids.into_iter().map(Inserted::New));
        }
        rest = later;
    }
    Ok(inserted)
}

/// How many drafts from the first on go together: no key is taken twice among them.
fn together(drafts: &[Draft]) -> usize {
    let mut keys = HashSet::new();
    let repeats = |draft: &Draft| holds(draft).is_some_and(|key| !keys.insert(key.to_owned()));
    drafts.iter().take(ROWS).position(repeats).unwrap_or(drafts.len().min(ROWS))
}

/// The key that a draft holds as soon as it is kept: one that is only saved holds none yet.
fn holds(draft: &Draft) -> Option<&str> {
    let unique = draft.unique.as_ref().filter(|_| matches!(draft.when, When::Queued(_)))?;
    Some(&unique.key)
}

/// Those of which some have a key. Whoever finds it taken is settled as it asks; one whose key is taken by
/// another program between the look and the insert is looked at again.
async fn keyed(connection: &dyn Connection, drafts: &[Draft]) -> Result<Vec<Inserted>, DbErr> {
    let mut inserted: Vec<Option<Inserted>> = vec![None; drafts.len()];
    // Each time at least one other program has been faster.
    for _ in 0..20 {
        let left: Vec<usize> = (0..drafts.len()).filter(|place| inserted[*place].is_none()).collect();
        if left.is_empty() {
            break;
        }
        let taken = settle(connection, left.iter().map(|place| &drafts[*place])).await?;
        let mut free = Vec::with_capacity(left.len());
        for place in left {
            let other = holds(&drafts[place]).and_then(|key| taken.get(key));
            match (other, &drafts[place].unique) {
                (Some(other), Some(unique)) if unique.on_taken == OnTaken::Existing => {
                    inserted[place] = Some(Inserted::Existing(*other));
                }
                (Some(other), _) => inserted[place] = Some(Inserted::Rejected(*other)),
                (None, _) => free.push(place),
            }
        }
        if free.is_empty() {
            continue;
        }
        let rows = connection.rows(statement(free.iter().map(|place| &drafts[*place]), true)).await?;
        let Some(row) = rows.first() else { continue };
        let ids: Vec<Id> = get::<Option<_>>(row, 0)?.unwrap_or_default();
        let keys: Vec<String> = get::<Option<_>>(row, 1)?.unwrap_or_default();
        // They come in the order of the drafts, without those whose key another program has taken.
        let mut kept = ids.into_iter().zip(keys).peekable();
        for place in free {
            let key = holds(&drafts[place]).unwrap_or_default();
            inserted[place] = kept.next_if(|(_, hold)| hold == key).map(|(id, _)| Inserted::New(id));
        }
    }
    let unsettled = || DbErr::Custom("a unique key was taken and let go too often".to_owned());
    inserted.into_iter().map(|one| one.ok_or_else(unsettled)).collect()
}

/// Makes way for the keys of drafts: lets go of those whose time is over and, where asked, takes the place of one
/// that waits. Who holds them still, by key.
async fn settle<'a>(
    connection: &dyn Connection,
    drafts: impl Iterator<Item = &'a Draft>,
) -> Result<HashMap<String, Id>, DbErr> {
    let (mut keys, mut replace) = (Vec::new(), Vec::new());
    for draft in drafts {
        let Some(key) = holds(draft) else { continue };
        keys.push(key.to_owned());
        if draft.unique.as_ref().is_some_and(|unique| unique.on_taken == OnTaken::Replace) {
            replace.push(key.to_owned());
        }
    }
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let queued = State::Queued.number();
    let settle = format!(
        "WITH freed AS (
             UPDATE base_processes SET unique_hold = NULL,
                 state = CASE state WHEN {queued} THEN {cancelled} ELSE state END,
                 ended_at = CASE state WHEN {queued} THEN {NOW} ELSE ended_at END,
                 error = CASE state WHEN {queued} THEN ? ELSE error END
             WHERE unique_hold = ANY (?)
                 AND (state > 2 AND COALESCE(unique_until, 0) <= {NOW} OR state = {queued} AND unique_hold = ANY (?))
             RETURNING id, pg_notify('{CHANNEL}', 'e ' || id)
         )
         SELECT id, unique_hold FROM base_processes
         WHERE unique_hold = ANY (?) AND id <> ALL (ARRAY(SELECT id FROM freed))",
        cancelled = Step::Cancel.target(),
    );
    let values = [REPLACED.into(), keys.clone().into(), replace.into(), keys.into()];
    let rows = connection.rows(sql(settle, values)).await?;
    rows.iter().map(|row| Ok((get(row, 1)?, get(row, 0)?))).collect()
}

/// One statement for all these rows: one row, with the ids of those that were kept. Where some may have a key, the held
/// keys follow, and both are in order, which costs a sort.
fn statement<'a>(drafts: impl Iterator<Item = &'a Draft> + Clone, keyed: bool) -> Statement {
    let queued = drafts.clone().any(|draft| matches!(draft.when, When::Queued(_)));
    let plain = drafts.clone().next().filter(|first| drafts.clone().all(|draft| is_alike(first, draft)));
    let (text, values) = match plain {
        Some(first) => alike(first, drafts.clone().map(|draft| &draft.parameters)),
        None => each(drafts.clone()),
    };
    // Rows of a function come in its order, so ids grow in the order of the drafts.
    let (kept, given) = if keyed {
        ("id, unique_hold", "array_agg(id ORDER BY id), array_agg(COALESCE(unique_hold, '') ORDER BY id)")
    } else {
        ("id", "array_agg(id)")
    };
    let notify = if queued { format!(", pg_notify('{CHANNEL}', 'w')") } else { String::new() };
    sql(format!("WITH kept AS ({text} RETURNING {kept}) SELECT {given}{notify} FROM kept"), values)
}

/// Whether two are queued for now, without a key, and differ in nothing but their parameters.
fn is_alike(a: &Draft, b: &Draft) -> bool {
    b.when == When::Queued(Delay::None)
        && b.unique.is_none()
        && (a.priority, a.max_attempts, a.max_restarts) == (b.priority, b.max_attempts, b.max_restarts)
        && (&a.name, &a.queue, &a.trace) == (&b.name, &b.queue, &b.trace)
}

/// The usual case, and the fastest: one value for all rows, but for the parameters.
fn alike<'a>(draft: &Draft, parameters: impl Iterator<Item = &'a String>) -> (String, Vec<Value>) {
    let text = format!(
        "INSERT INTO base_processes (name, queue, priority, max_attempts, max_restarts, trace, created_at, state,
             run_at, due, parameters)
         SELECT ?, ?, ?, ?, ?, ?, {NOW}, {}, {NOW}, 1, unnest(?)",
        State::Queued.number(),
    );
    let values = vec![
        draft.name.as_str().into(),
        (*draft.queue).into(),
        draft.priority.into(),
        draft.max_attempts.into(),
        draft.max_restarts.into(),
        draft.trace.clone().into(),
        texts(parameters),
    ];
    (text, values)
}

/// All columns of all rows. What may be absent is told by another column, since elements are never null.
fn each<'a>(drafts: impl Iterator<Item = &'a Draft> + Clone) -> (String, Vec<Value>) {
    let all = || drafts.clone();
    let text = format!(
        "INSERT INTO base_processes (name, queue, parameters, priority, max_attempts, max_restarts, trace, created_at,
             state, run_at, delay_ms, due, unique_key, unique_hold, unique_taken, unique_scope, unique_ms, unique_until)
         SELECT name, queue, parameters, priority, max_attempts, max_restarts, NULLIF(trace, ''), {NOW},
             state, CASE WHEN delay < 0 THEN until ELSE {NOW} + delay END, CASE state WHEN {saved} THEN NULLIF(delay, -1) END,
             CASE WHEN delay = 0 OR delay < 0 AND until <= {NOW} THEN 1 ELSE 0 END,
             CASE WHEN scope > 0 THEN key END, CASE WHEN scope > 0 AND state = {queued} THEN key END, taken, scope,
             CASE scope WHEN 3 THEN period END, CASE scope WHEN 3 THEN {NOW} + period END
         FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) AS draft (name, queue, parameters, priority,
             max_attempts, max_restarts, trace, state, delay, until, key, taken, scope, period)
         ON CONFLICT DO NOTHING",
        queued = State::Queued.number(),
        saved = State::Saved.number(),
    );
    let for_ms = |draft: &Draft| match draft.when.delay() {
        Delay::None => 0,
        Delay::For(time) => millis(time),
        Delay::Until(_) => -1,
    };
    let until = |draft: &Draft| match draft.when.delay() {
        Delay::Until(time) => time,
        Delay::None | Delay::For(_) => 0,
    };
    let scope = |draft: &Draft| match draft.unique.as_ref().map(|unique| unique.scope) {
        None => (0, 0),
        Some(UniqueScope::Waiting) => (1, 0),
        Some(UniqueScope::Unended) => (2, 0),
        Some(UniqueScope::For(time)) => (3, millis(time)),
    };
    let taken = |draft: &Draft| draft.unique.as_ref().map_or(0, |unique| unique.on_taken as i16);
    let key = |draft: &Draft| draft.unique.as_ref().map_or_else(String::new, |unique| unique.key.clone());
    let values = vec![
        texts(all().map(|draft| &draft.name)),
        texts(all().map(|draft| &draft.queue)),
        texts(all().map(|draft| &draft.parameters)),
        all().map(|draft| draft.priority).collect::<Vec<i32>>().into(),
        all().map(|draft| draft.max_attempts).collect::<Vec<i32>>().into(),
        all().map(|draft| draft.max_restarts).collect::<Vec<i32>>().into(),
        all().map(|draft| draft.trace.clone().unwrap_or_default()).collect::<Vec<String>>().into(),
        all().map(|draft| draft.when.state().number()).collect::<Vec<i16>>().into(),
        all().map(for_ms).collect::<Vec<i64>>().into(),
        all().map(until).collect::<Vec<i64>>().into(),
        all().map(key).collect::<Vec<String>>().into(),
        all().map(taken).collect::<Vec<i16>>().into(),
        all().map(|draft| scope(draft).0).collect::<Vec<i16>>().into(),
        all().map(|draft| scope(draft).1).collect::<Vec<i64>>().into(),
    ];
    (text, values)
}
