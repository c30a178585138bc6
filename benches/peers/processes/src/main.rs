//! Other engines under the load of `bench-processes`: `bench-peers-processes SIDE DATABASE MEASURE NUMBER`, printing the
//! same figures. Sides are `apalis-sqlite`, `apalis-postgres`, `graphile` (tuned) and `graphile-defaults`.

mod apalis_postgres;
mod apalis_sqlite;
mod faults;
mod graphile;
mod told;

pub type Fault = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Fault> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [side, database, measure, number] = &arguments[..] else {
        return Err("usage: bench-peers-processes SIDE DATABASE MEASURE NUMBER".into());
    };
    let number: u32 = number.parse()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match side.as_str() {
            "apalis-sqlite" => apalis_sqlite::run(database, measure, number).await,
            "apalis-postgres" => apalis_postgres::run(database, measure, number).await,
            "graphile" => graphile::run(database, measure, number, true).await,
            "graphile-defaults" => graphile::run(database, measure, number, false).await,
            side => Err(format!("there is no side {side}").into()),
        }
    })?;
    // Engines that keep threads or tasks of their own are not waited for.
    runtime.shutdown_background();
    Ok(())
}
