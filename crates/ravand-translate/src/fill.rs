//! Filling a phrase with its values, in one pass.

use ravand_manifest::Piece;

use crate::numbers::Numbers;
use crate::{Args, Value};

/// A phrase's text, and how its language writes the numbers in it.
pub(crate) struct Fill<'a> {
    pub(crate) pieces: &'a [Piece],
    pub(crate) numbers: &'a Numbers,
}

/// Where the result is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// As text: values as they are.
    Plain,
    /// In a page: values escaped.
    Html,
}

impl<'a> Fill<'a> {
    /// The text itself, when nothing is to be filled in.
    pub(crate) fn literal(&self) -> Option<&'a str> {
        match self.pieces {
            [] => Some(""),
            [Piece::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// The text, and the parameters that have no value: those stay visible as `{name}`.
    pub(crate) fn write(&self, args: &Args, shown: Shown) -> (String, Vec<&'a str>) {
        let mut out = String::with_capacity(self.pieces.iter().map(room).sum());
        let mut without_value = Vec::new();
        for piece in self.pieces {
            match piece {
                Piece::Literal(text) => out.push_str(text),
                Piece::Param(name) => match args.get(name) {
                    Some(value) => self.value(value, shown, &mut out),
                    None => {
                        without_value.push(name.as_str());
                        out.extend(["{", name, "}"]);
                    }
                },
            }
        }
        (out, without_value)
    }

    fn value(&self, value: &Value, shown: Shown, out: &mut String) {
        match value {
            Value::Text(text) if shown == Shown::Html => escape(text, out),
            Value::Text(text) => out.push_str(text),
            Value::Integer(number) => self.numbers.write_integer(*number, out),
            Value::Decimal(number) => self.numbers.write_decimal(*number, out),
        }
    }
}

fn room(piece: &Piece) -> usize {
    match piece {
        Piece::Literal(text) => text.len(),
        Piece::Param(_) => 16,
    }
}

/// Adds a text to a page, between tags or in a quoted attribute.
pub(crate) fn escape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
        let (before, found) = rest.split_at(at);
        out.push_str(before);
        out.push_str(match found.as_bytes().first() {
            Some(b'&') => "&amp;",
            Some(b'<') => "&lt;",
            Some(b'>') => "&gt;",
            Some(b'"') => "&quot;",
            _ => "&#39;",
        });
        rest = &found[1..];
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pieces: &[Piece], args: &Args, plain: &str, html: &str, missing: &[&str]) {
        let numbers = Numbers::new(&"fa".parse().unwrap());
        let fill = Fill { pieces, numbers: &numbers };
        assert_eq!(fill.write(args, Shown::Plain), (plain.to_owned(), missing.to_vec()));
        assert_eq!(fill.write(args, Shown::Html), (html.to_owned(), missing.to_vec()));
    }

    #[test]
    fn one_pass() {
        let (text, param) = (|t: &str| Piece::Literal(t.into()), |n: &str| Piece::Param(n.into()));
        let pieces = [text("<b>"), param("a"), text("</b>"), param("b")];
        check(
            &pieces,
            &Args::from([("a", 12), ("b", -3)]),
            "<b>۱۲</b>\u{200e}−۳",
            "<b>۱۲</b>\u{200e}−۳",
            &[],
        );
        check(
            &pieces,
            &Args::from([("a", "{b}"), ("b", "\"a\" & 'b'")]),
            "<b>{b}</b>\"a\" & 'b'",
            "<b>{b}</b>&quot;a&quot; &amp; &#39;b&#39;",
            &[],
        );
        check(&pieces, &Args::from([("b", "<")]), "<b>{a}</b><", "<b>{a}</b>&lt;", &["a"]);
        check(&[], &Args::new(), "", "", &[]);
    }
}
