//! A request's path: split on `/` first, percent-decoded after.

use std::borrow::Cow;
use std::fmt;

use percent_encoding::percent_decode_str;

use crate::separators::{Cursor, Separators};
use crate::words::{Short, Words, contains};

/// Why a path is a bad request. The offset is the byte of the raw path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BadPath {
    /// A `%` without two hexadecimal digits after it.
    Percent {
        /// Where the `%` is.
        offset: usize,
    },
    /// A segment that is not UTF-8 when it is decoded.
    Utf8 {
        /// Where the segment begins.
        offset: usize,
    },
    /// A path that does not begin with `/`.
    NoSlash,
}

impl fmt::Display for BadPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadPath::Percent { offset } => {
                write!(f, "malformed percent-encoding at byte {offset} of the path")
            }
            BadPath::Utf8 { offset } => {
                write!(f, "the segment at byte {offset} of the path is not UTF-8")
            }
            BadPath::NoSlash => f.write_str("the path does not begin with '/'"),
        }
    }
}

impl std::error::Error for BadPath {}

/// Where a segment or a value lies in the decoded text.
pub(crate) type Span = (usize, usize);

/// A decoded path. Separators, not slashes, tell its segments apart: a
/// decoded segment may hold a slash itself.
pub(crate) struct Path<'a> {
    /// The whole path, decoded, with its leading slash.
    pub text: Cow<'a, str>,
    pub separators: Separators,
    /// Whether each slash of the text is a separator.
    pub slashes_separate: bool,
    short: Short,
}

impl<'a> Path<'a> {
    /// Reads a raw path.
    pub fn parse(raw: &'a str) -> Result<Path<'a>, BadPath> {
        let raw = if raw.is_empty() { "/" } else { raw };
        if !raw.starts_with('/') {
            return Err(BadPath::NoSlash);
        }
        if !contains(raw, b'%') {
            return Ok(Path::of_text(Cow::Borrowed(raw)));
        }
        match decode_whole(raw) {
            Some(text) => Ok(Path::of_text(Cow::Owned(text))),
            None => Path::by_segments(raw),
        }
    }

    fn of_text(text: Cow<'a, str>) -> Path<'a> {
        let (separators, short) = (Separators::slashes(&text), Short::of(&text));
        Path { text, separators, slashes_separate: true, short }
    }

    fn by_segments(raw: &'a str) -> Result<Path<'a>, BadPath> {
        let mut text = String::with_capacity(raw.len());
        let mut slashes = Vec::new();
        let mut offset = 1;
        for segment in raw[1..].split('/') {
            slashes.push(text.len());
            text.push('/');
            text.push_str(&decode(segment, offset)?);
            offset += segment.len() + 1;
        }
        let (separators, short) = (Separators::at(&slashes, text.len()), Short::of(&text));
        Ok(Path { text: Cow::Owned(text), separators, slashes_separate: false, short })
    }

    /// The text in words.
    pub fn words(&self) -> Words<'_> {
        Words::new(&self.text, &self.short)
    }

    /// The first segment, if there is one, and the place after it.
    pub fn first(&self) -> Option<(&str, Cursor)> {
        let first = self.separators.first();
        if first.rest == 0 {
            return None;
        }
        let ((start, end), after) = self.separators.step(first);
        Some((self.text.get(start..end)?, after))
    }

    /// The spans of all segments; a trailing slash adds none.
    pub fn spans(&self) -> Vec<Span> {
        let mut cursor = self.separators.first();
        let mut spans = Vec::with_capacity(cursor.rest);
        while cursor.rest > 0 {
            let (span, after) = self.separators.step(cursor);
            spans.push(span);
            cursor = after;
        }
        spans
    }
}

/// Decodes a path at once; none if it is ill-formed or has a slash encoded.
fn decode_whole(raw: &str) -> Option<String> {
    let bytes = raw.as_bytes();
    let digits = |at: usize| bytes.get(at + 1..at + 3);
    let encoded =
        |digits: &[u8]| digits.iter().all(u8::is_ascii_hexdigit) && !digits.eq_ignore_ascii_case(b"2f");
    let mut percents = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'%');
    if !percents.all(|(at, _)| digits(at).is_some_and(encoded)) {
        return None;
    }
    let mut text = Vec::with_capacity(raw.len());
    text.extend(percent_decode_str(raw));
    String::from_utf8(text).ok()
}

/// Decodes one segment; `offset` is its place in the raw path.
pub(crate) fn decode(segment: &str, offset: usize) -> Result<Cow<'_, str>, BadPath> {
    let bytes = segment.as_bytes();
    for (at, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == b'%') {
        let digits = bytes.get(at + 1..at + 3);
        if !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
            return Err(BadPath::Percent { offset: offset + at });
        }
    }
    percent_decode_str(segment).decode_utf8().map_err(|_| BadPath::Utf8 { offset })
}
