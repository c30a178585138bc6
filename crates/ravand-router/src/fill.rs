//! A rule's path filled with the values of its parameters.

use crate::explain::take;
use crate::link::Url;
use crate::tree::Check;
use crate::{Part, UrlErrorKind};

impl<'a> Url<'a> {
    /// The path that takes most of the parameters, encoded, and its first
    /// segment.
    pub fn path(&self, used: &mut Vec<&'a str>) -> Result<(String, &'a str), UrlErrorKind> {
        let names = |path: &'a [Part]| path.iter().filter_map(Part::name);
        let told = |name: &&str| self.value(name).is_some_and(|value| self.default(name) != Some(value));
        let given = |path| names(path).filter(told).count();
        let mut paths: Vec<&'a [Part]> = self.rule.paths.iter().map(Vec::as_slice).collect();
        // A value that the rule has by itself needs no part.
        paths.sort_by_key(|path| (std::cmp::Reverse(given(path)), names(path).count()));
        let mut first = None;
        for path in paths {
            match self.fill(path).and_then(|filled| self.check_defaults(names(path)).map(|()| filled)) {
                Ok(filled) => {
                    used.extend(names(path));
                    return Ok(filled);
                }
                Err(kind) => first = first.or(Some(kind)),
            }
        }
        Err(first.unwrap_or(UrlErrorKind::UnknownRule))
    }

    fn fill(&self, parts: &'a [Part]) -> Result<(String, &'a str), UrlErrorKind> {
        let mut text = String::new();
        let mut spans = Vec::new();
        let mut segments = Vec::new();
        for (at, part) in parts.iter().enumerate() {
            let (name, wildcard) = match part {
                Part::Static(text) => {
                    segments.push(text.as_str());
                    continue;
                }
                Part::Dynamic { name, .. } => (name, false),
                Part::Wildcard { name, .. } => (name, true),
            };
            let end = wildcard && at + 1 == parts.len();
            let value = match self.value(name).or_else(|| self.default(name)) {
                Some(value) => value,
                None if end => "",
                None => return Err(UrlErrorKind::Missing { parameter: name.clone() }),
            };
            if let Some(wants) = wants(part, value, end) {
                let (parameter, value) = (name.clone(), value.to_owned());
                return Err(UrlErrorKind::IllFormed { parameter, value, wants });
            }
            match wildcard {
                true if value.is_empty() => {}
                true => segments.extend(value.split('/')),
                false => segments.push(value),
            }
        }
        for segment in &segments {
            text.push('/');
            spans.push((text.len(), text.len() + segment.len()));
            text.push_str(segment);
        }
        self.check_wildcards(parts, &text, &spans)?;
        let mut path = String::with_capacity(text.len());
        let encoder = self.encoder();
        for segment in &segments {
            path.push('/');
            encoder.segment(segment, &mut path);
        }
        Ok((path, segments.first().copied().unwrap_or_default()))
    }

    /// Several wildcards can share segments in several ways; the router takes
    /// one of them.
    fn check_wildcards(
        &self,
        parts: &[Part],
        text: &str,
        spans: &[(usize, usize)],
    ) -> Result<(), UrlErrorKind> {
        if parts.iter().filter(|part| matches!(part, Part::Wildcard { .. })).count() < 2 {
            return Ok(());
        }
        let taken = take(parts, text, spans).unwrap_or_default();
        for (name, at) in parts.iter().filter_map(Part::name).zip(0..) {
            let wanted = self.value(name).or_else(|| self.default(name)).unwrap_or_default();
            let got = taken.get(at).and_then(|&(start, end)| text.get(start..end));
            if got != Some(wanted) {
                let wants = "with the other wildcards' values it would be read in another way";
                return Err(UrlErrorKind::IllFormed {
                    parameter: name.to_owned(),
                    value: wanted.to_owned(),
                    wants: wants.to_owned(),
                });
            }
        }
        Ok(())
    }
}

/// What a part wants of a value that it would not take.
fn wants(part: &Part, value: &str, end: bool) -> Option<String> {
    let wildcard = matches!(part, Part::Wildcard { .. });
    let dots = |text: &str| matches!(text, "." | "..");
    let text = match wildcard {
        false if value.is_empty() => "it must not be empty",
        false if dots(value) => "clients resolve it",
        true if value.is_empty() && !end => "it must not be empty",
        true if value.starts_with('/') || value.ends_with('/') => "it must not begin or end with a slash",
        true if value.split('/').any(dots) => "clients resolve dots",
        _ => "",
    };
    if !text.is_empty() {
        return Some(text.to_owned());
    }
    let check = Check::of(part).filter(|check| !check.accept(value))?;
    Some(match check.regex.filter(|regex| !regex.is_match(value)) {
        Some(regex) => format!("it must match {regex}"),
        None => format!("it must be one of {}", check.values.join(", ")),
    })
}
