//! ARCHITECTURE.md: it names every crate, and says of every dependency why it is there.

use std::collections::BTreeMap;
use std::path::Path;

use super::Fault;
use crate::metadata::Crate;

const FILE: &str = "ARCHITECTURE.md";

/// What the page does not name. An application's packages are told of where the application is.
pub(super) fn check(page: &str, crates: &[Crate], root: &Path) -> Vec<Fault> {
    let mut faults = Vec::new();
    let short = |one: &Crate| one.manifest.strip_prefix(root).unwrap_or(&one.manifest).to_owned();
    let is_package = |one: &Crate| short(one).components().any(|part| part.as_os_str() == "packages");
    for one in crates.iter().filter(|one| !is_package(one) && !names(page, &one.name)) {
        faults.push(Fault::new(FILE, 1, format!("the crate `{}` is not named", one.name)));
    }
    let mut foreign: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for one in crates.iter().filter(|one| short(one).starts_with("crates")) {
        for on in one.dependencies.iter().filter(|on| !on.own) {
            let users = foreign.entry(&on.name).or_default();
            if !users.contains(&one.name.as_str()) {
                users.push(&one.name);
            }
        }
    }
    for (name, users) in foreign.iter().filter(|(name, _)| !names(page, name)) {
        let text =
            format!("the dependency `{name}` of {} is not named: say why it is there", users.join(", "));
        faults.push(Fault::new(FILE, 1, text));
    }
    faults
}

/// Whether a page has a crate's name as a word of its own: `sea-orm` is no part of `sea-orm-migration`.
fn names(page: &str, name: &str) -> bool {
    let part = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '-';
    page.match_indices(name).any(|(at, _)| {
        let before = page.get(..at).and_then(|text| text.chars().next_back());
        let after = page.get(at + name.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::Dependency;

    #[test]
    fn every_crate_and_dependency_has_its_line() {
        let on = |name: &str, own| Dependency { name: name.to_owned(), own, dev: false };
        let one = |name: &str, file: &str, dependencies| Crate {
            name: name.to_owned(),
            manifest: file.into(),
            dependencies,
            ..Crate::default()
        };
        let crates = [
            one("ravand", "/w/crates/ravand/Cargo.toml", vec![on("sea-orm", false), on("ravand-core", true)]),
            one("ravand-core", "/w/crates/ravand-core/Cargo.toml", vec![on("serde", false)]),
            one("ticketing", "/w/apps/helpdesk/packages/ticketing/Cargo.toml", vec![on("lettre", false)]),
        ];
        let told = |page: &str| {
            let faults = check(page, &crates, Path::new("/w"));
            faults.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(told("`ravand`, `ravand-core`: sea-orm, `serde`."), [""; 0]);
        assert_eq!(
            told("`ravand-core`; `sea-orm-migration`, serde"),
            [
                "ARCHITECTURE.md:1: the crate `ravand` is not named",
                "ARCHITECTURE.md:1: the dependency `sea-orm` of ravand is not named: say why it is there",
            ]
        );
    }
}
