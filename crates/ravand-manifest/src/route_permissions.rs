//! A route's permissions: whether it answers the API and ajax.

use jsonc_parser::ast::Value;
use ravand_core::Address;

use crate::fields::{Field, Fields};
use crate::json::Reader;
use crate::{Spanned, addresses};

/// Whether a route answers requests of the API and of ajax.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Permissions {
    /// Requests with `?api=1`.
    pub api: Allow,
    /// Requests with `?ajax=1`.
    pub ajax: Allow,
}

/// Whether something is allowed.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Allow {
    /// It is; also when nothing is said.
    #[default]
    Yes,
    /// It is not.
    No,
    /// This method decides: an action of a controller by its answer, or a middleware's.
    Ask(Spanned<Address>),
}

/// The value of `permissions`.
pub(crate) fn permissions(reader: &mut Reader<'_>, field: Field<'_>, owner: &str) -> Permissions {
    let accepts = "an object with `api` and `ajax`";
    let Some(mut fields) = Fields::open(reader, field.key, accepts, field.value) else {
        return Permissions::default();
    };
    let [api, ajax] = ["api", "ajax"].map(|key| match fields.take(key) {
        Some(field) => allow(reader, field, owner),
        None => Allow::Yes,
    });
    fields.refuse_rest(reader);
    Permissions { api, ajax }
}

fn allow(reader: &mut Reader<'_>, field: Field<'_>, owner: &str) -> Allow {
    if let Value::BooleanLit(literal) = field.value {
        return if literal.value { Allow::Yes } else { Allow::No };
    }
    let accepts = "`true`, `false` or the address of a controller's method";
    let text = reader.string(field.key, accepts, field.value);
    text.and_then(|text| addresses::method(reader, field.key, text, owner)).map_or(Allow::No, Allow::Ask)
}
