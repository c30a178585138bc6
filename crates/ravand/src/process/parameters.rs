//! The parameters of a process: JSON as it was given, or texts that become what the method's type asks for.

use std::collections::BTreeMap;

use ravand_core::{Error, ErrorKind, Result};
use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// What a process is called with.
#[derive(Clone, Debug)]
pub enum Parameters {
    /// A JSON object, which reaches the method verbatim.
    Json(Map<String, Value>),
    /// Texts of a command line: a number or a boolean only where the method's type asks for one; a key that
    /// comes again makes a list.
    Text(Vec<(String, String)>),
}

/// What a process can be given: a type that serde reads.
#[diagnostic::on_unimplemented(
    message = "a process cannot be given `{Self}`",
    label = "serde cannot read the parameters into it",
    note = "write `#[derive(Deserialize)]` above the struct, or take a `serde_json::Map<String, Value>`",
    note = "what the process needs besides its parameters are the fields of its struct, `&Run` and `&Context`"
)]
pub trait Given: DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned> Given for T {}

impl Parameters {
    /// Reads them into the method's type.
    ///
    /// # Errors
    /// When they do not fit: the error names the field and what was expected.
    pub fn read<T: Given>(self) -> Result<T> {
        let result = match self {
            Self::Json(map) => T::deserialize(Value::Object(map)).map_err(|error| error.to_string()),
            Self::Text(pairs) => T::deserialize(Texts::new(pairs)).map_err(|error| error.to_string()),
        };
        result.map_err(|error| Error::new(ErrorKind::Invalid, format!("the parameters do not fit: {error}")))
    }

    /// For a method that takes none.
    ///
    /// # Errors
    /// When there are some: they are named.
    pub fn none(self) -> Result<()> {
        let names: Vec<String> = match self {
            Self::Json(map) => map.into_iter().map(|(name, _)| name).collect(),
            Self::Text(pairs) => pairs.into_iter().map(|(name, _)| name).collect(),
        };
        if names.is_empty() {
            return Ok(());
        }
        let names = names.join("`, `");
        Err(Error::new(
            ErrorKind::Invalid,
            format!("the process takes no parameters; it was given `{names}`"),
        ))
    }
}

/// A map of texts, in the order they came.
struct Texts {
    keys: std::vec::IntoIter<String>,
    values: BTreeMap<String, Vec<String>>,
    current: Option<(String, Vec<String>)>,
}

/// The texts of one key.
struct Text {
    key: String,
    values: Vec<String>,
}

/// One text of a key.
struct One<'a> {
    key: &'a str,
    value: &'a str,
}

type Fault = de::value::Error;

impl Texts {
    fn new(pairs: Vec<(String, String)>) -> Self {
        let mut keys = Vec::new();
        let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (key, value) in pairs {
            if !values.contains_key(&key) {
                keys.push(key.clone());
            }
            values.entry(key).or_default().push(value);
        }
        Self { keys: keys.into_iter(), values, current: None }
    }
}

impl<'de> de::Deserializer<'de> for Texts {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_map(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> MapAccess<'de> for Texts {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        let Some(key) = self.keys.next() else { return Ok(None) };
        let values = self.values.remove(&key).unwrap_or_default();
        let (key, _) = self.current.insert((key, values));
        let deserializer: StrDeserializer<'_, Fault> = key.as_str().into_deserializer();
        seed.deserialize(deserializer).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Fault> {
        let (key, values) =
            self.current.take().ok_or_else(|| de::Error::custom("a value without its key"))?;
        seed.deserialize(Text { key, values })
    }
}

impl Text {
    fn one(&self) -> Result<One<'_>, Fault> {
        match self.values.as_slice() {
            [value] => Ok(One { key: &self.key, value }),
            _ => Err(de::Error::custom(format!(
                "`{}` was given {} times, once was expected",
                self.key,
                self.values.len()
            ))),
        }
    }
}

impl One<'_> {
    fn parse<T: std::str::FromStr>(&self, expected: &str) -> Result<T, Fault> {
        self.value.parse().map_err(|_| {
            de::Error::custom(format!("`{}` is {:?}, {expected} was expected", self.key, self.value))
        })
    }

    fn boolean(&self) -> Result<bool, Fault> {
        match self.value {
            "true" | "1" | "yes" | "on" | "" => Ok(true),
            "false" | "0" | "no" | "off" => Ok(false),
            _ => self.parse("true or false"),
        }
    }
}

/// The methods of a deserializer of one text that reads a number from it.
macro_rules! numbers {
    ($($deserialize:ident $visit:ident $number:ty, $expected:literal;)*) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            visitor.$visit(self.parse::<$number>($expected)?)
        }
    )*};
}

impl<'de> de::Deserializer<'de> for One<'_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_str(self.value)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_bool(self.boolean()?)
    }

    numbers! {
        deserialize_i8 visit_i8 i8, "a whole number";
        deserialize_i16 visit_i16 i16, "a whole number";
        deserialize_i32 visit_i32 i32, "a whole number";
        deserialize_i64 visit_i64 i64, "a whole number";
        deserialize_u8 visit_u8 u8, "a whole number that is not negative";
        deserialize_u16 visit_u16 u16, "a whole number that is not negative";
        deserialize_u32 visit_u32 u32, "a whole number that is not negative";
        deserialize_u64 visit_u64 u64, "a whole number that is not negative";
        deserialize_f32 visit_f32 f32, "a number";
        deserialize_f64 visit_f64 f64, "a number";
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_enum(self.value.into_deserializer())
    }

    serde::forward_to_deserialize_any! {
        i128 u128 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier
        ignored_any
    }
}

/// The methods that take the only text of a key.
macro_rules! only {
    ($($deserialize:ident)*) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            self.one()?.$deserialize(visitor)
        }
    )*};
}

impl<'de> de::Deserializer<'de> for Text {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.values.len() {
            1 => self.one()?.deserialize_any(visitor),
            _ => self.deserialize_seq(visitor),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        struct List {
            key: String,
            values: std::vec::IntoIter<String>,
        }
        impl<'de> SeqAccess<'de> for List {
            type Error = Fault;
            fn next_element_seed<S: DeserializeSeed<'de>>(
                &mut self,
                seed: S,
            ) -> Result<Option<S::Value>, Fault> {
                let Some(value) = self.values.next() else { return Ok(None) };
                seed.deserialize(One { key: &self.key, value: &value }).map(Some)
            }
        }
        visitor.visit_seq(List { key: self.key, values: self.values.into_iter() })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.one()?.deserialize_enum(name, variants, visitor)
    }

    only! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8
        deserialize_u16 deserialize_u32 deserialize_u64 deserialize_f32 deserialize_f64 deserialize_char
        deserialize_str deserialize_string deserialize_identifier
    }

    serde::forward_to_deserialize_any! {
        i128 u128 bytes byte_buf unit unit_struct tuple tuple_struct map struct ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Mail {
        send_to: String,
        copies: Option<u8>,
        urgent: Option<bool>,
        #[serde(default)]
        tags: Vec<String>,
    }

    fn read(pairs: &[(&str, &str)]) -> Result<Mail, String> {
        let pairs = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Parameters::Text(pairs).read().map_err(|error| error.to_string())
    }

    #[test]
    fn texts_become_what_the_type_asks_for() {
        let mail = |copies, urgent, tags: &[&str]| Mail {
            send_to: "007".into(),
            copies,
            urgent,
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        };
        assert_eq!(read(&[("send_to", "007")]), Ok(mail(None, None, &[])));
        assert_eq!(read(&[("send_to", "007"), ("copies", "2")]), Ok(mail(Some(2), None, &[])));
        assert_eq!(read(&[("send_to", "007"), ("urgent", "")]), Ok(mail(None, Some(true), &[])));
        assert_eq!(
            read(&[("send_to", "007"), ("tags", "a"), ("tags", "b")]),
            Ok(mail(None, None, &["a", "b"]))
        );
        assert_eq!(read(&[("send_to", "007"), ("tags", "a")]), Ok(mail(None, None, &["a"])));
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let fault = |pairs| read(pairs).expect_err("it does not fit");
        assert_eq!(
            fault(&[("send_to", "x"), ("copies", "many")]),
            "the parameters do not fit: `copies` is \"many\", a whole number that is not negative was expected"
        );
        assert_eq!(
            fault(&[("send_to", "x"), ("send_to", "y")]),
            "the parameters do not fit: `send_to` was given 2 times, once was expected"
        );
        assert_eq!(fault(&[]), "the parameters do not fit: missing field `send_to`");
    }
}
