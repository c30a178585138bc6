//! Addresses that a manifest names: of a class, or of a method that is called.

use ravand_core::{Address, Problem};

use crate::Spanned;
use crate::json::{Reader, Text};

/// The address of a class or of a method; `owner` is the package whose file this is.
pub(crate) fn any(
    reader: &mut Reader<'_>,
    key: &str,
    text: Text<'_>,
    owner: &str,
) -> Option<Spanned<Address>> {
    match Address::parse(text.value, owner) {
        Ok(address) => Some(reader.spanned(address, text.range)),
        Err(error) => {
            reader.report(Problem::error(format!("`{key}`: {error}")), text.range);
            None
        }
    }
}

/// The address of a method: its `@method` may not be left out.
pub(crate) fn method(
    reader: &mut Reader<'_>,
    key: &str,
    text: Text<'_>,
    owner: &str,
) -> Option<Spanned<Address>> {
    let address = any(reader, key, text, owner)?;
    if address.value.method().is_some() {
        return Some(address);
    }
    let problem = Problem::error(format!("`{key}` names no method: `{}`", text.value));
    reader.report(problem.help(format!("write `{}@method`", text.value.trim())), text.range);
    None
}

/// The address of a class: it has no `@method`.
pub(crate) fn class(
    reader: &mut Reader<'_>,
    key: &str,
    text: Text<'_>,
    owner: &str,
) -> Option<Spanned<Address>> {
    let address = any(reader, key, text, owner)?;
    let Some(method) = address.value.method() else { return Some(address) };
    let problem = Problem::error(format!("`{key}` is the address of a class, without `@{method}`"));
    reader.report(problem, text.range);
    None
}
