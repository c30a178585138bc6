//! A view's template as it would be shown: with its parents, includes and macros, and the names that are there at
//! each place.

use std::collections::HashMap;

use minijinja::machinery::ast::{Block, Expr, ForLoop, FromImport, Include, Macro, Stmt};
use ravand_core::nearest;

use super::data::Data;
use super::findings::{Findings, Known};
use super::library::{Chain, Shelf};
use super::names::Reference;
use super::scope::{Scope, asked_by_condition};
use super::template::Template;
use super::tree::{bare_path, targets};
use crate::scan::package::{Package, PackageClass};
use crate::scan::shapes::Struct;

/// So many templates are gone into for one view at the most, so that includes in includes come to an end.
const TEMPLATES: usize = 5000;

/// A view whose data is known.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) package: &'a Package,
    pub(crate) class: &'a PackageClass,
    pub(crate) data: &'a Struct,
}

/// What goes through templates.
pub(crate) struct Walk<'w, 't, 'a> {
    pub(super) shelf: &'w Shelf<'t, 'a>,
    pub(super) known: &'w Known<'a>,
    /// The view that is shown; none when the template is looked at by itself, for any data.
    pub(super) view: Option<View<'a>>,
    pub(super) scope: Scope<'t, 'a>,
    /// The template that is gone through.
    pub(super) here: usize,
    /// The blocks of the page that it is a part of.
    page: Page<'t, 'a>,
    /// The templates that are being shown, each inside of the one before.
    inside: Vec<usize>,
    /// The templates that were gone into.
    pub(crate) seen: Vec<usize>,
    pub(super) findings: &'w mut Findings<'a>,
}

/// A page put together of a template and its parents.
#[derive(Default)]
struct Page<'t, 'a> {
    /// Who has a block of a name, the one that is shown first.
    blocks: HashMap<&'a str, Vec<(usize, &'t Block<'a>)>>,
    /// The blocks that are being shown, and which of their name.
    current: Vec<(&'a str, usize)>,
    /// Whether blocks are shown where they stand: in the last parent, not in who extends it.
    shows: bool,
    /// Whether its parents are all known.
    is_whole: bool,
}

impl<'w, 't, 'a> Walk<'w, 't, 'a> {
    pub(crate) fn new(
        shelf: &'w Shelf<'t, 'a>,
        known: &'w Known<'a>,
        view: Option<View<'a>>,
        findings: &'w mut Findings<'a>,
    ) -> Self {
        let mut scope = Scope::default();
        scope.push(view.is_none());
        let page = Page { shows: true, ..Page::default() };
        Self { shelf, known, view, scope, here: 0, page, inside: Vec::new(), seen: Vec::new(), findings }
    }

    /// Goes through a template as the engine would show it.
    pub(crate) fn show(&mut self, number: usize) {
        if self.inside.contains(&number) || self.seen.len() >= TEMPLATES {
            return;
        }
        self.inside.push(number);
        let here = self.here;
        for chain in self.shelf.chains(number) {
            match chain {
                Chain::Whole(numbers) => self.chain(&numbers, true),
                Chain::Open(numbers) => self.chain(&numbers, false),
            }
        }
        self.here = here;
        self.inside.pop();
    }

    /// A template and its parents: what stands outside of blocks in each of them, and the last one's page.
    fn chain(&mut self, numbers: &[usize], is_whole: bool) {
        let templates: Vec<(usize, &'t Template<'a>)> =
            numbers.iter().filter_map(|number| Some((*number, self.shelf.template(*number)?))).collect();
        let shows = self.page.shows;
        let mut page = Page { is_whole, ..Page::default() };
        for (number, template) in &templates {
            blocks(template.statements(), &mut |block| {
                page.blocks.entry(block.name).or_default().push((*number, block));
            });
        }
        let before = std::mem::replace(&mut self.page, page);
        for (at, (number, template)) in templates.iter().enumerate() {
            self.here = *number;
            self.seen.push(*number);
            self.page.shows = shows && is_whole && at + 1 == templates.len();
            self.statements(template.statements());
        }
        if !is_whole {
            // The parents that are not known may give any names, and show any of the blocks.
            self.scope.push(true);
            let mut names: Vec<&'a str> = self.page.blocks.keys().copied().collect();
            names.sort_unstable();
            self.page.shows = shows;
            names.into_iter().for_each(|name| self.block(name, 0));
            self.scope.pop();
        }
        self.page = before;
    }

    /// The block of a name, the `level`th of those that have it.
    pub(super) fn block(&mut self, name: &'a str, level: usize) {
        let found = self.page.blocks.get(name).and_then(|blocks| blocks.get(level)).copied();
        let Some((number, block)) = found else { return };
        if !self.page.shows || self.page.current.contains(&(name, level)) {
            return;
        }
        let here = std::mem::replace(&mut self.here, number);
        self.page.current.push((name, level));
        self.scope.push(false);
        self.statements(&block.body);
        self.scope.pop();
        self.page.current.pop();
        self.here = here;
    }

    /// `super()`: the block that this one stands for; whether there is, or may be, one.
    pub(super) fn super_block(&mut self) -> bool {
        let Some((name, level)) = self.page.current.last().copied() else { return !self.page.shows };
        let there = self.page.blocks.get(name).is_some_and(|blocks| blocks.len() > level + 1);
        self.block(name, level + 1);
        there || !self.page.is_whole
    }

    /// `self.name()`: whether there is, or may be, such a block.
    pub(super) fn own_block(&mut self, name: &'a str) -> bool {
        self.block(name, 0);
        self.page.blocks.contains_key(name) || !self.page.is_whole
    }

    pub(super) fn block_names(&self) -> impl Iterator<Item = &'a str> {
        self.page.blocks.keys().copied()
    }

    fn statements(&mut self, statements: &'t [Stmt<'a>]) {
        statements.iter().for_each(|statement| self.statement(statement));
    }

    fn statement(&mut self, statement: &'t Stmt<'a>) {
        match statement {
            Stmt::Template(template) => self.statements(&template.children),
            Stmt::EmitRaw(_) => {}
            Stmt::EmitExpr(emit) => self.emit(&emit.expr),
            Stmt::ForLoop(each) => self.each(each),
            Stmt::IfCond(choice) => {
                self.condition(&choice.expr);
                let mut asked = Vec::new();
                asked_by_condition(&choice.expr, &mut asked);
                self.scope.guard(asked);
                self.statements(&choice.true_body);
                self.statements(&choice.false_body);
                self.scope.unguard();
            }
            Stmt::WithBlock(with) => {
                self.scope.push(false);
                for (target, value) in &with.assignments {
                    let data = self.value(value);
                    self.assign(target, data);
                }
                self.statements(&with.body);
                self.scope.pop();
            }
            Stmt::Set(set) => {
                let data = self.value(&set.expr);
                self.assign(&set.target, data);
            }
            Stmt::SetBlock(set) => {
                self.statements(&set.body);
                set.filter.iter().for_each(|filter| drop(self.value(filter)));
                self.assign(&set.target, Data::Unknown);
            }
            Stmt::AutoEscape(escape) => {
                self.value(&escape.enabled);
                self.statements(&escape.body);
            }
            Stmt::FilterBlock(filter) => {
                self.statements(&filter.body);
                self.value(&filter.filter);
            }
            Stmt::Block(block) => self.block(block.name, 0),
            Stmt::Extends(extends) => self.template_name(&extends.name),
            Stmt::Include(include) => self.include(include),
            Stmt::Import(import) => {
                self.template_name(&import.expr);
                let module = self.module(&Reference::of(&import.expr, false));
                self.assign(&import.name, module.map_or(Data::Unknown, Data::Module));
            }
            Stmt::FromImport(import) => self.import(import),
            Stmt::Macro(declared) => self.declare(declared),
            Stmt::CallBlock(call) => {
                self.called(&call.call);
                call.macro_decl.defaults.iter().for_each(|value| drop(self.value(value)));
                self.scope.push(false);
                let arguments = call.macro_decl.args.iter().flat_map(targets);
                arguments.for_each(|name| self.scope.bind(name, Data::Unknown));
                self.statements(&call.macro_decl.body);
                self.scope.pop();
            }
            Stmt::Do(call) => self.called(&call.call),
        }
    }

    /// `{% for target in list %}`.
    fn each(&mut self, each: &'t ForLoop<'a>) {
        let element = self.value(&each.iter).element();
        self.scope.push(false);
        // What a turn of the loop gives a value the next one may ask for.
        assigned(&each.body, &mut |name| self.scope.bind(name, Data::Unknown));
        self.scope.bind("loop", Data::of_loop());
        self.assign(&each.target, element);
        each.filter_expr.iter().for_each(|filter| self.condition(filter));
        self.statements(&each.body);
        self.scope.pop();
        self.statements(&each.else_body);
    }

    /// Gives the names of a target the value, or each its part of it.
    fn assign(&mut self, target: &Expr<'a>, data: Data<'t, 'a>) {
        match target {
            Expr::Var(name) => self.scope.bind(name.id, data),
            Expr::List(list) => {
                let parts = list.items.iter().enumerate();
                parts.for_each(|(at, item)| self.assign(item, data.at(Some(at))));
            }
            Expr::Tuple(tuple) => {
                let parts = tuple.items.iter().enumerate();
                parts.for_each(|(at, item)| self.assign(item, data.at(Some(at))));
            }
            _ => {}
        }
    }

    /// The name of another template. One without its quotes is told once, and not name by name.
    fn template_name(&mut self, name: &Expr<'a>) {
        if bare_path(name).is_none() {
            self.value(name);
        }
    }

    /// An included template sees the names of who includes it, and leaves its own to it.
    fn include(&mut self, include: &Include<'a>) {
        self.template_name(&include.name);
        let (numbers, is_whole) = self.shelf.named(&Reference::of(&include.name, include.ignore_missing));
        if !is_whole {
            self.bind_anything();
        }
        numbers.into_iter().for_each(|number| self.show(number));
    }

    /// What a template that is not known may leave behind: whatever any template gives a value.
    fn bind_anything(&mut self) {
        let names: Vec<&'a str> = self.shelf.all().flat_map(|found| &found.names.exports).copied().collect();
        for name in names {
            if self.scope.find(name).is_none() {
                self.scope.bind(name, Data::Unknown);
            }
        }
    }

    /// The template of an import, gone through; nothing when it is not certain which it is.
    fn module(&mut self, reference: &Reference) -> Option<usize> {
        let (numbers, is_whole) = self.shelf.named(reference);
        for number in &numbers {
            self.scope.push(false);
            self.show(*number);
            self.scope.pop();
        }
        match numbers.as_slice() {
            [number] if is_whole => Some(*number),
            _ => None,
        }
    }

    fn import(&mut self, import: &FromImport<'a>) {
        self.template_name(&import.expr);
        let module = self.module(&Reference::of(&import.expr, false));
        for (name, alias) in &import.names {
            let Expr::Var(name) = name else { continue };
            let declared = module.and_then(|number| self.shelf.template(number));
            let declared = declared.and_then(|template| find_macro(template.statements(), name.id));
            let data = match (declared, module) {
                (Some(declared), _) => Data::Macro(declared),
                (None, Some(number)) => {
                    let found = Data::Module(number).attribute(name.id, self.shelf);
                    found.unwrap_or_else(|why| {
                        self.bind_nearest(number, name.id);
                        self.no_attribute(None, name.id, &why)
                    })
                }
                (None, None) => Data::Unknown,
            };
            let target = alias.as_ref().map_or(name.id, |alias| match alias {
                Expr::Var(alias) => alias.id,
                _ => name.id,
            });
            self.scope.bind(target, data);
        }
    }

    /// Binds the macro that was meant by a wrong name, for where it is called its name is right.
    fn bind_nearest(&mut self, module: usize, name: &str) {
        let exports = self.shelf.template(module).map(|template| template.names.exports.iter().copied());
        if let Some(meant) = exports.and_then(|exports| nearest(name, exports)) {
            self.scope.bind(meant, Data::Unknown);
        }
    }

    /// A macro, whose body sees its arguments, the names of its template and those of the page.
    fn declare(&mut self, declared: &'t Macro<'a>) {
        self.scope.bind(declared.name, Data::Macro(declared));
        self.scope.push(false);
        if let Some(template) = self.shelf.template(self.here) {
            // A macro sees what its template gives a value behind it, too.
            let own = template
                .names
                .exports
                .iter()
                .chain(template.names.bound.iter().filter(|name| name.starts_with('_')));
            let own: Vec<&'a str> = own.copied().filter(|name| self.scope.find(name).is_none()).collect();
            own.into_iter().for_each(|name| self.scope.bind(name, Data::Unknown));
        }
        declared.args.iter().flat_map(targets).for_each(|name| self.scope.bind(name, Data::Unknown));
        self.scope.bind("caller", Data::Unknown);
        declared.defaults.iter().for_each(|value| drop(self.value(value)));
        self.statements(&declared.body);
        self.scope.pop();
    }

    /// The macro of a module.
    pub(super) fn macro_of(&self, module: usize, name: &str) -> Option<&'t Macro<'a>> {
        find_macro(self.shelf.template(module)?.statements(), name)
    }
}

/// Every block, those in blocks too.
fn blocks<'t, 'a>(statements: &'t [Stmt<'a>], found: &mut impl FnMut(&'t Block<'a>)) {
    for statement in statements {
        if let Stmt::Block(block) = statement {
            found(block);
        }
        let (_, bodies) = super::tree::parts(statement);
        bodies.into_iter().for_each(|body| blocks(body, &mut *found));
    }
}

/// The names that statements give a value in their own scope.
fn assigned<'a>(statements: &[Stmt<'a>], found: &mut impl FnMut(&'a str)) {
    for statement in statements {
        match statement {
            Stmt::Set(set) => targets(&set.target).into_iter().for_each(&mut *found),
            Stmt::SetBlock(set) => targets(&set.target).into_iter().for_each(&mut *found),
            Stmt::IfCond(choice) => {
                assigned(&choice.true_body, &mut *found);
                assigned(&choice.false_body, &mut *found);
            }
            _ => {}
        }
    }
}

/// The macro of a name among statements, those in conditions too.
fn find_macro<'t, 'a>(statements: &'t [Stmt<'a>], name: &str) -> Option<&'t Macro<'a>> {
    statements.iter().find_map(|statement| match statement {
        Stmt::Macro(declared) if declared.name == name => Some(&**declared),
        Stmt::IfCond(choice) => {
            find_macro(&choice.true_body, name).or_else(|| find_macro(&choice.false_body, name))
        }
        _ => None,
    })
}
