//! Autoload: the folders and files whose classes the build puts into the class map.

use jsonc_parser::ast::Value;
use jsonc_parser::common::Ranged;
use ravand_core::Problem;

use crate::fields::{Field, Fields};
use crate::json::{Reader, read};
use crate::{Parsed, Spanned, files};

/// Where a manifest says what is autoloaded.
#[derive(Clone, Debug, PartialEq)]
pub enum AutoloadSource {
    /// In the manifest itself.
    Here(Autoload),
    /// In a file of its own, to be read with [`Autoload::parse`].
    File(Spanned<String>),
}

/// What is autoloaded. Paths are relative to the package's `src/`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Autoload {
    /// Folders, taken with their subfolders.
    pub directories: Vec<Spanned<String>>,
    /// Single files.
    pub files: Vec<AutoloadFile>,
}

/// A file that is autoloaded.
#[derive(Clone, Debug, PartialEq)]
pub struct AutoloadFile {
    /// The file.
    pub file: Spanned<String>,
    /// The classes that it is said to hold; empty when nothing is said.
    pub classes: Vec<Spanned<String>>,
    /// Whether it holds free functions and no class.
    pub function: bool,
}

impl Autoload {
    /// Reads a file that a manifest's `autoload` names.
    ///
    /// ```
    /// use ravand_manifest::Autoload;
    ///
    /// let text = r#"{ "files": [ { "file": "libraries/io.rs", "function": true } ] }"#;
    /// let (autoload, _) = Autoload::parse("autoload.json", text).into_result()?;
    /// assert_eq!(autoload.files[0].file.value, "libraries/io.rs");
    /// assert!(autoload.files[0].function);
    /// # Ok::<(), ravand_core::Problems>(())
    /// ```
    pub fn parse(file: &str, text: &str) -> Parsed<Self> {
        read(file, text, Self::default(), |reader, root, model| {
            if let Some(fields) = Fields::of_file(reader, "an object with `files`", root) {
                *model = autoload(reader, fields);
            }
        })
    }
}

/// The value of a manifest's `autoload`.
pub(crate) fn source(reader: &mut Reader<'_>, field: Field<'_>) -> Option<AutoloadSource> {
    if let Value::StringLit(_) = field.value {
        let text = reader.string(field.key, "a string", field.value)?;
        return files::relative(reader, field.key, text).map(AutoloadSource::File);
    }
    let accepts = "an object with `directories` and `files`, or the name of a file with them";
    let fields = Fields::open(reader, field.key, accepts, field.value)?;
    Some(AutoloadSource::Here(autoload(reader, fields)))
}

fn autoload(reader: &mut Reader<'_>, mut fields: Fields<'_>) -> Autoload {
    let mut autoload = Autoload::default();
    if let Some(field) = fields.take("directories") {
        let texts = reader.strings(field.key, "an array of strings", field.value);
        autoload.directories = files::relatives(reader, field.key, texts);
    }
    if let Some(field) = fields.take("files") {
        for entry in reader.array(field.key, ENTRIES, field.value) {
            let Some(entry) = autoload_file(reader, entry) else { continue };
            match autoload.files.iter().find(|known| known.file.value == entry.file.value) {
                None => autoload.files.push(entry),
                Some(first) => {
                    let problem =
                        Problem::error(format!("`{}` is in `files` a second time", entry.file.value));
                    let problem = problem.help(format!("the first is on line {}", first.file.place.line));
                    reader.report_at(problem, entry.file.place);
                }
            }
        }
    }
    fields.refuse_rest(reader);
    autoload
}

const ENTRIES: &str = "an array of objects `{ \"file\": …, \"classes\": […], \"function\": true }`";

fn autoload_file<'v>(reader: &mut Reader<'_>, value: &'v Value<'v>) -> Option<AutoloadFile> {
    let mut fields = Fields::open(reader, "files", ENTRIES, value)?;
    let file = fields.require(&["file"], "name the file, relative to `src/`").and_then(|field| {
        let text = reader.string(field.key, "a string", field.value)?;
        files::relative(reader, field.key, text)
    });
    let mut classes = Vec::new();
    let function =
        fields.take("function").and_then(|field| reader.boolean(field.key, field.value)).unwrap_or(false);
    if let Some(field) = fields.take("classes") {
        for text in reader.strings(field.key, "an array of strings", field.value) {
            if text.value.trim().is_empty() {
                reader.report(Problem::error("`classes` has an empty name in it"), text.range);
            }
            classes.push(reader.spanned(text.value.to_owned(), text.range));
        }
        if function && !classes.is_empty() {
            let problem = Problem::error("a file of functions has no classes");
            reader.report(problem.help("leave out `classes`, or `function`"), field.value.range());
        }
    }
    fields.refuse_rest(reader);
    Some(AutoloadFile { file: file?, classes, function })
}
