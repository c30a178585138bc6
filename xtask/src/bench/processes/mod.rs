//! `processes`: durable processes against hand-written SQL and other engines, on one server and one disk in one run.
//!
//! Every turn has a database of its own, so that none finds what another left behind; the sides alternate, and a
//! ratio is the median of the rounds' ratios.

mod faults;
mod goals;
mod sides;
mod speed;

use std::path::PathBuf;

use ravand_cluster::{Cluster, Purpose};

use super::Place;
use crate::machine;
use crate::tools::{Outcome, cargo, must, root};
use goals::Goals;
use sides::Sides;

/// How much is measured.
pub(crate) struct Size {
    /// How often the sides take turns.
    rounds: usize,
    /// Processes of a turn.
    number: u32,
    /// Samples of an idle engine.
    samples: u32,
    /// Finished rows, and waiting ones, of the measure with history.
    history: u32,
    waiting: u32,
    /// Seconds that an idle worker is watched.
    rest: u32,
    /// Processes of a burst.
    burst: u32,
}

const WHOLE: Size = Size {
    rounds: 5,
    number: 20_000,
    samples: 400,
    history: 1_000_000,
    waiting: 100_000,
    rest: 8,
    burst: 6000,
};

const QUICK: Size =
    Size { rounds: 3, number: 10_000, samples: 150, history: 200_000, waiting: 50_000, rest: 4, burst: 1000 };

pub(crate) fn run(place: &Place) -> Outcome<bool> {
    machine::provide(&[machine::SERVER])?;
    must(&mut cargo(&["build", "--release", "--package", "bench-processes"]))?;
    let peers = root().join("benches/peers/processes");
    must(cargo(&["build", "--release", "--locked"]).current_dir(&peers))?;
    let folder = place.files.join("processes");
    std::fs::create_dir_all(&folder)?;
    let cluster = Cluster::start(Purpose::Durable)?;
    let sides = Sides {
        ours: place.program("bench-processes"),
        peers: peers_folder(peers).join("release/bench-peers-processes"),
        folder,
        server: cluster.server(),
    };
    let size = if place.quick { &QUICK } else { &WHOLE };
    let mut goals = Goals::default();
    speed::sqlite(&sides, size, &mut goals)?;
    speed::postgres(&sides, size, &mut goals)?;
    Ok(goals.print())
}

/// The folder that the peers are built into.
fn peers_folder(peers: PathBuf) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| peers.join("target"), PathBuf::from)
}
