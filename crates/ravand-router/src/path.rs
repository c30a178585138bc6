//! A request's path: split on `/` first, percent-decoded after.

use std::borrow::Cow;
use std::fmt;

use percent_encoding::percent_decode_str;
use smallvec::SmallVec;

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

/// Where a segment lies in the decoded text.
pub(crate) type Span = (usize, usize);

/// The spans of a path's segments, on the stack for all usual paths.
pub(crate) type Spans = SmallVec<[Span; 16]>;

/// A decoded path. Spans, not slashes, tell its segments apart: a decoded
/// segment may hold a slash itself.
pub(crate) struct Path<'a> {
    /// The whole path, decoded, with its leading slash.
    pub text: Cow<'a, str>,
    spans: Option<Vec<Span>>,
}

impl<'a> Path<'a> {
    /// Reads a raw path.
    pub fn parse(raw: &'a str) -> Result<Path<'a>, BadPath> {
        let raw = if raw.is_empty() { "/" } else { raw };
        if !raw.starts_with('/') {
            return Err(BadPath::NoSlash);
        }
        if !raw.as_bytes().contains(&b'%') {
            return Ok(Path { text: Cow::Borrowed(raw), spans: None });
        }
        let mut text = String::with_capacity(raw.len());
        let mut spans = Vec::new();
        let mut offset = 1;
        for segment in raw[1..].split('/') {
            text.push('/');
            let start = text.len();
            text.push_str(&decode(segment, offset)?);
            spans.push((start, text.len()));
            offset += segment.len() + 1;
        }
        Ok(Path { text: Cow::Owned(text), spans: Some(spans) })
    }

    /// Whether the text is the raw path itself, so that its slashes are the
    /// separators.
    pub fn is_plain(&self) -> bool {
        self.spans.is_none()
    }

    /// Adds the spans of all segments; a trailing slash adds none.
    pub fn spans(&self, spans: &mut Spans) {
        match &self.spans {
            Some(decoded) => spans.extend_from_slice(decoded),
            None => split(&self.text, spans),
        }
        if spans.last().is_some_and(|(start, end)| start == end) {
            spans.pop();
        }
    }

    /// The first segment and where the text after it begins.
    pub fn first(&self) -> Option<(&str, usize)> {
        let (start, end) = match &self.spans {
            Some(spans) => *spans.first()?,
            None => (1, self.text[1..].find('/').map_or(self.text.len(), |at| at + 1)),
        };
        Some((self.text.get(start..end)?, end))
    }
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

fn split(text: &str, spans: &mut Spans) {
    let mut start = 1;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        if byte == b'/' {
            spans.push((start, at));
            start = at + 1;
        }
    }
    spans.push((start, text.len()));
}
