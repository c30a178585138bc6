//! The texts of a command line, which become what a method's type asks for.
//!
//! The type is read from them once, and what it asked each text for is written down: that is what is kept. So a text
//! becomes a number or a boolean only where the type has one, and a wrong one is told before anything is kept.

use std::collections::BTreeMap;

use ravand_core::Result;
use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::parameters::{Given, none, unfit};

/// One parameter of a command line: `--key=value`, or `--key` alone, which says that it is true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Its name. One that comes again makes a list.
    pub key: String,
    /// Its value, when it has one.
    pub value: Option<String>,
}

/// The parameters as the type `T` asks for them.
///
/// # Errors
/// When they do not fit: the error names the field and what was expected.
pub fn texts<T: Given>(texts: Vec<Text>) -> Result<Map<String, Value>> {
    let mut written = Map::new();
    T::deserialize(Texts::new(texts, &mut written)).map_err(unfit)?;
    Ok(written)
}

/// The parameters of a method that takes none.
///
/// # Errors
/// When there are some: they are named.
pub fn no_texts(texts: Vec<Text>) -> Result<Map<String, Value>> {
    none(texts.iter().map(|text| text.key.as_str()))?;
    Ok(Map::new())
}

/// A map of texts, in the order they came.
struct Texts<'w> {
    keys: std::vec::IntoIter<String>,
    values: BTreeMap<String, Vec<Option<String>>>,
    current: Option<(String, Vec<Option<String>>)>,
    written: &'w mut Map<String, Value>,
}

/// The texts of one key.
struct Several<'a> {
    key: &'a str,
    values: Vec<Option<String>>,
    written: &'a mut Value,
}

/// One text of a key.
struct One<'a> {
    key: &'a str,
    value: Option<&'a str>,
    written: &'a mut Value,
}

type Fault = de::value::Error;

impl<'w> Texts<'w> {
    fn new(texts: Vec<Text>, written: &'w mut Map<String, Value>) -> Self {
        let mut keys = Vec::new();
        let mut values: BTreeMap<String, Vec<Option<String>>> = BTreeMap::new();
        for Text { key, value } in texts {
            if !values.contains_key(&key) {
                keys.push(key.clone());
            }
            values.entry(key).or_default().push(value);
        }
        Self { keys: keys.into_iter(), values, current: None, written }
    }
}

impl<'de> de::Deserializer<'de> for Texts<'_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_map(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> MapAccess<'de> for Texts<'_> {
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
        let mut written = Value::Null;
        let value = seed.deserialize(Several { key: &key, values, written: &mut written })?;
        self.written.insert(key, written);
        Ok(value)
    }
}

impl<'a> Several<'a> {
    fn one(&mut self) -> Result<One<'_>, Fault> {
        match self.values.as_slice() {
            [value] => Ok(One { key: self.key, value: value.as_deref(), written: self.written }),
            _ => Err(de::Error::custom(format!(
                "`{}` was given {} times, once was expected",
                self.key,
                self.values.len()
            ))),
        }
    }
}

impl One<'_> {
    fn text(&self) -> &str {
        self.value.unwrap_or("true")
    }

    fn parse<T: std::str::FromStr>(&self, expected: &str) -> Result<T, Fault> {
        self.text().parse().map_err(|_| self.fault(expected))
    }

    fn fault(&self, expected: &str) -> Fault {
        let found = self.value.map_or_else(|| "given without a value".to_owned(), |text| format!("{text:?}"));
        de::Error::custom(format!("`{}` is {found}, {expected} was expected", self.key))
    }

    fn boolean(&self) -> Result<bool, Fault> {
        match self.text() {
            "true" | "1" | "yes" | "on" | "" => Ok(true),
            "false" | "0" | "no" | "off" => Ok(false),
            _ => Err(self.fault("true or false")),
        }
    }
}

/// The methods of a deserializer of one text that reads a number from it.
macro_rules! numbers {
    ($($deserialize:ident $visit:ident $number:ty, $expected:literal;)*) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            let number = self.parse::<$number>($expected)?;
            *self.written = number.into();
            visitor.$visit(number)
        }
    )*};
}

/// The methods that take the text as it is.
macro_rules! as_text {
    ($($deserialize:ident)*) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            *self.written = self.text().into();
            visitor.visit_str(self.text())
        }
    )*};
}

impl<'de> de::Deserializer<'de> for One<'_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            Some(text) => {
                *self.written = text.into();
                visitor.visit_str(text)
            }
            None => {
                *self.written = true.into();
                visitor.visit_bool(true)
            }
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let boolean = self.boolean()?;
        *self.written = boolean.into();
        visitor.visit_bool(boolean)
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
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let number = self.parse::<f64>("a number")?;
        // JSON has no infinite ones.
        *self.written = Number::from_f64(number).ok_or_else(|| self.fault("a finite number"))?.into();
        visitor.visit_f64(number)
    }

    as_text! { deserialize_char deserialize_str deserialize_string deserialize_identifier }

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
        *self.written = self.text().into();
        visitor.visit_enum(self.text().into_deserializer())
    }

    serde::forward_to_deserialize_any! {
        i128 u128 bytes byte_buf unit unit_struct seq tuple tuple_struct map struct ignored_any
    }
}

/// The methods that take the only text of a key.
macro_rules! only {
    ($($deserialize:ident)*) => {$(
        fn $deserialize<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Fault> {
            self.one()?.$deserialize(visitor)
        }
    )*};
}

impl<'de> de::Deserializer<'de> for Several<'_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Fault> {
        match self.values.len() {
            1 => self.one()?.deserialize_any(visitor),
            _ => self.deserialize_seq(visitor),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let mut list = List { key: self.key, values: self.values.into_iter(), written: Vec::new() };
        let value = visitor.visit_seq(&mut list)?;
        *self.written = Value::Array(list.written);
        Ok(value)
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
        mut self,
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

/// The texts of a key that came several times.
struct List<'a> {
    key: &'a str,
    values: std::vec::IntoIter<Option<String>>,
    written: Vec<Value>,
}

impl<'de> SeqAccess<'de> for &mut List<'_> {
    type Error = Fault;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Fault> {
        let Some(value) = self.values.next() else { return Ok(None) };
        let mut written = Value::Null;
        let one = One { key: self.key, value: value.as_deref(), written: &mut written };
        let element = seed.deserialize(one)?;
        self.written.push(written);
        Ok(Some(element))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Deserialize)]
    #[allow(dead_code, reason = "only its reading is of interest")]
    struct Mail {
        send_to: String,
        copies: Option<u8>,
        urgent: Option<bool>,
        weight: Option<f32>,
        #[serde(default)]
        tags: Vec<String>,
        #[serde(default)]
        counts: Vec<i64>,
    }

    fn pairs(pairs: &[&str]) -> Vec<Text> {
        let text = |pair: &&str| match pair.split_once('=') {
            Some((key, value)) => Text { key: key.to_owned(), value: Some(value.to_owned()) },
            None => Text { key: (*pair).to_owned(), value: None },
        };
        pairs.iter().map(text).collect()
    }

    #[test]
    fn texts_become_what_the_type_asks_for() {
        let table = [
            (&["send_to=007"][..], json!({"send_to": "007"})),
            (&["send_to=007", "copies=2"], json!({"send_to": "007", "copies": 2})),
            (&["send_to=007", "urgent"], json!({"send_to": "007", "urgent": true})),
            (&["send_to=007", "urgent=no"], json!({"send_to": "007", "urgent": false})),
            (&["send_to=007", "weight=1.5"], json!({"send_to": "007", "weight": 1.5})),
            (&["tags=a", "send_to=007", "tags=1"], json!({"tags": ["a", "1"], "send_to": "007"})),
            (&["send_to=007", "tags=a"], json!({"send_to": "007", "tags": ["a"]})),
            (&["send_to=007", "counts=1", "counts=-2"], json!({"send_to": "007", "counts": [1, -2]})),
            // What the type does not know is kept as it is.
            (&["send_to=007", "other=3"], json!({"send_to": "007", "other": "3"})),
        ];
        for (given, expected) in table {
            let written = texts::<Mail>(pairs(given)).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(Value::Object(written), expected, "{given:?}");
        }
    }

    #[test]
    fn a_map_takes_them_as_they_are() {
        let given = pairs(&["a=1", "b", "c=x", "c=y"]);
        let written = texts::<Map<String, Value>>(given).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(Value::Object(written), json!({"a": "1", "b": true, "c": ["x", "y"]}));
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let table = [
            (
                &["send_to=x", "copies=many"][..],
                "`copies` is \"many\", a whole number that is not negative was expected",
            ),
            (
                &["send_to=x", "copies"],
                "`copies` is given without a value, a whole number that is not negative was expected",
            ),
            (&["send_to=x", "send_to=y"], "`send_to` was given 2 times, once was expected"),
            (&["send_to=x", "weight=inf"], "`weight` is \"inf\", a finite number was expected"),
            (&["send_to=x", "urgent=maybe"], "`urgent` is \"maybe\", true or false was expected"),
            (&[], "missing field `send_to`"),
        ];
        for (given, expected) in table {
            let fault = texts::<Mail>(pairs(given)).err().map(|error| error.to_string());
            assert_eq!(
                fault.unwrap_or_default(),
                format!("the parameters do not fit: {expected}"),
                "{given:?}"
            );
        }
        let fault = no_texts(pairs(&["a=1"])).err().map(|error| error.to_string());
        assert_eq!(fault.unwrap_or_default(), "the process takes no parameters; it was given `a`");
    }
}
