//! `http`: a JSON hello through the whole way against bare axum with the same handler on one route.

use super::server::Server;
use super::{Place, count, pair};
use crate::tools::{Outcome, output};
use std::process::Command;

const GOAL: f64 = 0.93;

/// What can be added to the way, as `bench-count adds` names it: the side and path that have it.
const ADDED: [(&str, &str, &str); 5] = [
    ("bootstrap", "ravand:bootstrap", "/hello"),
    ("plugin", "ravand:plugin", "/hello"),
    ("middleware", "ravand", "/guarded"),
    ("listener", "ravand:listener", "/hello"),
    ("hooks", "ravand", "/hooked"),
];

pub(crate) fn run(place: &Place) -> Outcome<bool> {
    println!("a JSON hello; Ravand with the help desk's rules and 1,000 more, axum with one route");
    let root = place.files.display().to_string();
    let app = place.program("bench-app");
    let ours = Server::start(&app, &["serve", "--port", "0"], &[("RAVAND_ROOT", &root)])?;
    let theirs = Server::start(&place.program("bench-bare"), &["hello"], &[])?;
    let held = pair::compare(place, &ours, &theirs, "/hello", GOAL)?;
    drop((ours, theirs));
    let own = count::instructions(place, "ravand", "/hello", "")?;
    let bare = count::instructions(place, "bare", "/hello", "")?;
    println!("instructions per request, without the network: Ravand {own}, by hand {bare}");

    let text = output(Command::new(place.program("bench-count")).arg("adds").env("RAVAND_ROOT", &root))?;
    let time = |wanted: &str| -> Outcome<i64> {
        let line = text.lines().find_map(|line| line.strip_prefix(wanted)?.strip_prefix(' '));
        Ok(line.ok_or_else(|| format!("bench-count tells nothing of `{wanted}`"))?.parse()?)
    };
    println!("a request without the network takes {} ns; what one of each adds:", time("none")?);
    for (name, side, path) in ADDED {
        let more = time(name)? - time("none")?;
        let instructions = count::instructions(place, side, path, "")?;
        println!(
            "  {name:10} {more:>6} ns  {:>6} instructions",
            instructions.cast_signed() - own.cast_signed()
        );
    }
    Ok(held)
}
