//! The hand-written side as a server: `bench-bare hello`, `bench-bare routes` or `bench-bare page DATABASE`; it prints its address.

use std::io::Write;

use ravand_benches::bare::{Fault, hello_router, page_router, routes_router};

fn main() -> Result<(), Fault> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve())
}

async fn serve() -> Result<(), Fault> {
    let mut arguments = std::env::args().skip(1);
    let router = match (arguments.next().as_deref(), arguments.next()) {
        (Some("hello"), None) => hello_router(),
        (Some("routes"), None) => routes_router(),
        (Some("page"), Some(database)) => page_router(&database).await?,
        _ => return Err("usage: bench-bare hello | bench-bare routes | bench-bare page DATABASE".into()),
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    writeln!(std::io::stdout(), "bare is on http://{}", listener.local_addr()?)?;
    axum::serve(listener, router).await?;
    Ok(())
}
