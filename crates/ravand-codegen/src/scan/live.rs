//! The tokens that are part of a program: no attributes, nothing that is there in tests only, no `macro_rules!`, whose
//! tokens may become anything.

use std::ops::Range;

use proc_macro2::TokenStream;
use syn::Attribute;
use syn::parse::Parser;

use super::cfg::is_test;
use super::lexer::{Kind, Token};
use super::literals::Code;

/// The indices of these tokens.
pub(crate) fn live(text: &str, code: Code<'_>) -> Vec<usize> {
    let (mut live, mut index) = (Vec::with_capacity(code.tokens.len()), 0);
    while let Some(token) = code.get(index) {
        let may_be_passed = match token.kind {
            Kind::Mark => token.is("#"),
            Kind::Word => token.is("macro_rules"),
            _ => false,
        };
        match may_be_passed.then(|| passed_over(text, code, index, token)).flatten() {
            Some(behind) => index = behind,
            None => {
                live.push(index);
                index += 1;
            }
        }
    }
    live
}

/// Where it goes on behind what is left out.
fn passed_over(text: &str, code: Code<'_>, index: usize, token: Token<'_>) -> Option<usize> {
    if token.is_word("macro_rules") && code.is(index + 1, "!") {
        return Some(code.get(index + 3)?.partner + 1);
    }
    let open = if code.is(index + 1, "!") { index + 2 } else { index + 1 };
    if !(token.is("#") && code.is(open, "[")) {
        return None;
    }
    let behind = code.get(open)?.partner + 1;
    let is_for_tests = is_for_tests(text, code, code.inside(open));
    Some(if is_for_tests { behind_item(code, behind) } else { behind })
}

fn is_for_tests(text: &str, code: Code<'_>, range: Range<usize>) -> bool {
    if !range.clone().any(|index| code.is(index, "test")) {
        return false;
    }
    let at = |index: usize| code.get(index).map(|token| token.at);
    let inside = at(range.start).zip(at(range.end)).and_then(|(from, to)| text.get(from..to));
    let attribute = format!("#[{}]", inside.unwrap_or_default()).parse::<TokenStream>();
    let attributes = attribute.ok().and_then(|tokens| Attribute::parse_outer.parse2(tokens).ok());
    attributes.is_some_and(|attributes| is_test(&attributes))
}

/// Behind the item or statement that begins here, other attributes of it included.
fn behind_item(code: Code<'_>, mut index: usize) -> usize {
    let mut ends_in_block = true;
    while let Some(token) = code.get(index) {
        match token.kind {
            Kind::Word if ["let", "use", "static", "type"].contains(&token.text) => ends_in_block = false,
            // A `const fn` is a function.
            Kind::Word if token.is("const") => ends_in_block = code.is(index + 1, "fn"),
            Kind::Open => {
                index = token.partner;
                if token.is("{") && ends_in_block {
                    break;
                }
            }
            Kind::Close => return index,
            Kind::Mark if token.is(";") => break,
            _ => {}
        }
        index += 1;
    }
    index + 1
}

#[cfg(test)]
mod tests {
    use super::super::lexer::tokens;
    use super::*;

    #[test]
    fn what_is_left_out() {
        for (text, expected) in [
            ("#[derive(A)] #![allow(b)] struct C;", "struct C ;"),
            ("#[cfg(test)] mod tests { a } b", "b"),
            ("#[cfg(test)] #[allow(x)] fn f() -> [u8; 2] where A: B { a } b", "b"),
            ("#[test] async fn f() { a } b", "b"),
            ("#[cfg(test)] use a::{b, c}; d", "d"),
            ("#[cfg(test)] const A: B = B { c: 1 }; d", "d"),
            ("#[cfg(test)] const fn a() { b } d", "d"),
            ("fn f() { #[cfg(test)] let x = if y { 1 } else { 2 }; z }", "fn f ( ) { z }"),
            ("fn f() { #[cfg(test)] x }", "fn f ( ) { }"),
            ("#[cfg(not(test))] mod a { b }", "mod a { b }"),
            ("#[cfg(feature = \"test\")] mod a { b }", "mod a { b }"),
            ("macro_rules! m { () => { a } } b", "b"),
            ("#[cfg(test)]", ""),
            ("#", "#"),
        ] {
            let tokens = tokens(text).unwrap();
            let found: Vec<&str> =
                live(text, Code { tokens: &tokens }).into_iter().map(|index| tokens[index].text).collect();
            assert_eq!(found.join(" "), expected, "{text}");
        }
    }
}
