//! The phrases of one language, and how it writes numbers and dates.

use std::collections::HashMap;
use std::sync::Arc;

use icu_locale_core::Locale;
use ravand_core::LanguageCode;
use ravand_manifest::{Message, Phrases, Piece};

use crate::dates::Dates;
use crate::numbers::Numbers;
use crate::plurals::Plurals;
use crate::relative::Relative;
use crate::{Args, Calendar};

/// One language, finished: made at the start and never changed.
#[derive(Debug)]
pub(crate) struct Catalog {
    pub(crate) code: LanguageCode,
    pub(crate) rtl: bool,
    pub(crate) phrases: HashMap<String, Phrase>,
    pub(crate) numbers: Numbers,
    pub(crate) dates: Dates,
    pub(crate) relative: Relative,
    plurals: Plurals,
}

/// A phrase, and the file it is from.
#[derive(Debug)]
pub(crate) struct Phrase {
    pub(crate) message: Message,
    file: Arc<str>,
}

/// One language while its files are read.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) code: LanguageCode,
    rtl: bool,
    phrases: HashMap<String, Phrase>,
}

impl Draft {
    pub(crate) fn new(code: LanguageCode) -> Self {
        Self { rtl: code.is_rtl(), phrases: HashMap::new(), code }
    }

    /// The direction is what a file says against the code: one that says nothing has the code's own.
    pub(crate) fn add(&mut self, file: &Arc<str>, phrases: Phrases) {
        if phrases.rtl != phrases.language.is_rtl() {
            self.rtl = phrases.rtl;
        }
        let with_file = |message| Phrase { message, file: Arc::clone(file) };
        self.phrases.extend(phrases.phrases.into_iter().map(|(key, message)| (key, with_file(message))));
    }

    /// Makes the formatters. A language that CLDR does not know gets the root's, which are ISO 8601 and the like.
    pub(crate) fn finish(self, calendar: Option<Calendar>) -> Catalog {
        let locale: Locale = self.code.bcp47().parse().unwrap_or(Locale::UNKNOWN);
        Catalog {
            code: self.code,
            rtl: self.rtl,
            phrases: self.phrases,
            numbers: Numbers::new(&locale),
            dates: Dates::new(&locale, calendar),
            relative: Relative::new(&locale),
            plurals: Plurals::new(&locale),
        }
    }
}

impl Catalog {
    /// The text of a phrase, in the plural form that the number asks for.
    pub(crate) fn form<'a>(&self, phrase: &'a Phrase, args: &Args) -> &'a [Piece] {
        if phrase.message.is_plural() {
            phrase.message.form(self.plurals.form(args.get(Message::COUNT)))
        } else {
            phrase.message.pieces()
        }
    }

    /// Every key with its file, in no order.
    pub(crate) fn sources(&self) -> impl Iterator<Item = (&str, &str)> {
        self.phrases.iter().map(|(key, phrase)| (key.as_str(), phrase.file.as_ref()))
    }
}
