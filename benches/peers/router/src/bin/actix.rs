//! actix-web with a thousand resources whose parameter is checked by a regex of the path; it prints its address.

use std::io::Write;

use actix_web::{App, HttpServer, web};
use bench_peers_router::{Item, RULES, beginning};

async fn item(id: web::Path<u64>) -> web::Json<Item> {
    web::Json(Item { id: *id })
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let server = HttpServer::new(|| {
        (0..RULES).fold(App::new(), |app, number| {
            let path = format!("{}/{{id:\\d+}}", beginning(number));
            app.service(web::resource(path).route(web::get().to(item)))
        })
    });
    let server = server.workers(1).bind("127.0.0.1:0")?;
    if let Some(address) = server.addrs().first() {
        writeln!(std::io::stdout(), "actix-web is on http://{address}")?;
    }
    server.run().await
}
