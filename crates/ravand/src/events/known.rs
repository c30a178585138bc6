//! The framework's own events by their addresses.

use std::any::TypeId;

use ravand_core::{Address, AddressKey};

use super::{package, process, request, view};

type Known = (&'static str, fn() -> TypeId);

/// Address and type of each. The build's table is the same.
const BASE: [Known; 14] = [
    ("packages/base/events/PackageLoad", TypeId::of::<package::PackageLoad>),
    ("packages/base/events/PackageLoaded", TypeId::of::<package::PackageLoaded>),
    ("packages/base/events/PackageRegistered", TypeId::of::<package::PackageRegistered>),
    ("packages/base/events/PackagesLoaded", TypeId::of::<package::PackagesLoaded>),
    ("packages/base/events/RequestAccepted", TypeId::of::<request::RequestAccepted>),
    ("packages/base/events/Routed", TypeId::of::<request::Routed>),
    ("packages/base/events/Dispatched", TypeId::of::<request::Dispatched>),
    ("packages/base/events/Responded", TypeId::of::<request::Responded>),
    ("packages/base/view/events/BeforeLoad", TypeId::of::<view::BeforeLoad>),
    ("packages/base/view/events/DynamicData", TypeId::of::<view::DynamicData>),
    ("packages/base/view/events/AfterLoad", TypeId::of::<view::AfterLoad>),
    ("packages/base/view/events/AfterOutput", TypeId::of::<view::AfterOutput>),
    ("packages/base/processes/events/Started", TypeId::of::<process::Started>),
    ("packages/base/processes/events/Finished", TypeId::of::<process::Finished>),
];

/// The type of one of the framework's own events.
pub(crate) fn base(address: &Address) -> Option<TypeId> {
    BASE.iter().find(|(known, _)| AddressKey::of(known) == *address.key()).map(|(_, type_id)| type_id())
}
