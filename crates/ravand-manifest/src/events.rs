//! Events: which listener hears which event.

use jsonc_parser::ast::Value;
use ravand_core::Address;

use crate::fields::{Field, Fields};
use crate::json::Reader;
use crate::{Spanned, addresses};

/// A listener and the event that it hears.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The event's address.
    pub name: Spanned<Address>,
    /// The address of the listener's method.
    pub listener: Spanned<Address>,
}

const EVENTS: &str = "an array of objects `{ \"name\": …, \"listener\": … }`";

/// The value of `events`.
pub(crate) fn events(reader: &mut Reader<'_>, field: Field<'_>, owner: &str) -> Vec<Event> {
    let entries = reader.array(field.key, EVENTS, field.value);
    entries.iter().filter_map(|entry| event(reader, entry, owner)).collect()
}

fn event<'v>(reader: &mut Reader<'_>, value: &'v Value<'v>, owner: &str) -> Option<Event> {
    let mut fields = Fields::open(reader, "events", EVENTS, value)?;
    let help = "name the event by its address, as in `packages/ticketing/events/Closed`";
    let name = fields.require(&["name"], help).and_then(|field| {
        let text = reader.string(field.key, "a string", field.value)?;
        addresses::class(reader, field.key, text, owner)
    });
    let help = "name the listener's method, as in `listeners/Stats@watch`";
    let listener = fields.require(&["listener"], help).and_then(|field| {
        let text = reader.string(field.key, "a string", field.value)?;
        addresses::method(reader, field.key, text, owner)
    });
    fields.refuse_rest(reader);
    Some(Event { name: name?, listener: listener? })
}
