//! The strings in Rust code that name wiring: processes, actions, views, routes, phrases.
//!
//! Only literals are looked at, and only calls that are the framework's for certain: what cannot be told is left
//! alone. A file's tokens are enough for that, and the calls inside of macros are among them.

use std::ops::Range;

use ravand_manifest::Spanned;

use super::imports::Imports;
use super::lexer::Kind;
use super::literals::Code;
use super::receivers::Receivers;
use crate::files::Source;

/// The names of the parameters that a call gives; nothing when they cannot be told.
pub(crate) type Given = Option<Vec<Spanned<String>>>;

/// A string in Rust code that names something of the wiring.
#[derive(Clone, Debug)]
pub(crate) struct Use {
    pub(crate) what: What,
    pub(crate) name: Spanned<String>,
}

/// What the string is for.
#[derive(Clone, Debug)]
pub(crate) enum What {
    /// `Process::new("…")`.
    Process,
    /// `Process::of_package("mail", "…")`.
    ProcessOf(Spanned<String>),
    /// `Forward::to("…")`.
    Forward,
    /// `cx.url_of("…", &[…])`, `cx.redirect_to_action("…", &[…])`.
    Action,
    /// `View::new("…", data)`; whether a template is named with it.
    View { with_template: bool },
    /// `View::new(…).template("…")`.
    Template,
    /// `cx.url_for("…", &[…])`.
    Route(Given),
    /// `language.text("…", &…)`.
    Phrase(Given),
    /// `cx.t("…")`, which gives no parameters.
    PlainPhrase,
    /// `errors.add(field, "…")`, perhaps with a phrase.
    Fault,
}

/// The uses of one file.
pub(crate) fn uses(source: &Source, code: Code<'_>, live: &[usize], imports: &Imports) -> Vec<Use> {
    let is_call = |index: &usize| {
        let opens =
            code.tokens.get(index + 1).is_some_and(|next| next.kind == Kind::Open && next.text == "(");
        opens
            && code
                .tokens
                .get(*index)
                .is_some_and(|name| name.kind == Kind::Word && is_of_interest(name.text))
    };
    let calls: Vec<usize> = live.iter().copied().filter(is_call).collect();
    let mut found = Vec::new();
    if !calls.is_empty() {
        let finder = Finder { source, code, receivers: Receivers::of(code, imports) };
        calls.into_iter().for_each(|index| finder.call(index, &mut found));
    }
    found
}

/// The methods of a context that take names of the wiring. Its receiver is not always known.
pub(crate) const CONTEXT_METHODS: [&str; 5] = ["t", "url_for", "url_of", "redirect_to", "redirect_to_action"];

/// Whether it is a function or method that takes a name of the wiring.
fn is_of_interest(name: &str) -> bool {
    matches!(
        name,
        "new"
            | "of_package"
            | "to"
            | "t"
            | "url_for"
            | "url_of"
            | "redirect_to"
            | "redirect_to_action"
            | "of"
            | "text"
            | "html"
            | "add"
            | "template"
    )
}

struct Finder<'a> {
    source: &'a Source,
    code: Code<'a>,
    receivers: Receivers<'a>,
}

impl Finder<'_> {
    /// The call whose name stands at `index`.
    fn call(&self, index: usize, found: &mut Vec<Use>) {
        let code = self.code;
        let Some(name) = code.word(index) else { return };
        let open = index + 1;
        let arguments = code.pieces(code.inside(open));
        if code.before(index).is_some_and(|token| token.is(".")) {
            // Names that are the framework's unless the receiver is known to be something else.
            let unless = CONTEXT_METHODS.contains(&name).then_some("Context");
            if let Some(ty) = self.receivers.type_before(index - 1).or(unless) {
                self.method(ty, name, &arguments, found);
            }
            return;
        }
        if !code.follows_path(index) {
            return;
        }
        let Some(ty) = self.receivers.framework(index) else { return };
        match (ty.as_str(), name, arguments.as_slice()) {
            ("Process", "new", [name]) => self.keep(name, &What::Process, found),
            ("Process", "of_package", [package, name]) => {
                if let Some(package) = code.one(package.clone()).and_then(|index| self.literal(index)) {
                    self.keep(name, &What::ProcessOf(package), found);
                }
            }
            ("Forward", "to", [name]) => self.keep(name, &What::Forward, found),
            ("View", "new", [name, _]) => {
                let with_template = self.has_template(open);
                self.keep(name, &What::View { with_template }, found);
            }
            // A method in its long form: the receiver is the first argument.
            (ty, method, [_, rest @ ..]) => self.method(ty, method, rest, found),
            _ => {}
        }
    }

    /// A method of a type of the framework.
    fn method(&self, ty: &str, method: &str, arguments: &[Range<usize>], found: &mut Vec<Use>) {
        match (ty, method, arguments) {
            ("Context", "t", [key]) => self.keep(key, &What::PlainPhrase, found),
            ("Context", "url_for" | "redirect_to", [name, given]) | ("UrlFor", "of", [name, given]) => {
                self.keep(name, &What::Route(self.given(given)), found);
            }
            ("Context", "url_of" | "redirect_to_action", [address, _]) => {
                self.keep(address, &What::Action, found);
            }
            ("Language", "text" | "html", [key, given]) => {
                self.keep(key, &What::Phrase(self.given(given)), found);
            }
            ("FieldErrors", "add", [_, phrase]) => self.keep(phrase, &What::Fault, found),
            ("View", "template", [template]) => self.keep(template, &What::Template, found),
            _ => {}
        }
    }

    /// Whether a `.template(…)` follows the call with these parentheses.
    fn has_template(&self, open: usize) -> bool {
        let code = self.code;
        let mut end = code.get(open).map(|token| token.partner + 1);
        while let Some(dot) = end.filter(|dot| code.is(*dot, ".") && code.is(dot + 2, "(")) {
            if code.word(dot + 1) == Some("template") {
                return true;
            }
            end = code.get(dot + 2).map(|token| token.partner + 1);
        }
        false
    }

    /// Keeps every literal that the argument may be.
    fn keep(&self, argument: &Range<usize>, what: &What, found: &mut Vec<Use>) {
        let literals = self.code.literals(argument.clone());
        let names = literals.into_iter().filter_map(|index| self.literal(index));
        found.extend(names.map(|name| Use { what: what.clone(), name }));
    }

    fn given(&self, argument: &Range<usize>) -> Given {
        self.code.given(argument.clone())?.into_iter().map(|index| self.literal(index)).collect()
    }

    /// The value of a string literal, with its place.
    fn literal(&self, index: usize) -> Option<Spanned<String>> {
        let token = self.code.get(index)?;
        let value = self.code.value(index)?;
        let place = self.source.place_at(token.at, token.text.len());
        Some(Spanned::new(value, place))
    }
}
