//! Percent-encoding for paths and queries.

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

/// Writes texts into URLs.
#[derive(Clone, Copy)]
pub(crate) struct Encoder {
    /// Letters beyond ASCII are encoded too.
    pub all: bool,
}

impl Encoder {
    /// Writes one segment of a path.
    pub fn segment(self, text: &str, url: &mut String) {
        self.write(text, PATH, url);
    }

    /// Writes a whole path, whose slashes stay.
    pub fn path(self, text: &str, url: &mut String) {
        for (at, segment) in text.split('/').enumerate() {
            if at > 0 {
                url.push('/');
            }
            self.segment(segment, url);
        }
    }

    /// Writes a name or a value of a query.
    pub fn query(self, text: &str, url: &mut String) {
        self.write(text, QUERY, url);
    }

    /// Writes what is a part of a URL already, apart from what cannot stand there.
    pub fn written(self, text: &str, url: &mut String) {
        self.write(text, WRITTEN, url);
    }

    fn write(self, text: &str, set: &'static AsciiSet, url: &mut String) {
        if self.all {
            return url.extend(utf8_percent_encode(text, set));
        }
        let mut buffer = [0; 4];
        for letter in text.chars() {
            match letter.is_ascii() || letter.is_whitespace() || letter.is_control() {
                true => url.extend(utf8_percent_encode(letter.encode_utf8(&mut buffer), set)),
                false => url.push(letter),
            }
        }
    }
}

/// What a segment of a path must not say plainly (RFC 3986's `pchar`, the
/// apostrophe left out, since pages put URLs between apostrophes).
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// What stands nowhere in a URL, and `'`. A `%` is taken to begin an encoded letter.
const WRITTEN: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b'\'');

/// What a name or value in a query must not say plainly.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
