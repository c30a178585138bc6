//! The server: listens, gives each connection to hyper, and stops gracefully.

mod timer;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::Body;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use ravand_core::{Error, Result};
use tokio::net::{TcpListener, TcpStream};

use crate::FrontController;
use timer::LazyTimer;

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
    let open = Arc::new(AtomicUsize::new(0));
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(LazyTimer).header_read_timeout(settings.header_timeout());
    builder.http2().timer(LazyTimer).keep_alive_interval(Duration::from_secs(20));
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
            () = &mut stop => break,
        };
        if open.fetch_add(1, Ordering::Relaxed) >= MAX_CONNECTIONS {
            open.fetch_sub(1, Ordering::Relaxed);
            tracing::warn!("too many connections: one was closed");
            continue;
        }
        connection(stream, peer, &builder, &graceful, front.clone(), Open(open.clone()));
    }
    drop(listener);
    let running = open.load(Ordering::Relaxed);
    tracing::info!(connections = running, "stopping: running requests may finish");
    if tokio::time::timeout(settings.grace(), graceful.shutdown()).await.is_err() {
        tracing::warn!("the grace period is over: what still ran was cut off");
    }
}

/// Counts an open connection as long as it lives.
struct Open(Arc<AtomicUsize>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    builder: &auto::Builder<TokioExecutor>,
    graceful: &GracefulShutdown,
    front: FrontController,
    open: Open,
) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: http::Request<Incoming>| {
        let front = front.clone();
        async move {
            let response = front.handle(request.map(Body::new), peer.ip()).await;
            Ok::<_, std::convert::Infallible>(response)
        }
    });
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned();
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection ended early");
        }
        drop(open);
    });
}

/// Ends at Ctrl-C or SIGTERM.
pub(crate) async fn signal() {
    let interrupt = async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!(%error, "Ctrl-C cannot be heard");
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(error) => {
                tracing::error!(%error, "SIGTERM cannot be heard");
                std::future::pending::<()>().await;
            }
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
