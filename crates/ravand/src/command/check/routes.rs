//! Routes: rules that no request can reach.

use ravand_core::Problem;
use ravand_manifest::Allow;
use ravand_terminal::count;
use ravand_terminal::routes::Row;

use super::{Area, Look};
use crate::command::listing;

pub(super) fn area(look: &Look<'_>) -> Area {
    let table = listing::table(look.app);
    let mut problems = Vec::new();
    for hidden in table.router.unreachable() {
        let (Some(row), Some(by)) = (table.rows.get(hidden.rule), table.rows.get(hidden.by)) else {
            continue;
        };
        // Where the earlier rule's permission refuses, the search goes on.
        if !is_open(by) {
            continue;
        }
        let path =
            table.in_order().find(|(_, place)| place.rank == hidden.rank).map_or(0, |(_, place)| place.path);
        let rule =
            |row: &Row, path| format!("{} {}", row.route.rule.methods_text(), row.route.rule.path_text(path));
        let text = format!("no request reaches the rule `{}`", rule(row, path));
        let taken = format!("`{}` at {} takes them all before it", rule(by, 0), by.source());
        problems.push(Problem::warning(text).at(row.route.place.clone()).help(taken));
    }
    let paths = count(table.router.places().len(), "path");
    Area::of("routes", format!("{paths} of {}", count(table.rows.len(), "rule")), problems)
}

fn is_open(row: &Row) -> bool {
    matches!((&row.route.permissions.api, &row.route.permissions.ajax), (Allow::Yes, Allow::Yes))
}
