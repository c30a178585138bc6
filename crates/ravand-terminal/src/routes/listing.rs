//! The rules in the order in which they are tried, as a table and as JSON.

use serde_json::{Value, json};

use super::RouteTable;
use crate::{Column, QUIET, Screen, Table, count, paint};

/// The rules as a table, and a line that counts them.
pub fn listing(table: &RouteTable, screen: Screen) -> String {
    const COLUMNS: [Column; 7] = [
        Column::word("METHODS"),
        Column::word("PATH"),
        Column::word("COST"),
        Column::word("NAME"),
        Column::word("HOST"),
        Column::word("CONTROLLER"),
        Column::word("SOURCE"),
    ];
    let mut shown = Table::new(&COLUMNS);
    let mut paths = 0;
    for (row, place) in table.in_order() {
        paths += 1;
        let rule = &row.route.rule;
        // An absolute rule is tried before all others, whatever it costs.
        let absolute = if rule.absolute { ", absolute" } else { "" };
        shown.row([
            rule.methods_text(),
            rule.path_text(place.path),
            format!("{}{absolute}", place.cost()),
            rule.name.clone().unwrap_or_else(|| "-".to_owned()),
            table.hosts(row),
            row.controller.clone(),
            row.source(),
        ]);
    }
    let summary = match paths {
        0 => "no package has a rule".to_owned(),
        _ => {
            let (paths, rules) = (count(paths, "path"), count(table.rows.len(), "rule"));
            format!("\n{paths} of {rules}, in the order in which they are tried")
        }
    };
    format!("{}\n{}", shown.shown(screen), paint(QUIET, &summary))
}

/// The rules as JSON.
pub fn listing_json(table: &RouteTable) -> Value {
    let rows = table.in_order().map(|(row, place)| {
        let rule = &row.route.rule;
        let schemes: Vec<&str> = rule.schemes.iter().map(|scheme| scheme.as_str()).collect();
        let middleware: Vec<&str> =
            row.route.middleware.iter().map(|address| address.value.as_str()).collect();
        json!({
            "methods": rule.methods, "host": table.hosts(row), "schemes": schemes,
            "path": rule.path_text(place.path), "cost": place.cost().to_string(), "absolute": rule.absolute,
            "name": rule.name, "controller": row.controller, "middleware": middleware,
            "package": row.package, "index": row.index, "source": row.source(),
        })
    });
    Value::Array(rows.collect())
}
