//! The server: listens, gives each connection to hyper, and stops gracefully.

mod patience;
mod stream;
#[cfg(test)]
mod tests;

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use axum::body::Body;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use ravand_core::{Error, Result};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::MissedTickBehavior;

use crate::FrontController;
use patience::{Patience, Registered, Sending};
use stream::Stream;

/// How many connections may be open at once.
const MAX_CONNECTIONS: usize = 10_000;

/// Opens the port.
pub(crate) async fn listen(address: IpAddr, port: u16) -> Result<TcpListener> {
    let address = SocketAddr::new(address, port);
    TcpListener::bind(address).await.map_err(|error| {
        let why = match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                let other = "set another by RAVAND__SERVER__PORT or `port` under [server] in ravand.toml";
                format!("another program listens there; stop it, or {other}")
            }
            std::io::ErrorKind::PermissionDenied => {
                "ports below 1024 need the system's permission".to_owned()
            }
            std::io::ErrorKind::AddrNotAvailable => "this machine has no such address".to_owned(),
            _ => error.to_string(),
        };
        Error::internal(format!("cannot listen on http://{address}: {why}"))
    })
}

/// Serves until `stop` ends; then takes no new connections and lets running requests finish for the grace
/// period.
pub(crate) async fn serve(listener: TcpListener, front: FrontController, stop: impl Future<Output = ()>) {
    let settings = front.app().0.settings.server.clone();
    let graceful = GracefulShutdown::new();
    let patience = Patience::new(settings.header_timeout());
    let mut ticks = tokio::time::interval(patience.tick());
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().header_read_timeout(None);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(Duration::from_secs(20));
    tokio::pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors, say: the ones that end make room.
                    tracing::error!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            _ = ticks.tick() => {
                patience.look();
                continue;
            }
            () = &mut stop => break,
        };
        if patience.open() >= MAX_CONNECTIONS {
            tracing::warn!("too many connections: one was closed");
            continue;
        }
        connection(stream, peer, &builder, &graceful, front.of_connection(), &patience);
    }
    drop(listener);
    tracing::info!(connections = patience.open(), "stopping: running requests may finish");
    if tokio::time::timeout(settings.grace(), graceful.shutdown()).await.is_err() {
        tracing::warn!("the grace period is over: what still ran was cut off");
    }
}

fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    builder: &auto::Builder<TokioExecutor>,
    graceful: &GracefulShutdown,
    front: FrontController,
    patience: &Patience,
) {
    let _ = stream.set_nodelay(true);
    let activity = patience.activity();
    let doing = activity.clone();
    let service = service_fn(move |request: http::Request<Incoming>| {
        let running = doing.begin(request.version());
        front.answer(request.map(Body::new), peer.ip(), move |response| {
            Ok::<_, Infallible>(response.map(|body| Sending::new(body, running)))
        })
    });
    let connection = builder.serve_connection_with_upgrades(Stream::new(stream), service).into_owned();
    let connection = graceful.watch(connection);
    // The connection begins when it is known to those who may close it.
    let (begin, begun) = tokio::sync::oneshot::channel::<Registered>();
    let task = tokio::spawn(async move {
        let _registered = begun.await;
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection ended early");
        }
    });
    let _ = begin.send(patience.register(activity, task.abort_handle()));
}
