//! Look-up alone: `bench-router` finds static and dynamic paths among 10 to 10,000 rules, by Ravand's router and by
//! matchit, in turns, and prints a line for each: the kind, the number of rules, and both sides' nanoseconds.
//!
//! Every tenth of the rules is asked for, so that a larger set differs by its size and not by how often a cache is
//! missed; the kinds that end in `-all` ask for every rule in turn, so that it is missed.

use std::hint::black_box;
use std::io::Write;
use std::time::Instant;

use ravand_benches::bare::Fault;
use ravand_router::{Outcome, Request, Router, Rule, parts};

const SIZES: [usize; 4] = [10, 100, 1_000, 10_000];
const ROUNDS: usize = 31;
/// Look-ups of a turn.
const LOOKUPS: usize = 60_000;

/// A kind of paths: its name, what follows a rule's beginning for either side, and what a request has there.
const KINDS: [(&str, &str, &str, &str); 2] = [
    ("static", "", "", ""),
    ("dynamic", "/:id/files/:file", "/{id}/files/{file}", "/12345/files/report.pdf"),
];

fn main() -> Result<(), Fault> {
    let mut out = std::io::stdout();
    for (kind, own, other, asked) in KINDS {
        for size in SIZES {
            let mut builder = Router::builder();
            let mut theirs = matchit::Router::new();
            let beginnings: Vec<String> =
                (0..size).map(|number| format!("/area{}/resource{number}", number / 40)).collect();
            for (number, beginning) in beginnings.iter().enumerate() {
                builder.add(Rule {
                    methods: vec!["GET".into()],
                    ..Rule::path(parts(&format!("{beginning}{own}")))
                })?;
                theirs.insert(format!("{beginning}{other}"), number)?;
            }
            let ours = builder.build();
            let all: Vec<String> = beginnings.iter().map(|beginning| format!("{beginning}{asked}")).collect();
            let few: Vec<&str> = all.iter().step_by(size / 10).map(String::as_str).collect();
            let (own, other) = compare(&ours, &theirs, &few)?;
            writeln!(out, "{kind} {size} {own:.1} {other:.1}")?;
            if size > 10 {
                let every: Vec<&str> = all.iter().map(String::as_str).collect();
                let (own, other) = compare(&ours, &theirs, &every)?;
                writeln!(out, "{kind}-all {size} {own:.1} {other:.1}")?;
            }
        }
    }
    Ok(())
}

/// Nanoseconds of a look-up on either side: medians of rounds that alternate.
fn compare(ours: &Router, theirs: &matchit::Router<usize>, paths: &[&str]) -> Result<(f64, f64), Fault> {
    for path in paths {
        let Outcome::Found(found) = ours.find(&Request::get(path)) else {
            return Err(format!("{path} finds nothing").into());
        };
        if *theirs.at(path)?.value != found.rule {
            return Err(format!("{path} finds two rules").into());
        }
    }
    let by_ours = |path: &str| {
        black_box(ours.find(black_box(&Request::get(path))));
    };
    let by_theirs = |path: &str| {
        let _ = black_box(theirs.at(black_box(path)));
    };
    let (mut own, mut other) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        own.push(time(paths, by_ours));
        other.push(time(paths, by_theirs));
    }
    Ok((median(own), median(other)))
}

fn time(paths: &[&str], find: impl Fn(&str)) -> f64 {
    let turns = (LOOKUPS / paths.len()).max(1);
    let start = Instant::now();
    for _ in 0..turns {
        paths.iter().for_each(|path| find(path));
    }
    start.elapsed().as_nanos() as f64 / (turns * paths.len()) as f64
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}
