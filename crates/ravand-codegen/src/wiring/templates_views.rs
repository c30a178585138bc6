//! Views and their templates: has each view what its templates show?

use std::collections::BTreeSet;

use ravand_core::{Address, AddressKey, Problem};

use crate::scan::classes::Kind;
use crate::scan::package::{Package, PackageClass};
use crate::scan::shapes::{Shape, Struct};
use crate::templates::data::fields;
use crate::templates::findings::{Findings, Known};
use crate::templates::library::Shelf;
use crate::templates::template::Span;
use crate::templates::walk::{View, Walk};

pub(super) fn check<'a>(shelf: &Shelf<'_, 'a>, owner: &'a Package, found: &mut Vec<(usize, Span, Problem)>) {
    let known = known(shelf);
    let mut findings = Findings::default();
    let mut seen: BTreeSet<usize> = BTreeSet::new();
    for package in &shelf.packages {
        for class in package.classes.iter().filter(|class| class.class.kind == Kind::View) {
            let Some(data) = data(package, class) else { continue };
            for template in templates(shelf, package, class, owner) {
                let view = View { package, class, data };
                let mut walk = Walk::new(shelf, &known, Some(view), &mut findings);
                walk.show(template);
                seen.extend(walk.seen);
            }
        }
    }
    // Those that no view shows, as far as it is known here, are looked at for any data.
    for (number, _) in shelf.own() {
        if !seen.contains(&number) {
            let mut walk = Walk::new(shelf, &known, None, &mut findings);
            walk.show(number);
            seen.extend(walk.seen);
        }
    }
    found.extend(findings.into_problems());
}

/// The fields of a view's struct; nothing when serde is told in a way that is not known.
fn data<'a>(package: &'a Package, class: &'a PackageClass) -> Option<&'a Struct> {
    let path = [class.modules.as_slice(), std::slice::from_ref(&class.class.name)].concat();
    match package.shapes.get(&path)? {
        Shape::Struct(found) => Some(found),
        _ => None,
    }
}

/// The templates that show a view: the one that its struct names, and those that themes give it. Of another
/// package's view only those that the owner brings, for the others are that package's to check.
fn templates<'a>(
    shelf: &Shelf<'_, 'a>,
    package: &Package,
    class: &PackageClass,
    owner: &Package,
) -> BTreeSet<usize> {
    let is_own = package.name == owner.name;
    let named = class.class.template.iter().filter_map(|(name, _)| shelf.find(name));
    let mut numbers: BTreeSet<usize> = named
        .filter(|number| {
            is_own || shelf.template(*number).is_some_and(|found| found.owner.name == owner.name)
        })
        .collect();
    for source in shelf.packages.iter().filter(|source| is_own || source.name == owner.name) {
        for view in source.frontends.iter().flat_map(|frontend| &frontend.theme.views) {
            let own = Address::parse(&view.name.value, &source.name).ok();
            let keys = own.iter().chain(view.parent.as_ref().map(|parent| &parent.value)).map(Address::key);
            if keys.into_iter().any(|key| *key == AddressKey::of(class.address.as_str())) {
                numbers.extend(shelf.find(&view.file.value));
            }
        }
    }
    numbers
}

fn known<'a>(shelf: &Shelf<'_, 'a>) -> Known<'a> {
    let mut known = Known { is_open: !shelf.is_whole, ..Known::default() };
    for package in &shelf.packages {
        known.added.extend(package.additions.names.iter().map(String::as_str));
        known.is_open |= !package.additions.are_known();
        for class in package.classes.iter().filter(|class| class.class.kind == Kind::View) {
            known
                .anywhere
                .extend(data(package, class).into_iter().flat_map(|data| fields(data, package, shelf)));
        }
    }
    for template in shelf.all() {
        known.bound.extend(&template.names.bound);
    }
    known.anywhere.extend(known.added.iter().chain(&known.bound));
    known
}
