//! A pattern read backwards: the text it finds, from the values of its groups.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};

use crate::Pattern;

/// Why no text was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ReverseError {
    /// A group has no value.
    Missing(String),
    /// A group's value is not one that the pattern would find there.
    IllFormed(String),
    /// The pattern leaves open what the text is.
    Open,
}

/// The text that the pattern finds with the given values in its groups.
///
/// What the pattern may leave out is left out, unless a value is given for
/// it. The text is shown to the pattern again, and must give the values back.
pub(crate) fn reverse<'a>(
    pattern: &Pattern,
    start: &str,
    value: &dyn Fn(&str) -> Option<&'a str>,
) -> Result<String, ReverseError> {
    let hir = ParserBuilder::new().build().parse(&pattern.inline()).map_err(|_| ReverseError::Open)?;
    let mut text = String::new();
    write(&hir, value, &mut text)?;
    if !text.starts_with(start) {
        text.insert_str(0, start);
    }
    let Some(found) = pattern.compiled().captures(&text) else {
        let name = pattern.names().find(|name| value(name).is_some());
        return Err(name.map_or(ReverseError::Open, |name| ReverseError::IllFormed(name.to_owned())));
    };
    for name in pattern.names() {
        if let Some(wanted) = value(name)
            && found.name(name).is_none_or(|group| group.as_str() != wanted)
        {
            return Err(ReverseError::IllFormed(name.to_owned()));
        }
    }
    Ok(text)
}

fn write<'a>(
    hir: &Hir,
    value: &dyn Fn(&str) -> Option<&'a str>,
    text: &mut String,
) -> Result<(), ReverseError> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Ok(()),
        HirKind::Literal(literal) => {
            text.push_str(std::str::from_utf8(&literal.0).map_err(|_| ReverseError::Open)?);
            Ok(())
        }
        HirKind::Class(class) => {
            text.push(only_letter(class).ok_or(ReverseError::Open)?);
            Ok(())
        }
        HirKind::Capture(group) => match &group.name {
            Some(name) => {
                text.push_str(value(name).ok_or_else(|| ReverseError::Missing(name.to_string()))?);
                Ok(())
            }
            None => write(&group.sub, value, text),
        },
        HirKind::Repetition(repetition) => {
            let optional = usize::from(has_value(&repetition.sub, value));
            let times = usize::try_from(repetition.min).unwrap_or(usize::MAX).max(optional);
            (0..times).try_for_each(|_| write(&repetition.sub, value, text))
        }
        HirKind::Concat(subs) => subs.iter().try_for_each(|sub| write(sub, value, text)),
        HirKind::Alternation(subs) => {
            let before = text.len();
            let given = subs.iter().filter(|sub| has_value(sub, value));
            let mut first = Err(ReverseError::Open);
            for sub in given.chain(subs) {
                text.truncate(before);
                match write(sub, value, text) {
                    Ok(()) => return Ok(()),
                    Err(error) if first == Err(ReverseError::Open) => first = Err(error),
                    Err(_) => {}
                }
            }
            first
        }
    }
}

/// Whether a named group inside has a value.
fn has_value<'a>(hir: &Hir, value: &dyn Fn(&str) -> Option<&'a str>) -> bool {
    match hir.kind() {
        HirKind::Capture(group) => {
            group.name.as_ref().is_some_and(|name| value(name).is_some()) || has_value(&group.sub, value)
        }
        HirKind::Repetition(repetition) => has_value(&repetition.sub, value),
        HirKind::Concat(subs) | HirKind::Alternation(subs) => subs.iter().any(|sub| has_value(sub, value)),
        _ => false,
    }
}

/// The letter of a class that has one, or the two cases of one.
fn only_letter(class: &Class) -> Option<char> {
    let Class::Unicode(class) = class else { return None };
    let mut letters = class.iter().flat_map(|range| range.start()..=range.end()).take(5);
    let lower = |letter: char| letter.to_lowercase().next();
    let first = lower(letters.next()?)?;
    letters.all(|letter| lower(letter) == Some(first)).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::{ReverseError, reverse};
    use crate::Pattern;

    fn check(pattern: &str, values: &[(&str, &str)], expected: Result<&str, ReverseError>) {
        let pattern = Pattern::parse(pattern).unwrap();
        let value = |name: &str| values.iter().find(|(one, _)| *one == name).map(|(_, value)| *value);
        assert_eq!(reverse(&pattern, "/", &value).as_deref(), expected.as_ref().copied(), "{pattern}");
    }

    #[test]
    fn patterns_are_read_backwards() {
        let missing = |name: &str| Err(ReverseError::Missing(name.into()));
        let ill_formed = |name: &str| Err(ReverseError::IllFormed(name.into()));
        let year = r"#^/news/(?<year>\d{4})(?:/(?<slug>[a-z-]+))?/?$#";
        check(year, &[("year", "2006")], Ok("/news/2006"));
        check(year, &[("year", "2006"), ("slug", "a-b")], Ok("/news/2006/a-b"));
        check(year, &[("slug", "a-b")], missing("year"));
        check(year, &[("year", "x")], ill_formed("year"));
        check("#^/(ab|cd)/(?<x>.)$#", &[("x", "1")], Ok("/ab/1"));
        check("#^/(?:a/(?<x>.)|b/(?<y>.))$#", &[("y", "1")], Ok("/b/1"));
        check("#^/Ab$#i", &[], Ok("/ab"));
        check("#^/a.*b#", &[], Ok("/ab"));
        check("#^/a.b#", &[], Err(ReverseError::Open));
        check("#ok$#", &[], Ok("/ok"));
    }
}
