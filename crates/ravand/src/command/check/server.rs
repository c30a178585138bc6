//! The address and the port: whether `serve` could listen there.

use ravand_core::Problem;

use super::{Area, Look};
use crate::server;

pub(super) async fn area(look: &Look<'_>) -> Area {
    let (address, port) = (look.settings.server.address, look.settings.server.port);
    let shown = std::net::SocketAddr::new(address, port);
    // The port is free again with the listener.
    match server::listen(address, port).await {
        Ok(_) if port == 0 => Area::of("server", format!("{address}, any free port"), Vec::new()),
        Ok(_) => Area::of("server", format!("{shown} is free"), Vec::new()),
        Err(error) => {
            let problem = Problem::error(error.message()).help(
                "where this application itself listens, all is well: RAVAND__SERVER__PORT=0 passes this over",
            );
            Area::of("server", shown.to_string(), vec![problem])
        }
    }
}
