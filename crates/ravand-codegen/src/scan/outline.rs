//! A Rust file without its comments and the insides of its functions: what a file has is told by the rest, and parsing
//! is what costs.

use super::lexer::{Kind, Token};

/// The text without comments, and with the bodies of its functions blank, except for those of which `keep` asks for
/// more: it is given the tokens of a function from its `fn` to the end of its body. What is there stands on its line
/// and column.
pub(crate) fn outline(text: &str, tokens: &[Token<'_>], keep: impl Fn(&[Token<'_>]) -> bool) -> String {
    let mut outlined = Outlined { text, out: String::with_capacity(text.len()), end: 0 };
    let mut index = 0;
    while let Some(token) = tokens.get(index) {
        outlined.push(token);
        index += 1;
        let is_item = token.is_word("fn") && tokens.get(index).is_some_and(|name| name.kind == Kind::Word);
        let Some((open, close)) = is_item.then(|| body(tokens, index)).flatten() else { continue };
        let is_kept = tokens.get(index - 1..=close).is_some_and(&keep);
        let behind = if is_kept { close + 1 } else { open + 1 };
        tokens.get(index..behind).unwrap_or_default().iter().for_each(|token| outlined.push(token));
        index = if is_kept { behind } else { close };
    }
    outlined.out
}

struct Outlined<'a> {
    text: &'a str,
    out: String,
    /// Where the last token ended.
    end: usize,
}

impl Outlined<'_> {
    /// Adds a token on its line and column.
    fn push(&mut self, token: &Token<'_>) {
        let between = self.text.get(self.end..token.at).unwrap_or_default();
        let last_line = match between.rfind('\n') {
            None => between,
            Some(last) => {
                let lines = between.bytes().filter(|byte| *byte == b'\n').count();
                self.out.extend(std::iter::repeat_n('\n', lines));
                &between[last + 1..]
            }
        };
        let is_blank = last_line.trim_ascii_start().is_empty();
        match is_blank {
            true => self.out.push_str(last_line),
            false => self.out.extend(last_line.chars().map(|_| ' ')),
        }
        self.out.push_str(token.text);
        self.end = token.at + token.text.len();
    }
}

/// The group that is the body of the function whose name stands at `index`; nothing where it has none.
fn body(tokens: &[Token<'_>], mut index: usize) -> Option<(usize, usize)> {
    loop {
        let token = tokens.get(index)?;
        match token.kind {
            Kind::Open if token.is("{") => return Some((index, token.partner)),
            Kind::Open => index = token.partner,
            Kind::Close => return None,
            Kind::Mark if token.is(";") => return None,
            _ => {}
        }
        index += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::super::lexer::tokens;
    use super::*;

    /// `~` stands for a letter of a body.
    fn check(text: &str, expected: &str) {
        let keep = |function: &[Token<'_>]| function.iter().any(|token| token.is_word("KEEP"));
        let found = outline(text, &tokens(text).unwrap(), keep);
        assert_eq!(found, expected.replace('~', " "), "{text}");
    }

    #[test]
    fn bodies_are_blank() {
        check("fn a() { b(); }", "fn a() {~~~~~~}");
        check("fn a() { KEEP } fn b(x: KEEP) { y }", "fn a() { KEEP } fn b(x: KEEP) { y }");
        check("//! A\n/// B\nfn a(/* é */ b: C) {} // d", "\n\nfn a(        b: C) {}");
        check("fn a() { \"KEEP\" /* KEEP */ }", "fn a() {~~~~~~~~~~~~~~~~~~~}");
        check(
            "impl A { pub async fn a(&self) -> B<[u8; 2]> {\n x { } \n} const C: u8 = 1; }",
            "impl A { pub async fn a(&self) -> B<[u8; 2]> {\n\n} const C: u8 = 1; }",
        );
        check("trait T { fn a(); fn b() { x } }", "trait T { fn a(); fn b() {~~~} }");
        check("struct A { f: fn(u8) -> u8 }\nimpl B { x }", "struct A { f: fn(u8) -> u8 }\nimpl B { x }");
        check("impl T for fn(u8) { fn a() { x } }", "impl T for fn(u8) { fn a() {~~~} }");
        check("fn a() where A: B { x } struct C { d: u8 }", "fn a() where A: B {~~~} struct C { d: u8 }");
        check("fn a() { \"é\" } fn b() {}", "fn a() {~~~~~} fn b() {}");
        check("macro_rules! m { () => { fn a() { x } } }", "macro_rules! m { () => { fn a() {~~~} } }");
        check("fn", "fn");
        check("fn a", "fn a");
    }
}
