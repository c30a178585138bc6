//! `generate event`: something that happens, which listeners of any package may hear.

use super::Next;
use super::fields::{Field, struct_fields};
use super::target::Target;
use crate::name::Name;
use crate::stop::Stop;
use crate::template::fill;

/// Adds an event.
pub(super) fn add(target: &mut Target<'_>, name: &str, fields: &[String]) -> Result<Vec<Next>, Stop> {
    let name = Name::parse(name)?;
    let fields = Field::read_all(fields)?;
    let class = name.camel();
    let address = target.path(&format!("events/{}{class}", name.folder()));
    let value = if fields.is_empty() { class.clone() } else { format!("{class} {{ … }}") };
    let fields = struct_fields(&fields);
    let parts = [("Class", class.as_str()), ("address", &address), ("value", &value), ("fields", &fields)];
    let text = fill(include_str!("../../templates/class/event.rs"), &parts);
    target.class("events", &name, &class, text)?;
    Ok(vec![
        (format!("{value}.trigger(cx).await?"), "in an action or a process: calls its listeners".to_owned()),
        (format!("ravand generate listener NAME {address}"), "makes one".to_owned()),
    ])
}
