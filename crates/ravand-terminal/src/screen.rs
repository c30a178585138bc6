//! What a text is shown on: how wide it is, and how wide a text is there.

use std::io::IsTerminal as _;

use unicode_width::UnicodeWidthChar as _;

/// What a text is shown on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// The columns of a terminal; none where lines may be of any length, as in a file.
    pub width: Option<usize>,
}

/// Narrower screens are treated as if they had this many columns.
const NARROWEST: usize = 40;
/// A terminal that does not tell its width.
const USUAL: usize = 80;

impl Screen {
    /// What standard output is.
    pub fn stdout() -> Self {
        let stdout = std::io::stdout();
        if !stdout.is_terminal() {
            return Self { width: None };
        }
        let width = terminal_size::terminal_size_of(&stdout).map(|(width, _)| usize::from(width.0));
        Self { width: Some(width.filter(|width| *width > 0).unwrap_or(USUAL).max(NARROWEST)) }
    }
}

/// How many columns a text takes: as terminals count, letter by letter, without ligatures.
pub(crate) fn width(text: &str) -> usize {
    text.chars().filter_map(char::width).sum()
}

/// A text in one line that no terminal takes for commands: line ends and other control characters are spelt out.
pub(crate) fn plain(text: &str) -> String {
    if !text.chars().any(char::is_control) {
        return text.to_owned();
    }
    let spelt = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(spelt).collect()
}

/// The text so that its direction changes nothing around it (Unicode's isolates, UAX #9).
pub(crate) fn isolated(text: &str) -> String {
    match text.chars().any(is_right_to_left) {
        true => format!("\u{2068}{text}\u{2069}"),
        false => text.to_owned(),
    }
}

/// Letters of the blocks that Unicode sets aside for scripts written from right to left.
fn is_right_to_left(c: char) -> bool {
    matches!(c as u32, 0x0590..=0x08FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFF | 0x10800..=0x10FFF | 0x1E800..=0x1EFFF)
}

/// A text in lines of at most so many columns, broken at spaces, or inside a word that is wider itself.
pub(crate) fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ') {
        let mut word = word;
        let space = usize::from(used > 0);
        if used + space + width(word) > columns && used > 0 {
            lines.push(String::new());
            used = 0;
        }
        if used > 0 {
            push(&mut lines, " ");
            used += 1;
        }
        while width(word) > columns {
            let (start, rest) = word.split_at(cut(word, columns));
            push(&mut lines, start);
            word = rest;
            if !rest.is_empty() {
                lines.push(String::new());
            }
        }
        push(&mut lines, word);
        used += width(word);
    }
    lines
}

fn push(lines: &mut [String], text: &str) {
    if let Some(line) = lines.last_mut() {
        line.push_str(text);
    }
}

/// Where to cut a text so that what is before takes at most so many columns, and is not empty.
fn cut(text: &str, columns: usize) -> usize {
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    let fits = ends.take_while(|end| width(&text[..*end]) <= columns).last();
    fits.or_else(|| text.chars().next().map(char::len_utf8)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_not_letters() {
        for (text, expected) in [
            ("abc", 3),
            ("تیکت", 4),
            ("票", 2),
            ("سلام", 4),
            ("e\u{301}", 1),
            ("مُ", 1),
            ("\u{2068}x\u{2069}", 1),
        ] {
            assert_eq!(width(text), expected, "{text}");
        }
    }

    #[test]
    fn nothing_is_a_command() {
        assert_eq!(plain("a\nb\u{1b}[31m"), "a\\nb\\u{1b}[31m");
        assert_eq!(plain("سلام"), "سلام");
    }

    #[test]
    fn lines_are_broken_at_spaces() {
        for (text, columns, expected) in [
            ("", 5, vec![""]),
            ("one two three", 7, vec!["one two", "three"]),
            ("one two three", 100, vec!["one two three"]),
            ("abcdefgh ij", 3, vec!["abc", "def", "gh", "ij"]),
            ("票票票", 3, vec!["票", "票", "票"]),
            ("票", 1, vec!["票"]),
        ] {
            assert_eq!(wrapped(text, columns), expected, "{text} in {columns}");
        }
    }
}
