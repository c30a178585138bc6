//! Dates and times in a language's calendar.

use icu_calendar::Iso;
use icu_datetime::fieldsets::{T, YMD, YMDT};
use icu_datetime::input::{Date, DateTime, Time};
use icu_datetime::options::{Length, TimePrecision, YearStyle};
use icu_datetime::preferences::{CalendarAlgorithm, HijriCalendarAlgorithm};
use icu_datetime::{
    DateTimeFormatter, DateTimeFormatterLoadError, DateTimeFormatterPreferences, NoCalendarFormatter,
};
use icu_locale_core::Locale;
use jiff::{Timestamp, civil, tz::TimeZone};

use crate::put;

/// A calendar that a language's dates may be written in.
///
/// Where none is chosen the calendar is the one of the language's region, as Unicode's CLDR tells:
/// Persian for `fa` and `ps`, Buddhist for `th`, Gregorian for `ar` and nearly all others.
///
/// ```
/// use ravand_core::LanguageCode;
/// use ravand_translate::{Calendar, DateStyle, TranslatorBuilder};
/// let arabic: LanguageCode = "ar".parse()?;
/// let translator = TranslatorBuilder::new(arabic.clone()).calendar(arabic, Calendar::Islamic).build();
/// assert_eq!(translator.default_language().date(1_774_094_400, DateStyle::Long), "2 شوال 1447 هـ");
/// # Ok::<(), ravand_core::LanguageCodeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Calendar {
    /// The Gregorian calendar.
    Gregorian,
    /// The Persian (Jalali) solar calendar.
    Persian,
    /// The Islamic lunar calendar, as Umm al-Qura has it.
    Islamic,
}

/// How much of a date or time is written.
///
/// ```
/// use ravand_translate::{DateStyle, TranslatorBuilder};
/// let english = TranslatorBuilder::new("en_US".parse()?).build().default_language();
/// assert_eq!(english.date(0, DateStyle::Short), "1/1/1970");
/// assert_eq!(english.date(0, DateStyle::Medium), "Jan 1, 1970");
/// assert_eq!(english.date(0, DateStyle::Long), "January 1, 1970");
/// # Ok::<(), ravand_core::LanguageCodeError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DateStyle {
    /// Numbers only; a time without its seconds.
    Short,
    /// The month's short name; a time with its seconds.
    #[default]
    Medium,
    /// The month's whole name; a time with its seconds.
    Long,
}

/// How a language writes dates.
#[derive(Debug)]
pub(crate) struct Dates {
    formatters: Option<Formatters>,
}

#[derive(Debug)]
struct Formatters {
    short: Pair,
    medium: Pair,
    long: Pair,
    minutes: NoCalendarFormatter<T>,
    seconds: NoCalendarFormatter<T>,
}

#[derive(Debug)]
struct Pair {
    date: DateTimeFormatter<YMD>,
    date_time: DateTimeFormatter<YMDT>,
}

impl Dates {
    pub(crate) fn new(locale: &Locale, calendar: Option<Calendar>) -> Self {
        let mut preferences = DateTimeFormatterPreferences::from(locale);
        if let Some(calendar) = calendar {
            preferences.calendar_algorithm = Some(match calendar {
                Calendar::Gregorian => CalendarAlgorithm::Gregory,
                Calendar::Persian => CalendarAlgorithm::Persian,
                Calendar::Islamic => CalendarAlgorithm::Hijri(Some(HijriCalendarAlgorithm::Umalqura)),
            });
        }
        Self { formatters: Formatters::new(preferences).ok() }
    }

    pub(crate) fn write_date(&self, at: i64, zone: &TimeZone, style: DateStyle, out: &mut String) {
        match self.at(at, zone) {
            Some((formatters, moment)) => put(out, formatters.of(style).date.format(&moment.date)),
            None => plain(at, zone, "%Y-%m-%d", out),
        }
    }

    pub(crate) fn write_date_time(&self, at: i64, zone: &TimeZone, style: DateStyle, out: &mut String) {
        match self.at(at, zone) {
            Some((formatters, moment)) => put(out, formatters.of(style).date_time.format(&moment)),
            None => plain(at, zone, "%Y-%m-%d %H:%M", out),
        }
    }

    pub(crate) fn write_time(&self, at: i64, zone: &TimeZone, style: DateStyle, out: &mut String) {
        match self.at(at, zone) {
            Some((formatters, moment)) => put(out, formatters.time(style).format(&moment.time)),
            None => plain(at, zone, "%H:%M:%S", out),
        }
    }

    fn at(&self, at: i64, zone: &TimeZone) -> Option<(&Formatters, DateTime<Iso>)> {
        Some((self.formatters.as_ref()?, moment(civil(at, zone)?)?))
    }
}

impl Formatters {
    fn new(preferences: DateTimeFormatterPreferences) -> Result<Self, DateTimeFormatterLoadError> {
        let time =
            |precision| NoCalendarFormatter::try_new(preferences, T::medium().with_time_precision(precision));
        Ok(Self {
            short: Pair::new(preferences, Length::Short)?,
            medium: Pair::new(preferences, Length::Medium)?,
            long: Pair::new(preferences, Length::Long)?,
            minutes: time(TimePrecision::Minute)?,
            seconds: time(TimePrecision::Second)?,
        })
    }

    fn of(&self, style: DateStyle) -> &Pair {
        match style {
            DateStyle::Short => &self.short,
            DateStyle::Medium => &self.medium,
            DateStyle::Long => &self.long,
        }
    }

    fn time(&self, style: DateStyle) -> &NoCalendarFormatter<T> {
        match style {
            DateStyle::Short => &self.minutes,
            DateStyle::Medium | DateStyle::Long => &self.seconds,
        }
    }
}

impl Pair {
    /// A year is always written whole: `3/21/26` is read in three ways.
    fn new(
        preferences: DateTimeFormatterPreferences,
        length: Length,
    ) -> Result<Self, DateTimeFormatterLoadError> {
        let date = YMD::for_length(length).with_year_style(YearStyle::Full);
        Ok(Self {
            date: DateTimeFormatter::try_new(preferences, date)?,
            date_time: DateTimeFormatter::try_new(preferences, date.with_time_hm())?,
        })
    }
}

fn civil(at: i64, zone: &TimeZone) -> Option<civil::DateTime> {
    Timestamp::from_second(at).ok().map(|at| zone.to_datetime(at))
}

fn moment(civil: civil::DateTime) -> Option<DateTime<Iso>> {
    let part = |number: i8| u8::try_from(number).ok();
    Some(DateTime {
        date: Date::try_new_iso(civil.year().into(), part(civil.month())?, part(civil.day())?).ok()?,
        time: Time::try_new(part(civil.hour())?, part(civil.minute())?, part(civil.second())?, 0).ok()?,
    })
}

/// What no calendar can show: ISO 8601 without a formatter, the bare seconds outside the years -9999 to 9999.
fn plain(at: i64, zone: &TimeZone, pattern: &str, out: &mut String) {
    match civil(at, zone) {
        Some(civil) => put(out, civil.strftime(pattern)),
        None => put(out, at),
    }
}
