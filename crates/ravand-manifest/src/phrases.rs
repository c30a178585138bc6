//! Phrase files: the texts of a package in one language.

use std::collections::BTreeMap;

use jsonc_parser::ast::Value;
use jsonc_parser::common::Ranged;
use ravand_core::{LanguageCode, Place, Problem, nearest};

use crate::fields::{Field, Fields, distinct, list};
use crate::json::{Reader, Text, head, read};
use crate::message::{Piece, compile};
use crate::{Message, Parsed, Plural};

/// The phrases of a package in one language.
#[derive(Clone, Debug, PartialEq)]
pub struct Phrases {
    /// The language.
    pub language: LanguageCode,
    /// Who wrote them.
    pub author: Option<String>,
    /// Whether the language is written from right to left; by its code when the file does not say.
    pub rtl: bool,
    /// The phrases by their keys.
    pub phrases: BTreeMap<String, Message>,
}

impl Phrases {
    /// Reads a phrase file. A phrase that has an error is left out.
    ///
    /// ```
    /// use ravand_manifest::Phrases;
    ///
    /// let text = r#"{ "rtl": true, "phrases": { "tickets.count": { "other": "{count} تیکت" } } }"#;
    /// let (phrases, _) = Phrases::parse(&"fa_IR".parse()?, "langs/fa_IR.json", text).into_result()?;
    /// assert!(phrases.rtl && phrases.phrases["tickets.count"].is_plural());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse(language: &LanguageCode, file: &str, text: &str) -> Parsed<Self> {
        let empty = Self {
            language: language.clone(),
            author: None,
            rtl: language.is_rtl(),
            phrases: BTreeMap::new(),
        };
        read(file, text, empty, fill)
    }

    /// Where the phrases of a file stand, by their keys. Only who has something to say about one asks for it: a
    /// program that runs does not carry the places of all its texts.
    ///
    /// ```
    /// use ravand_manifest::Phrases;
    ///
    /// let places = Phrases::places("en_US.json", r#"{ "phrases": { "hello": "Hello {name}!" } }"#);
    /// assert_eq!(places["hello"].to_string(), "en_US.json:1:16");
    /// ```
    pub fn places(file: &str, text: &str) -> BTreeMap<String, Place> {
        let place_all = |reader: &mut Reader<'_>, root: &Value<'_>, places: &mut BTreeMap<String, Place>| {
            let Value::Object(root) = root else { return };
            let Some(Value::Object(phrases)) = root.get("phrases").map(|phrases| &phrases.value) else {
                return;
            };
            for property in &phrases.properties {
                let place = reader.place(property.name.range());
                places.entry(property.name.as_str().to_owned()).or_insert(place);
            }
        };
        read(file, text, BTreeMap::new(), place_all).value
    }
}

fn fill<'v>(reader: &mut Reader<'_>, root: &'v Value<'v>, model: &mut Phrases) {
    let Some(mut fields) = Fields::of_file(reader, "an object with `phrases`", root) else { return };
    let author = fields.take("author").and_then(|field| reader.string(field.key, "a string", field.value));
    model.author = author.map(|text| text.value.to_owned());
    if let Some(rtl) = fields.take("rtl").and_then(|field| reader.boolean(field.key, field.value)) {
        model.rtl = rtl;
    }
    let help = "the texts stand under it: `\"phrases\": { \"key\": \"text\" }`";
    if let Some(field) = fields.require(&["phrases"], help) {
        match field.value {
            Value::Object(object) => {
                let entries = distinct(reader, &object.properties);
                let texts = entries
                    .into_iter()
                    .filter_map(|entry| Some((entry.key.to_owned(), message(reader, entry)?)));
                model.phrases = texts.collect();
            }
            other => reader.wrong_shape(field.key, "an object from keys to texts", other),
        }
    }
    fields.refuse_rest(reader);
}

const PHRASE: &str = "a text, or an object from plural forms to texts";

fn message(reader: &mut Reader<'_>, entry: Field<'_>) -> Option<Message> {
    let Value::Object(object) = entry.value else {
        let text = reader.string(entry.key, PHRASE, entry.value)?;
        return pieces(reader, text).map(Message::single);
    };
    let errors = reader.errors();
    let mut forms = Vec::new();
    for field in distinct(reader, &object.properties) {
        let Some(plural) = Plural::from_name(field.key) else {
            not_a_form(reader, field);
            continue;
        };
        let text = reader.string(field.key, "a text", field.value);
        forms.extend(text.and_then(|text| pieces(reader, text)).map(|pieces| (plural, pieces)));
    }
    let complete = object.properties.iter().any(|property| property.name.as_str() == Plural::Other.name());
    if !complete {
        let problem = Problem::error(format!("the phrase `{}` has no form `other`", entry.key));
        reader.report(
            problem.help("every language has it: it is for all numbers without a form of their own"),
            head(entry.value),
        );
    }
    (reader.errors() == errors).then(|| Message::plural(forms))
}

fn not_a_form(reader: &mut Reader<'_>, field: Field<'_>) {
    let names = Plural::ALL.map(Plural::name);
    let problem = Problem::error(format!("`{}` is no plural form", field.key));
    let problem = match nearest(field.key, names) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem
            .help(format!("the forms are {}", list(&names)))
            .help("keys are flat, their dots are part of them: `\"tickets.title\": \"…\"`"),
    };
    reader.report(problem, field.key_range);
}

fn pieces(reader: &mut Reader<'_>, text: Text<'_>) -> Option<Vec<Piece>> {
    match compile(text.value) {
        Ok(pieces) => Some(pieces),
        Err(error) => {
            let range = reader.within(text, error.offset, error.length);
            reader.report(Problem::error(error.what).help(error.help), range);
            None
        }
    }
}
