//! What others do, as the server tells it.

use std::time::Duration;

use ravand_core::{Error, Result};
use sea_orm::DatabaseConnection;
use sea_orm::sqlx::postgres::PgListener;

use super::CHANNEL;
use crate::Id;
use crate::store::Hub;

/// A connection on which nothing is heard for this long is asked whether it is there.
const QUIET: Duration = Duration::from_secs(10);

/// Watches until the connection fails.
pub async fn watch(connection: &DatabaseConnection, hub: &Hub) -> Result<()> {
    let pool = connection.get_postgres_connection_pool();
    let mut listener = PgListener::connect_with(pool).await.map_err(told)?;
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await.map_err(told)?;
    // Whatever was written before this began counts as news.
    hub.all();
    loop {
        let heard = match tokio::time::timeout(QUIET, listener.try_recv()).await {
            Ok(heard) => heard.map_err(told)?,
            Err(_) => {
                let alive = sea_orm::sqlx::query("SELECT 1").execute(&mut listener);
                let alive = tokio::time::timeout(QUIET, alive).await;
                alive.map_err(|_| Error::internal("the database does not answer"))?.map_err(told)?;
                continue;
            }
        };
        let Some(heard) = heard else {
            return Err(Error::internal("the connection to the database was lost"));
        };
        news(&mut listener, hub, heard.payload()).await?;
    }
}

/// What a notification says: `w`, there may be work; `s`, a run was asked to end; `e 1 2 3`, these ended, and `e`
/// alone, many did.
async fn news(listener: &mut PgListener, hub: &Hub, text: &str) -> Result<()> {
    match text.split_at_checked(1) {
        Some(("w", _)) => hub.work(),
        Some(("s", _)) => hub.signals(),
        Some(("e", "")) => {
            let waited = hub.waited();
            if !waited.is_empty() {
                let find = "SELECT id FROM base_processes WHERE id = ANY ($1) AND state > 2";
                let ended = sea_orm::sqlx::query_scalar(find).bind(waited).fetch_all(listener).await;
                hub.ended(&ended.map_err(told)?);
            }
        }
        Some(("e", ids)) => {
            let ids: Vec<Id> = ids.split(' ').filter_map(|id| id.parse().ok()).collect();
            hub.ended(&ids);
        }
        _ => {}
    }
    Ok(())
}

fn told(error: sea_orm::sqlx::Error) -> Error {
    Error::internal(format!("the database tells nothing: {error}")).caused_by(error)
}
