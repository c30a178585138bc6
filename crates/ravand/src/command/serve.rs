//! `serve`: the application over HTTP, with a worker inside, until a signal stops both.

use std::net::IpAddr;

use ravand_core::Result;
use tokio::sync::watch;

use super::output::say;
use super::signals::Signals;
use super::{End, worker};
use crate::{Application, server};

pub(super) async fn run(application: Application, port: Option<u16>, address: Option<IpAddr>) -> Result<End> {
    let front = application.start().await?;
    let settings = front.app().0.settings.server.clone();
    let listener = server::listen(address.unwrap_or(settings.address), port.unwrap_or(settings.port)).await?;
    let app = front.app().clone();
    let mut signals = Signals::hear()?;
    let working = worker::inside(&app).await?;
    // The port is known only now when it was 0: any that is free.
    let bound = listener.local_addr()?;
    say(&format!("{} is on http://{bound}", app.name()))?;
    #[cfg(feature = "database")]
    if let Some(database) = app.0.database.clone() {
        tokio::spawn(prune_sessions(database));
    }
    let stop = watch::Sender::new(false);
    let stopped = |mut stop: watch::Receiver<bool>| async move {
        // The sender outlives both.
        let _ = stop.wait_for(|stop| *stop).await;
    };
    let serving = server::serve(listener, front, stopped(stop.subscribe()));
    let working = async {
        let Some(working) = working else { return };
        stopped(stop.subscribe()).await;
        worker::ended(working.stop().await);
    };
    let asked = async {
        signals.next().await;
        stop.send_replace(true);
        signals.next().await;
    };
    tokio::select! {
        _ = async { tokio::join!(serving, working) } => {}
        // Whoever cannot wait: what still ran is cut off, and runs are started again when their lease has passed.
        () = asked => return Ok(End::Failed),
    }
    app.close().await;
    say("stopped")?;
    Ok(End::Done)
}

/// Removes expired sessions, now and every hour.
#[cfg(feature = "database")]
async fn prune_sessions(database: sea_orm::DatabaseConnection) {
    let mut every_hour = tokio::time::interval(std::time::Duration::from_secs(3600));
    loop {
        every_hour.tick().await;
        match crate::database::sessions::prune(&database).await {
            Ok(0) => {}
            Ok(gone) => tracing::info!(gone, "expired sessions were removed"),
            Err(error) => tracing::warn!(%error, "expired sessions could not be removed"),
        }
    }
}
