//! All templates of a build, and which one a name means for a package.

use std::collections::{BTreeSet, HashMap};

use ravand_core::Problem;

use super::names::Reference;
use super::template::Template;
use crate::scan::package::Package;

/// The templates of all packages, each parsed once.
pub(crate) struct Library<'a> {
    pub(crate) templates: Vec<Template<'a>>,
    /// What is wrong with those that do not parse, and their numbers.
    pub(crate) faults: Vec<(usize, Problem)>,
}

/// The templates that the pages of a package may be made of: its own and those of the packages that it uses, be it
/// through others. A later package's template stands for an earlier one of its name.
pub(crate) struct Shelf<'l, 'a> {
    pub(crate) library: &'l Library<'a>,
    /// The packages, in load order: the one whose shelf it is is the last.
    pub(crate) packages: Vec<&'a Package>,
    by_name: HashMap<&'a str, usize>,
    /// Whether all of these packages were read.
    pub(crate) is_whole: bool,
}

/// The templates that a template is made of, itself first: each extends the next.
pub(crate) enum Chain {
    /// All of them, by their numbers.
    Whole(Vec<usize>),
    /// There may be more behind these.
    Open(Vec<usize>),
}

impl<'a> Library<'a> {
    pub(crate) fn new(packages: &[&'a Package]) -> Self {
        let mut library = Self { templates: Vec::new(), faults: Vec::new() };
        for package in packages {
            for frontend in &package.frontends {
                let theme = frontend.theme.name.as_ref().map_or("", |name| name.value.as_str());
                for (name, source) in &frontend.texts {
                    let (template, problem) = Template::parse(package, theme, name, source);
                    library.faults.extend(problem.map(|problem| (library.templates.len(), problem)));
                    library.templates.push(template);
                }
            }
        }
        library
    }
}

impl<'l, 'a> Shelf<'l, 'a> {
    /// The shelf of `owner`, whose packages are among `packages`.
    pub(crate) fn new(library: &'l Library<'a>, packages: &[&'a Package], owner: &'a Package) -> Self {
        let mut shelf = Self { library, packages: Vec::new(), by_name: HashMap::new(), is_whole: true };
        shelf.gather(packages, owner, &mut BTreeSet::new());
        for package in &shelf.packages {
            let own = library.templates.iter().enumerate();
            let own = own.filter(|(_, template)| template.owner.name == package.name);
            shelf.by_name.extend(own.map(|(number, template)| (template.name, number)));
        }
        shelf
    }

    /// Adds a package behind those that it declares.
    fn gather(&mut self, packages: &[&'a Package], package: &'a Package, seen: &mut BTreeSet<&'a str>) {
        if !seen.insert(&package.name) {
            return;
        }
        self.is_whole &= package.frontends.len() == package.manifest.frontend.len();
        for on in package.manifest.dependencies.iter().map(|on| on.value.as_str()).filter(|on| *on != "base")
        {
            match packages.iter().find(|known| known.name == on) {
                Some(found) => self.gather(packages, found, seen),
                None => self.is_whole = false,
            }
        }
        self.packages.push(package);
    }

    /// The package whose shelf it is.
    pub(crate) fn owner(&self) -> Option<&'a Package> {
        self.packages.last().copied()
    }

    /// The number of the template of a name.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    pub(crate) fn template(&self, number: usize) -> Option<&'l Template<'a>> {
        self.library.templates.get(number)
    }

    /// The templates of the owner itself, with their numbers.
    pub(crate) fn own(&self) -> impl Iterator<Item = (usize, &'l Template<'a>)> {
        let owner = self.owner().map(|owner| owner.name.as_str());
        let all = self.library.templates.iter().enumerate();
        all.filter(move |(_, template)| Some(template.owner.name.as_str()) == owner)
    }

    /// Every template on it.
    pub(crate) fn all(&self) -> impl Iterator<Item = &'l Template<'a>> {
        self.by_name.values().filter_map(|number| self.template(*number))
    }

    /// The templates that a template may be made of: one chain, or several where it is decided while it is shown.
    pub(crate) fn chains(&self, number: usize) -> Vec<Chain> {
        let mut chains = Vec::new();
        self.climb(vec![number], &mut chains);
        chains
    }

    fn climb(&self, chain: Vec<usize>, chains: &mut Vec<Chain>) {
        let last = chain.last().and_then(|number| self.template(*number));
        let Some(template) = last.filter(|template| template.tree.is_some()) else {
            return chains.push(Chain::Open(chain));
        };
        let Some(parents) = template.names.extends.first() else { return chains.push(Chain::Whole(chain)) };
        let found: Option<Vec<usize>> =
            parents.names.iter().map(|literal| self.find(&literal.text)).collect();
        let found = found.filter(|_| parents.is_certain && template.names.extends.len() == 1);
        // A template that extends itself, through others or not, ends in an error anyway.
        let is_circle = |numbers: &Vec<usize>| numbers.iter().any(|number| chain.contains(number));
        match found.filter(|numbers| !is_circle(numbers)) {
            Some(numbers) => {
                for number in numbers {
                    self.climb([chain.as_slice(), &[number]].concat(), chains);
                }
            }
            None => chains.push(Chain::Open(chain)),
        }
    }

    /// The templates that a name of another template may mean, and whether it can be no others.
    pub(crate) fn named(&self, reference: &Reference) -> (Vec<usize>, bool) {
        let found: Vec<usize> =
            reference.names.iter().filter_map(|literal| self.find(&literal.text)).collect();
        let is_whole = reference.is_certain && found.len() == reference.names.len();
        (found, is_whole)
    }
}
