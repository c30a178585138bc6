//! `process list`: the records, the newest first.

use ravand_core::Result;
use ravand_terminal::{BAD, Column, DOUBTFUL, GOOD, QUIET, Style, Table, count, paint};
use serde_json::{Value, json};

use super::given::canonical;
use super::line::ListFilter;
use crate::Context;
use crate::command::output::{As, complain, pretty, say};
use crate::command::{End, millis};
use crate::process::{Filter, Record, State, Status};

pub(super) async fn list(cx: &Context, asked: &ListFilter, form: As) -> Result<End> {
    let name = match &asked.name {
        None => None,
        Some(name) => match canonical(cx.app(), name) {
            Ok(name) => Some(name),
            Err(error) => {
                complain(&error.to_string());
                return Ok(End::BadUsage);
            }
        },
    };
    let filter = Filter {
        states: asked.states.iter().map(|state| state.0).collect(),
        queue: asked.queue.clone(),
        name,
        before: asked.before,
        limit: asked.limit,
    };
    let records = cx.processes().list(&filter).await?;
    let As::Text(screen) = form else {
        say(&pretty(&Value::Array(records.iter().map(in_json).collect::<Result<_>>()?))?)?;
        return Ok(End::Done);
    };
    const COLUMNS: [Column; 8] = [
        Column::number("ID"),
        Column::word("STATE"),
        Column::number("%"),
        Column::word("QUEUE"),
        Column::number("RUNS"),
        Column::word("CREATED"),
        Column::word("NAME"),
        Column::text("ERROR"),
    ];
    let mut table = Table::new(&COLUMNS);
    for record in &records {
        let plain = |text: String| (text, Style::new());
        table.styled_row([
            plain(record.id.to_string()),
            (record.state.name().to_owned(), style(record.state)),
            plain(record.progress.to_string()),
            plain(record.queue.clone()),
            plain(record.attempt.to_string()),
            plain(millis(record.created_at)),
            plain(record.name.clone()),
            plain(record.error.as_deref().map_or("-", first_line).to_owned()),
        ]);
    }
    let number = records.len();
    let shown = count(number, "process").replace("processs", "processes");
    let more = match records.last() {
        Some(last) if number >= usize::try_from(asked.limit).unwrap_or(usize::MAX) => {
            format!("; older ones with `--before {}`", last.id)
        }
        _ => String::new(),
    };
    say(&format!("{}\n{}", table.shown(screen), paint(QUIET, &format!("\n{shown}{more}"))))?;
    Ok(End::Done)
}

/// A record with the original's status beside its state.
pub(super) fn in_json(record: &Record) -> Result<Value> {
    let mut value = serde_json::to_value(record)?;
    value["status"] = json!(record.state.status());
    Ok(value)
}

pub(super) fn style(state: State) -> Style {
    match state.status() {
        Status::Running => GOOD,
        Status::Error => BAD,
        Status::Queued => DOUBTFUL,
        Status::Stopped => QUIET,
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}
