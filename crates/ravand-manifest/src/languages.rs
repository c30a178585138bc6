//! Languages: which file has the phrases of which language.

use jsonc_parser::ast::Value;
use ravand_core::{LanguageCode, Problem};

use crate::fields::{Field, distinct};
use crate::json::Reader;
use crate::{Spanned, files};

/// A language and the file with its phrases.
#[derive(Clone, Debug, PartialEq)]
pub struct Language {
    /// The language's code.
    pub code: Spanned<LanguageCode>,
    /// The file, to be read with [`Phrases::parse`](crate::Phrases::parse).
    pub file: Spanned<String>,
}

/// The value of `languages`.
pub(crate) fn languages(reader: &mut Reader<'_>, field: Field<'_>) -> Vec<Language> {
    let Value::Object(object) = field.value else {
        let accepts = "an object from language codes to files, as in `{ \"fa_IR\": \"langs/fa_IR.json\" }`";
        reader.wrong_shape(field.key, accepts, field.value);
        return Vec::new();
    };
    let entries = distinct(reader, &object.properties);
    entries.into_iter().filter_map(|entry| language(reader, entry)).collect()
}

fn language(reader: &mut Reader<'_>, entry: Field<'_>) -> Option<Language> {
    let code = match entry.key.parse::<LanguageCode>() {
        Ok(code) => Some(reader.spanned(code, entry.key_range)),
        Err(error) => {
            let problem = Problem::error(error.to_string());
            let problem = match meant(entry.key) {
                Some(code) => problem.help(format!("did you mean `{code}`?")),
                None => problem,
            };
            reader.report(problem, entry.key_range);
            None
        }
    };
    let text = reader.string(entry.key, "the name of a phrase file", entry.value);
    let file = text.and_then(|text| files::relative(reader, entry.key, text));
    Some(Language { code: code?, file: file? })
}

/// The code that was meant by one in another spelling: `fa_IR` by `fa-ir`, `FA_IR` or `fa_IR.UTF-8`.
fn meant(text: &str) -> Option<LanguageCode> {
    let text = text.split('.').next().unwrap_or_default();
    let code = match text.split_once(['-', '_']) {
        Some((short, region)) => format!("{}_{}", short.to_lowercase(), region.to_uppercase()),
        None => text.to_lowercase(),
    };
    code.parse().ok()
}
