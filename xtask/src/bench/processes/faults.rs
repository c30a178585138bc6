//! Bad input and faults: what each engine makes of them.

use super::Size;
use super::goals::Goals;
use super::sides::{Engine, Figures, Side, Sides};
use crate::tools::Outcome;

/// A fault that is brought about, and what is seen of it.
struct Fault {
    what: &'static str,
    measure: &'static str,
    seen: fn(&Figures) -> Outcome<String>,
}

const FAULTS: [Fault; 5] = [
    Fault {
        what: "two producers, 0 to 4 ms apart: the latest start",
        measure: "burst",
        seen: |figures| Ok(format!("{:.1} ms", figures.one("latest")? / 1000.0)),
    },
    Fault { what: "a panic: said to have failed within 2 s", measure: "panic", seen: said },
    Fault { what: "parameters of another type: said so within 2 s", measure: "unreadable", seen: said },
    Fault {
        what: "always fails, of five attempts: runs in 2 s",
        measure: "failing",
        seen: |figures| Ok(format!("{}", figures.one("runs")?)),
    },
    Fault {
        what: "ten in one call, the key of one is taken: kept",
        measure: "keys",
        seen: |figures| Ok(format!("{}", figures.one("kept")?)),
    },
];

fn said(figures: &Figures) -> Outcome<String> {
    Ok(if figures.one("said")? > 0.0 { "yes".to_owned() } else { "no".to_owned() })
}

pub(crate) fn table(
    sides: &Sides,
    size: &Size,
    engine: Engine,
    all: &[Side],
    goals: &mut Goals,
) -> Outcome<()> {
    print!("{:<48}", "bad input and faults");
    all.iter().for_each(|side| print!(" {:>25}", side.name()));
    println!();
    for Fault { what, measure, seen } in &FAULTS {
        print!("{what:<48}");
        for side in all {
            let figures = sides.measure(*side, engine, measure, size.burst);
            if *side == Side::Ravand && *measure == "burst" {
                let latest = figures.as_ref().map_err(ToString::to_string)?.one("latest")? / 1000.0;
                goals.under(&format!("{}: a burst, the latest start", engine.name()), latest, 250.0, "ms");
            }
            let seen =
                figures.and_then(|figures| seen(&figures)).unwrap_or_else(|_| "it broke off".to_owned());
            print!(" {seen:>25}");
        }
        println!();
    }
    Ok(())
}
