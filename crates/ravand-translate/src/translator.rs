//! All languages of an application, made once at the start.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use jiff::tz::TimeZone;
use ravand_core::LanguageCode;
use ravand_manifest::Phrases;

use crate::accept::{Range, ranges};
use crate::catalog::{Catalog, Draft};
use crate::language::Book;
use crate::missing::Missing;
use crate::{Calendar, Language, TimeZoneError, zone};

/// The languages of an application. A clone costs one counter.
///
/// ```
/// use ravand_core::LanguageCode;
/// use ravand_manifest::Phrases;
/// use ravand_translate::{Args, TranslatorBuilder};
///
/// let (persian, english): (LanguageCode, LanguageCode) = ("fa_IR".parse()?, "en_US".parse()?);
/// let phrases = |code, text| Phrases::parse(code, "langs.json", text).value;
/// let translator = TranslatorBuilder::new(english.clone())
///     .timezone("Asia/Tehran")?
///     .add(persian.clone(), phrases(&persian, r#"{"phrases": {"hello": "سلام"}}"#))
///     .add(english.clone(), phrases(&english, r#"{"phrases": {"hello": "Hello", "bye": "Bye"}}"#))
///     .build();
///
/// let language = translator.negotiate("fa;q=0.9, de");
/// assert_eq!(language.code(), &persian);
/// assert_eq!(language.text("hello", &Args::new()), "سلام");
/// assert_eq!(language.text("bye", &Args::new()), "Bye");
/// assert_eq!(language.text("nowhere", &Args::new()), "nowhere");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Translator(Arc<Inner>);

struct Inner {
    /// The default first, the others in the order they were added.
    codes: Vec<LanguageCode>,
    languages: Vec<Language>,
    default: Language,
}

/// Gathers phrase files, in load order, into a [`Translator`].
#[derive(Debug)]
pub struct TranslatorBuilder {
    zone: TimeZone,
    calendars: HashMap<LanguageCode, Calendar>,
    default: Draft,
    others: Vec<Draft>,
}

impl TranslatorBuilder {
    /// Nothing but a default language, in UTC.
    pub fn new(default: LanguageCode) -> Self {
        Self {
            zone: TimeZone::UTC,
            calendars: HashMap::new(),
            default: Draft::new(default),
            others: Vec::new(),
        }
    }

    /// The time zone that dates are shown in, by its IANA name.
    ///
    /// # Errors
    /// When no zone has the name; the error suggests the nearest.
    pub fn timezone(mut self, name: &str) -> Result<Self, TimeZoneError> {
        self.zone = zone::find_or_suggest(name)?;
        Ok(self)
    }

    /// Writes a language's dates in another calendar than its region's.
    #[must_use]
    pub fn calendar(mut self, language: LanguageCode, calendar: Calendar) -> Self {
        self.calendars.insert(language, calendar);
        self
    }

    /// Adds phrases. Later ones override the earlier of their language, key by key.
    #[must_use]
    pub fn add(self, language: LanguageCode, phrases: Phrases) -> Self {
        self.add_file(language, "", phrases)
    }

    /// Adds the phrases of a file, whose name [`Translator::phrases`] tells.
    #[must_use]
    pub fn add_file(mut self, language: LanguageCode, file: &str, phrases: Phrases) -> Self {
        self.draft(language).add(&file.into(), phrases);
        self
    }

    /// Makes every language's formatters, once for all requests.
    pub fn build(self) -> Translator {
        let finish = |draft: Draft| {
            let calendar = self.calendars.get(&draft.code).copied();
            Arc::new(draft.finish(calendar))
        };
        let default = finish(self.default);
        let others: Vec<_> = self.others.into_iter().map(finish).collect();
        let missing = Arc::new(Missing::default());
        let language = |own: &Arc<Catalog>| {
            let book = Book {
                own: Arc::clone(own),
                others: fallbacks(own, &others, &default),
                bcp47: own.code.bcp47().into(),
                missing: Arc::clone(&missing),
            };
            Language::new(book, self.zone.clone())
        };
        let languages: Vec<_> = std::iter::once(&default).chain(&others).map(language).collect();
        let codes = languages.iter().map(|language| language.code().clone()).collect();
        Translator(Arc::new(Inner { codes, default: language(&default), languages }))
    }

    fn draft(&mut self, code: LanguageCode) -> &mut Draft {
        if self.default.code == code {
            return &mut self.default;
        }
        let at = self.others.iter().position(|draft| draft.code == code).unwrap_or_else(|| {
            self.others.push(Draft::new(code));
            self.others.len() - 1
        });
        &mut self.others[at]
    }
}

/// First the languages with the same short code, then the default; never the language itself.
fn fallbacks(own: &Arc<Catalog>, others: &[Arc<Catalog>], default: &Arc<Catalog>) -> Vec<Arc<Catalog>> {
    let is_short = |catalog: &&Arc<Catalog>| catalog.code.short() == own.code.short();
    let same_short = std::iter::once(default).chain(others).filter(is_short);
    let last = std::iter::once(default).filter(|default| !is_short(default));
    same_short.chain(last).filter(|catalog| catalog.code != own.code).map(Arc::clone).collect()
}

impl Translator {
    /// The language of a request that asks for none.
    pub fn default_language(&self) -> Language {
        self.0.default.clone()
    }

    /// The default language first, the others in the order they were added.
    pub fn languages(&self) -> &[LanguageCode] {
        &self.0.codes
    }

    /// The language that a code of an address or a parameter names: `fa_IR`, `fa-IR`, or `fa` for the first
    /// language with that short code.
    pub fn language(&self, code: &str) -> Option<Language> {
        let range = Range::new(code);
        let loose = || if range.has_region() { None } else { self.first(|code| range.is_short(code)) };
        self.first(|code| range.is(code)).or_else(loose).cloned()
    }

    /// The language that a header `Accept-Language` likes best, else the default (RFC 9110, 12.5.4).
    ///
    /// A region that is not there is no hindrance: `en-GB` is content with `en_US`.
    pub fn negotiate(&self, accept_language_header: &str) -> Language {
        let ranges = ranges(accept_language_header);
        let refused = |code: &LanguageCode| ranges.iter().any(|r| r.quality == 0 && r.covers(code));
        ranges
            .iter()
            .take_while(|range| range.quality > 0)
            .find_map(|range| {
                self.first(|code| range.is(code) && !refused(code))
                    .or_else(|| self.first(|code| (range.is_any() || range.is_short(code)) && !refused(code)))
            })
            .unwrap_or(&self.0.default)
            .clone()
    }

    /// Every key of a language with the file that its phrase is from, in the order of the keys.
    pub fn phrases(&self, language: &LanguageCode) -> impl Iterator<Item = (&str, &str)> {
        let mut phrases: Vec<_> =
            self.first(|code| code == language).into_iter().flat_map(|found| found.own().sources()).collect();
        phrases.sort_unstable();
        phrases.into_iter()
    }

    fn first(&self, wanted: impl Fn(&LanguageCode) -> bool) -> Option<&Language> {
        self.0.languages.iter().find(|language| wanted(language.code()))
    }
}

impl fmt::Debug for Translator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Translator")
            .field("languages", &self.0.codes)
            .field("timezone", &self.0.default.timezone())
            .finish_non_exhaustive()
    }
}
