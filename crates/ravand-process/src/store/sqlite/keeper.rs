//! What the holder's own thread writes, by its own connection.

use std::time::Duration;

use async_trait::async_trait;
use ravand_core::Result;
use sea_orm::DatabaseConnection;

use super::schema::NOW;
use super::sql::{millis, patiently, sql};
use super::{begin, runs};
use crate::store::{Connection, Held, Keeper, Note, Presence};
use crate::{Id, State};

pub struct SqliteKeeper(DatabaseConnection);

impl SqliteKeeper {
    pub fn new(connection: DatabaseConnection) -> Self {
        Self(connection)
    }
}

#[async_trait]
impl Keeper for SqliteKeeper {
    async fn beat(
        &mut self,
        presence: Option<&Presence>,
        lease: Duration,
        held: &[(Id, i32)],
    ) -> Result<Vec<Held>> {
        if let Some(Presence { worker, host, pid, queues }) = presence {
            let present = format!(
                "INSERT INTO base_process_workers (worker, host, pid, queues, lease_until) VALUES (?,?,?,?,{NOW} + ?)
                 ON CONFLICT (worker) DO UPDATE SET lease_until = excluded.lease_until, queues = excluded.queues"
            );
            let values = || {
                let texts = [worker.as_str().into(), host.as_str().into()];
                texts.into_iter().chain([(*pid).into(), queues.as_str().into(), millis(lease).into()])
            };
            patiently!(self.0.execute(sql(present.as_str(), values())).await)?;
        }
        if held.is_empty() {
            return Ok(Vec::new());
        }
        let renew = format!(
            "UPDATE base_processes SET lease_until = {NOW} + ?
             FROM (SELECT value ->> 0 AS id, value ->> 1 AS attempt FROM json_each(?)) AS held
             WHERE base_processes.id = held.id AND base_processes.attempt = held.attempt AND base_processes.state = {}
             RETURNING base_processes.id, base_processes.attempt, base_processes.interrupt_at,
                 base_processes.stop_signal, base_processes.stop_limit",
            State::Running.number(),
        );
        let held = serde_json::to_string(held)?;
        patiently!({
            let values = [millis(lease).into(), held.as_str().into()];
            let rows = self.0.rows(sql(renew.as_str(), values)).await?;
            rows.iter().map(runs::held).collect()
        })
    }

    async fn reap(&mut self, limit: u32) -> Result<Vec<(Id, State)>> {
        // Nearly always there is nothing, which a read finds out without the write lock.
        let find = format!(
            "SELECT 1 FROM base_processes WHERE state = {} AND lease_until < {NOW} LIMIT 1",
            State::Running.number(),
        );
        if patiently!(self.0.rows(sql(find.as_str(), [])).await)?.is_empty() {
            return Ok(Vec::new());
        }
        patiently!({
            let transaction = begin(&self.0).await?;
            let reaped = runs::reap(&transaction, limit).await?;
            transaction.commit().await?;
            Ok(reaped)
        })
    }

    async fn note(&mut self, notes: &[Note]) -> Result<()> {
        let progress = format!(
            "UPDATE base_processes SET progress = ? WHERE id = ? AND attempt = ? AND state = {}",
            State::Running.number(),
        );
        patiently!({
            let transaction = begin(&self.0).await?;
            for note in notes {
                if let Some(percent) = note.progress {
                    let values = [i32::from(percent).into(), note.id.into(), note.attempt.into()];
                    Connection::execute(&transaction, sql(progress.as_str(), values)).await?;
                }
                runs::lines(&transaction, note.id, note.attempt, &note.lines).await?;
            }
            transaction.commit().await
        })
    }
}
