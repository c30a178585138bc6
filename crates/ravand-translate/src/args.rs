//! The values a phrase is filled with.

use std::borrow::Cow;

/// The values of a phrase's parameters, by name.
///
/// A number given as a number is written in the phrase's language (`۱٬۲۳۴`); what must stay as it is, an
/// id or a year say, is given as text. The number under `count` chooses the plural form.
///
/// ```
/// use ravand_translate::{Args, Value};
/// let args = Args::new().with("name", "Sara").with("count", 3);
/// assert_eq!(args.get("count"), Some(&Value::Integer(3)));
/// assert_eq!(args.get("age"), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Args(Vec<(Cow<'static, str>, Value)>);

/// One value of a phrase.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// Shown as it is.
    Text(Cow<'static, str>),
    /// A whole number, shown in the language's digits and grouping.
    Integer(i64),
    /// A number with a fraction, shown in the language's digits with at most three of them behind the point.
    Decimal(f64),
}

impl Args {
    /// No values. Nothing is allocated.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The same values and one more.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        self.set(name, value);
        self
    }

    /// Adds a value, in place of one of the same name.
    pub fn set(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) {
        let (name, value) = (name.into(), value.into());
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some(entry) => entry.1 = value,
            None => self.0.push((name, value)),
        }
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// Whether there is no value.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every name with its value, in the order they were given.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value))
    }
}

impl<N: Into<Cow<'static, str>>, V: Into<Value>> FromIterator<(N, V)> for Args {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(values: I) -> Self {
        let mut args = Self::new();
        args.extend(values);
        args
    }
}

impl<N: Into<Cow<'static, str>>, V: Into<Value>> Extend<(N, V)> for Args {
    fn extend<I: IntoIterator<Item = (N, V)>>(&mut self, values: I) {
        values.into_iter().for_each(|(name, value)| self.set(name, value));
    }
}

impl<N: Into<Cow<'static, str>>, V: Into<Value>, const LENGTH: usize> From<[(N, V); LENGTH]> for Args {
    fn from(values: [(N, V); LENGTH]) -> Self {
        values.into_iter().collect()
    }
}

impl From<&'static str> for Value {
    fn from(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(Cow::Owned(text.clone()))
    }
}

impl From<Cow<'static, str>> for Value {
    fn from(text: Cow<'static, str>) -> Self {
        Self::Text(text)
    }
}

macro_rules! from_number {
    ($variant:ident($target:ty): $($source:ty),+) => {
        $(impl From<$source> for Value {
            fn from(number: $source) -> Self {
                Self::$variant(<$target>::from(number))
            }
        })+
    };
}

from_number!(Integer(i64): i8, i16, i32, i64, u8, u16, u32);
from_number!(Decimal(f64): f32, f64);

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        // Beyond i64 the exact digits are kept as text.
        i64::try_from(number).map_or_else(|_| Self::from(number.to_string()), Self::Integer)
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        i64::try_from(number).map_or_else(|_| Self::from(number.to_string()), Self::Integer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_becomes_what() {
        for (value, expected) in [
            (Value::from("a"), Value::Text("a".into())),
            (Value::from(String::from("a")), Value::Text("a".into())),
            (Value::from(-3_i8), Value::Integer(-3)),
            (Value::from(7_usize), Value::Integer(7)),
            (Value::from(u64::MAX), Value::Text("18446744073709551615".into())),
            (Value::from(0.5_f32), Value::Decimal(0.5)),
        ] {
            assert_eq!(value, expected);
        }
    }

    #[test]
    fn a_name_is_there_once() {
        let args = Args::from([("a", 1), ("b", 2), ("a", 3)]);
        assert_eq!(args.iter().collect::<Vec<_>>(), [("a", &Value::Integer(3)), ("b", &Value::Integer(2))]);
    }
}
