//! Fields as a command line gives them, `title:string body:text?`: in Rust, in a table, in a template.

use heck::ToSnakeCase;
use ravand_core::{Problem, nearest};

use crate::name::is_free;
use crate::output::list;
use crate::stop::Stop;

/// A field of a struct or a column of a table.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// In snake case.
    pub(super) name: String,
    pub(super) kind: &'static Kind,
    /// It may be absent: `Option` in Rust, `NULL` in a table.
    pub(super) is_optional: bool,
}

/// A type of fields.
#[derive(Debug)]
pub(super) struct Kind {
    /// As the command line names it.
    pub(super) name: &'static str,
    /// In Rust.
    pub(super) rust: &'static str,
    /// The method of SeaORM's `ColumnDef`.
    column: &'static str,
    /// The column's type for an entity, where it is not the Rust type's own.
    entity: Option<&'static str>,
    /// What a row has that was there before the column; none where a table has no such default.
    default: Option<&'static str>,
}

/// All types.
const KINDS: [Kind; 9] = [
    kind("string", "String", "string", None, Some("\"\"")),
    kind("text", "String", "text", Some("Text"), Some("\"\"")),
    kind("int", "i32", "integer", None, Some("0")),
    kind("bigint", "i64", "big_integer", None, Some("0")),
    kind("float", "f64", "double", None, Some("0.0")),
    kind("bool", "bool", "boolean", None, Some("false")),
    kind("time", "i64", "big_integer", None, Some("0")),
    kind("json", "ravand::serde_json::Value", "json", None, None),
    kind("bytes", "Vec<u8>", "binary", None, None),
];

/// Other words for them.
const ALSO: [(&str, &str); 12] = [
    ("str", "string"),
    ("integer", "int"),
    ("i32", "int"),
    ("i64", "bigint"),
    ("long", "bigint"),
    ("double", "float"),
    ("f64", "float"),
    ("boolean", "bool"),
    ("datetime", "time"),
    ("timestamp", "time"),
    ("blob", "bytes"),
    ("binary", "bytes"),
];

const fn kind(
    name: &'static str,
    rust: &'static str,
    column: &'static str,
    entity: Option<&'static str>,
    default: Option<&'static str>,
) -> Kind {
    Kind { name, rust, column, entity, default }
}

impl Field {
    /// Reads `name:type` and `name:type?`, each name once.
    pub(super) fn read_all(texts: &[String]) -> Result<Vec<Self>, Stop> {
        let mut fields: Vec<Self> = Vec::new();
        for text in texts {
            let field = Self::read(text)?;
            if fields.iter().any(|known| known.name == field.name) {
                return refuse(Problem::error(format!("there are two fields `{}`", field.name)));
            }
            fields.push(field);
        }
        Ok(fields)
    }

    fn read(text: &str) -> Result<Self, Stop> {
        let Some((name, wanted)) = text.split_once(':') else {
            let problem = Problem::error(format!("the field `{text}` has no type"));
            return refuse(problem.help(format!("write `{text}:string`; {}", kinds())));
        };
        let letter_first = name.starts_with(|c: char| c.is_ascii_alphabetic());
        let snake = name.to_snake_case();
        if !letter_first
            || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
            || !is_free(&snake)
        {
            let problem = Problem::error(format!("`{name}` cannot be the name of a field"));
            return refuse(
                problem.help("write Latin letters, digits and `_`, a letter first, and no keyword of Rust"),
            );
        }
        let (wanted, is_optional) = match wanted.strip_suffix('?') {
            Some(wanted) => (wanted, true),
            None => (wanted, false),
        };
        let lower = wanted.to_ascii_lowercase();
        let known = ALSO.iter().find(|(also, _)| *also == lower).map_or(lower.as_str(), |(_, name)| name);
        match KINDS.iter().find(|kind| kind.name == known) {
            Some(kind) => Ok(Self { name: snake, kind, is_optional }),
            None => {
                let problem = Problem::error(format!("there is no type `{wanted}` for the field `{snake}`"));
                refuse(match nearest(wanted, KINDS.iter().map(|kind| kind.name)) {
                    Some(near) => problem.help(format!("did you mean `{snake}:{near}`?")),
                    None => problem.help(kinds()),
                })
            }
        }
    }

    /// Its type in Rust.
    pub(super) fn rust(&self) -> String {
        match self.is_optional {
            true => format!("Option<{}>", self.kind.rust),
            false => self.kind.rust.to_owned(),
        }
    }

    /// What it is, for its documentation.
    fn said(&self) -> String {
        let words = self.name.replace('_', " ");
        let unit = if self.kind.name == "time" { ", in Unix seconds" } else { "" };
        match (self.name.strip_suffix("_at"), self.kind.name) {
            (Some(what), "time") => format!("When it was {}{unit}.", what.replace('_', " ")),
            (_, "bool") => format!("Whether it is {words}."),
            _ => format!("The {words}{unit}."),
        }
    }

    /// Its line in a struct, documented.
    pub(super) fn line(&self) -> String {
        format!("    /// {}\n    pub {}: {},\n", self.said(), self.name, self.rust())
    }

    /// Its line in an entity.
    pub(super) fn entity_line(&self) -> String {
        let attribute = match self.kind.entity {
            Some(column) => format!("    #[sea_orm(column_type = \"{column}\")]\n"),
            None => String::new(),
        };
        let (said, name, rust) =
            (self.said(), &self.name, self.rust().replace("ravand::serde_json::Value", "Json"));
        format!("    /// {said}\n{attribute}    pub {name}: {rust},\n")
    }

    /// Its column in a new table.
    pub(super) fn column(&self) -> String {
        let required = if self.is_optional { "" } else { ".not_null()" };
        format!("ColumnDef::new(\"{}\").{}(){required}", self.name, self.kind.column)
    }

    /// Its column in a table that has rows: one that may not be absent has a default.
    pub(super) fn added_column(&self) -> Result<String, Stop> {
        match (self.is_optional, self.kind.default) {
            (true, _) => Ok(self.column()),
            (false, Some(default)) => Ok(format!("{}.default({default})", self.column())),
            (false, None) => {
                let (name, kind) = (&self.name, self.kind.name);
                let text = format!("rows that are there already would have nothing in `{name}`");
                refuse(Problem::error(text).help(format!("let it be absent: write `{name}:{kind}?`")))
            }
        }
    }

    /// A value of it, for a test.
    pub(super) fn sample(&self) -> String {
        let value = match self.kind.name {
            "string" | "text" => format!("\"{}\".to_owned()", self.name.replace('_', " ")),
            "float" => "1.5".to_owned(),
            "bool" => "true".to_owned(),
            "json" => "Json::Bool(true)".to_owned(),
            "bytes" => "vec![1, 2, 3]".to_owned(),
            _ => "1".to_owned(),
        };
        if self.is_optional { format!("Some({value})") } else { value }
    }

    /// It in a template.
    pub(super) fn shown(&self) -> String {
        let name = &self.name;
        let value = match (self.kind.name, self.is_optional) {
            ("time", false) => format!("{{{{ date({name}) }}}}"),
            ("time", true) => format!("{{% if {name} is not none %}}{{{{ date({name}) }}}}{{% endif %}}"),
            ("json" | "bytes", _) => format!("{{{{ {name}|tojson }}}}"),
            (_, false) => format!("{{{{ {name} }}}}"),
            (_, true) => format!("{{{{ {name} if {name} is not none }}}}"),
        };
        format!("<p>{value}</p>\n")
    }
}

/// What stands behind a struct's name: its fields, or `;`.
pub(super) fn struct_fields(fields: &[Field]) -> String {
    match fields {
        [] => ";".to_owned(),
        fields => format!(" {{\n{}}}", fields.iter().map(Field::line).collect::<String>()),
    }
}

fn kinds() -> String {
    format!(
        "the types are {}, with a `?` behind where it may be absent",
        list(KINDS.iter().map(|kind| kind.name))
    )
}

fn refuse<T>(problem: Problem) -> Result<T, Stop> {
    Err(Stop::usage(problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Field> {
        Field::read(text).ok()
    }

    #[test]
    fn fields_of_a_command_line() {
        for (text, name, rust, column) in [
            ("title:string", "title", "String", "ColumnDef::new(\"title\").string().not_null()"),
            ("sentAt:time?", "sent_at", "Option<i64>", "ColumnDef::new(\"sent_at\").big_integer()"),
            ("price:Double", "price", "f64", "ColumnDef::new(\"price\").double().not_null()"),
            ("user-id:i64", "user_id", "i64", "ColumnDef::new(\"user_id\").big_integer().not_null()"),
            ("data:json", "data", "ravand::serde_json::Value", "ColumnDef::new(\"data\").json().not_null()"),
        ] {
            let field = read(text).unwrap();
            assert_eq!(
                (field.name.as_str(), field.rust().as_str(), field.column().as_str()),
                (name, rust, column)
            );
        }
        for text in ["title", "title:", "title:strng", ":string", "2:int", "type:string", "a b:int", "پ:int"]
        {
            assert!(read(text).is_none(), "{text}");
        }
        assert!(Field::read_all(&["a:int".to_owned(), "A:int".to_owned()]).is_err());
        assert!(read("data:json").unwrap().added_column().is_err());
    }

    #[test]
    fn every_word_means_a_type() {
        for (also, name) in ALSO {
            assert!(
                KINDS.iter().any(|kind| kind.name == name) && !KINDS.iter().any(|kind| kind.name == also)
            );
        }
    }

    #[test]
    fn what_fields_are_said_to_be() {
        for (text, said) in [
            ("title:string", "The title."),
            ("published:bool", "Whether it is published."),
            ("created_at:time", "When it was created, in Unix seconds."),
            ("begin:time", "The begin, in Unix seconds."),
        ] {
            assert_eq!(read(text).unwrap().said(), said);
        }
    }
}
