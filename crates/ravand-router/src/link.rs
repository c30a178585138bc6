//! One URL in the making: language, origin, path and query put together.

use crate::encode::Encoder;
use crate::page::slash;
use crate::reverse::{ReverseError, reverse};
use crate::{Domain, LanguageMode, Pattern, Router, Rule, UrlErrorKind, UrlOptions};

/// One URL in the making.
pub(crate) struct Url<'a> {
    pub router: &'a Router,
    pub rule: &'a Rule,
    pub params: &'a [(&'a str, &'a str)],
    pub options: &'a UrlOptions<'a>,
}

impl<'a> Url<'a> {
    /// The whole URL.
    pub fn build(&self) -> Result<String, UrlErrorKind> {
        let mut used: Vec<&str> = Vec::new();
        let lang = self.lang()?;
        let absolute = self.options.absolute || self.is_elsewhere()?;
        let mut url = if absolute { self.origin()? } else { String::new() };
        let front = url.len();
        match &self.rule.regex {
            Some(regex) => {
                let value = |name: &str| self.value(name);
                let text = reverse(regex, "/", &value).map_err(|error| self.reverse_error(error, regex))?;
                self.check_text(regex, &text)?;
                self.check_defaults(regex.names())?;
                self.encoder().path(&text, &mut url);
                used.extend(regex.names());
            }
            None => {
                let (path, first) = self.path(&mut used)?;
                if let Some(spelling) = self.prefix(lang, first) {
                    url.push('/');
                    url.push_str(spelling);
                }
                url.push_str(&path);
                if url.len() == front {
                    url.push('/');
                }
                if self.options.trailing_slash {
                    slash(&mut url);
                }
            }
        }
        for domain in self.domains() {
            if let Domain::Pattern(pattern) = domain {
                used.extend(pattern.names());
            }
        }
        self.query(lang, &used, &mut url);
        Ok(url)
    }

    /// How texts are written into it.
    pub fn encoder(&self) -> Encoder {
        Encoder { all: self.options.encode }
    }

    /// The last value given for a parameter.
    pub fn value(&self, name: &str) -> Option<&'a str> {
        self.params.iter().rev().find(|(one, _)| *one == name).map(|(_, value)| *value)
    }

    /// The value that the rule has where none is given.
    pub fn default(&self, name: &str) -> Option<&'a str> {
        self.rule.defaults.iter().find(|(one, _)| one == name).map(|(_, value)| value.as_str())
    }

    /// The language, if it is to be named.
    pub fn lang(&self) -> Result<Option<&'a str>, UrlErrorKind> {
        let languages = &self.router.languages;
        match self.options.lang {
            Some(code) if languages.mode() != LanguageMode::None => match languages.find(code) {
                Some(found) => Ok(Some(found).filter(|found| languages.default_code() != Some(found))),
                None => Err(UrlErrorKind::Language { code: code.to_owned() }),
            },
            _ => Ok(None),
        }
    }

    /// What stands in front of a normal rule's path: the language, or the
    /// default one where the path's first segment could be taken for one.
    fn prefix(&self, lang: Option<&'a str>, first: &str) -> Option<&'a str> {
        let languages = &self.router.languages;
        if self.rule.absolute || !languages.in_path() {
            return None;
        }
        let taken = || languages.of_segment(first).and_then(|_| languages.default_code());
        languages.spelling(lang.or_else(taken)?)
    }

    /// A value that the rule would put its default in place of has to stand in the path or the domain; `names` are
    /// those of the path.
    pub fn check_defaults(&self, names: impl Iterator<Item = &'a str> + Clone) -> Result<(), UrlErrorKind> {
        for (name, default) in &self.rule.defaults {
            let Some(value) = self.value(name).filter(|value| value != default) else { continue };
            let of_domain = self.domains().iter().any(
                |domain| matches!(domain, Domain::Pattern(pattern) if pattern.names().any(|own| own == name)),
            );
            if !of_domain && !names.clone().any(|own| own == name) {
                let wants = format!("the rule's path has no place for it, and gives {default:?}");
                return Err(UrlErrorKind::IllFormed {
                    parameter: name.clone(),
                    value: value.to_owned(),
                    wants,
                });
            }
        }
        Ok(())
    }

    /// A regex rule's text must arrive as it is.
    fn check_text(&self, regex: &Pattern, text: &str) -> Result<(), UrlErrorKind> {
        if !text.starts_with("//") && !text.split('/').any(|segment| matches!(segment, "." | "..")) {
            return Ok(());
        }
        let parameter = regex.names().find(|name| self.value(name).is_some());
        let Some(parameter) = parameter else {
            return Err(UrlErrorKind::Open { regex: regex.to_string() });
        };
        let value = self.value(parameter).unwrap_or_default().to_owned();
        let wants = format!("clients would not send {text} as it is");
        Err(UrlErrorKind::IllFormed { parameter: parameter.to_owned(), value, wants })
    }

    fn query(&self, lang: Option<&str>, used: &[&str], url: &mut String) {
        let languages = &self.router.languages;
        let encoder = self.encoder();
        let mut mark = '?';
        let mut add = |name: &str, value: &str| {
            url.push(mark);
            mark = '&';
            encoder.query(name, url);
            url.push('=');
            encoder.query(value, url);
        };
        let mut named = false;
        for (name, value) in self.params.iter().filter(|(name, _)| !used.contains(name)) {
            if self.default(name) == Some(value) {
                continue;
            }
            named |= *name == "lang";
            add(name, value);
        }
        let wanted = languages.mode() == LanguageMode::Parameter && !named && !self.rule.absolute;
        if let Some(spelling) = lang.filter(|_| wanted).and_then(|lang| languages.spelling(lang)) {
            add("lang", spelling);
        }
    }

    /// The error of a pattern that could not be read backwards.
    pub fn reverse_error(&self, error: ReverseError, pattern: &Pattern) -> UrlErrorKind {
        match error {
            ReverseError::Missing(parameter) => UrlErrorKind::Missing { parameter },
            ReverseError::Open => UrlErrorKind::Open { regex: pattern.to_string() },
            ReverseError::IllFormed(parameter) => {
                let value = self.value(&parameter).unwrap_or_default().to_owned();
                UrlErrorKind::IllFormed { parameter, value, wants: format!("it must match {pattern}") }
            }
        }
    }
}
