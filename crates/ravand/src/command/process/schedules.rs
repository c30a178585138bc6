//! `process schedules`: what runs by the clock, and when next.

use std::time::{SystemTime, UNIX_EPOCH};

use ravand_core::Result;
use ravand_terminal::{Column, QUIET, Table, count, paint};
use serde_json::{Value, json};

use crate::App;
use crate::command::output::{As, pretty, say};
use crate::command::{End, millis};
use crate::process::{Schedule, planned};

/// One schedule, of a manifest or in the store.
struct Row {
    name: String,
    process: String,
    cron: String,
    timezone: String,
    package: Option<String>,
    last_at: Option<i64>,
    next: Vec<i64>,
}

pub(super) async fn list(app: &App, next: usize, form: As) -> Result<End> {
    let rows = rows(app, next.max(1)).await?;
    let As::Text(screen) = form else {
        let rows = rows.iter().map(|row| {
            json!({
                "name": row.name, "process": row.process, "cron": row.cron, "timezone": row.timezone,
                "package": row.package, "last_at": row.last_at, "next": row.next,
            })
        });
        say(&pretty(&Value::Array(rows.collect()))?)?;
        return Ok(End::Done);
    };
    let columns = [
        Column::word("CRON"),
        Column::word("TIME ZONE"),
        Column::word("NAME"),
        Column::word("FROM"),
        Column::word("LAST"),
        Column::text("NEXT"),
    ];
    let mut table = Table::new(&columns);
    for row in &rows {
        table.row([
            row.cron.clone(),
            row.timezone.clone(),
            row.name.clone(),
            row.package.clone().unwrap_or_else(|| "code".to_owned()),
            row.last_at.map_or_else(|| "-".to_owned(), millis),
            row.next.iter().map(|at| millis(*at)).collect::<Vec<_>>().join(", "),
        ]);
    }
    let summary = format!("\n{}", count(rows.len(), "schedule"));
    say(&format!("{}\n{}", table.shown(screen), paint(QUIET, &summary)))?;
    Ok(End::Done)
}

/// Those in the store, and those of manifests that no start has written yet.
async fn rows(app: &App, next: usize) -> Result<Vec<Row>> {
    let stored = if app.0.processes.ready { app.processes().schedules().await? } else { Vec::new() };
    let planned = planned(app)?;
    let mut rows = Vec::new();
    for row in &stored {
        let schedule = Schedule::new(&row.name, &row.process, &row.cron)?.timezone(&row.timezone)?;
        let mut times = vec![row.next_at];
        times.extend(schedule.next(next - 1, row.next_at)?);
        let of = planned.iter().find(|planned| planned.schedule.name() == row.name);
        rows.push(Row {
            name: row.name.clone(),
            process: row.process.clone(),
            cron: row.cron.clone(),
            timezone: row.timezone.clone(),
            package: of.map(|planned| planned.package.clone()),
            last_at: row.last_at,
            next: times,
        });
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let now = i64::try_from(now).unwrap_or(i64::MAX);
    for one in planned {
        let schedule = one.schedule;
        if !stored.iter().any(|row| row.name == schedule.name()) {
            rows.push(Row {
                name: schedule.name().to_owned(),
                process: schedule.process().to_owned(),
                cron: schedule.cron().to_owned(),
                timezone: schedule.timezone_name().to_owned(),
                package: Some(one.package),
                last_at: None,
                next: schedule.next(next, now)?,
            });
        }
    }
    rows.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(rows)
}
