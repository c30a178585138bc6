//! Templates: do they parse, and is there what they name?

use std::collections::BTreeSet;

use minijinja::machinery::ast::Stmt;
use ravand_core::{Place, Problem, Problems};
use ravand_manifest::{Spanned, draw_circle, load_order};

use super::views::Templates;
use super::world::list;
use super::{World, phrases_languages, templates_calls, templates_views};
use crate::scan::package::Package;
use crate::templates::library::{Chain, Library, Shelf};
use crate::templates::names::{Need, Reference};
use crate::templates::template::{Span, Template};
use crate::templates::vocabulary::{FILTERS, FUNCTIONS, TESTS};

/// Checks the templates and phrases of `packages`, which are of the world. `warns_of_lacking`: where a phrase is used
/// that a language lacks.
pub(crate) fn check(
    world: &World<'_>,
    packages: &[&Package],
    warns_of_lacking: bool,
    problems: &mut Problems,
) {
    let all = world.with_far();
    let library = Library::new(&all);
    let ordered = if world.whole { in_load_order(&all) } else { Vec::new() };
    for package in packages {
        let Some(owner) = all.iter().find(|known| known.name == package.name) else { continue };
        let shelf = Shelf::new(&library, &all, owner);
        let mut found: Vec<(usize, Span, Problem)> = Vec::new();
        named(world, &shelf, owner, &mut found);
        templates_calls::check(world, &shelf, owner, warns_of_lacking, &mut found);
        templates_views::check(&shelf, owner, &mut found);
        let of_owner = |number: &usize| {
            shelf.template(*number).is_some_and(|template| template.owner.name == owner.name)
        };
        let faults = library.faults.iter().filter(|(number, _)| of_owner(number));
        problems.0.extend(faults.map(|(_, problem)| problem.clone()));
        found.sort_by_key(|(number, span, _)| (*number, *span));
        problems.0.extend(found.into_iter().filter_map(|(number, span, mut problem)| {
            let template = shelf.template(number)?;
            problem.place.get_or_insert_with(|| template.place(span));
            Some(problem)
        }));
        let loaded = if ordered.is_empty() { &shelf.packages } else { &ordered };
        problems.0.extend(phrases_languages::check(loaded, owner));
    }
}

/// All packages of an application in the order that they are loaded in; none when they have none.
fn in_load_order<'a>(packages: &[&'a Package]) -> Vec<&'a Package> {
    let declared: Vec<(&str, &[Spanned<String>])> = packages
        .iter()
        .map(|package| (package.name.as_str(), package.manifest.dependencies.as_slice()))
        .collect();
    let order = load_order(&declared).unwrap_or_default();
    order.iter().filter_map(|name| packages.iter().find(|package| package.name == *name).copied()).collect()
}

/// The templates, blocks, filters and tests that the owner's templates name.
fn named(world: &World<'_>, shelf: &Shelf<'_, '_>, owner: &Package, found: &mut Vec<(usize, Span, Problem)>) {
    let templates = Templates::of(world, owner);
    for (number, template) in shelf.own() {
        let names = &template.names;
        for reference in names.extends.iter().chain(&names.includes).chain(&names.imports) {
            for (span, problem) in missing(&templates, reference) {
                found.push((number, span, problem));
            }
        }
        found.extend(second_parent(template).map(|(span, problem)| (number, span, problem)));
        for block in dead_blocks(shelf, number, template) {
            found.push(block);
        }
        let unknown = |kind: &str, name: &str, known: &[&str]| unknown(kind, name, known);
        for filter in &names.filters {
            found.extend(
                unknown("filter", &filter.text, &FILTERS).map(|problem| (number, filter.span, problem)),
            );
        }
        for test in &names.tests {
            found.extend(unknown("test", &test.text, &TESTS).map(|problem| (number, test.span, problem)));
        }
    }
    circles(shelf, found);
}

/// The templates of a reference that are not there.
fn missing(templates: &Templates<'_>, reference: &Reference) -> Vec<(Span, Problem)> {
    if let Some(bare) = &reference.bare {
        let problem = Problem::error("the name of a template is not in quotes");
        return vec![(bare.span, problem.help(format!("write `\"{}\"`", bare.text)))];
    }
    let nowhere = Place::whole("");
    let problems = reference.names.iter().filter_map(|literal| {
        let mut problem = templates.check(&literal.text, &nowhere)?;
        problem.place = None;
        Some((literal.span, problem))
    });
    let problems: Vec<(Span, Problem)> = problems.collect();
    match reference.need {
        Need::All => problems,
        Need::One if reference.is_certain && problems.len() == reference.names.len() => {
            let all: Vec<String> = reference.names.iter().map(|literal| literal.text.clone()).collect();
            let first = problems.into_iter().next();
            let none = |problem: Problem| Problem {
                message: format!("none of these templates is there: {}", list(&all)),
                ..problem
            };
            first.into_iter().map(|(span, problem)| (span, none(problem))).collect()
        }
        Need::One | Need::None => Vec::new(),
    }
}

/// A second `{% extends %}`, which is an error when the page is shown.
fn second_parent(template: &Template<'_>) -> Option<(Span, Problem)> {
    let mut parents = template.statements().iter().filter_map(|statement| match statement {
        Stmt::Extends(extends) => Some(extends.span().start_offset as usize),
        _ => None,
    });
    let (first, second) = (parents.next()?, parents.next()?);
    let problem = Problem::error("a second `{% extends %}`: a template has one parent");
    let line = template.place(Span { start: first, length: 0 }).line;
    let span = Span { start: second, length: "extends".len() };
    Some((span, problem.help(format!("the first is on line {line}"))))
}

/// The blocks that no parent has: what stands in them is never shown.
fn dead_blocks(shelf: &Shelf<'_, '_>, number: usize, template: &Template<'_>) -> Vec<(usize, Span, Problem)> {
    let mut parents: BTreeSet<&str> = BTreeSet::new();
    let mut there: BTreeSet<&str> = BTreeSet::new();
    for chain in shelf.chains(number) {
        let Chain::Whole(numbers) = chain else { return Vec::new() };
        for parent in numbers.iter().skip(1).filter_map(|parent| shelf.template(*parent)) {
            parents.insert(parent.name);
            there.extend(parent.names.blocks.iter().map(|block| block.name));
        }
    }
    if parents.is_empty() {
        return Vec::new();
    }
    let parents: Vec<String> = parents.into_iter().map(str::to_owned).collect();
    let dead = template.names.blocks.iter().filter(|block| !block.is_inner && !there.contains(block.name));
    let problem = |name: &str| {
        let has = if parents.len() == 1 { "has" } else { "have" };
        let problem = Problem::error(format!(
            "the block `{name}` is never shown: {} {has} no block of that name",
            list(&parents)
        ));
        let near = problem.clone().suggest(name, there.iter().copied());
        let names: Vec<String> = there.iter().map(|name| (*name).to_owned()).collect();
        match names.as_slice() {
            _ if !near.help.is_empty() => near,
            [] => problem.help("a template that extends another shows what stands in its blocks only"),
            names => problem.help(format!("the blocks there are {}", list(names))),
        }
    };
    dead.map(|block| (number, template.span(block.name), problem(block.name))).collect()
}

fn unknown(kind: &str, name: &str, known: &[&str]) -> Option<Problem> {
    // `is not` and dotted names are written with spaces by some.
    let plain: String = name.chars().filter(|letter| !letter.is_whitespace()).collect();
    if known.contains(&plain.as_str()) {
        return None;
    }
    let problem = Problem::error(format!("there is no {kind} `{name}`"));
    let near = problem.clone().suggest(name, known.iter().copied());
    if !near.help.is_empty() {
        return Some(near);
    }
    let function = FUNCTIONS.iter().find(|function| kind == "filter" && function.name == name);
    Some(match function {
        Some(function) if function.arguments.is_empty() => {
            problem.help(format!("it is a function: write `{name}()`"))
        }
        Some(_) => problem.help(format!("it is a function: write `{name}(value)`")),
        None => problem.help(format!("the {kind}s are {}", known.join(", "))),
    })
}

/// Templates that extend each other in a circle.
fn circles(shelf: &Shelf<'_, '_>, found: &mut Vec<(usize, Span, Problem)>) {
    let mut told: BTreeSet<Vec<&str>> = BTreeSet::new();
    for (number, template) in shelf.own() {
        let mut way: Vec<&str> = vec![template.name];
        let mut next = parent(template);
        while let Some(name) = next {
            if name == template.name {
                break;
            }
            if way.contains(&name) {
                next = None;
                break;
            }
            way.push(name);
            next = shelf.find(name).and_then(|number| shelf.template(number)).and_then(parent);
        }
        // Who stands outside of a circle and leads into it is not to blame.
        if next.is_none() || shelf.find(template.name) != Some(number) {
            continue;
        }
        let mut circle = way.clone();
        if let Some((smallest, _)) = circle.iter().enumerate().min_by_key(|(_, name)| **name) {
            circle.rotate_left(smallest);
        }
        if !told.insert(circle) {
            continue;
        }
        let Some(span) = template.names.extends.first().and_then(|parents| parents.names.first()) else {
            continue;
        };
        let problem = match way.as_slice() {
            [only] => Problem::error(format!("the template `{only}` extends itself")).help(
                "a name means the template of the last package; one of the same name cannot be its parent",
            ),
            way => {
                let text = format!("{} → {}", way.join(" → "), template.name);
                Problem::error(format!("templates extend each other in a circle: {text}"))
                    .help(drawn(shelf, way))
            }
        };
        found.push((number, span.span, problem));
    }
}

/// A circle as a picture, with where each template names the next.
fn drawn(shelf: &Shelf<'_, '_>, way: &[&str]) -> String {
    let place = |name: &&str| {
        let template = shelf.template(shelf.find(name)?)?;
        Some(template.place(template.names.extends.first()?.names.first()?.span))
    };
    let places: Vec<Option<Place>> = way.iter().map(place).collect();
    let links: Vec<(&str, Option<&Place>)> =
        way.iter().copied().zip(places.iter().map(Option::as_ref)).collect();
    draw_circle(&links)
}

/// The name of the one template that a template extends.
fn parent<'t>(template: &'t Template<'_>) -> Option<&'t str> {
    let [parents] = template.names.extends.as_slice() else { return None };
    match parents.names.as_slice() {
        [name] => Some(&name.text),
        _ => None,
    }
}
