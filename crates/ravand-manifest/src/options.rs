//! Keys that only the user's own code knows: kept as plain JSON.

use jsonc_parser::ast::Value;
use jsonc_parser::common::Ranged;
use ravand_core::Problem;
use serde_json::Map;

use crate::fields::{Field, distinct};
use crate::json::Reader;

/// The keys that nobody took, with their values.
pub(crate) fn keep(reader: &mut Reader<'_>, rest: &[Field<'_>]) -> Map<String, serde_json::Value> {
    rest.iter().map(|field| (field.key.to_owned(), plain(reader, field.value))).collect()
}

/// A value as plain JSON.
pub(crate) fn plain<'v>(reader: &mut Reader<'_>, value: &'v Value<'v>) -> serde_json::Value {
    match value {
        Value::NullKeyword(_) => serde_json::Value::Null,
        Value::BooleanLit(literal) => serde_json::Value::Bool(literal.value),
        Value::StringLit(literal) => serde_json::Value::String(literal.value.clone().into_owned()),
        Value::NumberLit(literal) => match literal.value.parse() {
            Ok(number) => serde_json::Value::Number(number),
            Err(_) => {
                reader.report(Problem::error("the number is out of range"), value.range());
                serde_json::Value::Null
            }
        },
        Value::Array(array) => array.elements.iter().map(|element| plain(reader, element)).collect(),
        Value::Object(object) => {
            let fields = distinct(reader, &object.properties);
            serde_json::Value::Object(keep(reader, &fields))
        }
    }
}
