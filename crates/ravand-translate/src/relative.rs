//! How long ago, or how long until, in words.

use icu_decimal::input::Decimal;
use icu_experimental::relativetime::options::Numeric;
use icu_experimental::relativetime::{RelativeTimeFormatter, RelativeTimeFormatterOptions};
use icu_locale_core::Locale;

use crate::put;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;
/// The mean Gregorian year.
const YEAR: i64 = 31_556_952;
const MONTH: i64 = YEAR / 12;

/// How a language tells the distance of two moments.
#[derive(Debug)]
pub(crate) struct Relative {
    units: Option<[Unit; 7]>,
}

#[derive(Debug)]
struct Unit {
    seconds: i64,
    formatter: RelativeTimeFormatter,
}

impl Relative {
    pub(crate) fn new(locale: &Locale) -> Self {
        Self { units: units(locale) }
    }

    /// In the largest unit that fits whole: 119 minutes are one hour. Gives false, and writes nothing, when
    /// the language has no words for it.
    pub(crate) fn write(&self, at: i64, now: i64, out: &mut String) -> bool {
        let distance = at.saturating_sub(now);
        let fits = |unit: &&Unit| unit.seconds <= distance.saturating_abs().max(1);
        let Some(unit) = self.units.iter().flatten().find(fits) else {
            return false;
        };
        put(out, unit.formatter.format(Decimal::from(distance / unit.seconds)));
        true
    }
}

/// The largest first. Only the second may be a word without a number, "now": "yesterday" would be wrong for
/// most of what lies 24 to 48 hours back.
fn units(locale: &Locale) -> Option<[Unit; 7]> {
    let always = RelativeTimeFormatterOptions::default();
    let words = always.with_numeric(Numeric::Auto);
    let unit = |seconds, formatter| Unit { seconds, formatter };
    Some([
        unit(YEAR, RelativeTimeFormatter::try_new_long_year(locale.into(), always).ok()?),
        unit(MONTH, RelativeTimeFormatter::try_new_long_month(locale.into(), always).ok()?),
        unit(WEEK, RelativeTimeFormatter::try_new_long_week(locale.into(), always).ok()?),
        unit(DAY, RelativeTimeFormatter::try_new_long_day(locale.into(), always).ok()?),
        unit(HOUR, RelativeTimeFormatter::try_new_long_hour(locale.into(), always).ok()?),
        unit(MINUTE, RelativeTimeFormatter::try_new_long_minute(locale.into(), always).ok()?),
        unit(1, RelativeTimeFormatter::try_new_long_second(locale.into(), words).ok()?),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(tag: &str, distance: i64, expected: &str) {
        let mut out = String::new();
        assert!(Relative::new(&tag.parse().unwrap()).write(distance, 0, &mut out));
        assert_eq!(out, expected, "{tag} {distance}");
    }

    #[test]
    fn the_largest_unit_that_fits() {
        check("en", 0, "now");
        check("en", -1, "1 second ago");
        check("en", 59, "in 59 seconds");
        check("en", -119, "1 minute ago");
        check("en", -3 * HOUR, "3 hours ago");
        check("en", -47 * HOUR, "1 day ago");
        check("en", 8 * DAY, "in 1 week");
        check("en", 31 * DAY, "in 1 month");
        check("en", -366 * DAY, "1 year ago");
        check("fa", -3 * HOUR, "۳ ساعت پیش");
        check("fa", 0, "اکنون");
        check("ar", -2 * DAY, "قبل يومين");
        check("en", i64::MAX, "in 292,277,024,626 years");
    }
}
