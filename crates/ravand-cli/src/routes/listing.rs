//! The rules in the order in which they are tried, as a table or as JSON.

use serde_json::{Value, json};

use super::RouteTable;
use crate::output::{self, QUIET, count, paint};
use crate::stop::{End, Stop};

pub(super) fn run(table: &RouteTable, as_json: bool) -> Result<End, Stop> {
    if as_json {
        output::say_json(&rows(table))?;
        return Ok(End::Done);
    }
    let rows: Vec<Vec<String>> = table
        .in_order()
        .map(|(row, place)| {
            vec![
                row.methods(),
                row.hosts(),
                row.path(place.path),
                row.route.rule.name.clone().unwrap_or_else(|| "-".to_owned()),
                row.controller().to_owned(),
                row.package.clone(),
                row.source(),
            ]
        })
        .collect();
    let head = ["METHODS", "HOST", "PATH", "NAME", "CONTROLLER", "PACKAGE", "SOURCE"];
    output::say(&output::table(&head, &rows))?;
    if rows.is_empty() {
        output::say(&paint(QUIET, "no package has a rule"))?;
    } else {
        let (paths, rules) = (count(rows.len(), "path"), count(table.rows.len(), "rule"));
        output::say(&paint(QUIET, &format!("\n{paths} of {rules}, in the order in which they are tried")))?;
    }
    Ok(End::Done)
}

fn rows(table: &RouteTable) -> Value {
    let rows = table.in_order().map(|(row, place)| {
        let schemes: Vec<&str> = row.route.rule.schemes.iter().map(|scheme| scheme.as_str()).collect();
        json!({
            "methods": row.route.rule.methods, "host": row.hosts(), "schemes": schemes,
            "path": row.path(place.path), "absolute": row.route.rule.absolute, "name": row.route.rule.name,
            "controller": row.controller(), "middleware": row.route.middleware.len(),
            "package": row.package, "index": row.index, "source": row.source(),
        })
    });
    Value::Array(rows.collect())
}
