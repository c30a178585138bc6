//! Dates of known days, in every calendar and over the changes of time zones.

#![allow(clippy::unwrap_used)]

use ravand_translate::{Calendar, DateStyle, Language, TranslatorBuilder};

fn language(code: &str, zone: &str, calendar: Option<Calendar>) -> Language {
    let code: ravand_core::LanguageCode = code.parse().unwrap();
    let builder = TranslatorBuilder::new(code.clone()).timezone(zone).unwrap();
    match calendar {
        Some(calendar) => builder.calendar(code, calendar),
        None => builder,
    }
    .build()
    .default_language()
}

fn at(text: &str) -> i64 {
    text.parse::<jiff::Timestamp>().unwrap().as_second()
}

#[test]
fn a_day_in_each_language() {
    let noon = at("2026-03-21T12:00:05Z");
    for (code, calendar, short, medium, long) in [
        ("fa_IR", None, "۱۴۰۵/۱/۱", "۱ فروردین ۱۴۰۵", "۱ فروردین ۱۴۰۵"),
        ("fa", None, "۱۴۰۵/۱/۱", "۱ فروردین ۱۴۰۵", "۱ فروردین ۱۴۰۵"),
        ("fa_AF", None, "۱۴۰۵/۱/۱", "۱ حمل ۱۴۰۵", "۱ حمل ۱۴۰۵"),
        ("fa_IR", Some(Calendar::Gregorian), "۲۰۲۶/۳/۲۱", "۲۱ مارس ۲۰۲۶", "۲۱ مارس ۲۰۲۶"),
        ("ar", None, "21\u{200f}/3\u{200f}/2026", "21\u{200f}/03\u{200f}/2026", "21 مارس 2026"),
        ("ar_SA", None, "٢١\u{200f}/٣\u{200f}/٢٠٢٦", "٢١\u{200f}/٠٣\u{200f}/٢٠٢٦", "٢١ مارس ٢٠٢٦"),
        ("ar", Some(Calendar::Islamic), "2\u{200f}/10\u{200f}/1447 هـ", "2 شوال 1447 هـ", "2 شوال 1447 هـ"),
        ("en_US", None, "3/21/2026", "Mar 21, 2026", "March 21, 2026"),
        ("en_GB", None, "21/03/2026", "21 Mar 2026", "21 March 2026"),
        ("de_DE", None, "21.03.2026", "21.03.2026", "21. März 2026"),
        ("th_TH", None, "21/3/2569", "21 มี.ค. 2569", "21 มีนาคม 2569"),
    ] {
        let language = language(code, "UTC", calendar);
        let found = [DateStyle::Short, DateStyle::Medium, DateStyle::Long].map(|s| language.date(noon, s));
        assert_eq!(found, [short, medium, long], "{code} {calendar:?}");
    }
}

#[test]
fn known_days() {
    use Calendar::{Islamic, Persian};
    for (calendar, day, expected) in [
        (Persian, "1979-02-11", "22 Bahman 1357 AP"),
        (Persian, "2000-01-01", "11 Dey 1378 AP"),
        (Persian, "2025-03-20", "30 Esfand 1403 AP"),
        (Persian, "2025-03-21", "1 Farvardin 1404 AP"),
        (Persian, "2026-03-20", "29 Esfand 1404 AP"),
        (Persian, "2026-03-21", "1 Farvardin 1405 AP"),
        (Persian, "2030-03-21", "1 Farvardin 1409 AP"),
        (Islamic, "2025-03-01", "1 Ramadan 1446 AH"),
        (Islamic, "2025-03-30", "1 Shawwal 1446 AH"),
        (Islamic, "2026-02-18", "1 Ramadan 1447 AH"),
    ] {
        let found =
            language("en_GB", "UTC", Some(calendar)).date(at(&format!("{day}T12:00:00Z")), DateStyle::Long);
        assert_eq!(found, expected, "{day}");
    }
}

#[test]
fn zones() {
    for (zone, moment, expected) in [
        ("UTC", "2026-03-20T20:30:00Z", "۲۹ اسفند ۱۴۰۴ ساعت ۲۰:۳۰"),
        ("Asia/Tehran", "2026-03-20T20:29:59Z", "۲۹ اسفند ۱۴۰۴ ساعت ۲۳:۵۹"),
        ("Asia/Tehran", "2026-03-20T20:30:00Z", "۱ فروردین ۱۴۰۵ ساعت ۰:۰۰"),
        // Summer time, which Iran gave up in 2022.
        ("Asia/Tehran", "2021-07-01T00:00:00Z", "۱۰ تیر ۱۴۰۰ ساعت ۴:۳۰"),
        ("Asia/Tehran", "2026-07-01T00:00:00Z", "۱۰ تیر ۱۴۰۵ ساعت ۳:۳۰"),
        ("Europe/Berlin", "2026-03-29T00:59:59Z", "۹ فروردین ۱۴۰۵ ساعت ۱:۵۹"),
        ("Europe/Berlin", "2026-03-29T01:00:00Z", "۹ فروردین ۱۴۰۵ ساعت ۳:۰۰"),
        ("America/New_York", "1969-12-31T23:59:59Z", "۱۰ دی ۱۳۴۸ ساعت ۱۸:۵۹"),
    ] {
        let language = language("fa_IR", zone, None);
        assert_eq!(language.date_time(at(moment), DateStyle::Long), expected, "{zone} {moment}");
        assert_eq!(language.timezone(), zone);
    }
}

#[test]
fn times() {
    let english = language("en_US", "Asia/Tehran", None);
    let moment = at("2026-03-21T12:00:05Z");
    let spaced = |text: &str| text.replace('\u{202f}', " ");
    assert_eq!(spaced(&english.time(moment, DateStyle::Short)), "3:30 PM");
    assert_eq!(spaced(&english.time(moment, DateStyle::Long)), "3:30:05 PM");
    assert_eq!(spaced(&english.date_time(moment, DateStyle::Short)), "3/21/2026, 3:30 PM");
    let berlin = english.in_timezone("Europe/Berlin").unwrap();
    assert_eq!(spaced(&berlin.time(moment, DateStyle::Short)), "1:00 PM");
    assert_eq!((english.timezone(), berlin.timezone()), ("Asia/Tehran", "Europe/Berlin"));
    assert!(english.in_timezone("../../etc/passwd").is_none());
    assert!(english.in_timezone("").is_none());
}

#[test]
fn no_moment_is_too_far() {
    for code in ["fa_IR", "en_US", "ar_SA"] {
        for calendar in [Calendar::Gregorian, Calendar::Persian, Calendar::Islamic] {
            let language = language(code, "Asia/Tehran", Some(calendar));
            for moment in [at("-009999-01-03T00:00:00Z"), at("9999-12-29T00:00:00Z"), -62_135_596_800] {
                assert!(!language.date_time(moment, DateStyle::Long).is_empty());
            }
            assert_eq!(language.date(i64::MAX, DateStyle::Long), i64::MAX.to_string());
            assert_eq!(language.time(i64::MIN, DateStyle::Long), i64::MIN.to_string());
        }
    }
}
