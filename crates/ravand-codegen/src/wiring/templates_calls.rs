//! What templates give to the framework's functions: their arguments, phrases, routes and assets.

use std::collections::BTreeSet;

use ravand_core::{Problem, Severity};
use ravand_manifest::Spanned;

use super::World;
use super::names::{Names, Written};
use super::phrases::{Phrases, files};
use super::world::declare;
use crate::scan::frontend::suggest_file;
use crate::scan::package::Package;
use crate::templates::library::Shelf;
use crate::templates::names::FunctionCall;
use crate::templates::template::{Span, Template};
use crate::templates::tree::Literal;
use crate::templates::vocabulary::{FUNCTIONS, Function};

pub(super) fn check<'a>(
    world: &World<'a>,
    shelf: &Shelf<'_, 'a>,
    owner: &'a Package,
    warns_of_lacking: bool,
    found: &mut Vec<(usize, Span, Problem)>,
) {
    let mut checks = Checks {
        world,
        shelf,
        owner,
        phrases: Phrases::of(world, owner),
        routes: Names::of(world, owner),
        warns_of_lacking,
        told: BTreeSet::new(),
    };
    for (number, template) in shelf.own() {
        for call in &template.names.calls {
            // A name that the template gives a value is its own.
            if template.names.bound.contains(call.name) {
                continue;
            }
            let problems = checks.of(template, call);
            found.extend(problems.into_iter().map(|(span, problem)| (number, span, problem)));
        }
    }
}

struct Checks<'c, 'l, 'a> {
    world: &'c World<'a>,
    shelf: &'c Shelf<'l, 'a>,
    owner: &'a Package,
    phrases: Phrases<'a>,
    routes: Names<'a>,
    warns_of_lacking: bool,
    /// The phrases that a language was found to lack: one warning each.
    told: BTreeSet<String>,
}

impl Checks<'_, '_, '_> {
    fn of(&mut self, template: &Template<'_>, call: &FunctionCall<'_>) -> Vec<(Span, Problem)> {
        let Some(function) = FUNCTIONS.iter().find(|function| function.name == call.name) else {
            return Vec::new();
        };
        let mut problems = misused(template, function, call);
        for literal in &call.first {
            match function.name {
                "t" | "t_html" => problems.extend(self.phrase(template, call, literal)),
                "url_for" => problems.extend(self.route(template, call, literal)),
                "asset" => problems.extend(self.asset(literal).map(|problem| (literal.span, problem))),
                _ => {}
            }
        }
        if let (Some(beginning), "t" | "t_html") = (&call.beginning, function.name) {
            problems.extend(self.beginning(template, beginning).map(|problem| (beginning.span, problem)));
        }
        problems
    }

    fn phrase(
        &mut self,
        template: &Template<'_>,
        call: &FunctionCall<'_>,
        literal: &Literal,
    ) -> Vec<(Span, Problem)> {
        let (key, place) = (&literal.text, template.place(literal.span));
        let mut problems = Vec::new();
        if let Some(problem) = self.phrases.check(self.world, key, &place) {
            let is_told = match problem.severity {
                Severity::Error => !self.theme_has(template.theme, |known| known == key),
                Severity::Warning => self.warns_of_lacking && self.told.insert(key.clone()),
            };
            problems.extend(is_told.then_some(problem));
        }
        // Who writes values without their names is told that.
        if !call.hands_on && call.plain == Some(1) {
            let given = given(template, &call.named);
            problems.extend(self.phrases.check_params(key, &place, &given, Written::Template));
        }
        problems.into_iter().map(|problem| (literal.span, problem)).collect()
    }

    /// Whether another source of the theme has such a phrase, in a package that the owner need not declare.
    fn theme_has(&self, theme: &str, is_meant: impl Fn(&str) -> bool) -> bool {
        let sources = self.world.out_of_sight(self.owner).flat_map(|package| &package.frontends);
        let mut same = sources.filter(|source| {
            source.theme.name.as_ref().is_some_and(|name| !theme.is_empty() && name.value == theme)
        });
        same.any(|source| {
            source.phrases.iter().any(|file| file.phrases.phrases.keys().any(|key| is_meant(key)))
        })
    }

    /// A key that is put together: some phrase has to begin with its first part.
    fn beginning(&self, template: &Template<'_>, beginning: &Literal) -> Option<Problem> {
        let text = &beginning.text;
        if text.is_empty() || self.phrases.any_begins_with(text) {
            return None;
        }
        if self.theme_has(template.theme, |key| key.starts_with(text)) {
            return None;
        }
        let problem = Problem::error(format!("no phrase begins with `{text}`"));
        let near = problem.clone().suggest(text, self.phrases.beginnings(text));
        if !near.help.is_empty() {
            return Some(near);
        }
        let begins = |package: &&Package| {
            files(package).any(|file| file.phrases.phrases.keys().any(|key| key.starts_with(text)))
        };
        Some(match self.world.out_of_sight(self.owner).find(begins) {
            Some(package) => {
                let (name, owner) = (&package.name, &self.owner.name);
                let help = format!("phrases of the package `{name}` do, which `{owner}` does not declare");
                problem.help(help).help(declare(name))
            }
            None => problem,
        })
    }

    fn route(
        &self,
        template: &Template<'_>,
        call: &FunctionCall<'_>,
        literal: &Literal,
    ) -> Vec<(Span, Problem)> {
        // These two choose the host and the language, and are no parameters of the rule.
        let named: Vec<&str> =
            call.named.iter().copied().filter(|name| !matches!(*name, "hostname" | "language")).collect();
        let given = (!call.hands_on).then(|| given(template, &named));
        let place = template.place(literal.span);
        let found = self.routes.check(self.world, &literal.text, &place, given.as_deref(), Written::Template);
        found.into_iter().map(|problem| (literal.span, problem)).collect()
    }

    fn asset(&self, literal: &Literal) -> Option<Problem> {
        if !self.shelf.is_whole {
            return None;
        }
        let frontends = || self.shelf.packages.iter().flat_map(|package| &package.frontends);
        let name = literal.text.as_str();
        let is_there = frontends().any(|frontend| {
            let theme = frontend.theme.name.as_ref().map_or("", |theme| theme.value.as_str());
            let below = name.strip_prefix(theme).and_then(|rest| rest.strip_prefix('/'));
            frontend.assets.iter().any(|(asset, _)| asset == name || Some(asset.as_str()) == below)
        });
        if is_there {
            return None;
        }
        let problem = Problem::error(format!("no theme has an asset `{name}`"));
        let assets = frontends().flat_map(|frontend| &frontend.assets).map(|(asset, _)| asset.as_str());
        let plain = name.trim_start_matches('/').trim_start_matches("assets/");
        let near = suggest_file(problem.clone(), plain, assets);
        Some(match near.help.is_empty() {
            false => near,
            true => problem
                .help("assets lie below `assets/` of the frontend folders, and are named from there on"),
        })
    }
}

/// Arguments that the function does not take, or needs.
fn misused(template: &Template<'_>, function: &Function, call: &FunctionCall<'_>) -> Vec<(Span, Problem)> {
    let mut problems = Vec::new();
    let written = match function.arguments {
        [] => format!("`{}()`", function.name),
        arguments => format!("`{}({})`", function.name, arguments.join(", ")),
    };
    for name in call.named.iter().filter(|_| !function.takes_named) {
        let problem = Problem::error(format!("`{}` has no argument `{name}`", function.name));
        problems.push((template.span(name), problem.help(format!("write {written}"))));
    }
    if let Some(count) = call.plain
        && count != function.arguments.len()
    {
        let takes = match function.arguments.len() {
            0 => "no argument".to_owned(),
            1 => "one argument".to_owned(),
            more => format!("{more} arguments"),
        };
        let problem = Problem::error(format!("`{}` takes {takes}, and is given {count}", function.name));
        let more =
            if function.takes_named { "; what is filled in is given by name, as `count=3`" } else { "" };
        problems.push((template.span(call.name), problem.help(format!("write {written}{more}"))));
    }
    problems
}

/// The names that a call gives.
fn given(template: &Template<'_>, names: &[&str]) -> Vec<Spanned<String>> {
    let place = |name: &str| template.place(template.span(name));
    names.iter().map(|name| Spanned::new((*name).to_owned(), place(name))).collect()
}
