//! What stands in `#[process(…)]`: how a process wants to be run.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use ravand_core::nearest;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Error, Expr, ExprLit, Lit, LitInt, LitStr, Meta, Result, Token};

/// The options of a process, in the order of [`KEYS`]; each is a call of the framework's builder.
#[derive(Clone, Default)]
pub(super) struct Options([Option<TokenStream>; KEYS.len()]);

/// The keys, and what each is given.
const KEYS: [(&str, &str); 10] = [
    ("queue", "queue = \"mail\""),
    ("priority", "priority = 10"),
    ("attempts", "attempts = 5"),
    ("restarts", "restarts = 1"),
    ("at_most_once", "at_most_once"),
    ("backoff", "backoff = \"2s..1h\""),
    ("time_limit", "time_limit = \"10m\""),
    ("isolated", "isolated"),
    ("unique", "unique = \"waiting\""),
    ("on_taken", "on_taken = \"existing\""),
];

impl Options {
    /// Reads the arguments of one attribute, over what another one says.
    pub(super) fn read(mut self, arguments: TokenStream) -> Result<Self> {
        let metas = Punctuated::<Meta, Token![,]>::parse_terminated.parse2(arguments)?;
        let mut seen: Vec<usize> = Vec::new();
        let mut mistakes: Option<Error> = None;
        for meta in &metas {
            match self.take(meta, &seen) {
                Ok(place) => seen.push(place),
                Err(error) => match &mut mistakes {
                    Some(errors) => errors.combine(error),
                    None => mistakes = Some(error),
                },
            }
        }
        let place = |key: &str| KEYS.iter().position(|(known, _)| *known == key).unwrap_or_default();
        if mistakes.is_none() && self.0[place("on_taken")].is_some() && self.0[place("unique")].is_none() {
            let on_taken = metas.iter().find(|meta| meta.path().is_ident("on_taken"));
            let text = "`on_taken` says what happens when the key of `unique` is taken: write `unique` too";
            mistakes = Some(match on_taken {
                Some(meta) => Error::new_spanned(meta, text),
                None => Error::new(Span::call_site(), text),
            });
        }
        // One of the two takes the other's place, whichever is nearer to the method.
        let both = [place("restarts"), place("at_most_once")];
        if mistakes.is_none() && both.iter().all(|place| seen.contains(place)) {
            let text = "`at_most_once` is `restarts = 0`: write one of them";
            mistakes = Some(Error::new_spanned(&metas, text));
        }
        match seen.iter().rev().find(|place| both.contains(place)) {
            Some(last) if *last == both[0] => self.0[both[1]] = None,
            Some(_) => self.0[both[0]] = None,
            None => {}
        }
        mistakes.map_or(Ok(self), Err)
    }

    /// The same over the attributes `#[process(…)]` of a method.
    pub(super) fn over(self, attributes: &[Attribute]) -> Result<Self> {
        let own = attributes.iter().filter(|attribute| is_process(attribute));
        own.into_iter().try_fold(self, |options, attribute| match &attribute.meta {
            Meta::List(list) => options.read(list.tokens.clone()),
            other => {
                let text = "say how it is to be run, as in `#[process(attempts = 5)]`, or leave it out: \
                            every public method of the block is a process";
                Err(Error::new_spanned(other, text))
            }
        })
    }

    /// The expression that makes them.
    pub(super) fn tokens(&self) -> TokenStream {
        let calls = self.0.iter().flatten();
        quote! { ::ravand::private::ProcessOptions::new() #(#calls)* }
    }

    fn take(&mut self, meta: &Meta, seen: &[usize]) -> Result<usize> {
        let name = meta.path().get_ident().map(ToString::to_string).unwrap_or_default();
        let Some(place) = KEYS.iter().position(|(key, _)| *key == name) else { return Err(unknown(meta)) };
        if seen.contains(&place) {
            return Err(Error::new_spanned(meta, format!("`{name}` is here a second time")));
        }
        self.0[place] = Some(call(&name, KEYS[place].1, meta)?);
        Ok(place)
    }
}

/// Whether an attribute is the framework's `#[process]`.
pub(super) fn is_process(attribute: &Attribute) -> bool {
    let segments = &attribute.path().segments;
    let last = segments.last().is_some_and(|last| last.ident == "process");
    last && (segments.len() == 1 || segments.first().is_some_and(|first| first.ident == "ravand"))
}

fn unknown(meta: &Meta) -> Error {
    let name = meta.path().to_token_stream().to_string();
    let text = match nearest(&name, KEYS.iter().map(|(key, _)| *key)) {
        Some(near) => format!("a process has no option `{name}`; did you mean `{near}`?"),
        None => {
            let keys: Vec<&str> = KEYS.iter().map(|(key, _)| *key).collect();
            format!("a process has no option `{name}`; there are {}", keys.join(", "))
        }
    };
    Error::new_spanned(meta.path(), text)
}

/// The call of the builder that one option is.
fn call(name: &str, example: &str, meta: &Meta) -> Result<TokenStream> {
    let wrong = || Error::new_spanned(meta, format!("write `{example}`"));
    let value = match meta {
        Meta::Path(_) => None,
        Meta::NameValue(pair) => Some(&pair.value),
        Meta::List(_) => return Err(wrong()),
    };
    let text = || match value {
        Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => Ok(text),
        _ => Err(wrong()),
    };
    Ok(match name {
        "queue" => {
            let queue = text()?;
            check_queue(queue)?;
            quote! { .queue(#queue) }
        }
        "priority" => {
            let number = number::<i32>(value.ok_or_else(wrong)?).ok_or_else(wrong)?;
            quote! { .priority(#number) }
        }
        "attempts" | "restarts" => {
            let least = u16::from(name == "attempts");
            let number = number::<u16>(value.ok_or_else(wrong)?).filter(|number| *number >= least);
            let method = syn::Ident::new(name, meta.span());
            let number = number.ok_or_else(wrong)?;
            quote! { .#method(#number) }
        }
        "at_most_once" | "isolated" if value.is_none() => {
            let method = syn::Ident::new(name, meta.span());
            quote! { .#method() }
        }
        "backoff" => {
            let text = text()?;
            let whole = text.value();
            let (first, most) = whole.split_once("..").unwrap_or((&whole, &whole));
            match (millis(first), millis(most)) {
                (Some(first), Some(most)) if first <= most => quote! { .backoff(#first, #most) },
                _ => {
                    let help = "write the first wait and the longest one, as in \"2s..1h\", or one for \
                                all, as in \"30s\"";
                    return Err(Error::new_spanned(text, help));
                }
            }
        }
        "time_limit" => {
            let text = text()?;
            let millis = millis(&text.value()).filter(|millis| *millis > 0);
            let millis = millis.ok_or_else(|| Error::new_spanned(text, TIME))?;
            quote! { .time_limit(#millis) }
        }
        "unique" => unique(meta, value)?,
        "on_taken" => {
            let text = text()?;
            match text.value().as_str() {
                word @ ("reject" | "replace" | "existing") => quote! { .on_taken(#word) },
                _ => {
                    return Err(Error::new_spanned(text, "write \"reject\", \"replace\" or \"existing\""));
                }
            }
        }
        _ => return Err(wrong()),
    })
}

const TIME: &str = "write a time, as in \"500ms\", \"30s\", \"10m\", \"2h\" or \"1d\"";

fn unique(meta: &Meta, value: Option<&Expr>) -> Result<TokenStream> {
    let text = match value {
        None => return Ok(quote! { .unique("waiting", 0) }),
        Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => text,
        Some(_) => return Err(Error::new_spanned(meta, "write `unique = \"waiting\"`")),
    };
    match text.value().as_str() {
        word @ ("waiting" | "unended") => Ok(quote! { .unique(#word, 0) }),
        other => {
            let millis = millis(other).filter(|millis| *millis > 0).ok_or_else(|| {
                let help = "write \"waiting\" (until it begins), \"unended\" (until it ended), or a time, \
                            as in \"10m\"";
                Error::new_spanned(text, help)
            })?;
            Ok(quote! { .unique("for", #millis) })
        }
    }
}

/// The name of a queue stands in options, in lists and on command lines.
fn check_queue(queue: &LitStr) -> Result<()> {
    let name = queue.value();
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "_-.".contains(letter);
    match !name.is_empty() && name.chars().all(plain) {
        true => Ok(()),
        false => {
            Err(Error::new_spanned(queue, "a queue's name is made of letters, digits, `_`, `-` and `.`"))
        }
    }
}

/// A whole number, with its sign.
fn number<T: std::str::FromStr>(value: &Expr) -> Option<T>
where
    T::Err: std::fmt::Display,
{
    let read = |literal: &LitInt| literal.base10_digits().parse::<i64>().ok();
    let found = match value {
        Expr::Lit(ExprLit { lit: Lit::Int(literal), .. }) => read(literal)?,
        Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Neg(_)) => match &*unary.expr {
            Expr::Lit(ExprLit { lit: Lit::Int(literal), .. }) => -read(literal)?,
            _ => return None,
        },
        _ => return None,
    };
    found.to_string().parse().ok()
}

/// `500ms`, `30s`, `10m`, `2h`, `1d` in milliseconds.
fn millis(text: &str) -> Option<u64> {
    const UNITS: [(&str, u64); 5] =
        [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];
    let digits = text.trim().find(|letter: char| !letter.is_ascii_digit())?;
    let (number, unit) = text.trim().split_at(digits);
    let (_, factor) = UNITS.iter().find(|(known, _)| *known == unit)?;
    number.parse::<u64>().ok()?.checked_mul(*factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(block: &str, method: &str) -> String {
        let parse = |text: &str| text.parse::<TokenStream>().unwrap();
        let options = Options::default().read(parse(block)).and_then(|options| options.read(parse(method)));
        match options {
            Ok(options) => options.tokens().to_string().replace(' ', ""),
            Err(error) => error.into_iter().map(|error| error.to_string()).collect::<Vec<_>>().join("; "),
        }
    }

    #[test]
    fn a_method_says_more_than_its_block() {
        for (block, method, expected) in [
            ("", "", ""),
            ("queue = \"mail\", attempts = 5", "attempts = 1", ".queue(\"mail\").attempts(1u16)"),
            ("at_most_once", "restarts = 2", ".restarts(2u16)"),
            ("restarts = 2", "at_most_once", ".at_most_once()"),
            ("", "priority = -3, isolated", ".priority(-3i32).isolated()"),
            ("", "backoff = \"2s..1h\"", ".backoff(2000u64,3600000u64)"),
            (
                "",
                "backoff = \"500ms\", time_limit = \"1d\"",
                ".backoff(500u64,500u64).time_limit(86400000u64)",
            ),
            ("", "unique, on_taken = \"existing\"", ".unique(\"waiting\",0).on_taken(\"existing\")"),
            ("", "unique = \"10m\"", ".unique(\"for\",600000u64)"),
        ] {
            let expected = format!("::ravand::private::ProcessOptions::new(){expected}");
            assert_eq!(read(block, method), expected, "{block} {method}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let table = [
            ("atempts = 5", "a process has no option `atempts`; did you mean `attempts`?"),
            (
                "colour = 5",
                "a process has no option `colour`; there are queue, priority, attempts, restarts, at_most_once, backoff, time_limit, isolated, unique, on_taken",
            ),
            ("attempts = 0", "write `attempts = 5`"),
            ("attempts", "write `attempts = 5`"),
            ("attempts = 70000", "write `attempts = 5`"),
            ("isolated = true", "write `isolated`"),
            ("queue(mail)", "write `queue = \"mail\"`"),
            ("queue = \"a b\"", "a queue's name is made of letters, digits, `_`, `-` and `.`"),
            ("time_limit = \"soon\"", TIME),
            (
                "backoff = \"1h..2s\"",
                "write the first wait and the longest one, as in \"2s..1h\", or one for all, as in \"30s\"",
            ),
            ("queue = \"a\", queue = \"b\"", "`queue` is here a second time"),
            ("restarts = 1, at_most_once", "`at_most_once` is `restarts = 0`: write one of them"),
            (
                "on_taken = \"replace\"",
                "`on_taken` says what happens when the key of `unique` is taken: write `unique` too",
            ),
            (
                "quue = \"a\", isolatd",
                "a process has no option `quue`; did you mean `queue`?; a process has no option `isolatd`; did you mean `isolated`?",
            ),
        ];
        for (arguments, expected) in table {
            assert_eq!(read("", arguments), expected, "{arguments}");
        }
    }
}
