//! The templates that views name.

use std::collections::BTreeMap;

use ravand_core::{Address, AddressKey, Place, Problem, Problems};

use super::World;
use crate::scan::classes::Kind;
use crate::scan::frontend::suggest_file;
use crate::scan::package::Package;

pub(super) fn check(world: &World<'_>, package: &Package, problems: &mut Problems) {
    let templates = Templates::of(world, package);
    for class in &package.classes {
        if let Some((template, place)) = &class.class.template {
            problems.0.extend(templates.check(template, place));
        }
    }
}

/// The templates and views that a package can show.
pub(super) struct Templates<'a> {
    names: Vec<&'a str>,
    /// The addresses of views, of structs and of themes' entries.
    views: BTreeMap<AddressKey, String>,
    /// A frontend in sight could not be read, so a template that is missing may well be there.
    broken: bool,
}

impl<'a> Templates<'a> {
    pub(super) fn of(world: &World<'a>, package: &'a Package) -> Self {
        let in_sight: Vec<&'a Package> = match world.whole {
            true => world.packages.clone(),
            false => world.visible(package).collect(),
        };
        let mut templates = Self { names: Vec::new(), views: BTreeMap::new(), broken: false };
        for package in in_sight {
            templates.broken |= package.frontends.len() < package.manifest.frontend.len();
            for frontend in &package.frontends {
                templates.names.extend(frontend.templates.iter().map(|(name, _)| name.as_str()));
                for view in &frontend.theme.views {
                    let own = Address::parse(&view.name.value, &package.name).ok();
                    templates.add(own.iter().chain(view.parent.as_ref().map(|parent| &parent.value)));
                }
            }
            let classes = package.classes.iter().filter(|class| class.class.kind == Kind::View);
            templates.add(classes.map(|class| &class.address));
        }
        templates
    }

    /// What is wrong with the name of a template.
    pub(super) fn check(&self, template: &str, place: &Place) -> Option<Problem> {
        if self.broken || self.names.contains(&template) {
            return None;
        }
        let problem = Problem::error(format!("there is no template `{template}`")).at(place.clone());
        let near = suggest_file(problem.clone(), template, self.names.iter().copied());
        Some(match near.help.is_empty() {
            false => near,
            true => problem.help(
                "templates lie below `html/` of the frontend folders of the package and of those it depends on",
            ),
        })
    }

    /// Whether the whole address is a view's, or may be.
    pub(super) fn shows(&self, address: &str) -> bool {
        self.broken || self.views.contains_key(&AddressKey::of(address))
    }

    /// The addresses of all views.
    pub(super) fn views(&self) -> impl Iterator<Item = &str> {
        self.views.values().map(String::as_str)
    }

    fn add<'v>(&mut self, addresses: impl Iterator<Item = &'v Address>) {
        self.views.extend(addresses.map(|address| (address.key().clone(), address.as_str().to_owned())));
    }
}
