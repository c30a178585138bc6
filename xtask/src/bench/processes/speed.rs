//! Rates, latencies, and what history and idleness cost.

use super::goals::Goals;
use super::sides::{Engine, Figures, Side, Sides};
use super::{Size, faults};
use crate::bench::pair::Spread;
use crate::tools::Outcome;

/// What is printed of a side.
struct Rates {
    side: Side,
    enqueue: Vec<f64>,
    drain: Vec<f64>,
}

pub(crate) fn sqlite(sides: &Sides, size: &Size, goals: &mut Goals) -> Outcome<()> {
    println!("\nSQLite (WAL, synchronous=NORMAL), {} processes a turn", size.number);
    let rates = rounds(sides, size, Engine::Sqlite, &[Side::Ravand, Side::Hand], &[Side::Apalis])?;
    goals.at_least(
        "SQLite: process and acknowledge, of by hand",
        ratio(&rates, Side::Hand, |one| &one.drain),
        0.7,
    );
    rest_of(sides, size, Engine::Sqlite, &[Side::Hand, Side::Apalis], goals)
}

pub(crate) fn postgres(sides: &Sides, size: &Size, goals: &mut Goals) -> Outcome<()> {
    println!("\nPostgreSQL (fsync), {} processes a turn", size.number);
    let all = [Side::Ravand, Side::Hand, Side::Graphile];
    let rates = rounds(sides, size, Engine::Postgres, &all, &[Side::GraphileDefaults, Side::Apalis])?;
    goals.at_least(
        "PostgreSQL: process and acknowledge, of by hand",
        ratio(&rates, Side::Hand, |one| &one.drain),
        0.8,
    );
    goals.at_least(
        "PostgreSQL: process and acknowledge, of graphile_worker tuned",
        ratio(&rates, Side::Graphile, |one| &one.drain),
        1.0,
    );
    goals.at_least(
        "PostgreSQL: bulk enqueue, of by hand",
        ratio(&rates, Side::Hand, |one| &one.enqueue),
        0.8,
    );
    let others = [Side::Hand, Side::Graphile, Side::GraphileDefaults, Side::Apalis];
    rest_of(sides, size, Engine::Postgres, &others, goals)
}

/// The sides take turns; those that are not compared with have one.
fn rounds(sides: &Sides, size: &Size, engine: Engine, all: &[Side], once: &[Side]) -> Outcome<Vec<Rates>> {
    let rates = |side: &Side| Rates { side: *side, enqueue: Vec::new(), drain: Vec::new() };
    let mut table: Vec<Rates> = all.iter().chain(once).map(rates).collect();
    for round in 0..size.rounds {
        // Forth and back, so that none is always the first after another.
        let turns: Vec<usize> = (0..all.len()).collect();
        let turns: Vec<usize> = if round % 2 == 0 { turns } else { turns.into_iter().rev().collect() };
        for turn in turns {
            take_turn(sides, size, engine, &mut table[turn])?;
        }
    }
    for one in table.iter_mut().skip(all.len()) {
        take_turn(sides, size, engine, one)?;
    }
    println!("{:<28} {:>18} {:>18}", "per second, median", "bulk enqueue", "process and ack");
    for one in &table {
        let median = |figures: &Vec<f64>| Spread::of(figures.clone()).median;
        println!("{:<28} {:>18.0} {:>18.0}", one.side.name(), median(&one.enqueue), median(&one.drain));
    }
    Ok(table)
}

fn take_turn(sides: &Sides, size: &Size, engine: Engine, rates: &mut Rates) -> Outcome<()> {
    let figures = sides.measure(rates.side, engine, "drain", size.number)?;
    rates.enqueue.push(figures.rate("enqueue", size.number)?);
    rates.drain.push(figures.rate("drain", size.number)?);
    Ok(())
}

/// The median of the rounds' ratios of ours to another's.
fn ratio(table: &[Rates], other: Side, figures: impl Fn(&Rates) -> &Vec<f64>) -> f64 {
    let of = |side| table.iter().find(|one| one.side == side).map(&figures);
    let (Some(ours), Some(theirs)) = (of(Side::Ravand), of(other)) else { return f64::NAN };
    Spread::of(ours.iter().zip(theirs).map(|(ours, theirs)| ours / theirs).collect()).median
}

/// What is measured beside the rates.
fn rest_of(sides: &Sides, size: &Size, engine: Engine, others: &[Side], goals: &mut Goals) -> Outcome<()> {
    let name = engine.name();
    let ours = sides.measure(Side::Ravand, engine, "idle", size.samples)?;
    println!("{:<28} {:>18} {:>18}", "idle, milliseconds", "p50", "p99");
    let line = |what: &str, figures: &Figures, of: &str| -> Outcome<()> {
        let (half, most) = (figures.percentile(of, 50.0)?, figures.percentile(of, 99.0)?);
        println!("{what:<28} {half:>18.2} {most:>18.2}");
        Ok(())
    };
    line("Ravand, enqueue to start", &ours, "start")?;
    line("  from another program", &ours, "other-start")?;
    line("Ravand, enqueue to wait_for", &ours, "wait")?;
    line("  from another program", &ours, "other-wait")?;
    for side in others {
        match sides.measure(*side, engine, "idle", size.samples / 4) {
            Ok(figures) => line(&format!("{}, to start", side.name()), &figures, "start")?,
            Err(error) => println!("{}: {error}", side.name()),
        }
    }
    goals.under(&format!("{name}: idle, enqueue to start, p50"), ours.percentile("start", 50.0)?, 2.0, "ms");
    goals.under(&format!("{name}: idle, enqueue to start, p99"), ours.percentile("start", 99.0)?, 10.0, "ms");
    goals.under(
        &format!("{name}: idle, enqueue to wait_for, p99"),
        ours.percentile("wait", 99.0)?,
        30.0,
        "ms",
    );

    let old = sides.database(engine)?;
    old.measure(Side::Ravand, "history", size.history)?;
    let mut ratios = Vec::new();
    for _ in 0..size.rounds.div_ceil(2) {
        let with = old.measure(Side::Ravand, "drain", size.waiting)?.rate("drain", size.waiting)?;
        let without =
            sides.measure(Side::Ravand, engine, "drain", size.waiting)?.rate("drain", size.waiting)?;
        ratios.push(with / without);
    }
    goals.at_least(
        &format!("{name}: {} waiting and {} finished rows, of none finished", size.waiting, size.history),
        Spread::of(ratios).median,
        0.8,
    );
    let core = sides.measure(Side::Ravand, engine, "rest", size.rest)?.one("core")?;
    goals.under(&format!("{name}: an idle worker, of a core"), core, 1.0, "%");
    let engines = others.iter().copied().filter(|side| *side != Side::Hand);
    let all: Vec<Side> = std::iter::once(Side::Ravand).chain(engines).collect();
    faults::table(sides, size, engine, &all, goals)
}
