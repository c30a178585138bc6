//! Which variables and fields of a file are the framework's types, as far as the file says so.

use std::collections::HashMap;
use std::ops::Range;

use super::imports::Imports;
use super::lexer::Kind;
use super::literals::Code;

/// The types whose methods take names of the wiring.
const TYPES: [&str; 5] = ["Context", "UrlFor", "Language", "FieldErrors", "View"];

/// What the type of a name is called that is none of the framework's, or more than one.
const OTHER: &str = "another type";

/// The types of the names of one file.
pub(crate) struct Receivers<'a> {
    code: Code<'a>,
    imports: &'a Imports,
    types: HashMap<&'a str, Option<&'static str>>,
}

impl<'a> Receivers<'a> {
    pub(crate) fn of(code: Code<'a>, imports: &'a Imports) -> Self {
        let mut receivers = Self { code, imports, types: HashMap::new() };
        for (index, pair) in code.tokens.windows(2).enumerate() {
            if let [name, mark] = pair
                && name.kind == Kind::Word
                && matches!(mark.text, ":" | "=")
            {
                receivers.declaration(index);
            }
        }
        receivers
    }

    /// The framework's type of the expression that ends before `end`, or `OTHER`; nothing when it is not known.
    pub(crate) fn type_before(&self, end: usize) -> Option<&'static str> {
        let code = self.code;
        let last = end.checked_sub(1)?;
        match code.get(last)? {
            token if token.is("?") => self.type_before(last),
            token if token.is_word("await") && code.is(last.checked_sub(1)?, ".") => {
                self.type_before(last - 1)
            }
            token if token.is(")") => self.type_of_call(token.partner),
            token if token.kind == Kind::Word && !code.follows_path(last) => {
                self.types.get(code.word(last)?).copied().flatten()
            }
            _ => None,
        }
    }

    /// The type of what the call with these parentheses gives.
    fn type_of_call(&self, open: usize) -> Option<&'static str> {
        let code = self.code;
        let Some(function) = open.checked_sub(1).and_then(|name| code.word(name)) else {
            let inside = code.peeled(code.inside(open));
            return self.type_before(inside.end);
        };
        let name = open - 1;
        if code.is(name.checked_sub(1)?, ".") {
            return match function {
                "language" => Some("Language"),
                "in_language" => Some("Context"),
                "clone" | "as_ref" | "template" | "with_errors" => self.type_before(name - 1),
                _ => None,
            };
        }
        let ty = self.framework(name)?;
        let makes = [("FieldErrors", "default"), ("View", "new"), ("Context", "without_request")];
        makes.iter().find(|made| **made == (ty.as_str(), function)).map(|(ty, _)| *ty)
    }

    /// The framework's type whose function stands at `name`, as in `Type::name`.
    pub(crate) fn framework(&self, name: usize) -> Option<String> {
        let mut path = Vec::new();
        let mut at = name;
        while self.code.follows_path(at) {
            at = at.checked_sub(3)?;
            path.insert(0, self.code.word(at)?);
        }
        self.imports.framework(&path)
    }

    /// `name: Type` and `let name = …`.
    fn declaration(&mut self, index: usize) {
        let code = self.code;
        let Some(name) = code.word(index) else { return };
        if code.is(index + 1, ":") && !code.is(index + 2, ":") && !code.follows_path(index) {
            if let Some(ty) = self.declared(index + 2) {
                self.add(name, Some(ty));
            }
        } else if code.is(index + 1, "=") && !code.is(index + 2, "=") && self.is_let(index) {
            let end = self.end_of_statement(index + 2);
            let ty = self.type_before(end.end);
            self.add(name, ty);
        }
    }

    fn is_let(&self, index: usize) -> bool {
        let word = |back: usize| index.checked_sub(back).and_then(|at| self.code.word(at));
        word(1) == Some("let") || word(1) == Some("mut") && word(2) == Some("let")
    }

    /// The range up to the `;`, or the `else` of a `let … else`.
    fn end_of_statement(&self, start: usize) -> Range<usize> {
        let mut index = start;
        while let Some(token) = self.code.get(index) {
            match token.kind {
                Kind::Open => index = token.partner,
                Kind::Close => break,
                _ if token.is(";") || token.is_word("else") => break,
                _ => {}
            }
            index += 1;
        }
        start..index
    }

    /// The type that is written from `index` on: one of the framework's, or `OTHER`. Nothing where it is a value, as in
    /// `Form { cx: cx }`.
    fn declared(&self, mut index: usize) -> Option<&'static str> {
        let code = self.code;
        while code.get(index)?.kind == Kind::Letter || code.is(index, "&") || code.is(index, "mut") {
            index += 1;
        }
        let mut path = vec![code.word(index)?];
        while code.is(index + 1, ":") && code.is(index + 2, ":") {
            index += 3;
            path.push(code.word(index)?);
        }
        if code.is(index + 1, "(") || code.is(index + 1, ".") || code.is(index + 1, "!") {
            return None;
        }
        let is_type = path.last()?.starts_with(|letter: char| letter.is_ascii_uppercase());
        let known = self.imports.framework(&path);
        let known = known.and_then(|name| TYPES.iter().find(|known| **known == name).copied());
        is_type.then(|| known.unwrap_or(OTHER))
    }

    fn add(&mut self, name: &'a str, ty: Option<&'static str>) {
        let entry = self.types.entry(name).or_insert(ty);
        *entry = match (*entry, ty) {
            (Some(before), Some(now)) if before == now => Some(now),
            (Some(_), Some(_)) => Some(OTHER),
            _ => None,
        };
    }
}
