//! A Rust file as its words, strings and groups: enough to see what it calls, for a small part of what parsing costs.

/// A token and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) kind: Kind,
    pub(crate) text: &'a str,
    /// Its first byte in the file.
    pub(crate) at: usize,
    /// The index of a group's other end; its own for all others.
    pub(crate) partner: usize,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An identifier, a keyword, a number.
    Word,
    /// A string literal of any kind.
    Text,
    /// A letter, a lifetime.
    Letter,
    /// `(`, `[` or `{`.
    Open,
    /// `)`, `]` or `}`.
    Close,
    /// One of all the others.
    Mark,
}

/// The tokens of a file, comments left out; nothing when it is not balanced, and so no Rust.
pub(crate) fn tokens(text: &str) -> Option<Vec<Token<'_>>> {
    let mut lexer = Lexer { text, bytes: text.as_bytes(), at: 0 };
    let (mut tokens, mut open): (Vec<Token<'_>>, Vec<usize>) =
        (Vec::with_capacity(text.len() / 4), Vec::new());
    while lexer.at < text.len() {
        let at = lexer.at;
        let Some(kind) = lexer.next()? else { continue };
        let index = tokens.len();
        let mut partner = index;
        if kind == Kind::Open {
            open.push(index);
        } else if kind == Kind::Close {
            partner = open.pop()?;
            tokens.get_mut(partner)?.partner = index;
        }
        tokens.push(Token { kind, text: text.get(at..lexer.at)?, at, partner });
    }
    open.is_empty().then_some(tokens)
}

impl Token<'_> {
    pub(crate) fn is(&self, text: &str) -> bool {
        self.text == text
    }

    /// Whether it is this word: no string, and no raw identifier.
    pub(crate) fn is_word(&self, text: &str) -> bool {
        self.kind == Kind::Word && self.text == text
    }
}

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl Lexer<'_> {
    /// Goes over the next token; the inner nothing for spaces and comments, the outer where something does not end.
    #[expect(clippy::option_option, reason = "what is no token and what is no Rust are two things")]
    fn next(&mut self) -> Option<Option<Kind>> {
        let byte = self.byte(0)?;
        self.at += 1;
        Some(Some(match byte {
            b' ' | b'\n' | b'\t' | b'\r' => {
                while self.at < self.bytes.len() && self.bytes[self.at].is_ascii_whitespace() {
                    self.at += 1;
                }
                return Some(None);
            }
            b'/' if self.byte(0) == Some(b'/') => {
                let rest = self.text.get(self.at..)?;
                self.at = rest.find('\n').map_or(self.bytes.len(), |found| self.at + found);
                return Some(None);
            }
            b'/' if self.byte(0) == Some(b'*') => {
                self.comment()?;
                return Some(None);
            }
            b'"' => self.string()?,
            b'\'' => self.letter()?,
            b'(' | b'[' | b'{' => Kind::Open,
            b')' | b']' | b'}' => Kind::Close,
            byte if is_word(byte) => self.word()?,
            _ => Kind::Mark,
        }))
    }

    fn skip_word(&mut self) {
        while self.at < self.bytes.len() && is_word(self.bytes[self.at]) {
            self.at += 1;
        }
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn find(&self, end: &str) -> Option<usize> {
        self.text.get(self.at..)?.find(end).map(|found| self.at + found)
    }

    /// A word, or a string with a letter before it: `r"…"`, `b"…"`, `b'…'`.
    fn word(&mut self) -> Option<Kind> {
        let start = self.at - 1;
        self.skip_word();
        match (self.bytes.get(start..self.at)?, self.byte(0)) {
            (b"r" | b"br" | b"cr", Some(b'"' | b'#')) => self.raw(),
            (b"b" | b"c", Some(b'"')) => {
                self.at += 1;
                self.string()
            }
            (b"b", Some(b'\'')) => {
                self.at += 1;
                self.letter()
            }
            _ => Some(Kind::Word),
        }
    }

    /// A comment in `/* */`, which may hold others.
    fn comment(&mut self) -> Option<()> {
        let mut depth = 1;
        self.at += 1;
        while depth > 0 {
            match (self.byte(0)?, self.byte(1)) {
                (b'*', Some(b'/')) => (depth, self.at) = (depth - 1, self.at + 2),
                (b'/', Some(b'*')) => (depth, self.at) = (depth + 1, self.at + 2),
                _ => self.at += 1,
            }
        }
        Some(())
    }

    fn string(&mut self) -> Option<Kind> {
        loop {
            let byte = self.byte(0)?;
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'"' => return Some(Kind::Text),
                _ => {}
            }
        }
    }

    /// `r"…"` and `r#"…"#` behind their `r`, or a raw identifier, `r#type`.
    fn raw(&mut self) -> Option<Kind> {
        let hashes = self.bytes.get(self.at..)?.iter().take_while(|byte| **byte == b'#').count();
        if self.byte(hashes) != Some(b'"') {
            self.at += hashes;
            self.skip_word();
            return Some(Kind::Word);
        }
        self.at += hashes + 1;
        let end = format!("\"{}", "#".repeat(hashes));
        self.at = self.find(&end)? + end.len();
        Some(Kind::Text)
    }

    /// A letter, `'a'` or `'\n'`, or the name of a lifetime, behind the `'`.
    fn letter(&mut self) -> Option<Kind> {
        let first = self.text.get(self.at..)?.chars().next()?;
        let behind = self.at + first.len_utf8();
        if first == '\\' {
            self.at += 2;
            self.at = self.find("'")? + 1;
        } else if self.bytes.get(behind) == Some(&b'\'') {
            self.at = behind + 1;
        } else {
            self.skip_word();
        }
        Some(Kind::Letter)
    }
}

/// The bytes that words are made of. A table, because build scripts are seldom optimised.
static WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let letter = byte as u8;
        table[byte] = letter.is_ascii_alphanumeric() || letter == b'_' || byte >= 0x80;
        byte += 1;
    }
    table
};

fn is_word(byte: u8) -> bool {
    WORD[usize::from(byte)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(Kind, &str)]) {
        let found = tokens(text)
            .map(|tokens| tokens.iter().map(|token| (token.kind, token.text)).collect::<Vec<_>>());
        assert_eq!(found.as_deref(), Some(expected), "{text}");
    }

    #[test]
    fn what_a_file_is_made_of() {
        use Kind::{Close, Letter, Mark, Open, Text, Word};
        check(
            "a.b(\"c\")",
            &[(Word, "a"), (Mark, "."), (Word, "b"), (Open, "("), (Text, "\"c\""), (Close, ")")],
        );
        check("a // b\n/* c /* d */ e */ f", &[(Word, "a"), (Word, "f")]);
        check(
            "\"\\\"{\" r\"\\\" r#\"\"}\"# b\"}\" br##\"\"#\"##",
            &[
                (Text, "\"\\\"{\""),
                (Text, "r\"\\\""),
                (Text, "r#\"\"}\"#"),
                (Text, "b\"}\""),
                (Text, "br##\"\"#\"##"),
            ],
        );
        check(
            "'a' '\\'' '{' b'}' 'é' 'static &'a",
            &[
                (Letter, "'a'"),
                (Letter, "'\\''"),
                (Letter, "'{'"),
                (Letter, "b'}'"),
                (Letter, "'é'"),
                (Letter, "'static"),
                (Mark, "&"),
                (Letter, "'a"),
            ],
        );
        check(
            "r#type rest 1.5e3 نام",
            &[(Word, "r#type"), (Word, "rest"), (Word, "1"), (Mark, "."), (Word, "5e3"), (Word, "نام")],
        );
        check("", &[]);
    }

    #[test]
    fn groups() {
        let tokens = tokens("a(b[c]{})").unwrap();
        let partners: Vec<usize> = tokens.iter().map(|token| token.partner).collect();
        assert_eq!(partners, [0, 8, 2, 5, 4, 3, 7, 6, 1]);
        assert_eq!(tokens[4].at, 4);
    }

    #[test]
    fn what_is_no_rust() {
        for text in ["(", ")", "\"", "\"\\", "/* ", "r#\"", "'", "'\\", "'\\é", "b'", "c\""] {
            assert_eq!(tokens(text), None, "{text}");
        }
    }
}
