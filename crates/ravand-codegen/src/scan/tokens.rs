//! The expressions in a macro's tokens: all of `format!("{}", cx.t("a"))`, the values of `json!({ "a": x })`.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Block, Expr, Stmt, Token};

/// Every expression that the tokens have. What is no expression is taken apart at its commas, colons and arrows
/// and looked into group by group.
pub(crate) fn expressions(tokens: TokenStream) -> Vec<Expr> {
    let mut found = Vec::new();
    gather(tokens, &mut found);
    found
}

fn gather(tokens: TokenStream, found: &mut Vec<Expr>) {
    if !has_call(tokens.clone()) {
        return;
    }
    if let Ok(list) = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens.clone()) {
        found.extend(list);
        return;
    }
    if let Ok(statements) = Block::parse_within.parse2(tokens.clone()) {
        found.push(block(statements));
        return;
    }
    for piece in pieces(tokens) {
        match syn::parse2::<Expr>(piece.clone()) {
            Ok(expression) => found.push(expression),
            Err(_) => {
                for token in piece {
                    if let TokenTree::Group(group) = token {
                        gather(group.stream(), found);
                    }
                }
            }
        }
    }
}

/// Whether a name with parentheses behind it is there at all: without one no call can be.
fn has_call(tokens: TokenStream) -> bool {
    let mut after_name = false;
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => {
            let called = after_name && group.delimiter() == Delimiter::Parenthesis;
            after_name = false;
            called || has_call(group.stream())
        }
        token => {
            after_name = matches!(token, TokenTree::Ident(_)) || after_name && is_punct(&token, &['>', '!']);
            false
        }
    })
}

fn is_punct(token: &TokenTree, letters: &[char]) -> bool {
    matches!(token, TokenTree::Punct(punct) if letters.contains(&punct.as_char()))
}

fn block(stmts: Vec<Stmt>) -> Expr {
    let block = Block { brace_token: syn::token::Brace::default(), stmts };
    Expr::Block(syn::ExprBlock { attrs: Vec::new(), label: None, block })
}

/// The tokens between `,`, `;`, `=>` and a single `:`.
fn pieces(tokens: TokenStream) -> Vec<TokenStream> {
    let mut pieces = vec![Vec::new()];
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let next_is =
            |letter: char, tokens: &mut std::iter::Peekable<proc_macro2::token_stream::IntoIter>| {
                tokens.peek().is_some_and(|next| is_punct(next, &[letter]))
            };
        let ends = if is_punct(&token, &[',', ';']) {
            true
        } else if is_punct(&token, &['=']) && next_is('>', &mut tokens) {
            tokens.next();
            true
        } else if is_punct(&token, &[':']) {
            match next_is(':', &mut tokens) {
                // `::` stays in its piece.
                true => {
                    if let Some(last) = pieces.last_mut() {
                        last.push(token);
                        last.extend(tokens.next());
                    }
                    continue;
                }
                false => true,
            }
        } else {
            false
        };
        match ends {
            true => pieces.push(Vec::new()),
            false => {
                if let Some(last) = pieces.last_mut() {
                    last.push(token);
                }
            }
        }
    }
    pieces.into_iter().filter(|piece| !piece.is_empty()).map(TokenStream::from_iter).collect()
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;

    use super::*;

    #[test]
    fn what_is_an_expression() {
        for (tokens, expected) in [
            ("\"{}\", cx.t(\"a\"), name = b(\"c\")", vec!["\"{}\"", "cx . t (\"a\")", "name = b (\"c\")"]),
            (
                "{ \"a\": cx.t(\"x\"), \"b\": [1, A::b(2)] }",
                vec!["\"a\"", "cx . t (\"x\")", "\"b\"", "[1 , A :: b (2)]"],
            ),
            ("a => b(1), _ => c", vec!["a", "b (1)", "_", "c"]),
            ("let a = b(1); c(a)", vec!["{ let a = b (1) ; c (a) }"]),
            ("x; b(2)", vec!["{ x ; b (2) }"]),
            ("\"no call {}\", name", vec![]),
            ("= = )(", vec![]),
            ("", vec![]),
        ] {
            let Ok(stream) = tokens.parse::<TokenStream>() else { continue };
            let found: Vec<String> =
                expressions(stream).iter().map(|found| found.to_token_stream().to_string()).collect();
            assert_eq!(found, expected, "{tokens}");
        }
    }
}
