//! Places in one text, found without reading it from the start each time.

use jsonc_parser::common::Range;
use ravand_core::Place;

/// A longer line is not shown in a message: a minified file would be one line of a hundred thousand letters,
/// copied into every place.
const SHOWN: usize = 400;

/// A text and where its lines begin.
pub(crate) struct Lines<'a> {
    pub file: &'a str,
    pub text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub fn new(file: &'a str, text: &'a str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect();
        Self { file, text, starts }
    }

    /// The place of a range; what goes on in the next line is cut at the end of the first.
    pub fn place(&self, range: Range) -> Place {
        let offset = self.text.floor_char_boundary(range.start);
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or_default();
        let source_line = self.rest(start).lines().next().unwrap_or_default();
        let end = range.end.min(start + source_line.len());
        let count = |from, to| self.text.get(from..to).map_or(0, |part| part.chars().count());
        Place {
            file: self.file.to_owned(),
            line,
            column: count(start, offset) + 1,
            length: count(offset, end),
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

    fn rest(&self, start: usize) -> &'a str {
        self.text.get(start..).unwrap_or_default()
    }
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
    use super::*;

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
