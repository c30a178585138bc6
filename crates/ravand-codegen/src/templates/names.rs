//! What a template names: other templates, blocks, filters, tests, functions and their literal arguments.

use std::collections::BTreeSet;

use minijinja::machinery::ast::{Call, CallArg, Expr, Filter, Stmt};

use super::template::{Span, span_of};
use super::tree::{Literal, bare_path, beginning, inside, literals, parts, targets};
use super::vocabulary::FUNCTIONS;

/// The names in one template.
#[derive(Debug, Default)]
pub(crate) struct Names<'a> {
    pub(crate) extends: Vec<Reference>,
    pub(crate) includes: Vec<Reference>,
    pub(crate) imports: Vec<Reference>,
    pub(crate) blocks: Vec<Block<'a>>,
    pub(crate) filters: Vec<Literal>,
    pub(crate) tests: Vec<Literal>,
    pub(crate) calls: Vec<FunctionCall<'a>>,
    /// Every name that the template gives a value, wherever.
    pub(crate) bound: BTreeSet<&'a str>,
    /// Those of them that who imports it can use.
    pub(crate) exports: BTreeSet<&'a str>,
}

/// Other templates that are named.
#[derive(Debug)]
pub(crate) struct Reference {
    /// The names that are literals.
    pub(crate) names: Vec<Literal>,
    /// A path that is not written in quotes.
    pub(crate) bare: Option<Literal>,
    /// Whether it can be no other.
    pub(crate) is_certain: bool,
    /// Whether one of them is enough, or none.
    pub(crate) need: Need,
}

/// How many of the templates that are named have to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    All,
    One,
    None,
}

/// A block that is written.
#[derive(Debug)]
pub(crate) struct Block<'a> {
    pub(crate) name: &'a str,
    /// It stands in another block: that is what it belongs to, whatever the parents have.
    pub(crate) is_inner: bool,
}

/// A call of a function of the framework.
#[derive(Debug)]
pub(crate) struct FunctionCall<'a> {
    pub(crate) name: &'a str,
    /// How many arguments without a name it has; nothing when it hands on a list.
    pub(crate) plain: Option<usize>,
    /// The names of its other arguments.
    pub(crate) named: Vec<&'a str>,
    /// It hands on an object, so it may have more of these.
    pub(crate) hands_on: bool,
    /// What the first argument may be.
    pub(crate) first: Vec<Literal>,
    /// What the first argument begins with, when it is put together.
    pub(crate) beginning: Option<Literal>,
}

impl<'a> Names<'a> {
    pub(super) fn of(text: &'a str, tree: &Stmt<'a>) -> Self {
        let mut reader = Reader { text, names: Names::default(), blocks: 0, is_top: true };
        reader.statement(tree);
        reader.names
    }
}

struct Reader<'a> {
    text: &'a str,
    names: Names<'a>,
    /// In how many blocks it is.
    blocks: usize,
    /// Whether a name that is given a value here is seen by who imports the template.
    is_top: bool,
}

impl<'a> Reader<'a> {
    fn statement(&mut self, statement: &Stmt<'a>) {
        self.own(statement);
        let (expressions, bodies) = parts(statement);
        expressions.into_iter().for_each(|expression| self.expression(expression));
        let (blocks, is_top) = (self.blocks, self.is_top);
        self.blocks += usize::from(matches!(statement, Stmt::Block(_)));
        self.is_top &= matches!(statement, Stmt::Template(_) | Stmt::IfCond(_) | Stmt::AutoEscape(_));
        bodies.into_iter().flatten().for_each(|inner| self.statement(inner));
        (self.blocks, self.is_top) = (blocks, is_top);
    }

    /// What the statement itself is, its expressions and bodies aside.
    fn own(&mut self, statement: &Stmt<'a>) {
        match statement {
            Stmt::Extends(extends) => self.names.extends.push(self.reference(&extends.name, false)),
            Stmt::Include(include) => {
                self.names.includes.push(self.reference(&include.name, include.ignore_missing));
            }
            Stmt::Import(import) => {
                self.names.imports.push(self.reference(&import.expr, false));
                self.bind(targets(&import.name));
            }
            Stmt::FromImport(import) => {
                self.names.imports.push(self.reference(&import.expr, false));
                let names = import.names.iter();
                self.bind(names.flat_map(|(name, alias)| targets(alias.as_ref().unwrap_or(name))).collect());
            }
            Stmt::Block(block) => {
                self.names.blocks.push(Block { name: block.name, is_inner: self.blocks > 0 });
            }
            Stmt::Set(set) => self.bind(targets(&set.target)),
            Stmt::SetBlock(set) => self.bind(targets(&set.target)),
            Stmt::ForLoop(each) => self.names.bound.extend(targets(&each.target)),
            Stmt::WithBlock(with) => {
                self.names.bound.extend(with.assignments.iter().flat_map(|(target, _)| targets(target)));
            }
            Stmt::Macro(declared) => {
                self.bind(vec![declared.name]);
                self.names.bound.extend(declared.args.iter().flat_map(targets));
            }
            Stmt::CallBlock(call) => {
                self.names.bound.extend(call.macro_decl.args.iter().flat_map(targets));
                self.call(&call.call);
            }
            Stmt::Do(call) => self.call(&call.call),
            _ => {}
        }
    }

    fn reference(&self, name: &Expr<'a>, ignore_missing: bool) -> Reference {
        let bare = bare_path(name).and_then(|(first, last)| {
            let (start, last) = (span_of(self.text, first).start, span_of(self.text, last));
            let length = (last.start + last.length).checked_sub(start)?;
            let text = self.text.get(start..start + length)?.to_owned();
            Some(Literal { text, span: Span { start, length } })
        });
        Reference { bare, ..Reference::of(name, ignore_missing) }
    }

    fn bind(&mut self, names: Vec<&'a str>) {
        if self.is_top {
            self.names.exports.extend(names.iter().filter(|name| !name.starts_with('_')));
        }
        self.names.bound.extend(names);
    }

    fn expression(&mut self, expression: &Expr<'a>) {
        match expression {
            Expr::Filter(filter) => self.filter(filter),
            Expr::Test(test) => {
                let test = self.literal(test.name);
                self.names.tests.push(test);
            }
            Expr::Call(call) => self.call(call),
            _ => {}
        }
        inside(expression).into_iter().for_each(|inner| self.expression(inner));
    }

    /// A filter, and the filter or test that it takes by name: `names|map("upper")`.
    fn filter(&mut self, filter: &Filter<'a>) {
        let name = self.literal(filter.name);
        self.names.filters.push(name);
        let argument = |at: usize| match filter.args.get(at) {
            Some(CallArg::Pos(Expr::Const(constant))) => Literal::of(constant),
            _ => None,
        };
        match filter.name {
            "map" => self.names.filters.extend(argument(0)),
            "select" | "reject" => self.names.tests.extend(argument(0)),
            "selectattr" | "rejectattr" => self.names.tests.extend(argument(1)),
            _ => {}
        }
    }

    fn call(&mut self, call: &Call<'a>) {
        let Expr::Var(name) = &call.expr else { return };
        if !FUNCTIONS.iter().any(|function| function.name == name.id) {
            return;
        }
        let mut found = FunctionCall {
            name: name.id,
            plain: Some(0),
            named: Vec::new(),
            hands_on: false,
            first: Vec::new(),
            beginning: None,
        };
        for argument in &call.args {
            match argument {
                CallArg::Pos(value) => {
                    if found.plain == Some(0) {
                        found.first = literals(value).0;
                        found.beginning = beginning(value);
                    }
                    found.plain = found.plain.map(|count| count + 1);
                }
                CallArg::PosSplat(_) => found.plain = None,
                CallArg::Kwarg(name, _) => found.named.push(name),
                CallArg::KwargSplat(_) => found.hands_on = true,
            }
        }
        self.names.calls.push(found);
    }

    fn literal(&self, name: &str) -> Literal {
        Literal { text: name.to_owned(), span: span_of(self.text, name) }
    }
}

impl Reference {
    pub(super) fn of(name: &Expr<'_>, ignore_missing: bool) -> Self {
        let need = |need| if ignore_missing { Need::None } else { need };
        let several = match name {
            Expr::List(list) => Some(&list.items),
            Expr::Tuple(tuple) => Some(&tuple.items),
            _ => None,
        };
        if let Some(items) = several {
            let found: Vec<_> = items.iter().map(literals).collect();
            let is_certain = found.iter().all(|(_, certain)| *certain);
            let names = found.into_iter().flat_map(|(names, _)| names).collect();
            return Self { names, bare: None, is_certain, need: need(Need::One) };
        }
        let (names, is_certain) = literals(name);
        Self { names, bare: None, is_certain, need: need(Need::All) }
    }
}
