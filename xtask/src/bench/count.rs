//! Instructions per request, counted by callgrind: of N and of 2 N requests, so that the start cancels.

use std::process::Command;

use super::Place;
use crate::machine;
use crate::tools::{Outcome, shown};

/// Requests of the shorter run.
const NUMBER: u64 = 2_000;

/// The instructions of one request, without the network. `side` is as bench-count takes it.
pub(crate) fn instructions(place: &Place, side: &str, path: &str, database: &str) -> Outcome<u64> {
    machine::provide(machine::COUNTING)?;
    let once = collected(place, side, path, database, NUMBER)?;
    let twice = collected(place, side, path, database, 2 * NUMBER)?;
    Ok(twice.saturating_sub(once) / NUMBER)
}

fn collected(place: &Place, side: &str, path: &str, database: &str, number: u64) -> Outcome<u64> {
    let mut command = Command::new("valgrind");
    command
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(place.program("bench-count"))
        .args([side, path, &number.to_string(), database])
        .env("RAVAND_ROOT", &place.files);
    let done = command.output()?;
    let text = String::from_utf8_lossy(&done.stderr);
    let number = text.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok());
    match number {
        Some(number) if done.status.success() => Ok(number),
        _ => Err(format!("`{}` failed: {}\n{text}", shown(&command), done.status).into()),
    }
}
