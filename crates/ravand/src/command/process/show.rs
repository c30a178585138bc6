//! `process show ID`: the record, its attempts, what it wrote.

use ravand_core::Result;
use ravand_terminal::{Column, STRONG, Table, paint};
use serde_json::json;

use super::follow::written;
use super::list::{in_json, style};
use crate::command::output::{As, pretty, say};
use crate::command::{End, millis};
use crate::process::{AttemptOutcome, Handle, LogLine, Record};

pub(super) async fn show(handle: &Handle, form: As) -> Result<End> {
    let record = handle.record().await?;
    let attempts = handle.attempts().await?;
    let lines = all_lines(handle).await?;
    let As::Text(screen) = form else {
        let mut value = in_json(&record)?;
        value["attempts"] = json!(attempts);
        value["log"] = json!(lines);
        say(&pretty(&value)?)?;
        return Ok(End::Done);
    };
    let mut text = String::new();
    for (name, value) in facts(&record) {
        text.push_str(&format!("{} {value}\n", paint(STRONG, &format!("{name:<11}"))));
    }
    if attempts.len() > 1 || attempts.iter().any(|attempt| attempt.outcome != AttemptOutcome::Done) {
        let columns = [
            Column::number("RUN"),
            Column::word("OUTCOME"),
            Column::word("BEGAN"),
            Column::word("ENDED"),
            Column::word("HOST"),
            Column::number("PID"),
            Column::text("ERROR"),
        ];
        let mut table = Table::new(&columns);
        let time = |at: Option<i64>| at.map_or_else(|| "-".to_owned(), millis);
        for attempt in &attempts {
            table.row([
                attempt.attempt.to_string(),
                format!("{:?}", attempt.outcome).to_lowercase(),
                time(attempt.started_at),
                time(attempt.ended_at),
                attempt.host.clone().unwrap_or_else(|| "-".to_owned()),
                attempt.pid.map_or_else(|| "-".to_owned(), |pid| pid.to_string()),
                attempt.error.clone().unwrap_or_else(|| "-".to_owned()),
            ]);
        }
        text.push_str(&format!("\n{}\n", table.shown(screen)));
    }
    if !lines.is_empty() {
        text.push('\n');
        lines.iter().for_each(|line| text.push_str(&format!("{}\n", written(line))));
    }
    say(text.trim_end())?;
    Ok(End::Done)
}

/// What there is to say of a record, in order.
fn facts(record: &Record) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        ("process", format!("{} {}", record.id, record.name)),
        ("state", paint(style(record.state), record.state.name())),
        ("progress", format!("{} %", record.progress)),
        ("queue", format!("{} (priority {})", record.queue, record.priority)),
        ("parameters", record.parameters.to_string()),
        ("created", millis(record.created_at)),
        ("may run", millis(record.run_at)),
    ];
    let mut more = |name, value: Option<String>| facts.extend(value.map(|value| (name, value)));
    more("began", record.started_at.map(millis));
    more("ended", record.ended_at.map(millis));
    more(
        "where",
        record.host.as_ref().map(|host| match record.pid {
            Some(pid) => format!("{host}, pid {pid}"),
            None => host.clone(),
        }),
    );
    more(
        "runs",
        Some(format!(
            "{} ({} of at most {} failed, {} of at most {} cut off)",
            record.attempt,
            record.failures,
            record.max_attempts,
            record.crashes,
            record.max_restarts + 1
        )),
    );
    more("asked", record.interrupt_at.map(|at| format!("to end, at {}", millis(at))));
    more("response", record.response.as_ref().map(ToString::to_string));
    more("error", record.error.clone());
    more("trace", record.trace.clone());
    facts
}

async fn all_lines(handle: &Handle) -> Result<Vec<LogLine>> {
    let mut all: Vec<LogLine> = Vec::new();
    loop {
        let lines = handle.logs(all.last().map_or(0, |line| line.seq)).await?;
        if lines.is_empty() {
            return Ok(all);
        }
        all.extend(lines);
    }
}
