//! `router`: look-up against matchit's, allocations on the way to the token, the whole front controller against bare
//! axum with the same thousand routes, and against the frameworks that one would else take.

use std::process::Command;

use super::server::Server;
use super::{Place, count, pair};
use crate::tools::{Outcome, cargo, must, output, root};

/// Of matchit's time for the same paths among 1,000 rules, at the most.
const OF_MATCHIT: f64 = 1.5;
/// Of the time among 10 rules, the time among 10,000, at the most.
const GROWTH: f64 = 1.5;
/// Of bare axum's requests per second, at least; and of its instructions, at the most.
const OF_AXUM: f64 = 0.97;
const OF_INSTRUCTIONS: f64 = 1.10;
/// Of another framework's requests per second, at least.
const OF_PEERS: f64 = 1.0;

const ITEM: &str = "/area12/resource124/12345";

pub(crate) fn run(place: &Place) -> Outcome<bool> {
    let mut held = lookup(place)?;
    held &= allocations(place)?;
    held &= axum(place)?;
    held &= peers(place)?;
    Ok(held)
}

/// One kind of paths among so many rules: nanoseconds of both sides.
struct Found {
    kind: String,
    rules: usize,
    ours: f64,
    theirs: f64,
}

/// One look-up beside matchit's, and beside itself with more rules.
pub(crate) fn lookup(place: &Place) -> Outcome<bool> {
    println!("one look-up, in nanoseconds, beside matchit 0.8 (axum's); `-all` asks for every rule in turn");
    let text = output(&mut Command::new(place.program("bench-router")))?;
    let mut all = Vec::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let [kind, rules, ours, theirs] = words[..] else {
            return Err(format!("bench-router: {line}").into());
        };
        let found = Found {
            kind: kind.to_owned(),
            rules: rules.parse()?,
            ours: ours.parse()?,
            theirs: theirs.parse()?,
        };
        println!(
            "  {:11} {:>6} rules: Ravand {:>6.1}, matchit {:>6.1}, ratio {:.2}",
            found.kind,
            found.rules,
            found.ours,
            found.theirs,
            found.ours / found.theirs
        );
        all.push(found);
    }
    let mut held = true;
    for kind in ["static", "dynamic"] {
        let of = |rules| all.iter().find(|found| found.kind == kind && found.rules == rules);
        let (Some(few), Some(thousand), Some(many)) = (of(10), of(1_000), of(10_000)) else {
            return Err(format!("bench-router tells nothing of {kind} paths").into());
        };
        let ratio = thousand.ours / thousand.theirs;
        held &= at_most(&format!("{kind} paths among 1,000 rules, of matchit's time"), ratio, OF_MATCHIT);
        let growth = many.ours / few.ours;
        held &= at_most(&format!("{kind} paths among 10,000 rules, of the time among 10"), growth, GROWTH);
    }
    Ok(held)
}

fn allocations(place: &Place) -> Outcome<bool> {
    println!("allocations from path to token, by the kind of path:");
    let text = output(&mut Command::new(place.program("bench-allocations")))?;
    let mut held = true;
    for line in text.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let [kind, "find", find, "route", route, "hook", hook] = words[..] else {
            return Err(format!("bench-allocations: {line}").into());
        };
        let (find, way) = (find.parse::<i64>()?, route.parse::<i64>()? - hook.parse::<i64>()?);
        println!("  {kind:7} the look-up {find}, the whole way from path to token {way}");
        // Parameters that are long lie in an allocation of their own.
        held &= way <= find && (find == 0 || kind == "long");
    }
    println!("none besides long parameters' own: {}", verdict(held));
    Ok(held)
}

/// The whole front controller beside bare axum, with as many routes.
pub(crate) fn axum(place: &Place) -> Outcome<bool> {
    println!("the whole way against bare axum, both with the same 1,000 routes and handlers");
    let files = place.files.display().to_string();
    let app = place.program("bench-app");
    let ours = Server::start(
        &app,
        &["serve", "--port", "0"],
        &[("RAVAND_ROOT", files.as_str()), ("BENCH_EXTRAS", "routes")],
    )?;
    let theirs = Server::start(&place.program("bench-bare"), &["routes"], &[])?;
    let mut held = true;
    for path in ["/area12/resource124", ITEM] {
        println!("GET {path}:");
        held &= pair::compare(place, &ours, &theirs, path, OF_AXUM)?;
        let own = count::instructions(place, "ravand:routes", path, "")?;
        let bare = count::instructions(place, "bare:routes", path, "")?;
        println!("instructions per request, without the network: Ravand {own}, axum {bare}");
        held &= at_most("instructions, of axum's", own as f64 / bare as f64, OF_INSTRUCTIONS);
    }
    Ok(held)
}

fn peers(place: &Place) -> Outcome<bool> {
    println!("against other frameworks, 1,000 rules whose parameter has to be a number, one handler");
    let folder = root().join("benches/peers/router");
    let target = place.programs.with_file_name("peers-router");
    let mut build = cargo(&["build", "--release", "--locked", "--manifest-path"]);
    must(build.arg(folder.join("Cargo.toml")).arg("--target-dir").arg(&target))?;
    let files = place.files.display().to_string();
    let ours = Server::start(
        &place.program("bench-app"),
        &["serve", "--port", "0"],
        &[("RAVAND_ROOT", files.as_str()), ("BENCH_EXTRAS", "checked")],
    )?;
    let mut held = true;
    for (name, program) in [("actix-web 4", "bench-actix"), ("Loco 1.2", "bench-loco")] {
        let theirs = Server::start(&target.join("release").join(program), &[], &[])?;
        println!("{name} in place of what is written by hand:");
        held &= pair::compare(place, &ours, &theirs, "/area12/resource499/12345", OF_PEERS)?;
    }
    Ok(held)
}

fn at_most(what: &str, figure: f64, goal: f64) -> bool {
    println!("{what}: {figure:.2}; goal at most {goal:.2}: {}", verdict(figure <= goal));
    figure <= goal
}

fn verdict(held: bool) -> &'static str {
    if held { "holds" } else { "does NOT hold" }
}
