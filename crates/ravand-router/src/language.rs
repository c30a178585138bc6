//! The language of a request: in front of its path, or as a parameter.

use std::fmt;

/// Where a URL names its language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LanguageMode {
    /// Nowhere; a match has no language.
    #[default]
    None,
    /// In the parameter `lang`: `/tickets?lang=fa`.
    Parameter,
    /// In front of the path, short: `/fa/tickets`.
    UriShort,
    /// In front of the path, complete: `/fa_IR/tickets`.
    UriComplete,
}

/// The languages that URLs may name, and how.
///
/// Each language has one spelling in URLs: its code (`fa_IR`) when complete,
/// the part before `_` (`fa`) when short. Where two languages share a short
/// spelling the first of them has it (the default language before all
/// others) and the others keep their complete one. Letter case counts. In a
/// `lang` parameter both spellings are understood.
///
/// The default language needs no spelling; what URLs are built has none for
/// it.
///
/// ```
/// use ravand_router::{LanguageMode, Languages};
///
/// let languages = Languages::new(LanguageMode::UriShort, ["en_US", "fa_IR", "fa_AF"], "en_US")?;
/// assert_eq!(languages.find("fa"), Some("fa_IR"));
/// assert_eq!(languages.spelling("fa_IR"), Some("fa"));
/// assert_eq!(languages.spelling("fa_AF"), Some("fa_AF"));
/// assert_eq!(languages.find("de"), None);
/// # Ok::<(), ravand_router::LanguageError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Languages {
    mode: LanguageMode,
    /// Code and spelling; the default language is the first.
    available: Vec<(String, String)>,
}

impl Languages {
    /// The available codes, in order, and the default one (which is available
    /// whether it is listed or not).
    pub fn new<I>(mode: LanguageMode, codes: I, default: &str) -> Result<Languages, LanguageError>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let mut languages = Languages { mode, available: Vec::new() };
        languages.add(default)?;
        for code in codes {
            languages.add(code.as_ref())?;
        }
        Ok(languages)
    }

    /// Where URLs name the language.
    pub fn mode(&self) -> LanguageMode {
        self.mode
    }

    /// The default language.
    pub fn default_code(&self) -> Option<&str> {
        self.available.first().map(|(code, _)| &**code)
    }

    /// All codes, the default one first.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.available.iter().map(|(code, _)| &**code)
    }

    /// The available language that a code or a short code names: the exact
    /// code before the short one.
    pub fn find(&self, name: &str) -> Option<&str> {
        let exact = self.available.iter().find(|(code, _)| code == name);
        let found = exact.or_else(|| self.available.iter().find(|(code, _)| short(code) == name));
        found.map(|(code, _)| &**code)
    }

    /// How URLs spell an available language.
    pub fn spelling(&self, code: &str) -> Option<&str> {
        let found = self.available.iter().find(|(available, _)| available == code);
        found.map(|(_, spelling)| &**spelling)
    }

    /// The language that a path's first segment names.
    pub(crate) fn of_segment(&self, segment: &str) -> Option<&str> {
        if !self.in_path() {
            return None;
        }
        let found = self.available.iter().find(|(_, spelling)| spelling == segment);
        found.map(|(code, _)| &**code)
    }

    pub(crate) fn in_path(&self) -> bool {
        matches!(self.mode, LanguageMode::UriShort | LanguageMode::UriComplete)
    }

    fn add(&mut self, code: &str) -> Result<(), LanguageError> {
        let valid = code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        if code.is_empty() || !valid {
            return Err(LanguageError { code: code.to_owned() });
        }
        if self.available.iter().any(|(available, _)| available == code) {
            return Ok(());
        }
        let short = short(code);
        let taken = self.available.iter().any(|(_, spelling)| spelling == short);
        let spelling = match self.mode {
            LanguageMode::UriComplete => code,
            _ if taken => code,
            _ => short,
        };
        self.available.push((code.to_owned(), spelling.to_owned()));
        Ok(())
    }
}

/// A language code that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LanguageError {
    code: String,
}

impl fmt::Display for LanguageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' is not a language code; a code is written as fa or fa_IR", self.code)
    }
}

impl std::error::Error for LanguageError {}

fn short(code: &str) -> &str {
    code.split(['_', '-']).next().unwrap_or(code)
}
