//! The other side of each comparison: what one would write by hand with axum, minijinja and sqlx.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::response::Html;
use axum::routing::{get, post};
use axum::{Json, Router};
use hello::controllers::hello::{GREETING, Greeting, Item};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};
use serde::Serialize;
use sqlx::ConnectOptions;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use crate::routes::{ROUTES, Shape, route};

/// What SeaORM sends for [`tickets::models::ticket::newest`]; a test holds the two together.
pub const NEWEST: &str = r#"SELECT "bench_tickets"."id", "bench_tickets"."subject", "bench_tickets"."customer", "bench_tickets"."status", "bench_tickets"."opened_at" FROM "bench_tickets" ORDER BY "bench_tickets"."id" DESC LIMIT ?"#;

/// How many connections to the database either side keeps.
pub const CONNECTIONS: u32 = 4;

/// What goes wrong when a side starts.
pub type Fault = Box<dyn std::error::Error + Send + Sync>;

/// One route that says hello.
pub fn hello_router() -> Router {
    async fn hello() -> Json<Greeting> {
        Json(GREETING)
    }
    Router::new().route("/hello", get(hello))
}

/// A thousand routes.
pub fn routes_router() -> Router {
    async fn hello() -> Json<Greeting> {
        Json(GREETING)
    }
    async fn item(Path(id): Path<u64>) -> Json<Item> {
        Json(Item { id })
    }
    async fn edit(Path(id): Path<u64>) -> Json<Item> {
        Json(Item { id })
    }
    async fn files(Path((id, _)): Path<(u64, String)>) -> Json<Item> {
        Json(Item { id })
    }
    (0..ROUTES).map(route).fold(Router::new(), |router, (shape, beginning)| match shape {
        Shape::List => router.route(&beginning, get(hello)),
        Shape::Item => router.route(&format!("{beginning}/{{id}}"), get(item)),
        Shape::Edit => router.route(&format!("{beginning}/{{id}}/edit"), post(edit)),
        Shape::Files => router.route(&format!("{beginning}/{{id}}/files/{{*file}}"), get(files)),
    })
}

/// One route that shows the newest tickets.
///
/// # Errors
/// When the database or a template is not right.
pub async fn page_router(database: &str) -> Result<Router, Fault> {
    let options = SqliteConnectOptions::new()
        .filename(database)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(Duration::from_secs(10))
        .foreign_keys(true)
        .disable_statement_logging();
    let timeout = Duration::from_secs(8);
    let pool = SqlitePoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(timeout);
    let mut templates = Environment::new();
    templates.set_auto_escape_callback(|_| AutoEscape::Html);
    templates.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    templates
        .add_template("layout.html", include_str!("../app/packages/tickets/frontend/html/layout.html"))?;
    let list = include_str!("../app/packages/tickets/frontend/html/tickets/list.html");
    templates.add_template("tickets/list.html", list)?;
    let page = Page { pool: pool.connect_with(options).await?, templates };
    Ok(Router::new().route("/bench/tickets", get(tickets)).with_state(Arc::new(page)))
}

struct Page {
    pool: SqlitePool,
    templates: Environment<'static>,
}

#[derive(Serialize, sqlx::FromRow)]
struct Ticket {
    id: i64,
    subject: String,
    customer: String,
    status: i32,
    opened_at: i64,
}

async fn tickets(State(page): State<Arc<Page>>) -> Result<Html<String>, String> {
    let query = sqlx::query_as::<_, Ticket>(NEWEST).bind(20_i64);
    let tickets = query.fetch_all(&page.pool).await.map_err(|error| error.to_string())?;
    let template = page.templates.get_template("tickets/list.html").map_err(|error| error.to_string())?;
    let html = template.render(context! { title => "Tickets", tickets => minijinja::value::Serde(&tickets) });
    html.map(Html).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use ravand::sea_orm::{DbBackend, QueryTrait};

    #[test]
    fn both_sides_send_one_query() {
        assert_eq!(tickets::models::ticket::newest().build(DbBackend::Sqlite).sql, super::NEWEST);
    }
}
