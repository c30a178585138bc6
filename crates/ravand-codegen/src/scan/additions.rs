//! The names that code adds to the data of views while the program runs: `event.add("user", …)` in a listener of
//! `BeforeLoad` or `AfterLoad`, `response.set_data(…, "errors")`.

use std::collections::BTreeSet;

use syn::visit::{self, Visit};
use syn::{
    Expr, ExprCall, ExprMethodCall, File, FnArg, ImplItemFn, ItemFn, ItemMod, Local, Macro, Member, Pat,
    Signature,
};

use super::arguments::{literals, peeled};
use super::cfg::is_test;
use super::lexer::Token;
use super::literals::Code;
use super::tokens::expressions;
use crate::macros::{last_segment, plain};

/// The events whose listeners can add names.
const EVENTS: [&str; 2] = ["BeforeLoad", "AfterLoad"];

/// The method of a response that gives data to its view.
const SET_DATA: &str = "set_data";

/// What a package adds to views that are not its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Additions {
    pub(crate) names: BTreeSet<String>,
    /// Some of the names cannot be told.
    pub(crate) open: bool,
    /// The functions that take such an event.
    takes: BTreeSet<String>,
    /// The functions that it is handed to.
    handed_to: BTreeSet<String>,
}

impl Additions {
    /// Those of one file, whose syntax has the bodies of the functions that [`Additions::may_be_in`] names.
    pub(crate) fn of(code: Code<'_>, live: &[usize], file: &File) -> Self {
        let mut finder = Finder { events: Vec::new(), found: Self::default() };
        // Most files have none: the tokens tell so at once.
        if Self::may_be_in(code.tokens) {
            finder.visit_file(file);
        }
        finder.set_data(code, live);
        finder.found
    }

    /// Whether a function may add something to an event.
    pub(crate) fn may_be_in(function: &[Token<'_>]) -> bool {
        function.iter().any(|token| matches!(token.text, "BeforeLoad" | "AfterLoad"))
    }

    /// Takes those of another file too.
    pub(crate) fn merge(&mut self, other: Self) {
        self.names.extend(other.names);
        self.takes.extend(other.takes);
        self.handed_to.extend(other.handed_to);
        self.open |= other.open;
    }

    /// Whether all names are known.
    pub(crate) fn are_known(&self) -> bool {
        !self.open && self.handed_to.is_subset(&self.takes)
    }
}

struct Finder {
    /// The arguments of the function that are events, by their names.
    events: Vec<String>,
    found: Additions,
}

impl Finder {
    fn function(&mut self, signature: &Signature, inside: impl FnOnce(&mut Self)) {
        let events: Vec<String> = signature.inputs.iter().filter_map(event).collect();
        if !events.is_empty() {
            self.found.takes.insert(plain(&signature.ident));
        }
        let before = std::mem::replace(&mut self.events, events);
        inside(self);
        self.events = before;
    }

    /// Whether an expression is the event itself.
    fn is_event(&self, expression: &Expr) -> bool {
        match peeled(expression) {
            Expr::Path(path) => path.path.get_ident().is_some_and(|name| self.events.contains(&plain(name))),
            Expr::Unary(unary) => self.is_event(&unary.expr),
            _ => false,
        }
    }

    /// Whether an expression is the event's map of additions.
    fn is_extra(&self, expression: &Expr) -> bool {
        match peeled(expression) {
            Expr::Field(field) => {
                self.is_event(&field.base) && matches!(&field.member, Member::Named(name) if name == "extra")
            }
            _ => false,
        }
    }

    /// `response.set_data(value, "name")`.
    fn set_data(&mut self, code: Code<'_>, live: &[usize]) {
        let named = |index: &usize| code.tokens.get(*index).is_some_and(|token| token.text == SET_DATA);
        for index in live.iter().copied().filter(named) {
            let is_call = code.before(index).is_some_and(|token| token.is(".")) && code.is(index + 1, "(");
            let arguments = is_call.then(|| code.pieces(code.inside(index + 1)));
            let Some([_, name]) = arguments.as_deref() else { continue };
            let names = code.literals(name.clone()).into_iter().filter_map(|index| code.value(index));
            let names: Vec<String> = names.collect();
            self.found.open |= names.is_empty();
            self.found.names.extend(names);
        }
    }

    fn add(&mut self, name: Option<&Expr>) {
        let names: Vec<String> = name.map(texts).unwrap_or_default();
        self.found.open |= names.is_empty();
        self.found.names.extend(names);
    }
}

/// The argument's name, when it is an event that names can be added to.
fn event(argument: &FnArg) -> Option<String> {
    let FnArg::Typed(typed) = argument else { return None };
    let syn::Type::Reference(reference) = &*typed.ty else { return None };
    let name = last_segment(&reference.elem)?;
    match &*typed.pat {
        Pat::Ident(ident) if EVENTS.contains(&name.as_str()) => Some(plain(&ident.ident)),
        _ => None,
    }
}

/// The literals that an expression may be, `String::from("…")` too.
fn texts(expression: &Expr) -> Vec<String> {
    let expression = match peeled(expression) {
        Expr::Call(call) if call.args.len() == 1 => match peeled(&call.func) {
            Expr::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "from") => {
                &call.args[0]
            }
            _ => expression,
        },
        _ => expression,
    };
    literals(expression).iter().map(|literal| literal.value()).collect()
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.function(&item.sig, |finder| visit::visit_block(finder, &item.block));
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.function(&item.sig, |finder| visit::visit_block(finder, &item.block));
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let method = plain(&call.method);
        if self.is_event(&call.receiver) && method == "add" {
            self.add(call.args.first());
        } else if self.is_extra(&call.receiver) {
            match method.as_str() {
                "insert" | "entry" => self.add(call.args.first()),
                "get" | "contains_key" | "is_empty" | "len" | "iter" | "keys" | "values" | "remove"
                | "clear" => {}
                _ => self.found.open = true,
            }
        } else {
            self.visit_expr(&call.receiver);
        }
        self.arguments(&method, call.args.iter());
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        let name = match peeled(&call.func) {
            Expr::Path(path) => path.path.segments.last().map(|last| plain(&last.ident)),
            _ => None,
        };
        self.arguments(&name.unwrap_or_default(), call.args.iter());
    }

    fn visit_expr(&mut self, expression: &'ast Expr) {
        match expression {
            // Its other fields add nothing.
            Expr::Field(field) if self.is_event(&field.base) => self.found.open |= self.is_extra(expression),
            Expr::Index(index) if self.is_extra(&index.expr) => self.add(Some(&index.index)),
            expression if self.is_event(expression) => self.found.open = true,
            expression => visit::visit_expr(self, expression),
        }
    }

    fn visit_local(&mut self, local: &'ast Local) {
        let is_dropped = matches!(local.pat, Pat::Wild(_))
            && local.init.as_ref().is_some_and(|init| self.is_event(&init.expr));
        if !is_dropped {
            visit::visit_local(self, local);
        }
    }

    fn visit_macro(&mut self, found: &'ast Macro) {
        for expression in expressions(found.tokens.clone()) {
            Finder::visit_expr(self, &expression);
        }
    }
}

impl Finder {
    fn arguments<'e>(&mut self, function: &str, arguments: impl Iterator<Item = &'e Expr>) {
        for argument in arguments {
            match self.is_event(argument) {
                true => drop(self.found.handed_to.insert(function.to_owned())),
                false => Visit::visit_expr(self, argument),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::lexer::tokens;
    use super::super::live::live;
    use super::*;

    fn check(body: &str, names: &[&str], known: bool) {
        let text = format!("impl A {{ async fn prepare(&self, event: &mut BeforeLoad) {{ {body} }} }}");
        let file = syn::parse_file(&text).unwrap();
        let tokens = tokens(&text).unwrap();
        let code = Code { tokens: &tokens };
        let found = Additions::of(code, &live(&text, code), &file);
        assert_eq!(found.names.iter().map(String::as_str).collect::<Vec<_>>(), names, "{body}");
        assert_eq!(found.are_known(), known, "{body}");
    }

    #[test]
    fn what_is_added() {
        check("event.add(\"user\", 1)?; event.add(\"menu\", b)", &["menu", "user"], true);
        check("if event.view == \"a\" { event.template = b.into(); }", &[], true);
        check("event.add(if a { \"b\" } else { \"c\" }, 1)", &["b", "c"], true);
        check("event.add(name, 1)", &[], false);
        check(
            "event.extra.insert(\"a\".to_owned(), b); event.extra.insert(String::from(\"c\"), d);",
            &["a", "c"],
            true,
        );
        check("if event.extra.contains_key(\"a\") {} let b = event.extra[\"b\"].clone();", &["b"], true);
        check("event.extra.extend(more)", &[], false);
        check("let extra = &mut event.extra;", &[], false);
        check("add_user(event)", &[], false);
        check("self.prepare(event)", &[], true);
        check("let other = event;", &[], false);
        check("let _ = event;", &[], true);
        check("tracing::info!(\"{}\", event.view); vec![event.add(\"a\", 1)];", &["a"], true);
        check("response.set_data(1, \"errors\").set_data(2, \"title\")", &["errors", "title"], true);
        check("response.set_data(1, key)", &[], false);
    }

    #[test]
    fn other_functions() {
        let text = "fn other(event: &mut Menu) { event.add(\"a\", 1) } #[cfg(test)] mod tests { fn f(r: Response) { r.set_data(1, x); } }";
        let file = syn::parse_file(text).unwrap();
        let tokens = tokens(text).unwrap();
        let code = Code { tokens: &tokens };
        let found = Additions::of(code, &live(text, code), &file);
        assert!(found.names.is_empty() && found.are_known());
    }
}
