//! Schedules: rules of cron, read in a time zone.

use std::str::FromStr;

use croner::Cron;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use ravand_core::{Error, Result};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::Millis;
use crate::store::ScheduleRow;

/// A process that runs by the clock. All hosts have it, and each time is fired once.
///
/// ```
/// use ravand_process::Schedule;
/// let schedule = Schedule::new("close", "tickets/auto_close", "*/5 * * * *")?.timezone("Asia/Tehran")?;
/// let after = 1_700_000_000_000; // 2023-11-14 22:13:20 UTC
/// assert_eq!(schedule.next(2, after)?, [1_700_000_100_000, 1_700_000_400_000]);
/// # ravand_core::Result::<()>::Ok(())
/// ```
#[derive(Clone, Debug)]
pub struct Schedule {
    name: String,
    pub(crate) process: String,
    cron: String,
    timezone: String,
    parameters: Value,
    queue: Option<String>,
    catch_up: CatchUp,
}

/// What becomes of times that passed while no worker was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CatchUp {
    /// A time that is more than a minute past is left out.
    Skip,
    /// Of the times that passed, the last so many are made up for. One, when nothing is said.
    Last(u16),
}

impl Schedule {
    /// A schedule by its own name, the name of what runs, and a rule of cron: minute, hour, day of the month,
    /// month, day of the week; or six fields, with the second first. In UTC unless [`Schedule::timezone`] says
    /// otherwise.
    ///
    /// # Errors
    /// When the rule cannot be read.
    pub fn new(name: impl Into<String>, process: impl Into<String>, cron: impl Into<String>) -> Result<Self> {
        let (name, cron) = (name.into(), cron.into());
        rule(&name, &cron)?;
        Ok(Self {
            name,
            process: process.into(),
            cron,
            timezone: "UTC".to_owned(),
            parameters: Value::Object(Map::new()),
            queue: None,
            catch_up: CatchUp::Last(1),
        })
    }

    /// The time zone the rule is read in, by its IANA name: `Asia/Tehran`.
    ///
    /// # Errors
    /// When there is no such time zone.
    pub fn timezone(mut self, timezone: impl Into<String>) -> Result<Self> {
        self.timezone = timezone.into();
        zone(&self.name, &self.timezone)?;
        Ok(self)
    }

    /// The parameters of each run: a struct or map that becomes a JSON object.
    ///
    /// # Errors
    /// When it becomes anything else.
    pub fn parameters(mut self, parameters: &impl Serialize) -> Result<Self> {
        self.parameters = match serde_json::to_value(parameters)? {
            map @ Value::Object(_) => map,
            Value::Null => Value::Object(Map::new()),
            other => {
                return Err(Error::internal(format!(
                    "the parameters of the schedule `{}` are an object; found {other}",
                    self.name
                )));
            }
        };
        Ok(self)
    }

    /// The queue of its runs, instead of that of the process.
    #[must_use]
    pub fn queue(mut self, queue: impl Into<String>) -> Self {
        self.queue = Some(queue.into());
        self
    }

    /// What becomes of times that passed while no worker was there.
    #[must_use]
    pub fn catch_up(mut self, catch_up: CatchUp) -> Self {
        self.catch_up = catch_up;
        self
    }

    /// Its own name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of what runs.
    pub fn process(&self) -> &str {
        &self.process
    }

    /// The rule.
    pub fn cron(&self) -> &str {
        &self.cron
    }

    /// The time zone that the rule is read in.
    pub fn timezone_name(&self) -> &str {
        &self.timezone
    }

    /// The same schedule of what runs under another name.
    #[must_use]
    pub fn with_process(mut self, process: impl Into<String>) -> Self {
        self.process = process.into();
        self
    }

    /// The next times after one, in milliseconds since 1970.
    ///
    /// # Errors
    /// When the rule has no further time.
    pub fn next(&self, count: usize, after: Millis) -> Result<Vec<Millis>> {
        let mut times = Vec::with_capacity(count);
        let mut after = after;
        for _ in 0..count {
            after = next(&self.name, &self.cron, &self.timezone, after)?;
            times.push(after);
        }
        Ok(times)
    }

    pub(crate) fn row(&self, now: Millis) -> Result<ScheduleRow> {
        Ok(ScheduleRow {
            name: self.name.clone(),
            process: self.process.clone(),
            parameters: self.parameters.clone(),
            // Empty: that of the process.
            queue: self.queue.clone().unwrap_or_default(),
            cron: self.cron.clone(),
            timezone: self.timezone.clone(),
            catch_up: match self.catch_up {
                CatchUp::Skip => 0,
                CatchUp::Last(times) => i32::from(times.max(1)),
            },
            next_at: next(&self.name, &self.cron, &self.timezone, now)?,
            last_at: None,
        })
    }
}

/// Which times of a schedule are fired now, and its next time after them.
pub(crate) fn due(row: &ScheduleRow, now: Millis) -> Result<(Vec<Millis>, Millis)> {
    let mut times = std::collections::VecDeque::new();
    let most = usize::try_from(row.catch_up).unwrap_or(1).max(1);
    let mut time = row.next_at;
    while time <= now {
        times.push_back(time);
        if times.len() > most {
            times.pop_front();
        }
        time = next(&row.name, &row.cron, &row.timezone, time)?;
    }
    if row.catch_up == 0 {
        times.retain(|time| now - time <= 60_000);
    }
    Ok((times.into(), time))
}

fn next(name: &str, cron: &str, timezone: &str, after: Millis) -> Result<Millis> {
    let timestamp = Timestamp::from_millisecond(after)
        .map_err(|error| Error::internal(format!("{after} is no time: {error}")).caused_by(error))?;
    let start = Zoned::new(timestamp, zone(name, timezone)?);
    let found = rule(name, cron)?.find_next_occurrence(&start, false).map_err(|error| {
        Error::bad_request(format!("the schedule `{name}`: the rule `{cron}` has no further time: {error}"))
            .caused_by(error)
    })?;
    Ok(found.timestamp().as_millisecond())
}

fn rule(name: &str, cron: &str) -> Result<Cron> {
    let parser = croner::parser::CronParser::builder().seconds(croner::parser::Seconds::Optional).build();
    parser.parse(cron).map_err(|error| {
        Error::bad_request(format!(
            "the schedule `{name}`: `{cron}` is no rule of cron: {error}\n\
             help: minute, hour, day of the month, month, day of the week, as in `*/5 * * * *`"
        ))
        .caused_by(error)
    })
}

fn zone(name: &str, timezone: &str) -> Result<TimeZone> {
    TimeZone::get(timezone).map_err(|error| {
        Error::bad_request(format!(
            "the schedule `{name}`: there is no time zone `{timezone}`\n\
             help: an IANA name, as in `Asia/Tehran` or `UTC`"
        ))
        .caused_by(error)
    })
}

impl FromStr for CatchUp {
    type Err = Error;

    /// `skip`, or a number of times.
    fn from_str(text: &str) -> Result<Self> {
        match (text, text.parse()) {
            ("skip", _) => Ok(Self::Skip),
            (_, Ok(times)) if times > 0 => Ok(Self::Last(times)),
            _ => Err(Error::bad_request(format!("`{text}` is neither `skip` nor a number of times above 0"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cron: &str, catch_up: i32, next_at: Millis) -> ScheduleRow {
        let schedule = Schedule::new("s", "p", cron).unwrap();
        ScheduleRow { catch_up, next_at, ..schedule.row(0).unwrap() }
    }

    const MINUTE: Millis = 60_000;

    #[test]
    fn what_was_missed_is_made_up_for_as_asked() {
        // Every minute, last due an hour ago.
        let at = |catch_up| due(&row("* * * * *", catch_up, MINUTE), 61 * MINUTE + 30_000).unwrap();
        assert_eq!(at(1), (vec![61 * MINUTE], 62 * MINUTE));
        assert_eq!(at(3), (vec![59 * MINUTE, 60 * MINUTE, 61 * MINUTE], 62 * MINUTE));
        assert_eq!(at(0), (vec![61 * MINUTE], 62 * MINUTE));
        // Every hour, and half an hour late.
        let at = |catch_up| due(&row("0 * * * *", catch_up, 60 * MINUTE), 90 * MINUTE).unwrap();
        assert_eq!(at(1), (vec![60 * MINUTE], 120 * MINUTE));
        assert_eq!(at(0), (vec![], 120 * MINUTE));
        assert_eq!(due(&row("0 * * * *", 1, 60 * MINUTE), 59 * MINUTE).unwrap(), (vec![], 60 * MINUTE));
    }

    #[test]
    fn a_rule_is_read_in_its_time_zone() {
        // Midnight in Tehran is 20:30 of the day before in UTC (+03:30, without summer time since 2022).
        let schedule = Schedule::new("s", "p", "0 0 * * *").unwrap().timezone("Asia/Tehran").unwrap();
        let after = 1_700_000_000_000;
        let next = schedule.next(1, after).unwrap();
        assert_eq!(Timestamp::from_millisecond(next[0]).unwrap().to_string(), "2023-11-15T20:30:00Z");
        // An hour that the change to summer time leaves out, and one that it gives twice, come once.
        let schedule = Schedule::new("s", "p", "30 2 * * *").unwrap().timezone("Europe/Berlin").unwrap();
        let days = |text: &str, count| -> Vec<String> {
            let after: Timestamp = text.parse().unwrap();
            let times = schedule.next(count, after.as_millisecond()).unwrap();
            times.into_iter().map(|time| Timestamp::from_millisecond(time).unwrap().to_string()).collect()
        };
        assert_eq!(
            days("2026-03-27T12:00:00Z", 3),
            ["2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"]
        );
        assert_eq!(
            days("2026-10-23T12:00:00Z", 3),
            ["2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]
        );
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let fault = |result: Result<Schedule>| result.err().unwrap().to_string();
        assert_eq!(
            fault(Schedule::new("close", "p", "61 * * * *")),
            "the schedule `close`: `61 * * * *` is no rule of cron: Component error: Number out of bounds.\n\
             help: minute, hour, day of the month, month, day of the week, as in `*/5 * * * *`"
        );
        assert_eq!(
            fault(Schedule::new("close", "p", "* * * * *").unwrap().timezone("Asia/Teheran")),
            "the schedule `close`: there is no time zone `Asia/Teheran`\n\
             help: an IANA name, as in `Asia/Tehran` or `UTC`"
        );
        assert!("0".parse::<CatchUp>().is_err());
        assert_eq!("skip".parse::<CatchUp>().unwrap(), CatchUp::Skip);
    }
}
