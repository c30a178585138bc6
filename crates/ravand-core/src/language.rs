//! Language codes as packages write them: `en_US`, `fa_IR`.

use std::fmt;
use std::str::FromStr;

/// A language with an optional region: two or three lower-case letters, `_`, two upper-case letters.
///
/// ```
/// use ravand_core::LanguageCode;
/// let code: LanguageCode = "fa_IR".parse()?;
/// assert_eq!((code.short(), code.as_str(), code.bcp47().as_str()), ("fa", "fa_IR", "fa-IR"));
/// assert!("farsi".parse::<LanguageCode>().is_err());
/// # Ok::<(), ravand_core::LanguageCodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LanguageCode(Box<str>);

/// Why a text is no language code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LanguageCodeError(String);

impl LanguageCode {
    /// The code as written, `fa_IR`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The language without its region, `fa`.
    pub fn short(&self) -> &str {
        self.0.split('_').next().unwrap_or_default()
    }

    /// The code in the form of HTML and HTTP, `fa-IR` (RFC 5646).
    pub fn bcp47(&self) -> String {
        self.0.replace('_', "-")
    }

    /// Whether a script of this language is written from right to left, as far as the code tells
    /// (a phrase file's `rtl` key decides where there is one).
    pub fn is_rtl(&self) -> bool {
        matches!(self.short(), "ar" | "fa" | "he" | "ur" | "ps" | "sd" | "ug" | "yi" | "dv" | "ckb" | "arc")
    }
}

impl FromStr for LanguageCode {
    type Err = LanguageCodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (short, region) = match text.split_once('_') {
            Some((short, region)) => (short, Some(region)),
            None => (text, None),
        };
        let good_short = (2..=3).contains(&short.len()) && short.bytes().all(|b| b.is_ascii_lowercase());
        let good_region = region.is_none_or(|r| r.len() == 2 && r.bytes().all(|b| b.is_ascii_uppercase()));
        if good_short && good_region {
            Ok(Self(text.into()))
        } else {
            Err(LanguageCodeError(text.to_owned()))
        }
    }
}

impl fmt::Display for LanguageCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for LanguageCodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is no language code: write the language and its region, as in `fa_IR` or `en_US`",
            self.0
        )
    }
}

impl std::error::Error for LanguageCodeError {}
