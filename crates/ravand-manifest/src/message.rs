//! A phrase's text, compiled: literal pieces and parameters.

use std::collections::BTreeSet;

use crate::Plural;
use crate::names::is_parameter;

/// A phrase: one text, or one for each plural form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    forms: Forms,
}

/// A piece of a phrase.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Piece {
    /// This text.
    Literal(String),
    /// The value of this parameter.
    Param(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Forms {
    Single(Vec<Piece>),
    /// Ordered as CLDR orders them, so that `other`, which is always there, is the last.
    Plural(Vec<(Plural, Vec<Piece>)>),
}

/// What is wrong with a phrase's text, and at which bytes of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct MessageError {
    pub offset: usize,
    pub length: usize,
    pub what: String,
    pub help: &'static str,
}

impl Message {
    /// The parameter that decides the plural form.
    pub const COUNT: &'static str = "count";

    /// Whether it has a text for each plural form, chosen by the parameter [`Message::COUNT`].
    pub fn is_plural(&self) -> bool {
        matches!(self.forms, Forms::Plural(_))
    }

    /// The pieces of the text; of the form `other`, when there are several.
    ///
    /// ```
    /// use ravand_manifest::{Phrases, Piece};
    ///
    /// let text = r#"{ "phrases": { "hello": "Hello {name}!" } }"#;
    /// let phrases = Phrases::parse(&"en_US".parse()?, "en_US.json", text).value;
    /// let [Piece::Literal(hello), Piece::Param(name), Piece::Literal(_)] = phrases.phrases["hello"].pieces() else {
    ///     panic!()
    /// };
    /// assert_eq!((hello.as_str(), name.as_str()), ("Hello ", "name"));
    /// # Ok::<(), ravand_core::LanguageCodeError>(())
    /// ```
    pub fn pieces(&self) -> &[Piece] {
        match &self.forms {
            Forms::Single(pieces) => pieces,
            Forms::Plural(forms) => forms.last().map_or(&[], |(_, pieces)| pieces),
        }
    }

    /// The pieces of a plural form; of `other`, when the phrase has not that form.
    ///
    /// ```
    /// use ravand_manifest::{Phrases, Piece, Plural};
    ///
    /// let text = r#"{ "phrases": { "n": { "one": "one ticket", "other": "{count} tickets" } } }"#;
    /// let phrases = Phrases::parse(&"en_US".parse()?, "en_US.json", text).value;
    /// let message = &phrases.phrases["n"];
    /// assert_eq!(message.form(Plural::One), [Piece::Literal("one ticket".into())]);
    /// assert_eq!(message.form(Plural::Few), message.pieces());
    /// # Ok::<(), ravand_core::LanguageCodeError>(())
    /// ```
    pub fn form(&self, plural: Plural) -> &[Piece] {
        match &self.forms {
            Forms::Single(pieces) => pieces,
            Forms::Plural(forms) => forms
                .iter()
                .find(|(own, _)| *own == plural)
                .map_or_else(|| self.pieces(), |(_, pieces)| pieces),
        }
    }

    /// Every form with its pieces: one, under `other`, for a phrase without plurals.
    pub fn forms(&self) -> impl Iterator<Item = (Plural, &[Piece])> {
        let (single, plural) = match &self.forms {
            Forms::Single(pieces) => (Some((Plural::Other, pieces.as_slice())), [].as_slice()),
            Forms::Plural(forms) => (None, forms.as_slice()),
        };
        single.into_iter().chain(plural.iter().map(|(plural, pieces)| (*plural, pieces.as_slice())))
    }

    /// The names of all its parameters, sorted; `count` is one of them when it has plural forms.
    ///
    /// ```
    /// use ravand_manifest::Phrases;
    ///
    /// let text = r#"{ "phrases": { "n": { "one": "a ticket of {who}", "other": "many" } } }"#;
    /// let phrases = Phrases::parse(&"en_US".parse()?, "en_US.json", text).value;
    /// assert_eq!(phrases.phrases["n"].params(), ["count", "who"]);
    /// # Ok::<(), ravand_core::LanguageCodeError>(())
    /// ```
    pub fn params(&self) -> Vec<&str> {
        let pieces = self.forms().flat_map(|(_, pieces)| pieces);
        let mut params: BTreeSet<&str> = pieces.filter_map(Piece::param).collect();
        if self.is_plural() {
            params.insert(Self::COUNT);
        }
        params.into_iter().collect()
    }

    pub(crate) fn single(pieces: Vec<Piece>) -> Self {
        Self { forms: Forms::Single(pieces) }
    }

    /// A message of several forms, of which `other` is one.
    pub(crate) fn plural(mut forms: Vec<(Plural, Vec<Piece>)>) -> Self {
        forms.sort_by_key(|(plural, _)| *plural);
        Self { forms: Forms::Plural(forms) }
    }
}

impl Piece {
    /// The name of the parameter, when it is one.
    pub fn param(&self) -> Option<&str> {
        match self {
            Self::Literal(_) => None,
            Self::Param(name) => Some(name),
        }
    }
}

/// Compiles a text: `{name}` is a parameter, `\{` and `\}` are braces, everything else is itself.
pub(crate) fn compile(text: &str) -> Result<Vec<Piece>, MessageError> {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '\\']) {
        let (before, found) = rest.split_at(at);
        literal.push_str(before);
        if let Some(escaped) = found.strip_prefix('\\') {
            let brace = escaped.chars().next().filter(|c| matches!(c, '{' | '}'));
            literal.push(brace.unwrap_or('\\'));
            rest = &escaped[brace.map_or(0, char::len_utf8)..];
            continue;
        }
        let offset = text.len() - found.len();
        let fail = |length, what, help| Err(MessageError { offset, length, what, help });
        let name = match found.find('}') {
            Some(end) => &found[1..end],
            None => {
                return fail(
                    1,
                    "the `{` is not closed".to_owned(),
                    "a literal brace is written `\\\\{` in JSON",
                );
            }
        };
        if name.is_empty() {
            return fail(
                2,
                "a parameter without a name".to_owned(),
                "write `{name}`; a literal brace is `\\\\{` in JSON",
            );
        }
        if !is_parameter(name) {
            let what = format!("`{name}` is no name of a parameter");
            let help = "write letters, digits and `_`, no digit first; a literal brace is `\\\\{` in JSON";
            return fail(name.len() + 2, what, help);
        }
        if !literal.is_empty() {
            pieces.push(Piece::Literal(std::mem::take(&mut literal)));
        }
        pieces.push(Piece::Param(name.to_owned()));
        rest = &found[name.len() + 2..];
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        pieces.push(Piece::Literal(literal));
    }
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let found = match compile(text) {
            Ok(pieces) => pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Literal(text) => format!("[{text}]"),
                    Piece::Param(name) => format!("<{name}>"),
                })
                .collect(),
            Err(error) => format!("{}+{} {}", error.offset, error.length, error.what),
        };
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn texts() {
        check("", "");
        check("سلام {نام}!", "[سلام ]<نام>[!]");
        check("{a}{b_2}", "<a><b_2>");
        check(r"\{a\} {b}", "[{a} ]<b>");
        check(r"C:\dir\{a}", r"[C:\dir{a}]");
        check(r"end\", r"[end\]");
        check("} is a brace", "[} is a brace]");
        check("a {b", "2+1 the `{` is not closed");
        check("a {}", "2+2 a parameter without a name");
        check("{ a }", "0+5 ` a ` is no name of a parameter");
        check("{0}", "0+3 `0` is no name of a parameter");
        check("{a{b}", "0+5 `a{b` is no name of a parameter");
    }
}
