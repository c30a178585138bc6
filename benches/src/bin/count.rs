//! Requests without a network, for counting instructions and for what each extra adds:
//!
//! - `bench-count SIDE PATH NUMBER DATABASE`: SIDE is `bare`, `bare:routes`, or `ravand` with extras behind a colon
//!   (`ravand:plugin,listener`); it answers NUMBER requests and ends.
//! - `bench-count adds`: what one bootstrap, plugin, middleware, listener and a set of hooks add, in nanoseconds.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Instant;

use axum::body::Body;
use axum::http::Request;
use axum::response::Response;
use bench_app::{Extras, application_with};
use http_body_util::BodyExt;
use ravand::{FrontController, Options};
use ravand_benches::bare::{CONNECTIONS, Fault, hello_router, page_router, routes_router};
use serde_json::json;
use tower::ServiceExt;

/// What stands in a request's way, and the path of the request.
const WAYS: [(&str, &str, &str); 6] = [
    ("none", "", "/hello"),
    ("bootstrap", "bootstrap", "/hello"),
    ("plugin", "plugin", "/hello"),
    ("middleware", "", "/guarded"),
    ("listener", "listener", "/hello"),
    ("hooks", "", "/hooked"),
];
const ROUNDS: usize = 41;
const REQUESTS: u32 = 2_000;

fn main() -> Result<(), Fault> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(run())
}

async fn run() -> Result<(), Fault> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["adds"] => adds().await,
        [side, path, number, database] => answer(side, path, number.parse()?, database).await,
        _ => Err("usage: bench-count adds | bench-count SIDE PATH NUMBER DATABASE".into()),
    }
}

async fn answer(side: &str, path: &str, number: u64, database: &str) -> Result<(), Fault> {
    if side == "bare" || side == "bare:routes" {
        let router = match (side, path) {
            ("bare:routes", _) => routes_router(),
            (_, "/hello") => hello_router(),
            _ => page_router(database).await?,
        };
        for _ in 0..number {
            check(router.clone().oneshot(request(path)?).await?).await?;
        }
        return Ok(());
    }
    let extras = side.strip_prefix("ravand").ok_or("a side is `bare`, `bare:routes` or `ravand`")?;
    let front =
        ravand(extras.trim_start_matches(':'), Some(database).filter(|name| !name.is_empty())).await?;
    for _ in 0..number {
        check(front.handle(request(path)?, PEER).await).await?;
    }
    Ok(())
}

/// The median nanoseconds of a request on each way, measured in turns, and what each is above the first.
async fn adds() -> Result<(), Fault> {
    let mut fronts = Vec::new();
    for (name, extras, path) in WAYS {
        fronts.push((name, path, ravand(extras, None).await?, Vec::new()));
    }
    for _ in 0..ROUNDS {
        for (_, path, front, times) in &mut fronts {
            let start = Instant::now();
            for _ in 0..REQUESTS {
                check(front.handle(request(path)?, PEER).await).await?;
            }
            times.push(start.elapsed().as_nanos() / u128::from(REQUESTS));
        }
    }
    for (name, _, _, mut times) in fronts {
        times.sort_unstable();
        writeln!(std::io::stdout(), "{name} {}", times.get(ROUNDS / 2).copied().unwrap_or_default())?;
    }
    Ok(())
}

const PEER: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

async fn ravand(extras: &str, database: Option<&str>) -> Result<FrontController, Fault> {
    let mut options = json!({ "secret": "a secret of the benchmarks that guards nothing" });
    if let (Some(database), Some(map)) = (database, options.as_object_mut()) {
        map.insert(
            "database".to_owned(),
            json!({ "url": format!("sqlite://{database}"), "connections": CONNECTIONS }),
        );
    }
    let application = application_with(Extras::named(extras)).options(Options::new(options));
    Ok(application.start().await?)
}

fn request(path: &str) -> Result<Request<Body>, Fault> {
    let request = Request::get(path).header("host", "127.0.0.1:8080").header("accept", "*/*");
    Ok(request.header("user-agent", "bench-load").body(Body::empty())?)
}

async fn check(response: Response) -> Result<(), Fault> {
    let status = response.status();
    let body = response.into_body().collect().await?.to_bytes();
    if status.is_success() {
        Ok(())
    } else {
        Err(format!("{status}: {}", String::from_utf8_lossy(&body)).into())
    }
}
