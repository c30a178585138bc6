//! Wake-ups between OS processes on one file: SQLite tells nobody of a commit, but says whether there was one.

use std::time::Duration;

use sea_orm::DbErr;
use tokio::time::Instant;

use super::changes::Changes;
use super::{NOW, SQLITE, sql};
use crate::store::sql::get;
use crate::store::{Connection, Hub};
use crate::{Id, State};

/// How often is asked whether another connection wrote, where nobody tells of writes.
const PACE: Duration = Duration::from_millis(25);

/// How often at most, where writes are told.
const GAP: Duration = Duration::from_millis(10);

/// How often, while a transaction of this program is about to be committed.
const QUICK: Duration = Duration::from_millis(2);

/// For how long after such a transaction was seen.
const QUICK_FOR: Duration = Duration::from_millis(500);

/// How often, where writes are told, in case one was not.
const SELDOM: Duration = Duration::from_secs(1);

/// How long after a write its commit can usually be seen.
const SETTLED: Duration = Duration::from_millis(1);

/// Watches until the connection fails.
pub async fn watch(connection: &dyn Connection, mut changes: Changes, hub: &Hub) -> Result<(), DbErr> {
    let mut soon = hub.on_soon();
    let mut quick_until = None;
    let mut version = data_version(connection).await?;
    // Whatever was written before this began counts as news.
    hub.all();
    let mut looked = Instant::now();
    // A write was told whose commit could not be seen.
    let mut unsure = false;
    loop {
        let quick = quick_until.is_some_and(|until| Instant::now() < until);
        let pace = match quick {
            true => QUICK,
            false if changes.are_told() && !unsure => SELDOM,
            false => PACE,
        };
        let write = async {
            tokio::time::sleep_until(looked + GAP).await;
            changes.next().await;
        };
        let told = tokio::select! {
            () = write => true,
            () = tokio::time::sleep_until(looked + pace) => false,
            Ok(()) = soon.changed() => {
                quick_until = Some(Instant::now() + QUICK_FOR);
                continue;
            }
        };
        if told {
            tokio::time::sleep(SETTLED).await;
        }
        looked = Instant::now();
        let now = data_version(connection).await?;
        unsure = told && now == version;
        if now != version {
            version = now;
            news(connection, hub).await?;
        }
    }
}

/// A number that changes when another connection, of this program or another, has committed.
async fn data_version(connection: &dyn Connection) -> Result<i64, DbErr> {
    let rows = connection.rows(sql("PRAGMA data_version", [])).await?;
    rows.first().map_or(Ok(0), |row| get(row, 0))
}

/// Something was written: is any of it of interest here?
pub async fn news(connection: &dyn Connection, hub: &Hub) -> Result<(), DbErr> {
    // One that is due within the next second counts: who claims learns its time.
    let ask = format!(
        "SELECT EXISTS (SELECT 1 FROM base_processes WHERE state = 1 AND due = 1)
             OR EXISTS (SELECT 1 FROM base_processes WHERE state = 1 AND due = 0 AND run_at <= {NOW} + 1000),
         EXISTS (SELECT 1 FROM base_processes WHERE state = 2 AND interrupt_at IS NOT NULL)"
    );
    let rows = connection.rows(sql(ask, [])).await?;
    if let Some(row) = rows.first() {
        if get::<i64>(row, 0)? != 0 {
            hub.work();
        }
        if get::<i64>(row, 1)? != 0 {
            hub.signals();
        }
    }
    let waited = hub.waited();
    if !waited.is_empty() {
        let ask = format!(
            "SELECT id FROM base_processes WHERE id IN (SELECT value FROM json_each(?)) AND state > {}",
            State::Running.number(),
        );
        let rows = connection.rows(sql(ask, [SQLITE.ids(&waited)])).await?;
        let ended = rows.iter().map(|row| get(row, 0)).collect::<Result<Vec<Id>, _>>()?;
        hub.ended(&ended);
    }
    Ok(())
}
