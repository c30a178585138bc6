//! `process counts`: what waits, runs and has failed, by queue, and who works.

use std::collections::BTreeMap;

use ravand_core::Result;
use ravand_terminal::{Column, QUIET, Table, count, paint};
use serde_json::{Value, json};

use crate::Context;
use crate::command::End;
use crate::command::output::{As, pretty, say};
use crate::process::{Count, Presence, State};

/// The states that are told, each with its column.
const STATES: [(State, &str); 6] = [
    (State::Queued, "WAITING"),
    (State::Running, "RUNNING"),
    (State::Failed, "FAILED"),
    (State::Lost, "LOST"),
    (State::Interrupted, "INTERRUPTED"),
    (State::Cancelled, "CANCELLED"),
];

pub(super) async fn counts(cx: &Context, form: As) -> Result<End> {
    let (counts, workers) = (cx.processes().counts().await?, cx.processes().workers().await?);
    let mut queues: BTreeMap<&str, Vec<&Count>> = BTreeMap::new();
    for count in &counts {
        queues.entry(&count.queue).or_default().push(count);
    }
    let number = |counts: &[&Count], state| {
        counts.iter().find(|count| count.state == state).map_or(0, |count| count.count)
    };
    let oldest = |counts: &[&Count]| counts.iter().find_map(|count| count.oldest_ms);
    let As::Text(screen) = form else {
        let rows = queues.iter().map(|(queue, counts)| {
            let mut row = json!({ "queue": queue });
            for (state, _) in STATES {
                row[state.name()] = number(counts, state).into();
            }
            row["oldest_ms"] = json!(oldest(counts));
            row
        });
        say(&pretty(&json!({ "queues": rows.collect::<Vec<Value>>(), "workers": workers }))?)?;
        return Ok(End::Done);
    };
    let mut columns = vec![Column::word("QUEUE")];
    columns.extend(STATES.iter().map(|(_, head)| Column::number(head)));
    columns.push(Column::word("OLDEST WAITS"));
    let mut table = Table::new(&columns);
    for (queue, counts) in &queues {
        let mut cells = vec![(*queue).to_owned()];
        cells.extend(STATES.iter().map(|(state, _)| number(counts, *state).to_string()));
        cells.push(oldest(counts).map_or_else(|| "-".to_owned(), waited));
        table.row(cells);
    }
    let mut text = table.shown(screen);
    if queues.is_empty() {
        text.push_str(&paint(QUIET, "\n\nnothing waits, runs or has failed"));
    }
    text.push_str(&format!("\n\n{}", at_work(&workers, screen)));
    say(&text)?;
    Ok(End::Done)
}

fn at_work(workers: &[Presence], screen: ravand_terminal::Screen) -> String {
    if workers.is_empty() {
        return paint(QUIET, "no worker works");
    }
    let columns =
        [Column::word("WORKER"), Column::word("HOST"), Column::number("PID"), Column::text("QUEUES")];
    let mut table = Table::new(&columns);
    for worker in workers {
        table.row([
            worker.worker.clone(),
            worker.host.clone().unwrap_or_else(|| "-".to_owned()),
            worker.pid.map_or_else(|| "-".to_owned(), |pid| pid.to_string()),
            worker.queues.replace(',', ", "),
        ]);
    }
    format!("{}\n{}", table.shown(screen), paint(QUIET, &format!("\n{}", count(workers.len(), "worker"))))
}

/// A time in its largest unit.
fn waited(millis: i64) -> String {
    match millis {
        ..1_000 => format!("{millis} ms"),
        1_000..60_000 => format!("{} s", millis / 1_000),
        60_000..3_600_000 => format!("{} min", millis / 60_000),
        3_600_000..86_400_000 => format!("{} h", millis / 3_600_000),
        _ => format!("{} days", millis / 86_400_000),
    }
}
