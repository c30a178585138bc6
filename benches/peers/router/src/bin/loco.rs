//! Loco with a thousand routes, its middlewares as a new application has them, and no database; it prints its address.
//!
//! Its router knows no requirements, so the handler checks the parameter by a regex that is compiled once.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::LazyLock;

use bench_peers_router::{Item, RULES, beginning};
use loco_rs::app::{AppContext, Hooks};
use loco_rs::bgworker::Queue;
use loco_rs::boot::{BootResult, StartMode, create_app};
use loco_rs::config::Config;
use loco_rs::controller::{AppRoutes, Routes, format};
use loco_rs::environment::Environment;
use loco_rs::prelude::{Error, Path, Response, Result, async_trait, get};
use loco_rs::task::Tasks;
use regex::Regex;

static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new("^[0-9]+$").ok());

async fn item(Path(id): Path<String>) -> Result<Response> {
    let fits = NUMBER.as_ref().is_some_and(|number| number.is_match(&id));
    match id.parse() {
        Ok(id) if fits => format::json(Item { id }),
        _ => Err(Error::NotFound),
    }
}

struct Bench;

#[async_trait]
impl Hooks for Bench {
    fn app_name() -> &'static str {
        "bench"
    }

    async fn boot(mode: StartMode, environment: &Environment, config: Config) -> Result<BootResult> {
        create_app::<Self>(mode, environment, config).await
    }

    fn routes(_: &AppContext) -> AppRoutes {
        let routes = (0..RULES).fold(Routes::new(), |routes, number| {
            routes.add(&format!("{}/{{id}}", beginning(number)), get(item))
        });
        AppRoutes::with_default_routes().add_route(routes)
    }

    async fn connect_workers(_: &AppContext, _: &Queue) -> Result<()> {
        Ok(())
    }

    fn register_tasks(_: &mut Tasks) {}
}

#[tokio::main]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let config: Config = serde_json::from_value(serde_json::json!({
        "logger": { "enable": false, "level": "error", "format": "compact" },
        "server": { "port": 0, "binding": "127.0.0.1", "host": "http://127.0.0.1" },
        "workers": { "mode": "BackgroundAsync" },
    }))?;
    let boot = Bench::boot(StartMode::ServerOnly, &Environment::Production, config).await?;
    let router = boot.router.ok_or("Loco gave no router")?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    writeln!(std::io::stdout(), "Loco is on http://{}", listener.local_addr()?)?;
    axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>()).await?;
    Ok(())
}
