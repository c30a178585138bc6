//! What was found wrong on the way through templates, and how it is told.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::machinery::ast::Expr;
use ravand_core::{Problem, nearest};

use super::data::{Data, NoAttribute, fields};
use super::scope::path;
use super::template::Span;
use super::vocabulary::{ENGINE_FUNCTIONS, FILTERS, FUNCTIONS};
use super::walk::{View, Walk};
use crate::wiring::list;

/// What is known of all pages that a package's templates may be shown in.
#[derive(Default)]
pub(crate) struct Known<'a> {
    /// The names that code adds to any view.
    pub(crate) added: BTreeSet<&'a str>,
    /// There may be names besides.
    pub(crate) is_open: bool,
    /// The names that any view, template or listener has.
    pub(crate) anywhere: BTreeSet<&'a str>,
    /// The names that any template gives a value.
    pub(crate) bound: BTreeSet<&'a str>,
}

/// What was found wrong: each once, however many views lead to it.
#[derive(Default)]
pub(crate) struct Findings<'a> {
    /// Names that are not there, by template and place, with the views that do not have them.
    missing: BTreeMap<(usize, Span), Missing<'a>>,
    problems: BTreeMap<(usize, Span, String), Problem>,
}

struct Missing<'a> {
    name: &'a str,
    /// The first view that has no such field.
    view: View<'a>,
    others: Vec<View<'a>>,
    near: Option<&'a str>,
    /// The template gives it a value, in another place.
    is_bound: bool,
    has: Vec<&'a str>,
}

impl<'a> Findings<'a> {
    /// Everything, by the numbers of the templates and the places in them.
    pub(crate) fn into_problems(self) -> Vec<(usize, Span, Problem)> {
        let missing =
            self.missing.into_iter().map(|((template, span), missing)| (template, span, missing.problem()));
        let others =
            self.problems.into_iter().map(|((template, span, _), problem)| (template, span, problem));
        let mut all: Vec<(usize, Span, Problem)> = missing.chain(others).collect();
        all.sort_by_key(|(template, span, _)| (*template, *span));
        all
    }
}

impl Missing<'_> {
    fn problem(self) -> Problem {
        let name = self.name;
        let views = std::iter::once(&self.view).chain(&self.others);
        let names: Vec<String> = views.map(|view| view.class.class.name.clone()).collect();
        let problem = match names.as_slice() {
            [only] => Problem::error(format!("the view `{only}` has no field `{name}`")),
            names => Problem::error(format!("the views {} have no field `{name}`", list(names))),
        };
        let (view, place) = (&self.view.class.class.name, &self.view.class.class.place);
        if let Some(near) = self.near {
            return problem.help(format!("did you mean `{near}`?")).help(format!("`{view}` is at {place}"));
        }
        let problem = match self.has.as_slice() {
            [] => problem.help(format!("`{view}` at {place} has no fields")),
            has => problem.help(format!("`{view}` at {place} has {}", list(&owned(has)))),
        };
        if self.is_bound {
            let help = "the template gives it a value elsewhere: for the rest of that block, loop or macro";
            return problem.help(help);
        }
        problem
            .help(format!("where it may be missing write `{name}|default(\"\")`, or ask `{name} is defined`"))
            .help(format!("a listener of `BeforeLoad` gives it to every page by `event.add(\"{name}\", …)`"))
    }
}

impl<'t, 'a> Walk<'_, 't, 'a> {
    /// Whether the finding is for the package whose shelf it is to tell: one of its views, or one of its templates.
    fn is_told_here(&self) -> bool {
        let Some(owner) = self.shelf.owner() else { return false };
        let of_view = self.view.is_some_and(|view| view.package.name == owner.name);
        of_view || self.shelf.template(self.here).is_some_and(|template| template.owner.name == owner.name)
    }

    fn span(&self, name: &str) -> Span {
        self.shelf.template(self.here).map_or(Span { start: 0, length: 0 }, |template| template.span(name))
    }

    fn report(&mut self, at: &str, problem: Problem) {
        if self.is_told_here() {
            let key = (self.here, self.span(at), problem.message.clone());
            self.findings.problems.entry(key).or_insert(problem);
        }
    }

    /// Tells of a name that the view does not have. Without a view there may be any name.
    pub(super) fn report_missing(&mut self, name: &'a str) {
        let Some(view) = self.view.filter(|_| self.is_told_here()) else { return };
        let key = (self.here, self.span(name));
        if let Some(missing) = self.findings.missing.get_mut(&key) {
            let mut known = std::iter::once(&missing.view).chain(&missing.others);
            if !known.any(|known| known.class.address == view.class.address) {
                missing.others.push(view);
            }
            return;
        }
        let near = nearest(name, self.candidates());
        let here = self.shelf.template(self.here);
        let is_bound = here.is_some_and(|template| template.names.bound.contains(name));
        let has = fields(view.data, view.package, self.shelf);
        self.findings.missing.insert(key, Missing { name, view, others: Vec::new(), near, is_bound, has });
    }

    pub(super) fn report_not_called(&mut self, name: &'a str) {
        let problem = Problem::error(format!("`{name}` is a function, and is not called here"));
        let written = match FUNCTIONS.iter().find(|function| function.name == name) {
            Some(function) => format!("{name}({})", function.arguments.join(", ")),
            None => format!("{name}(…)"),
        };
        self.report(name, problem.help(format!("write `{{{{ {written} }}}}`")));
    }

    pub(super) fn report_not_callable(&mut self, name: &'a str, data: &Data<'t, 'a>) {
        let is_function = FUNCTIONS.iter().any(|function| function.name == name);
        let problem = match (self.view, data) {
            (Some(view), _) if is_function && self.scope.find(name).is_none() => {
                let view = &view.class.class;
                Problem::error(format!("the view's field `{name}` hides the function `{name}`"))
                    .help(format!("give the field of `{}` at {} another name", view.name, view.place))
            }
            _ if is_function => Problem::error(format!("the value `{name}` hides the function `{name}`"))
                .help("give the value another name"),
            _ => Problem::error(format!("`{name}` is a value, and no function")),
        };
        self.report(name, problem);
    }

    pub(super) fn report_no_function(&mut self, name: &'a str) {
        let problem = Problem::error(format!("there is no function `{name}`"));
        let functions = FUNCTIONS.iter().map(|function| function.name).chain(ENGINE_FUNCTIONS);
        let macros: Vec<&str> = self.scope.names().collect();
        let problem = match nearest(name, functions.clone().chain(macros)) {
            _ if FILTERS.contains(&name) => {
                problem.help(format!("it is a filter: write `{{{{ value|{name} }}}}`"))
            }
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => {
                let all: Vec<String> = functions.map(|name| format!("`{name}`")).collect();
                problem.help(format!("the functions are {}", all.join(", ")))
            }
        };
        self.report(name, problem);
    }

    pub(super) fn report_no_super(&mut self, name: &'a str) {
        let problem = Problem::error("`super()` shows nothing: no parent has this block");
        self.report(
            name,
            problem.help("it stands in a block that the template overrides, for the parent's own"),
        );
    }

    pub(super) fn report_no_block(&mut self, name: &'a str) {
        let names: BTreeSet<&str> = self.block_names().collect();
        let problem = Problem::error(format!("the page has no block `{name}`"));
        let near = problem.clone().suggest(name, names.iter().copied());
        let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        let problem = match names.as_slice() {
            _ if !near.help.is_empty() => near,
            [] => problem,
            names => problem.help(format!("it has {}", list(names))),
        };
        self.report(name, problem);
    }

    pub(super) fn report_no_method(&mut self, of: &Expr<'a>, name: &'a str) {
        let value = path(of).map_or_else(|| "value".to_owned(), |path| path.join("."));
        let problem = Problem::error(format!("`{value}.{name}(…)`: values have no methods in templates"));
        let problem = match nearest(name, FILTERS) {
            Some(filter) => problem.help(format!("write `{value}|{filter}`")),
            None => problem.help("filters change values: `value|upper`"),
        };
        self.report(name, problem);
    }

    pub(super) fn report_no_argument(&mut self, name: &'a str, of: &str, takes: &[&str]) {
        let problem = Problem::error(format!("the macro `{of}` has no argument `{name}`"));
        let near = problem.clone().suggest(name, takes.iter().copied());
        let problem = if near.help.is_empty() { problem.help(has(takes)) } else { near };
        self.report(name, problem);
    }

    pub(super) fn report_too_many(&mut self, name: &'a str, given: usize, takes: &[&str]) {
        let problem =
            Problem::error(format!("the macro `{name}` is given {given} arguments, and has {}", takes.len()));
        self.report(name, problem.help(has(takes)));
    }

    pub(super) fn report_no_attribute(
        &mut self,
        of: Option<String>,
        name: &'a str,
        why: &NoAttribute<'t, 'a>,
    ) {
        let shown = of.as_ref().map_or_else(|| "the value".to_owned(), |path| format!("`{path}`"));
        let value = of.unwrap_or_else(|| "value".to_owned());
        let or_filter = |problem: Problem| match FILTERS.contains(&name) {
            true => problem.help(format!("`{name}` is a filter: write `{value}|{name}`")),
            false => problem,
        };
        let problem = match why {
            NoAttribute::NoField(found, package) => {
                let what = &found.name;
                let is_at = format!("`{what}` is at {}", found.place);
                if found.skipped.iter().any(|skipped| skipped == name) {
                    Problem::error(format!("the field `{name}` of `{what}` is not given to templates"))
                        .help("`#[serde(skip)]` leaves it out")
                        .help(is_at)
                } else {
                    let names = fields(found, package, self.shelf);
                    let problem = Problem::error(format!("`{what}` has no field `{name}`"));
                    let near = problem.clone().suggest(name, names.iter().copied());
                    let problem = if near.help.is_empty() { problem.help(has(&names)) } else { near };
                    problem.help(is_at)
                }
            }
            NoAttribute::NoObject(kind, ty) => {
                let ty = ty.map(|ty| format!(" (`{ty}`)")).unwrap_or_default();
                or_filter(Problem::error(format!("{shown} is {kind}{ty}: it has no `{name}`")))
            }
            NoAttribute::IsList(of) => {
                let problem = Problem::error(format!("{shown} is a list: it has no `{name}`"));
                match (&**of, of.attribute(name, self.shelf)) {
                    (Data::Object(..), Ok(_)) => problem.help(format!(
                        "its entries have: `{{% for each in {value} %}}{{{{ each.{name} }}}}{{% endfor %}}`"
                    )),
                    _ => or_filter(problem),
                }
            }
            NoAttribute::NoKey(what, keys) => {
                let problem = Problem::error(format!("{what} has no `{name}`"));
                let near = problem.clone().suggest(name, keys.iter().copied());
                match near.help.is_empty() {
                    true => problem.help(format!("it has {}", keys.join(", "))),
                    false => near,
                }
            }
            NoAttribute::NoMacro(number) => {
                let template = self.shelf.template(*number);
                let (file, exports) = template.map(|found| (found.name, &found.names.exports)).unzip();
                let file = file.unwrap_or_default();
                let exports: Vec<&str> = exports.into_iter().flatten().copied().collect();
                let problem = Problem::error(format!("the template `{file}` has no macro `{name}`"));
                let near = problem.clone().suggest(name, exports.iter().copied());
                if near.help.is_empty() { problem.help(has(&exports)) } else { near }
            }
        };
        self.report(name, problem);
    }
}

fn has(names: &[&str]) -> String {
    match names {
        [] => "it has none".to_owned(),
        names => format!("it has {}", list(&owned(names))),
    }
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}
