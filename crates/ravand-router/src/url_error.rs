//! Why a URL cannot be built.

use std::fmt;

/// Why there is no URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlError {
    rule: String,
    kind: UrlErrorKind,
}

impl UrlError {
    /// What is wrong.
    pub fn kind(&self) -> &UrlErrorKind {
        &self.kind
    }

    pub(crate) fn new(rule: &str, kind: UrlErrorKind) -> UrlError {
        UrlError { rule: rule.to_owned(), kind }
    }
}

/// The ways for a URL to fail.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UrlErrorKind {
    /// No rule has the name.
    UnknownName {
        /// A name that is written nearly so.
        nearest: Option<String>,
    },
    /// No rule has the number.
    UnknownRule,
    /// A parameter of the path or the domain is missing.
    Missing {
        /// Its name.
        parameter: String,
    },
    /// A parameter's value is not one that the rule takes.
    IllFormed {
        /// Its name.
        parameter: String,
        /// The value.
        value: String,
        /// What it must be.
        wants: String,
    },
    /// The language is not available.
    Language {
        /// The code that was asked for.
        code: String,
    },
    /// An absolute URL without a host.
    NoHost,
    /// The rule's regex leaves open what the text is.
    Open {
        /// The regex.
        regex: String,
    },
}

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rule = &self.rule;
        match &self.kind {
            UrlErrorKind::UnknownName { nearest: Some(near) } => {
                write!(f, "no rule has the name '{rule}', perhaps '{near}' is meant")
            }
            UrlErrorKind::UnknownName { nearest: None } => write!(f, "no rule has the name '{rule}'"),
            UrlErrorKind::UnknownRule => write!(f, "there is no rule {rule}"),
            UrlErrorKind::Missing { parameter } => {
                write!(f, "the URL of '{rule}' needs the parameter '{parameter}'")
            }
            UrlErrorKind::IllFormed { parameter, value, wants } => {
                write!(f, "the URL of '{rule}' cannot have {value:?} as '{parameter}': {wants}")
            }
            UrlErrorKind::Language { code } => {
                write!(f, "the URL of '{rule}' cannot have the language '{code}': it is not available")
            }
            UrlErrorKind::NoHost => {
                write!(f, "the absolute URL of '{rule}' needs a host: the rule's domains name none")
            }
            UrlErrorKind::Open { regex } => {
                write!(f, "no URL can be built from the regex {regex} of '{rule}': name its open groups")
            }
        }
    }
}

impl std::error::Error for UrlError {}
