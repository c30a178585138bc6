//! `routes`: the rules in their order, and what a request finds.

mod explain;
mod listing;
mod request;
mod stream;
mod table;

use std::io;
use std::path::Path;

use ravand_core::{Problems, Severity};

use crate::folder::{Folder, Found};
use crate::line::RoutesCommand;
use crate::names;
use crate::stop::{End, Stop};

pub(crate) use table::RouteTable;

/// Reads the folder and does what is asked of its routes.
pub(crate) fn run(dir: &Path, as_json: bool, command: Option<RoutesCommand>) -> Result<End, Stop> {
    let table = read(dir)?;
    match command {
        None => listing::run(&table, as_json),
        Some(RoutesCommand::Match { method: Some(method), url: Some(url), all, .. }) => {
            explain::run(&table, &method, &url, as_json, all)
        }
        Some(RoutesCommand::Match { .. }) => {
            let out = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
            let input = io::BufReader::with_capacity(1 << 16, io::stdin().lock());
            stream::run(&table, input, out)?;
            Ok(End::Done)
        }
    }
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
    RouteTable::compile(&packages).map_err(Problems::into)
}
