//! Routes: rules that no request can reach.

use ravand_terminal::count;

use super::{Area, Look};
use crate::command::listing;

pub(super) fn area(look: &Look<'_>) -> Area {
    let table = listing::table(look.app);
    let problems = table.unreachable().map(|one| one.problem()).collect();
    let paths = count(table.router.places().len(), "path");
    Area::of("routes", format!("{paths} of {}", count(table.rows.len(), "rule")), problems)
}
