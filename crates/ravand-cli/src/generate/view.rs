//! `generate view`: a struct and the template that shows it.

use super::Next;
use super::fields::{Field, struct_fields};
use super::pages::Page;
use super::target::Target;
use crate::name::Name;
use crate::stop::Stop;
use crate::template::fill;

/// Adds a view.
pub(super) fn add(target: &mut Target<'_>, name: &str, fields: &[String]) -> Result<Vec<Next>, Stop> {
    let name = Name::parse(name)?;
    let fields = Field::read_all(fields)?;
    let (class, template) = (name.camel(), target.template_name(&name));
    let text = struct_fields(&fields);
    let sees = if fields.is_empty() { "" } else { ", and its template sees these fields" };
    let parts = [("Class", class.as_str()), ("template", &template), ("fields", &text), ("sees", sees)];
    let text = fill(include_str!("../../templates/class/view.rs"), &parts);
    target.class("views", &name, &class, text)?;
    target.needs_serde()?;
    let body: String = fields.iter().map(Field::shown).collect();
    target.page(&Page { name: &name, template, body: &body })?;
    let value = if fields.is_empty() { class } else { format!("{class} {{ … }}") };
    let mut next = vec![
        (value, "returned by an action: shows the page".to_owned()),
        ("cargo build".to_owned(), "checks the view and its template".to_owned()),
    ];
    next.extend(target.translations()?);
    Ok(next)
}
