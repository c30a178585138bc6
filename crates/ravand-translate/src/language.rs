//! One language, as a request carries it: its phrases and its ways of writing numbers and dates.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use jiff::tz::TimeZone;
use ravand_core::LanguageCode;
use ravand_manifest::Message;

use crate::catalog::Catalog;
use crate::fill::{Fill, Shown, escape};
use crate::missing::Missing;
use crate::names::own_name;
use crate::{Args, DateStyle, zone};

/// A language of a [`Translator`](crate::Translator), and a time zone. It is a value: a request has its own,
/// and no other request sees it. A clone costs two counters.
///
/// ```
/// use ravand_manifest::Phrases;
/// use ravand_translate::{Args, TranslatorBuilder};
///
/// let file = r#"{"phrases": {"greet": "<b>سلام</b> {name}", "open": "{count} تیکت باز"}}"#;
/// let code: ravand_core::LanguageCode = "fa_IR".parse()?;
/// let phrases = Phrases::parse(&code, "langs/fa_IR.json", file).into_result()?.0;
/// let persian = TranslatorBuilder::new(code.clone()).add(code, phrases).build().default_language();
///
/// assert_eq!(persian.text("open", &Args::from([("count", 1200)])), "۱٬۲۰۰ تیکت باز");
/// assert_eq!(persian.text("greet", &Args::from([("name", "<i>")])), "<b>سلام</b> <i>");
/// assert_eq!(persian.html("greet", &Args::from([("name", "<i>")])), "<b>سلام</b> &lt;i&gt;");
/// assert_eq!(persian.direction(), "rtl");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Language {
    book: Arc<Book>,
    zone: TimeZone,
}

/// What all the clones of a language share.
pub(crate) struct Book {
    pub(crate) own: Arc<Catalog>,
    /// Where a phrase is looked for next, in order.
    pub(crate) others: Vec<Arc<Catalog>>,
    pub(crate) bcp47: Box<str>,
    pub(crate) missing: Arc<Missing>,
}

impl Language {
    pub(crate) fn new(book: Book, zone: TimeZone) -> Self {
        Self { book: Arc::new(book), zone }
    }

    /// The code, `fa_IR`.
    pub fn code(&self) -> &LanguageCode {
        &self.book.own.code
    }

    /// The code in the form of HTML and HTTP, `fa-IR`.
    pub fn bcp47(&self) -> &str {
        &self.book.bcp47
    }

    /// Whether it is written from right to left: what its phrase files say, else what its script is.
    pub fn rtl(&self) -> bool {
        self.book.own.rtl
    }

    /// `rtl` or `ltr`, for the attribute `dir`.
    pub fn direction(&self) -> &'static str {
        if self.rtl() { "rtl" } else { "ltr" }
    }

    /// The phrase of a key with its parameters filled in, as plain text: whoever shows it in a page escapes it.
    ///
    /// It is looked for in this language, in another with the same short code, in the default language; the
    /// first that has it also chooses the plural form and writes the numbers in it. A phrase that none has
    /// is shown as its key, and a parameter without a value as `{name}`; both are logged, once each.
    pub fn text(&self, key: &str, args: &Args) -> Cow<'_, str> {
        let Some(fill) = self.find(key, args) else {
            return Cow::Owned(key.to_owned());
        };
        match fill.literal() {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(self.filled(key, &fill, args, Shown::Plain)),
        }
    }

    /// Like [`Language::text`], for a page: the phrase keeps its markup, the values are escaped.
    pub fn html(&self, key: &str, args: &Args) -> String {
        match self.find(key, args) {
            Some(fill) => self.filled(key, &fill, args, Shown::Html),
            None => written(|out| escape(key, out)),
        }
    }

    /// Whether this language, or one it falls back to, has the phrase.
    pub fn has(&self, key: &str) -> bool {
        self.catalogs().any(|catalog| catalog.phrases.contains_key(key))
    }

    /// A whole number in the language's digits and grouping.
    ///
    /// ```
    /// # let translator = ravand_translate::TranslatorBuilder::new("fa_IR".parse()?).build();
    /// assert_eq!(translator.default_language().number(1_234_567), "۱٬۲۳۴٬۵۶۷");
    /// # Ok::<(), ravand_core::LanguageCodeError>(())
    /// ```
    pub fn number(&self, number: i64) -> String {
        written(|out| self.book.own.numbers.write_integer(number, out))
    }

    /// A number with at most three digits behind the point.
    ///
    /// ```
    /// # let translator = ravand_translate::TranslatorBuilder::new("de_DE".parse()?).build();
    /// assert_eq!(translator.default_language().decimal(1234.5), "1.234,5");
    /// # Ok::<(), ravand_core::LanguageCodeError>(())
    /// ```
    pub fn decimal(&self, number: f64) -> String {
        written(|out| self.book.own.numbers.write_decimal(number, out))
    }

    /// A number with exactly so many digits behind the point.
    ///
    /// ```
    /// # let translator = ravand_translate::TranslatorBuilder::new("en_US".parse()?).build();
    /// assert_eq!(translator.default_language().fixed(1234.5, 2), "1,234.50");
    /// # Ok::<(), ravand_core::LanguageCodeError>(())
    /// ```
    pub fn fixed(&self, number: f64, fraction: u8) -> String {
        written(|out| self.book.own.numbers.write_fixed(number, fraction, out))
    }

    /// The date of a moment (Unix seconds), in the language's calendar and this value's time zone.
    ///
    /// ```
    /// use ravand_translate::{DateStyle, TranslatorBuilder};
    /// let persian = TranslatorBuilder::new("fa_IR".parse()?).timezone("Asia/Tehran")?.build().default_language();
    /// assert_eq!(persian.date(1_774_094_400, DateStyle::Long), "۱ فروردین ۱۴۰۵");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn date(&self, unix_seconds: i64, style: DateStyle) -> String {
        written(|out| self.book.own.dates.write_date(unix_seconds, &self.zone, style, out))
    }

    /// The date of a moment with its hour and minute.
    pub fn date_time(&self, unix_seconds: i64, style: DateStyle) -> String {
        written(|out| self.book.own.dates.write_date_time(unix_seconds, &self.zone, style, out))
    }

    /// The time of day of a moment: hour and minute when short, else the seconds too.
    pub fn time(&self, unix_seconds: i64, style: DateStyle) -> String {
        written(|out| self.book.own.dates.write_time(unix_seconds, &self.zone, style, out))
    }

    /// How far a moment is from `now`, in the largest unit that fits.
    ///
    /// ```
    /// # let translator = ravand_translate::TranslatorBuilder::new("fa_IR".parse()?).build();
    /// let persian = translator.default_language();
    /// assert_eq!(persian.relative(0, 3 * 3600), "۳ ساعت پیش");
    /// assert_eq!(persian.relative(60, 0), "۱ دقیقه بعد");
    /// # Ok::<(), ravand_core::LanguageCodeError>(())
    /// ```
    pub fn relative(&self, unix_seconds: i64, now: i64) -> String {
        let mut out = String::new();
        if self.book.own.relative.write(unix_seconds, now, &mut out) {
            out
        } else {
            self.date_time(unix_seconds, DateStyle::Medium)
        }
    }

    /// What a language calls itself, `فارسی` or `English`; its code when that is not known.
    pub fn language_name<'a>(&self, code: &'a LanguageCode) -> &'a str {
        own_name(code)
    }

    /// The name of the time zone, `Asia/Tehran`.
    pub fn timezone(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    /// The same language in another time zone, the visitor's own say; none when no zone has the name.
    ///
    /// ```
    /// use ravand_translate::{DateStyle, TranslatorBuilder};
    /// let english = TranslatorBuilder::new("en_GB".parse()?).build().default_language();
    /// let berlin = english.in_timezone("Europe/Berlin").ok_or("no such zone")?;
    /// assert_eq!(english.time(1_774_094_400, DateStyle::Short), "12:00");
    /// assert_eq!(berlin.time(1_774_094_400, DateStyle::Short), "13:00");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn in_timezone(&self, name: &str) -> Option<Self> {
        Some(Self { book: Arc::clone(&self.book), zone: zone::find(name)? })
    }

    pub(crate) fn own(&self) -> &Catalog {
        &self.book.own
    }

    fn catalogs(&self) -> impl Iterator<Item = &Catalog> {
        std::iter::once(&self.book.own).chain(&self.book.others).map(Arc::as_ref)
    }

    /// What is missing, the phrase or the number that chooses its plural form, is logged.
    fn find(&self, key: &str, args: &Args) -> Option<Fill<'_>> {
        let found = self.catalogs().find_map(|catalog| Some((catalog, catalog.phrases.get(key)?)));
        let Some((catalog, phrase)) = found else {
            self.book.missing.phrase(self.code(), key);
            return None;
        };
        if phrase.message.is_plural() && args.get(Message::COUNT).is_none() {
            self.book.missing.parameter(self.code(), key, Message::COUNT);
        }
        Some(Fill { pieces: catalog.form(phrase, args), numbers: &catalog.numbers })
    }

    fn filled(&self, key: &str, fill: &Fill<'_>, args: &Args, shown: Shown) -> String {
        let (out, without_value) = fill.write(args, shown);
        for parameter in without_value {
            self.book.missing.parameter(self.code(), key, parameter);
        }
        out
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Language")
            .field("code", self.code())
            .field("timezone", &self.timezone())
            .finish_non_exhaustive()
    }
}

fn written(write: impl FnOnce(&mut String)) -> String {
    let mut out = String::new();
    write(&mut out);
    out
}
