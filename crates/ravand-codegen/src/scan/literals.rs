//! The arguments of a call in a file's tokens, as far as they are literals: names, and lists of parameters.

use std::ops::Range;

use super::lexer::{Kind, Token};

/// A file's tokens, and what can be read from ranges of them.
#[derive(Clone, Copy)]
pub(crate) struct Code<'a> {
    pub(crate) tokens: &'a [Token<'a>],
}

impl<'a> Code<'a> {
    pub(crate) fn get(self, index: usize) -> Option<Token<'a>> {
        self.tokens.get(index).copied()
    }

    /// The token before another.
    pub(crate) fn before(self, index: usize) -> Option<Token<'a>> {
        self.get(index.checked_sub(1)?)
    }

    pub(crate) fn is(self, index: usize, text: &str) -> bool {
        self.get(index).is_some_and(|token| token.is(text))
    }

    /// Whether `::` ends before this token.
    pub(crate) fn follows_path(self, index: usize) -> bool {
        index >= 2 && self.is(index - 1, ":") && self.is(index - 2, ":")
    }

    /// The word, without `r#`.
    pub(crate) fn word(self, index: usize) -> Option<&'a str> {
        let token = self.get(index).filter(|token| token.kind == Kind::Word)?;
        Some(token.text.strip_prefix("r#").unwrap_or(token.text))
    }

    /// The inside of the group that opens at `open`.
    pub(crate) fn inside(self, open: usize) -> Range<usize> {
        open + 1..self.get(open).map_or(open + 1, |token| token.partner)
    }

    /// The index behind a token or group.
    fn next(self, index: usize) -> usize {
        match self.get(index) {
            Some(token) if token.kind == Kind::Open => token.partner + 1,
            _ => index + 1,
        }
    }

    /// The range in pieces between commas; a comma at its end adds none.
    pub(crate) fn pieces(self, range: Range<usize>) -> Vec<Range<usize>> {
        let (mut pieces, mut start, mut index) = (Vec::new(), range.start, range.start);
        while index < range.end {
            if self.is(index, ",") {
                pieces.push(start..index);
                start = index + 1;
            }
            index = self.next(index);
        }
        if start < range.end {
            pieces.push(start..range.end);
        }
        pieces
    }

    /// The range without references and parentheses around it.
    pub(crate) fn peeled(self, mut range: Range<usize>) -> Range<usize> {
        loop {
            let first = range.start;
            let is_group = self.is(first, "(") && self.next(first) == range.end;
            if is_group {
                range = self.inside(first);
            } else if range.len() > 1 && (self.is(first, "&") || self.is(first, "mut") || self.is(first, "*"))
            {
                range.start += 1;
            } else {
                return range;
            }
        }
    }

    /// The string literals that an expression may be: itself, or those of the branches of an `if` or `match`.
    pub(crate) fn literals(self, range: Range<usize>) -> Vec<usize> {
        let range = self.peeled(range);
        let first = range.start;
        match self.get(first) {
            Some(token) if token.kind == Kind::Text => {
                let same = ["to_owned", "to_string", "into", "as_str", "as_ref"];
                let is_same = range.len() == 5
                    && self.is(first + 1, ".")
                    && self.word(first + 2).is_some_and(|method| same.contains(&method))
                    && self.is(first + 3, "(");
                if range.len() == 1 || is_same { vec![first] } else { Vec::new() }
            }
            Some(token)
                if token.is_word("String") && range.len() > 5 && self.word(first + 3) == Some("from") =>
            {
                self.literals(first + 4..range.end)
            }
            Some(token) if token.is_word("if") => self.branches(range),
            Some(token) if token.is_word("match") => self.arms(range),
            Some(token) if token.is("{") && token.partner + 1 == range.end => self.last(self.inside(first)),
            _ => Vec::new(),
        }
    }

    /// What the blocks of an `if` give: those with `else`, or the end, behind them.
    fn branches(self, range: Range<usize>) -> Vec<usize> {
        let (mut found, mut index) = (Vec::new(), range.start);
        while index < range.end {
            let behind = self.next(index);
            if self.is(index, "{") && (behind == range.end || self.is(behind, "else")) {
                found.extend(self.last(self.inside(index)));
            }
            index = behind;
        }
        found
    }

    /// What the arms of a `match` give.
    fn arms(self, range: Range<usize>) -> Vec<usize> {
        let (mut found, mut index, mut block) = (Vec::new(), range.start, None);
        while index < range.end {
            let behind = self.next(index);
            if self.is(index, "{") && behind == range.end {
                block = Some(self.inside(index));
            }
            index = behind;
        }
        let Some(arms) = block else { return found };
        index = arms.start;
        while index < arms.end {
            if !(self.is(index, "=") && self.is(index + 1, ">")) {
                index = self.next(index);
                continue;
            }
            let start = index + 2;
            index = start;
            if self.is(start, "{") {
                index = self.next(start);
            } else {
                while index < arms.end && !self.is(index, ",") {
                    index = self.next(index);
                }
            }
            found.extend(self.literals(start..index));
        }
        found
    }

    /// What a block gives: the expression behind its last `;`.
    fn last(self, range: Range<usize>) -> Vec<usize> {
        let (mut start, mut index) = (range.start, range.start);
        while index < range.end {
            let is_end = self.is(index, ";");
            index = self.next(index);
            if is_end {
                start = index;
            }
        }
        self.literals(start..range.end)
    }

    /// The names in `&[("id", id)]`, `[…].into()`, `Args::new().with("id", id)` and the like; nothing when they
    /// cannot be told.
    pub(crate) fn given(self, range: Range<usize>) -> Option<Vec<usize>> {
        let mut range = self.peeled(range);
        let same = ["into", "into_iter", "collect", "as_slice", "clone"];
        while let Some(call) = self.ends_in_call(&range)
            && self.word(call + 1).is_some_and(|method| same.contains(&method))
            && range.end == call + 4
        {
            range = self.peeled(range.start..call);
        }
        let first = range.start;
        if self.is(first, "[") && self.next(first) == range.end {
            return self.pairs(self.inside(first));
        }
        if self.word(first) == Some("vec") && self.is(first + 1, "!") && self.next(first + 2) == range.end {
            return self.pairs(self.inside(first + 2));
        }
        self.args(range)
    }

    /// The `.` of the method call that a range ends in.
    fn ends_in_call(self, range: &Range<usize>) -> Option<usize> {
        let close = range.end.checked_sub(1).filter(|close| self.is(*close, ")"))?;
        let dot = self.get(close)?.partner.checked_sub(2)?;
        (dot > range.start && self.is(dot, ".")).then_some(dot)
    }

    fn pairs(self, range: Range<usize>) -> Option<Vec<usize>> {
        let pair = |piece: Range<usize>| {
            let is_pair = self.is(piece.start, "(") && self.next(piece.start) == piece.end;
            let parts = is_pair.then(|| self.pieces(self.inside(piece.start)))?;
            match parts.as_slice() {
                [name, _] => self.one(name.clone()),
                _ => None,
            }
        };
        self.pieces(range).into_iter().map(pair).collect()
    }

    /// `Args::new()`, `Args::from(…)`, each with its `.with(name, value)`.
    fn args(self, range: Range<usize>) -> Option<Vec<usize>> {
        let open = (range.start..range.end).find(|index| self.is(*index, "("))?;
        let function = self.word(open.checked_sub(1)?)?;
        let ty = self.follows_path(open - 1).then(|| self.word(open.checked_sub(4)?)).flatten()?;
        let given = self.pieces(self.inside(open));
        let mut names = match (ty, function, given.as_slice()) {
            ("Args" | "Default", "new" | "default", []) => Vec::new(),
            ("Args", "from" | "from_iter", [list]) => self.given(list.clone())?,
            _ => return None,
        };
        let mut index = self.next(open);
        while index < range.end {
            let is_with =
                self.is(index, ".") && self.word(index + 1) == Some("with") && self.is(index + 2, "(");
            let given = is_with.then(|| self.pieces(self.inside(index + 2)))?;
            match given.as_slice() {
                [name, _] => names.push(self.one(name.clone())?),
                _ => return None,
            }
            index = self.next(index + 2);
        }
        Some(names)
    }

    /// The value of a string literal.
    pub(crate) fn value(self, index: usize) -> Option<String> {
        let text = self.get(index)?.text;
        let plain = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        match plain.filter(|text| !text.contains('\\')) {
            Some(text) => Some(text.to_owned()),
            None => Some(syn::parse_str::<syn::LitStr>(text).ok()?.value()),
        }
    }

    /// The one literal that an expression is.
    pub(crate) fn one(self, range: Range<usize>) -> Option<usize> {
        match self.literals(range).as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::lexer::tokens;
    use super::*;

    fn texts(code: Code<'_>, found: &[usize]) -> String {
        found.iter().map(|index| code.tokens[*index].text).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn literals() {
        for (text, expected) in [
            ("\"a\"", "\"a\""),
            ("&(\"a\")", "\"a\""),
            ("\"a\".to_owned()", "\"a\""),
            ("r#\"a\"#", "r#\"a\"#"),
            ("String::from(\"a\")", "\"a\""),
            ("\"a\".len()", ""),
            ("\"a\" + b", ""),
            ("name", ""),
            ("if x { \"a\" } else if let B { c } = d { \"e\" } else { f }", "\"a\" \"e\""),
            ("if x == (B { c: 1 }) { let y = 1; \"a\" } else { \"b\".into() }", "\"a\" \"b\""),
            (
                "match x { A { b } => \"a\", B(c) if c == \"no\" => { g(); \"b\" } _ => d, E => \"e\" }",
                "\"a\" \"b\" \"e\"",
            ),
            ("{ let a = \"no\"; \"yes\" }", "\"yes\""),
            ("", ""),
        ] {
            let tokens = tokens(text).unwrap();
            let code = Code { tokens: &tokens };
            assert_eq!(texts(code, &code.literals(0..tokens.len())), expected, "{text}");
        }
    }

    #[test]
    fn parameters() {
        for (text, expected) in [
            ("&[]", Some("")),
            ("&[(\"a\", 1), (\"b\", f(x, y)),]", Some("\"a\" \"b\"")),
            ("[(\"a\", 1)].into_iter().collect()", Some("\"a\"")),
            ("&[(\"a\", 1)].into()", Some("\"a\"")),
            ("vec![(\"a\", 1)].as_slice()", Some("\"a\"")),
            ("&Args::new()", Some("")),
            ("ravand_translate::Args::new().with(\"a\", 1).with(\"b\", 2)", Some("\"a\" \"b\"")),
            ("Args::from([(\"a\", 1)]).with(\"b\", 2)", Some("\"a\" \"b\"")),
            ("&Default::default()", Some("")),
            ("&[(name, 1)]", None),
            ("&[pair]", None),
            ("&[(\"a\", 1, 2)]", None),
            ("&pairs", None),
            ("Args::new().set(\"a\", 1)", None),
            ("&[(\"a\", 1)].iter().map(f).collect()", None),
            ("args()", None),
        ] {
            let tokens = tokens(text).unwrap();
            let code = Code { tokens: &tokens };
            let found = code.given(0..tokens.len()).map(|found| texts(code, &found));
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
