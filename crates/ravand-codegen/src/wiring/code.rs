//! What the strings in a package's Rust code name.

use std::collections::HashSet;

use ravand_core::{Address, Problem, Problems};
use ravand_manifest::Spanned;

use super::World;
use super::names::{Names, Written};
use super::phrases::Phrases;
use super::views::Templates;
use super::world::{Wanted, nearest_address};
use crate::scan::classes::Kind;
use crate::scan::code::{Use, What};
use crate::scan::package::Package;

pub(super) fn check(world: &World<'_>, package: &Package, problems: &mut Problems) {
    if package.uses.is_empty() {
        return;
    }
    let mut checks = Checks {
        world,
        package,
        names: Names::of(world, package),
        phrases: Phrases::of(world, package),
        templates: Templates::of(world, package),
        own: world.visible(package).flat_map(|package| &package.methods).map(String::as_str).collect(),
        told: HashSet::new(),
    };
    for found in &package.uses {
        problems.0.extend(checks.of(found));
    }
}

struct Checks<'a> {
    world: &'a World<'a>,
    package: &'a Package,
    names: Names<'a>,
    phrases: Phrases<'a>,
    templates: Templates<'a>,
    /// The packages' own methods that have the names of the framework's: their calls are not told apart.
    own: HashSet<&'a str>,
    /// The phrases that a language was found to lack: one warning each.
    told: HashSet<&'a str>,
}

impl<'a> Checks<'a> {
    fn of(&mut self, found: &'a Use) -> Vec<Problem> {
        let Use { what, name } = found;
        match what {
            What::Process => self.process(name, None).into_iter().collect(),
            What::ProcessOf(package) => self.process(name, Some(package)).into_iter().collect(),
            What::Forward => {
                self.method(name, &self.package.name, Kind::Controller, false).into_iter().collect()
            }
            What::View { with_template } => self.view(name, *with_template).into_iter().collect(),
            What::Template => self.templates.check(&name.value, &name.place).into_iter().collect(),
            What::Action if !self.own.contains("url_of") && !self.own.contains("redirect_to_action") => {
                self.method(name, &self.package.name, Kind::Controller, false).into_iter().collect()
            }
            What::Route(given) if !self.own.contains("url_for") && !self.own.contains("redirect_to") => {
                self.names.check(self.world, &name.value, &name.place, given.as_deref(), Written::Rust)
            }
            What::Phrase(given) => self.phrase(name, given.as_deref()),
            What::PlainPhrase if !self.own.contains("t") => self.plain_phrase(name),
            What::Fault if is_key(&name.value) => self.phrase(name, None),
            What::Route(_) | What::Action | What::PlainPhrase | What::Fault => Vec::new(),
        }
    }

    /// A process, by its whole address or, with a package, by its address in that package's files.
    fn process(&self, name: &Spanned<String>, package: Option<&Spanned<String>>) -> Option<Problem> {
        if let Some(package) = package {
            return self.method(name, &package.value, Kind::Process, package.value != self.package.name);
        }
        let text = name.value.trim_start_matches(['/', '\\']);
        let is_whole = text.get(..9).is_some_and(|start| {
            start.eq_ignore_ascii_case("packages/") || start.eq_ignore_ascii_case("packages\\")
        });
        if is_whole || Address::parse(text, "base").is_err() {
            return self.method(name, &self.package.name, Kind::Process, true);
        }
        let problem = Problem::error(format!("`Process::new` takes a whole address, and `{text}` is none"));
        let whole = format!("packages/{}/{text}", self.package.name);
        Some(problem.at(name.place.clone()).help(format!("write `{whole}`")))
    }

    /// A class's method under an address that stands in the code of the package `owner`.
    fn method(&self, name: &Spanned<String>, owner: &str, kind: Kind, in_full: bool) -> Option<Problem> {
        let address = match Address::parse(&name.value, owner) {
            Ok(address) => Spanned::new(address, name.place.clone()),
            Err(error) => {
                let problem = Problem::error(format!("`{}` is no address: {error}", name.value));
                return Some(problem.at(name.place.clone()));
            }
        };
        self.world.method(Wanted { owner: self.package, address: &address, kind, in_full }).err()
    }

    /// A view's address, or any name when a template stands with it.
    fn view(&self, name: &Spanned<String>, with_template: bool) -> Option<Problem> {
        if with_template || self.templates.shows(&name.value) || !name.value.contains(['/', '\\']) {
            return None;
        }
        let text = name.value.trim_start_matches(['/', '\\']).replace('\\', "/");
        let first = text.split('/').next().unwrap_or_default();
        let problem = Problem::error(format!("there is no view `{}`", name.value)).at(name.place.clone());
        if !["packages", "themes"].iter().any(|root| first.eq_ignore_ascii_case(root)) {
            let whole = format!("packages/{}/{text}", self.package.name);
            return Some(match self.templates.shows(&whole) {
                true => problem.help(format!("`View::new` takes a whole address: write `{whole}`")),
                false => self.no_view(problem, &whole),
            });
        }
        let address = Address::parse(&text, &self.package.name).ok()?;
        let address = Spanned::new(address, name.place.clone());
        let wanted = Wanted { owner: self.package, address: &address, kind: Kind::View, in_full: true };
        match self.world.class(wanted) {
            Ok(_) => None,
            // The framework has no class, but it may well be a theme's view that is misspelt.
            Err(found) if found.help.is_empty() => Some(self.no_view(problem, &text)),
            Err(found) => Some(found),
        }
    }

    fn no_view(&self, problem: Problem, address: &str) -> Problem {
        match nearest_address(address, self.templates.views()) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help("a view is a struct with `#[derive(View)]`, or has an entry in theme.json"),
        }
    }

    fn plain_phrase(&mut self, name: &'a Spanned<String>) -> Vec<Problem> {
        let params = self.phrases.params(&name.value);
        let Some(first) = params.first() else { return self.phrase(name, None) };
        let names: Vec<String> = params.iter().map(|name| format!("(\"{name}\", …)")).collect();
        let text = format!("the phrase `{}` has the parameter `{first}`, and `t` gives none", name.value);
        let problem = Problem::error(text).at(name.place.clone()).help(format!(
            "write `cx.language().text(\"{}\", &[{}].into())`",
            name.value,
            names.join(", ")
        ));
        vec![problem]
    }

    fn phrase(&mut self, name: &'a Spanned<String>, given: Option<&[Spanned<String>]>) -> Vec<Problem> {
        let mut problems: Vec<Problem> = self
            .phrases
            .check(self.world, &name.value, &name.place)
            .into_iter()
            .filter(|problem| {
                problem.severity == ravand_core::Severity::Error || self.told.insert(name.value.as_str())
            })
            .collect();
        if let Some(given) = given {
            problems.extend(self.phrases.check_params(&name.value, &name.place, given, Written::Rust));
        }
        problems
    }
}

/// Whether a text is written as keys of phrases are, `errors.required`, and so is no text for people.
fn is_key(text: &str) -> bool {
    let part =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    text.contains('.') && text.split('.').all(part)
}
