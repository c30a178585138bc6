//! The framework's own events by their addresses.

use std::any::TypeId;

use ravand_core::{Address, AddressKey};

use super::{package, process, request, view};

type Known = (&'static str, fn() -> TypeId, &'static str);

/// Address and type of each, and when it fires. The build's table is the same.
const BASE: [Known; 15] = [
    ("packages/base/events/PackageLoad", TypeId::of::<package::PackageLoad>, "a package's turn has come"),
    (
        "packages/base/events/PackageLoaded",
        TypeId::of::<package::PackageLoaded>,
        "its storages, routes, languages are there",
    ),
    (
        "packages/base/events/PackageRegistered",
        TypeId::of::<package::PackageRegistered>,
        "its listeners are there",
    ),
    ("packages/base/events/PackagesLoaded", TypeId::of::<package::PackagesLoaded>, "all packages are loaded"),
    (
        "packages/base/events/RequestAccepted",
        TypeId::of::<request::RequestAccepted>,
        "a request has been read",
    ),
    ("packages/base/events/Routed", TypeId::of::<request::Routed>, "its token is known"),
    ("packages/base/events/Dispatched", TypeId::of::<request::Dispatched>, "the dispatch loop has ended"),
    ("packages/base/events/Responded", TypeId::of::<request::Responded>, "the response is ready to be sent"),
    ("packages/base/view/events/BeforeLoad", TypeId::of::<view::BeforeLoad>, "a view is about to be shown"),
    (
        "packages/base/view/events/DynamicData",
        TypeId::of::<view::DynamicData>,
        "the data for scripts is gathered",
    ),
    (
        "packages/base/view/events/AfterLoad",
        TypeId::of::<view::AfterLoad>,
        "the template and its data are known",
    ),
    ("packages/base/view/events/AfterOutput", TypeId::of::<view::AfterOutput>, "the page is rendered"),
    ("packages/base/processes/events/Started", TypeId::of::<process::Started>, "a process begins to run"),
    ("packages/base/processes/events/Finished", TypeId::of::<process::Finished>, "a run of it has ended"),
    (
        "packages/base/processes/events/GivenUp",
        TypeId::of::<process::GivenUp>,
        "it has failed or was lost for good",
    ),
];

/// The type of one of the framework's own events.
pub(crate) fn base(address: &Address) -> Option<TypeId> {
    BASE.iter().find(|(known, ..)| AddressKey::of(known) == *address.key()).map(|(_, type_id, _)| type_id())
}

/// The addresses of them all, in the order of the events' page, and when each fires.
pub(crate) fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    BASE.iter().map(|(address, _, when)| (*address, *when))
}
