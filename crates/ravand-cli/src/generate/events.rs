//! The events that a listener may hear: the framework's own, and those of the application's packages.

use ravand_core::{Address, AddressKey, Problem, nearest};
use ravand_manifest::{Autoload, AutoloadSource};

use super::classes::{classes, module_name};
use crate::application::Application;
use crate::files;
use crate::output::list;
use crate::package::Package;
use crate::stop::Stop;

/// The framework's own events: the beginning of their addresses, their module in `ravand::events`, their names.
const BASE: [(&str, &str, &[&str]); 4] = [
    (
        "packages/base/events",
        "package",
        &["PackageLoad", "PackageLoaded", "PackageRegistered", "PackagesLoaded"],
    ),
    ("packages/base/events", "request", &["RequestAccepted", "Routed", "Dispatched", "Responded"]),
    ("packages/base/view/events", "view", &["BeforeLoad", "DynamicData", "AfterLoad", "AfterOutput"]),
    ("packages/base/processes/events", "process", &["Started", "Finished", "GivenUp"]),
];

/// An event, and where it is in Rust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) address: String,
    pub(super) package: String,
    /// The path of its module from the crate's root: `events::closed`.
    pub(super) module: String,
    /// The struct.
    pub(super) name: String,
    /// It can be written into a log.
    pub(super) is_debug: bool,
}

/// The event of an address, or of a name that only one event has. `owner` is the package that listens.
pub(super) fn find(application: &Application, owner: &str, wanted: &str) -> Result<Event, Stop> {
    let address = Address::parse(wanted, owner)
        .map_err(|error| Stop::usage(Problem::error(format!("`{wanted}` is no event: {error}"))))?;
    let all = all(application);
    if let Some(event) = all.iter().find(|event| AddressKey::of(&event.address) == *address.key()) {
        return Ok(event.clone());
    }
    let key = AddressKey::of(wanted);
    let named: Vec<&Event> = all.iter().filter(|event| AddressKey::of(&event.name) == key).collect();
    let problem = Problem::error(format!("there is no event `{wanted}`"));
    Err(Stop::usage(match named.as_slice() {
        [one] => return Ok((*one).clone()),
        [] => suggest(problem, &address, !wanted.contains(['/', '\\']), &all),
        several => {
            let problem = Problem::error(format!("several events are called `{wanted}`"));
            problem.help(format!("there are {}", list(several.iter().map(|event| event.address.as_str()))))
        }
    }))
}

/// The problem with the nearest event, or with all that there are; a mere name is compared with names first.
fn suggest(problem: Problem, address: &Address, is_name: bool, all: &[Event]) -> Problem {
    let by_address = nearest(address.as_str(), all.iter().map(|event| event.address.as_str()));
    let by_name = nearest(address.class_name(), all.iter().map(|event| event.name.as_str()));
    let by_name = all.iter().find(|event| Some(event.name.as_str()) == by_name);
    let by_name = by_name.map(|event| event.address.as_str());
    let near = if is_name { by_name.or(by_address) } else { by_address.or(by_name) };
    if let Some(near) = near {
        return problem.help(format!("did you mean `{near}`?"));
    }
    let (base, own): (Vec<&Event>, Vec<&Event>) = all.iter().partition(|event| event.package == "base");
    let own = list(own.iter().map(|event| event.address.as_str()));
    let problem = if own.is_empty() { problem } else { problem.help(format!("the packages have {own}")) };
    problem.help(format!("the framework has {}", list(base.iter().map(|event| event.name.as_str()))))
}

/// All events, the framework's first.
fn all(application: &Application) -> Vec<Event> {
    let base = BASE.iter().flat_map(|(folder, module, names)| {
        names.iter().map(move |name| Event {
            address: format!("{folder}/{name}"),
            package: "base".to_owned(),
            module: format!("events::{module}"),
            name: (*name).to_owned(),
            is_debug: true,
        })
    });
    base.chain(application.packages.iter().flat_map(own)).collect()
}

/// The events of a package.
fn own(package: &Package) -> Vec<Event> {
    let mut found = Vec::new();
    for file in rust_files(package) {
        let Ok(Some(text)) = files::read(&package.path.join("src").join(&file), &file) else { continue };
        let stem = file.strip_suffix(".rs").unwrap_or(&file);
        let folder = stem.rsplit_once('/').map(|(folder, _)| format!("{folder}/")).unwrap_or_default();
        for class in classes(&text).into_iter().filter(|class| class.is_event) {
            let modules: Vec<String> = stem.split('/').map(module_name).chain(class.inner).collect();
            found.push(Event {
                address: format!("packages/{}/{folder}{}", package.name, class.name),
                package: package.name.clone(),
                module: modules.join("::"),
                name: class.name,
                is_debug: class.is_debug,
            });
        }
    }
    found
}

/// The autoloaded Rust files of a package, from its `src/`.
fn rust_files(package: &Package) -> Vec<String> {
    let autoload = match &package.manifest.autoload {
        None => return Vec::new(),
        Some(AutoloadSource::Here(autoload)) => autoload.clone(),
        Some(AutoloadSource::File(named)) => {
            match files::read(&package.path.join(&named.value), &named.value) {
                Ok(Some(text)) => Autoload::parse(&named.value, &text).value,
                _ => return Vec::new(),
            }
        }
    };
    let listed = |file: &String| {
        let in_folder = autoload.directories.iter().any(|folder| {
            folder.value == "." || file.strip_prefix(&folder.value).is_some_and(|rest| rest.starts_with('/'))
        });
        in_folder || autoload.files.iter().any(|entry| entry.file.value == *file)
    };
    let all = files::tree(&package.path.join("src"), false);
    all.into_iter().filter(|file| file.ends_with(".rs") && listed(file)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_framework_s_own_events_are_all_here() {
        let known = include_str!("../../../ravand/src/events/known.rs");
        let mut theirs: Vec<&str> =
            known.split('"').filter(|text| text.starts_with("packages/base/")).collect();
        let mut ours: Vec<String> = BASE
            .iter()
            .flat_map(|(folder, _, names)| names.iter().map(move |name| format!("{folder}/{name}")))
            .collect();
        theirs.sort_unstable();
        ours.sort_unstable();
        assert_eq!(ours, theirs);
    }
}
