//! Storages: the folders that a package keeps files in.

use jsonc_parser::ast::Value;
use ravand_core::Problem;

use crate::choice::one_of;
use crate::fields::{Field, Fields, distinct};
use crate::json::Reader;
use crate::{Spanned, files, names};

/// A storage of a package.
#[derive(Clone, Debug, PartialEq)]
pub struct Storage {
    /// Its name.
    pub name: Spanned<String>,
    /// Who may read it.
    pub visibility: Visibility,
    /// Its folder, relative to the package.
    pub root: Spanned<String>,
}

/// Who may read a storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Visibility {
    /// Everybody, by a URL.
    Public,
    /// Who the application lets.
    Protected,
    /// The application alone.
    Private,
}

const STORAGE: &str =
    "an object `{ \"@class\": \"local\", \"type\": \"public|protected|private\", \"root\": … }`";

/// The value of `storages`.
pub(crate) fn storages(reader: &mut Reader<'_>, field: Field<'_>) -> Vec<Storage> {
    let Value::Object(object) = field.value else {
        reader.wrong_shape(field.key, "an object from names to storages", field.value);
        return Vec::new();
    };
    let entries = distinct(reader, &object.properties);
    entries.into_iter().filter_map(|entry| storage(reader, entry)).collect()
}

fn storage(reader: &mut Reader<'_>, entry: Field<'_>) -> Option<Storage> {
    if !names::is_address_part(entry.key) {
        let problem = Problem::error(format!("`{}` is no name of a storage", entry.key));
        reader.report(problem.help("write letters, digits, `_` and `-`"), entry.key_range);
    }
    let mut fields = Fields::open(reader, entry.key, STORAGE, entry.value)?;
    if let Some(field) = fields.require(&["@class"], "the one class there is: `\"@class\": \"local\"`") {
        one_of(reader, field, &[("local", ())]);
    }
    let visibility = fields
        .require(&["type"], "it is `public`, `protected` or `private`")
        .and_then(|field| one_of(reader, field, &VISIBILITIES));
    let root = fields.require(&["root"], "name the folder, as in `storage/public`").and_then(|field| {
        let text = reader.string(field.key, "a string", field.value)?;
        files::relative(reader, field.key, text)
    });
    fields.refuse_rest(reader);
    let name = reader.spanned(entry.key.to_owned(), entry.key_range);
    Some(Storage { name, visibility: visibility?, root: root? })
}

const VISIBILITIES: [(&str, Visibility); 3] =
    [("public", Visibility::Public), ("protected", Visibility::Protected), ("private", Visibility::Private)];
