//! Many requests at once: no language leaks into another, and what is missing is logged once.

#![allow(clippy::unwrap_used)]

use std::fmt::Debug;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};

use ravand_manifest::Phrases;
use ravand_translate::{Args, DateStyle, Language, TimeZoneError, Translator, TranslatorBuilder};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

fn translator() -> Translator {
    let (persian, english) = ("fa_IR".parse().unwrap(), "en_US".parse().unwrap());
    let file = |code, text| Phrases::parse(code, "f", text).into_result().unwrap().0;
    let fa = file(
        &persian,
        r#"{"phrases": {"n": {"one": "{count} تیکت از {who}", "other": "{count} تیکت از {who}"}}}"#,
    );
    let en = file(
        &english,
        r#"{"phrases": {"n": {"one": "{count} ticket of {who}", "other": "{count} tickets of {who}"}}}"#,
    );
    TranslatorBuilder::new(english.clone())
        .timezone("Asia/Tehran")
        .unwrap()
        .add(persian, fa)
        .add(english, en)
        .build()
}

#[test]
fn everything_goes_between_threads() {
    fn check<T: Clone + Send + Sync + 'static>() {}
    check::<Translator>();
    check::<Language>();
    check::<Args>();
    check::<TimeZoneError>();
}

#[test]
fn no_language_leaks() {
    const THREADS: usize = 16;
    let (translator, start, done) = (translator(), Barrier::new(THREADS), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (translator, start, done) = (&translator, &start, &done);
            scope.spawn(move || {
                start.wait();
                for round in 0..500 {
                    let persian = (thread + round) % 2 == 0;
                    let language = translator.negotiate(if persian { "fa" } else { "en" });
                    let berlin = language.in_timezone("Europe/Berlin").unwrap();
                    let args = Args::new().with("count", 2000).with("who", thread.to_string());
                    let found = [
                        language.text("n", &args).into_owned(),
                        language.number(1234),
                        language.date(1_774_094_400, DateStyle::Long),
                        language.relative(0, 7200),
                        berlin.date_time(1_774_094_400, DateStyle::Short).replace('\u{202f}', " "),
                        language.direction().to_owned(),
                    ];
                    let expected = if persian {
                        let text = format!("۲٬۰۰۰ تیکت از {thread}");
                        [&text, "۱٬۲۳۴", "۱ فروردین ۱۴۰۵", "۲ ساعت پیش", "۱۴۰۵/۱/۱, ۱۳:۰۰", "rtl"]
                            .map(str::to_owned)
                    } else {
                        let text = format!("2,000 tickets of {thread}");
                        [&text, "1,234", "March 21, 2026", "2 hours ago", "3/21/2026, 1:00 PM", "ltr"]
                            .map(str::to_owned)
                    };
                    assert_eq!(found, expected);
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(done.into_inner(), THREADS * 500);
}

#[test]
fn what_is_missing_is_logged_once() {
    let log = Log::default();
    let lines = Arc::clone(&log.0);
    tracing::subscriber::with_default(log, || {
        let translator = translator();
        let (persian, english) = (translator.language("fa").unwrap(), translator.language("en").unwrap());
        for _ in 0..3 {
            assert_eq!(persian.text("no\nwhere", &Args::new()), "no\nwhere");
            assert_eq!(english.text("no\nwhere", &Args::new()), "no\nwhere");
            assert_eq!(english.html("n", &Args::from([("count", 1)])), "1 ticket of {who}");
            assert_eq!(english.text("n", &Args::from([("who", "me")])), "{count} tickets of me");
        }
    });
    assert_eq!(
        *lines.lock().unwrap(),
        [
            r#"message=no language has this phrase; its key is shown language=fa_IR key="no\nwhere" "#,
            r#"message=no language has this phrase; its key is shown language=en_US key="no\nwhere" "#,
            r#"message=the phrase was given no value for this parameter language=en_US key="n" parameter="who" "#,
            r#"message=the phrase was given no value for this parameter language=en_US key="n" parameter="count" "#,
        ]
    );
}

/// Keeps the lines that are logged.
#[derive(Default)]
struct Log(Arc<Mutex<Vec<String>>>);

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.push_str(&format!("{field}={value:?} "));
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("ravand_translate")
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}
