//! Time zones by their IANA names.

use std::fmt;

use jiff::tz::{self, TimeZone};

/// A name that is no time zone.
///
/// ```
/// use ravand_translate::TranslatorBuilder;
/// let error = TranslatorBuilder::new("fa_IR".parse()?).timezone("Asia/Tehrn").unwrap_err();
/// assert_eq!(error.to_string(), "no time zone is named `Asia/Tehrn`; did you mean `Asia/Tehran`?");
/// # Ok::<(), ravand_core::LanguageCodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeZoneError {
    name: String,
    nearest: Option<String>,
}

impl TimeZoneError {
    /// The name that was asked for.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A zone whose name is near.
    pub fn nearest(&self) -> Option<&str> {
        self.nearest.as_deref()
    }
}

impl fmt::Display for TimeZoneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no time zone is named `{}`", self.name)?;
        match &self.nearest {
            Some(nearest) => write!(f, "; did you mean `{nearest}`?"),
            None => f.write_str("; write an IANA name, as in `Asia/Tehran` or `UTC`"),
        }
    }
}

impl std::error::Error for TimeZoneError {}

/// Whether a time zone has this name.
///
/// # Errors
/// When none has; the error suggests the nearest.
pub fn check_timezone(name: &str) -> Result<(), TimeZoneError> {
    find_or_suggest(name).map(drop)
}

/// A visitor may have sent the name: no suggestion is looked for.
pub(crate) fn find(name: &str) -> Option<TimeZone> {
    tz::db().get(name).ok()
}

pub(crate) fn find_or_suggest(name: &str) -> Result<TimeZone, TimeZoneError> {
    find(name).ok_or_else(|| {
        let names: Vec<_> = tz::db().available().map(|zone| zone.to_string()).collect();
        let nearest = ravand_core::nearest(name, names.iter().map(String::as_str)).map(str::to_owned);
        TimeZoneError { name: name.to_owned(), nearest }
    })
}
