//! `routes`: the rules in their order, and what a request finds.

mod stream;
mod table;

use std::io;
use std::path::Path;

use ravand_core::{Problem, Problems, Severity};
use ravand_terminal::Screen;
use ravand_terminal::routes::{Asked, Bad, Defaults, Explanation, RouteTable, listing, listing_json};
use serde_json::json;

use crate::folder::{Folder, Found};
use crate::line::RoutesCommand;
use crate::stop::{End, Stop};
use crate::{names, output};

pub(crate) use table::compile;

/// Reads the folder and does what is asked of its routes.
pub(crate) fn run(dir: &Path, as_json: bool, command: Option<RoutesCommand>) -> Result<End, Stop> {
    let table = read(dir)?;
    match command {
        None if as_json => output::say_json(&listing_json(&table))?,
        None => output::say(&listing(&table, Screen::stdout()))?,
        Some(RoutesCommand::Match { method: Some(method), url: Some(url), all, .. }) => {
            return explain(&table, &method, &url, as_json, all);
        }
        Some(RoutesCommand::Match { .. }) => {
            let out = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
            let input = io::BufReader::with_capacity(1 << 16, io::stdin().lock());
            stream::run(&table, input, out)?;
        }
    }
    Ok(End::Done)
}

/// The rule that a request finds, and why those before it were not it.
fn explain(table: &RouteTable, method: &str, url: &str, as_json: bool, all: bool) -> Result<End, Stop> {
    let asked = Asked::read(Some(method), url, None, None, Defaults::default());
    let explanation = asked.and_then(|asked| Explanation::of(table, asked).map_err(Bad::Path));
    let explanation = match explanation {
        Ok(explanation) => explanation,
        Err(bad) if as_json => {
            output::say_json(&json!({ "error": format!("bad request: {bad}") }))?;
            return Ok(End::Wrong);
        }
        Err(bad) => return Err(Problem::error(format!("bad request: {bad}")).into()),
    };
    match as_json {
        true => output::say_json(&explanation.json())?,
        false => output::say(&explanation.shown(all, Screen::stdout()))?,
    }
    Ok(if explanation.is_found() { End::Done } else { End::Wrong })
}

/// The compiled routes of all packages. Warnings are left to `check`.
fn read(dir: &Path) -> Result<RouteTable, Stop> {
    let mut found = Folder::open(dir)?.read()?;
    found.order();
    let Found { packages, mut problems } = found;
    names::check(&packages, &mut problems);
    if problems.has_errors() {
        problems.0.retain(|problem| problem.severity == Severity::Error);
        return Err(problems.into());
    }
    table::compile(&packages).map_err(Problems::into)
}
