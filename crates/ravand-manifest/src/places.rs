//! Places in one text, found without reading it from the start each time.

use jsonc_parser::common::Range;
use ravand_core::Place;

/// A longer line is not shown in a message: a minified file would be one line of a hundred thousand letters,
/// copied into every place.
const SHOWN: usize = 400;

/// So many bytes at the most are looked at to count the letters of a line up to a place.
const STEP: usize = 256;

/// A text, where its lines begin, and how many letters stand before every so many bytes: with them a place in a
/// line of a hundred thousand letters costs no more than one in a short line.
pub(crate) struct Lines<'a> {
    pub file: &'a str,
    pub text: &'a str,
    starts: Vec<usize>,
    /// The number of letters that begin before byte `STEP * index`.
    letters: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub fn new(file: &'a str, text: &'a str) -> Self {
        let (mut starts, mut letters, mut seen) = (vec![0], Vec::with_capacity(text.len() / STEP + 1), 0);
        for (step, bytes) in text.as_bytes().chunks(STEP).enumerate() {
            letters.push(seen);
            for (at, byte) in bytes.iter().enumerate() {
                seen += usize::from(begins_letter(*byte));
                if *byte == b'\n' {
                    starts.push(step * STEP + at + 1);
                }
            }
        }
        Self { file, text, starts, letters }
    }

    /// The place of a range; what goes on in the next line is cut at the end of the first.
    pub fn place(&self, range: Range) -> Place {
        let offset = self.text.floor_char_boundary(range.start);
        let line = self.line(offset);
        let start = self.starts.get(line - 1).copied().unwrap_or_default();
        let source_line = self.source_line(line, start);
        let end = range.end.min(start + source_line.len());
        Place {
            file: self.file.to_owned(),
            line,
            column: self.count(start, offset) + 1,
            length: self.count(offset, end),
            source_line: if source_line.len() > SHOWN { String::new() } else { source_line.to_owned() },
        }
    }

    /// The number of the line that a byte lies in, from 1.
    pub fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).max(1)
    }

    /// About where a place is: good for sorting.
    pub fn offset(&self, place: &Place) -> usize {
        self.starts.get(place.line - 1).copied().unwrap_or_default() + place.column
    }

    /// A line without its end.
    fn source_line(&self, line: usize, start: usize) -> &'a str {
        let end = self.starts.get(line).copied().unwrap_or(self.text.len());
        let whole = self.text.get(start..end).unwrap_or_default();
        match whole.strip_suffix('\n') {
            Some(line) => line.strip_suffix('\r').unwrap_or(line),
            None => whole,
        }
    }

    /// The letters from one byte to another; none where these are no borders of letters.
    fn count(&self, from: usize, to: usize) -> usize {
        match from <= to && self.text.is_char_boundary(from) && self.text.is_char_boundary(to) {
            true => self.letters_before(to) - self.letters_before(from),
            false => 0,
        }
    }

    fn letters_before(&self, offset: usize) -> usize {
        let step = (offset / STEP).min(self.letters.len().saturating_sub(1));
        let bytes = self.text.as_bytes().get(step * STEP..offset).unwrap_or_default();
        let since = bytes.iter().filter(|byte| begins_letter(**byte)).count();
        self.letters.get(step).copied().unwrap_or_default() + since
    }
}

/// Whether a byte of UTF-8 is the first of its letter.
fn begins_letter(byte: u8) -> bool {
    byte & 0b1100_0000 != 0b1000_0000
}

/// The byte of a JSON string, as written with its quotes and escapes, where byte `decoded` of its value comes from.
pub(crate) fn raw_offset(raw: &str, decoded: usize) -> usize {
    let mut seen = 0;
    let mut letters = raw.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        if seen >= decoded {
            return at;
        }
        if letter != '\\' {
            seen += letter.len_utf8();
            continue;
        }
        seen += match letters.next() {
            Some((at, 'u')) => {
                let digits = raw.get(at + 1..at + 5).unwrap_or_default();
                letters.by_ref().take(4).for_each(drop);
                // Half of a surrogate pair is half of a letter of four bytes.
                u32::from_str_radix(digits, 16)
                    .map_or(1, |code| char::from_u32(code).map_or(2, char::len_utf8))
            }
            _ => 1,
        };
    }
    raw.len().saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// More than one step, of letters of one and of two bytes.
    const LONG: &str = concat!(
        "0123456789 شمارهٔ بلند 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 ",
        "0123456789 شمارهٔ بلند 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 ",
        "0123456789 شمارهٔ بلند 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 ",
    );

    #[test]
    fn a_range_is_placed_as_ravand_core_places_it() {
        let text = "{\r\n  \"عنوان\": \"راه\",\n\n}";
        let lines = Lines::new("f", text);
        for (offset, _) in text.char_indices() {
            for length in [0, 1, 4, 100] {
                let range = Range::new(offset, offset + length);
                assert_eq!(lines.place(range), Place::find("f", text, offset, length), "{offset}+{length}");
            }
        }
    }

    proptest! {
        #[test]
        fn a_place_in_any_text_is_the_plain_one(
            parts in vec(prop_oneof![Just("\n"), Just("\r\n"), Just("\r"), Just("a"), Just("ش"), Just("😀"), Just(LONG)], 0..40),
            offset: prop::sample::Index,
            length in 0..700_usize,
        ) {
            let text = parts.concat();
            let offset = offset.index(text.len() + 1);
            let place = |range| Lines::new("f", &text).place(range);
            let range = Range::new(offset, offset + length);
            prop_assert_eq!(place(range), plain(&text, range));
        }
    }

    /// A place as it is meant: read from the start of its line.
    fn plain(text: &str, range: Range) -> Place {
        let offset = text.floor_char_boundary(range.start);
        let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
        let source_line = text[start..].lines().next().unwrap_or_default();
        let end = range.end.min(start + source_line.len());
        let count = |from, to| text.get(from..to).map_or(0, |part| part.chars().count());
        Place {
            file: "f".to_owned(),
            line: text[..offset].matches('\n').count() + 1,
            column: count(start, offset) + 1,
            length: count(offset, end),
            source_line: if source_line.len() > SHOWN { String::new() } else { source_line.to_owned() },
        }
    }

    #[test]
    fn a_long_line_is_not_copied() {
        let text = format!("[{}]", "1,".repeat(1000));
        let place = Lines::new("f", &text).place(Range::new(500, 501));
        assert_eq!((place.line, place.column, place.source_line.as_str()), (1, 501, ""));
    }

    #[test]
    fn offsets_go_through_escapes() {
        for (raw, decoded, expected) in [
            (r#""abc""#, 0, 1),
            (r#""abc""#, 2, 3),
            (r#""abc""#, 9, 4),
            (r#""\\d+""#, 1, 3),
            (r#""\u0041b""#, 1, 7),
            (r#""\ud83d\ude00b""#, 4, 13),
            (r#""پb""#, 2, 3),
            ("", 3, 0),
        ] {
            assert_eq!(raw_offset(raw, decoded), expected, "{raw} {decoded}");
        }
    }
}
