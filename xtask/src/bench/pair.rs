//! Two servers under the same load in turns, and the median of the rounds' ratios.

use super::Place;
use super::server::{Server, on_core};
use crate::tools::{Outcome, output};

/// Many short turns rather than a few long ones: on a shared machine a neighbour comes and goes within seconds, and
/// both sides of a round should have had the same one.
const ROUNDS: usize = 33;
const CONNECTIONS: &str = "32";
/// The length of a turn; each side has two a round.
const MILLISECONDS: &str = "400";

/// What a round gave.
struct Round {
    ours: Rate,
    theirs: Rate,
}

/// Answers, and the time of the clock and of the server's core that they took, in seconds.
#[derive(Clone, Copy, Default)]
struct Rate {
    answers: f64,
    clock: f64,
    core: f64,
}

impl Rate {
    fn per_second(&self) -> f64 {
        self.answers / self.clock
    }

    fn per_core_second(&self) -> f64 {
        self.answers / self.core
    }
}

/// Loads both in turns, prints the figures, and says whether ours answers at least `goal` of theirs.
pub(crate) fn compare(place: &Place, ours: &Server, theirs: &Server, path: &str, goal: f64) -> Outcome<bool> {
    for server in [ours, theirs] {
        let answer = server.get(path)?;
        if !answer.starts_with("HTTP/1.1 200") {
            return Err(format!("http://{}{path} answers {answer}", server.address).into());
        }
    }
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let mut round = Round { ours: Rate::default(), theirs: Rate::default() };
        for server in [ours, theirs, theirs, ours] {
            let rate = load(place, server, path)?;
            let sum = if std::ptr::eq(server, ours) { &mut round.ours } else { &mut round.theirs };
            *sum = Rate {
                answers: sum.answers + rate.answers,
                clock: sum.clock + rate.clock,
                core: sum.core + rate.core,
            };
        }
        rounds.push(round);
    }
    let all = |of: fn(&Round) -> f64| Spread::of(rounds.iter().map(of).collect());
    let ratio = all(|round| round.ours.per_second() / round.theirs.per_second());
    let cost = all(|round| round.ours.per_core_second() / round.theirs.per_core_second());
    let rates = [all(|round| round.ours.per_second()), all(|round| round.theirs.per_second())];
    let busy = [
        all(|round| round.ours.core / round.ours.clock),
        all(|round| round.theirs.core / round.theirs.clock),
    ];
    let held = ratio.median >= goal;
    println!(
        "requests per second, {ROUNDS} rounds, {CONNECTIONS} connections: Ravand {:.0}, by hand {:.0}",
        rates[0].median, rates[1].median
    );
    println!(
        "the servers' core was busy: Ravand {:.0} %, by hand {:.0} %",
        busy[0].median * 100.0,
        busy[1].median * 100.0
    );
    println!("ratio per second of the servers' core: {cost}");
    println!(
        "ratio per second: {ratio}; goal at least {goal:.2}: {}",
        if held { "holds" } else { "does NOT hold" }
    );
    Ok(held)
}

fn load(place: &Place, server: &Server, path: &str) -> Outcome<Rate> {
    let before = server.busy()?;
    let mut command = on_core(1, &place.program("bench-load"));
    let text = output(command.args([&server.address, path, CONNECTIONS, MILLISECONDS]))?;
    let after = server.busy()?;
    let (answers, nanoseconds) = text.trim().split_once(' ').ok_or("bench-load printed no two numbers")?;
    let clock = nanoseconds.parse::<f64>()? / 1e9;
    // The core's time covers the warming too: it counts in proportion.
    let whole = clock + WARM;
    let core = (after - before) as f64 / 1e9 * clock / whole;
    Ok(Rate { answers: answers.parse()?, clock, core })
}

/// How long bench-load runs before it counts, in seconds.
const WARM: f64 = 0.15;

/// The median of some figures, with the least and the greatest.
pub(crate) struct Spread {
    pub median: f64,
    least: f64,
    greatest: f64,
}

impl Spread {
    pub fn of(mut figures: Vec<f64>) -> Self {
        figures.sort_by(f64::total_cmp);
        let at = |index: usize| figures.get(index).copied().unwrap_or(f64::NAN);
        Self { median: at(figures.len() / 2), least: at(0), greatest: at(figures.len().saturating_sub(1)) }
    }
}

impl std::fmt::Display for Spread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.3} (from {:.3} to {:.3})", self.median, self.least, self.greatest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(Spread::of(vec![3.0, 1.0, 2.0]).to_string(), "2.000 (from 1.000 to 3.000)");
    }
}
