//! The clock: dates in pages, the end of sessions and the order of migrations come from it.

use std::time::{SystemTime, UNIX_EPOCH};

use ravand_core::Problem;

use super::{Area, Look};
use crate::command::moment;

/// 2026-01-01 00:00:00 UTC: the framework is not older.
const OLDEST: i64 = 1_767_225_600;
/// How far apart two machines' clocks may be, in seconds.
const APART: i64 = 300;

/// `ran` is when the last migration ran, by the clock of the machine that ran it.
pub(super) fn area(look: &Look<'_>, ran: Option<i64>) -> Area {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let now = i64::try_from(now).unwrap_or(i64::MAX);
    Area::of("clock", format!("dates are shown in {}", look.settings.translator.timezone), faults(now, ran))
}

fn faults(now: i64, ran: Option<i64>) -> Vec<Problem> {
    let help = "set the machine's clock; sessions end and dates are shown by it";
    let problem = match ran {
        _ if now < OLDEST => format!("the machine's clock says {}", moment(now)),
        Some(ran) if ran > now + APART => {
            format!("the machine's clock says {}, but the last migration ran at {}", moment(now), moment(ran))
        }
        _ => return Vec::new(),
    };
    vec![Problem::warning(problem).help(help)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_behind() {
        for (now, ran, expected) in [
            (OLDEST, None, None),
            (OLDEST, Some(OLDEST + APART), None),
            (
                OLDEST,
                Some(OLDEST + 3600),
                Some(
                    "the machine's clock says 2026-01-01 00:00:00 UTC, but the last migration ran at 2026-01-01 01:00:00 UTC",
                ),
            ),
            (0, None, Some("the machine's clock says 1970-01-01 00:00:00 UTC")),
        ] {
            let told = faults(now, ran);
            assert_eq!(told.first().map(|problem| problem.message.as_str()), expected);
        }
    }
}
