//! `page`: a list of tickets (SQLite, a template with a layout) against axum, minijinja and sqlx by hand.

use super::server::Server;
use super::{Place, count, pair};
use crate::tools::Outcome;

const GOAL: f64 = 0.9;

/// As many as the hand-written side has.
const CONNECTIONS: &str = "4";

pub(crate) fn run(place: &Place) -> Outcome<bool> {
    println!("20 of 1,000 tickets as a page: the same SQL, template and pool on both sides");
    let root = place.files.display().to_string();
    let database = place.files.join("page.sqlite").display().to_string();
    let url = format!("sqlite://{database}");
    let variables = [
        ("RAVAND_ROOT", root.as_str()),
        ("RAVAND__DATABASE__URL", url.as_str()),
        ("RAVAND__DATABASE__CONNECTIONS", CONNECTIONS),
    ];
    // Ravand's side makes the database.
    let ours = Server::start(&place.program("bench-app"), &["serve", "--port", "0"], &variables)?;
    let theirs = Server::start(&place.program("bench-bare"), &["page", &database], &[])?;
    let held = pair::compare(place, &ours, &theirs, "/bench/tickets", GOAL)?;
    drop((ours, theirs));
    let own = count::instructions(place, "ravand", "/bench/tickets", &database)?;
    let bare = count::instructions(place, "bare", "/bench/tickets", &database)?;
    println!(
        "instructions per request, without the network: Ravand {own}, by hand {bare} (ratio {:.3})",
        bare as f64 / own as f64
    );
    Ok(held)
}
