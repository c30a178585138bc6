//! Events and the listeners that manifests give them.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use ravand_core::{Address, AddressKey, Problem, Problems};
use ravand_manifest::Event;

use super::World;
use super::world::{Target, Wanted};
use crate::scan::classes::Kind;
use crate::scan::modules::ident;
use crate::scan::package::{Package, PackageClass};

/// The framework's own events: their addresses and where they are in Rust.
const BASE_EVENTS: [(&str, &str); 15] = [
    ("packages/base/events/PackageLoad", "package::PackageLoad"),
    ("packages/base/events/PackageLoaded", "package::PackageLoaded"),
    ("packages/base/events/PackageRegistered", "package::PackageRegistered"),
    ("packages/base/events/PackagesLoaded", "package::PackagesLoaded"),
    ("packages/base/events/RequestAccepted", "request::RequestAccepted"),
    ("packages/base/events/Routed", "request::Routed"),
    ("packages/base/events/Dispatched", "request::Dispatched"),
    ("packages/base/events/Responded", "request::Responded"),
    ("packages/base/view/events/BeforeLoad", "view::BeforeLoad"),
    ("packages/base/view/events/DynamicData", "view::DynamicData"),
    ("packages/base/view/events/AfterLoad", "view::AfterLoad"),
    ("packages/base/view/events/AfterOutput", "view::AfterOutput"),
    ("packages/base/processes/events/Started", "process::Started"),
    ("packages/base/processes/events/Finished", "process::Finished"),
    ("packages/base/processes/events/GivenUp", "process::GivenUp"),
];

/// A listener and its event as Rust paths.
pub(crate) struct Wire {
    pub(crate) event: TokenStream,
    pub(crate) listener: TokenStream,
    pub(crate) constant: syn::Ident,
    pub(crate) cfg: Vec<String>,
}

pub(super) fn check(world: &World<'_>, package: &Package, problems: &mut Problems) {
    for event in package.events() {
        if let Err(found) = wire(world, package, event) {
            problems.0.extend(found);
        }
    }
}

/// The paths of a listener and its event; nothing where one of them cannot be looked into.
pub(crate) fn wire(
    world: &World<'_>,
    package: &Package,
    event: &Event,
) -> Result<Option<Wire>, Vec<Problem>> {
    let class = event_class(world, package, event);
    let wanted = Wanted { owner: package, address: &event.listener, kind: Kind::Listener, in_full: false };
    let listener = world.method(wanted);
    let (class, listener) = match (class, listener) {
        (Ok(class), Ok(listener)) => (class, listener),
        (class, listener) => return Err(class.err().into_iter().chain(listener.err()).collect()),
    };
    let (Some(class), Some((owner, listener, member))) = (class, listener) else { return Ok(None) };
    let Some((argument, place)) = &member.event else { return Ok(None) };
    if *argument != class.name {
        let text =
            format!("`{}` listens to `{argument}`, and the event is `{}`", event.listener.value, class.name);
        return Err(vec![
            Problem::error(text)
                .at(event.listener.place.clone())
                .help(format!("write `&mut {}` at {place}, or name the event of `{argument}`", class.name)),
        ]);
    }
    let constant = format_ident!("__RAVAND_LISTENS_{}", member.name);
    let cfg = class.cfg.into_iter().chain(listener.class.cfg.iter().cloned()).collect();
    Ok(Some(Wire { event: class.path, listener: path(package, owner, listener), constant, cfg }))
}

/// The Rust path of a class, from a package's crate.
pub(crate) fn path(from: &Package, owner: &Package, class: &PackageClass) -> TokenStream {
    let modules = class.modules.iter().map(|module| ident(module));
    let name = ident(&class.class.name);
    match from.name == owner.name {
        true => quote! { crate #(::#modules)* ::#name },
        false => {
            let package = ident(&owner.name);
            quote! { ::#package #(::#modules)* ::#name }
        }
    }
}

struct EventClass {
    name: String,
    path: TokenStream,
    cfg: Vec<String>,
}

fn event_class(world: &World<'_>, package: &Package, event: &Event) -> Result<Option<EventClass>, Problem> {
    let address: &Address = &event.name.value;
    if AddressKey::of(address.package()) != AddressKey::of("base") {
        let wanted = Wanted { owner: package, address: &event.name, kind: Kind::Event, in_full: false };
        return Ok(match world.class(wanted)? {
            Target::Unknown => None,
            Target::Found(owner, class) => Some(EventClass {
                name: class.class.name.clone(),
                path: path(package, owner, class),
                cfg: class.class.cfg.clone(),
            }),
        });
    }
    let found = BASE_EVENTS.iter().find(|(known, _)| AddressKey::of(known) == *address.key());
    let Some((known, rust)) = found else {
        let problem =
            Problem::error(format!("the framework has no event `{address}`")).at(event.name.place.clone());
        return Err(problem.suggest(address.as_str(), BASE_EVENTS.iter().map(|(known, _)| *known)));
    };
    let parts = rust.split("::").map(ident);
    Ok(Some(EventClass {
        name: known.rsplit('/').next().unwrap_or_default().to_owned(),
        path: quote! { ::ravand::events #(::#parts)* },
        cfg: Vec::new(),
    }))
}
