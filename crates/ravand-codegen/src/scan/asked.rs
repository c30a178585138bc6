//! What a method asks of its route: single parameters, and structs that several are read into.

use proc_macro2::Span;
use ravand_core::Place;
use syn::{Attribute, Fields, ItemStruct, LitStr, Type};

use crate::macros::{inside, plain};

/// A parameter that a method asks for, as itself or as the field of a struct.
#[derive(Clone, Debug)]
pub(crate) struct Param {
    pub(crate) name: String,
    pub(crate) place: Place,
    /// It may be absent.
    pub(crate) optional: bool,
    pub(crate) ty: Option<Scalar>,
    /// The struct that it is a field of.
    pub(crate) of: Option<String>,
}

/// A type whose texts are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scalar {
    /// A whole number with a sign.
    Signed(&'static str),
    /// A whole number without one.
    Unsigned(&'static str),
    /// A number with a fraction.
    Float(&'static str),
    /// `true` or `false`.
    Bool,
    /// One letter.
    Char,
}

impl Scalar {
    /// The type, when it is one of Rust's own that not every text can be read into.
    pub(crate) fn of(ty: &Type) -> Option<Self> {
        const SIGNED: [&str; 6] = ["i8", "i16", "i32", "i64", "i128", "isize"];
        const UNSIGNED: [&str; 6] = ["u8", "u16", "u32", "u64", "u128", "usize"];
        const FLOAT: [&str; 2] = ["f32", "f64"];
        let Type::Path(path) = ty else { return None };
        let name = path.path.get_ident()?.to_string();
        let one = |names: &[&'static str]| names.iter().find(|known| **known == name).copied();
        match name.as_str() {
            "bool" => Some(Self::Bool),
            "char" => Some(Self::Char),
            _ => one(&SIGNED)
                .map(Self::Signed)
                .or_else(|| one(&UNSIGNED).map(Self::Unsigned))
                .or_else(|| one(&FLOAT).map(Self::Float)),
        }
    }

    /// Its name in Rust.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Signed(name) | Self::Unsigned(name) | Self::Float(name) => name,
            Self::Bool => "bool",
            Self::Char => "char",
        }
    }

    /// Whether the text can be read into it.
    pub(crate) fn reads(self, text: &str) -> bool {
        match self {
            Self::Signed("i8") => text.parse::<i8>().is_ok(),
            Self::Signed("i16") => text.parse::<i16>().is_ok(),
            Self::Signed("i32") => text.parse::<i32>().is_ok(),
            Self::Signed("i128") => text.parse::<i128>().is_ok(),
            Self::Signed(_) => text.parse::<i64>().is_ok(),
            Self::Unsigned("u8") => text.parse::<u8>().is_ok(),
            Self::Unsigned("u16") => text.parse::<u16>().is_ok(),
            Self::Unsigned("u32") => text.parse::<u32>().is_ok(),
            Self::Unsigned("u128") => text.parse::<u128>().is_ok(),
            Self::Unsigned(_) => text.parse::<u64>().is_ok(),
            Self::Float(_) => text.parse::<f64>().is_ok(),
            Self::Bool => text.parse::<bool>().is_ok(),
            Self::Char => text.parse::<char>().is_ok(),
        }
    }

    /// The letters that a text of it may have; nothing when it may have any.
    pub(crate) fn letters(self) -> Option<&'static str> {
        match self {
            Self::Signed(_) => Some("+-0123456789"),
            Self::Unsigned(_) => Some("+0123456789"),
            // `inf`, `infinity` and `nan` in any case are numbers too.
            Self::Float(_) => Some("+-.0123456789aefintyAEFINTY"),
            Self::Bool | Self::Char => None,
        }
    }
}

/// The fields of a struct that serde reads by their names; nothing when it is none, or serde reads it in a way
/// that the attributes do not tell.
pub(crate) fn fields(item: &ItemStruct, place: impl Fn(Span) -> Place) -> Option<Vec<Param>> {
    let Fields::Named(fields) = &item.fields else { return None };
    let container = Serde::of(&item.attrs)?;
    if !derives_deserialize(&item.attrs) || container.opaque {
        return None;
    }
    let mut found = Vec::new();
    for field in &fields.named {
        let (Some(ident), Some(serde)) = (&field.ident, Serde::of(&field.attrs)) else { return None };
        if serde.absent {
            continue;
        }
        let own = plain(ident);
        let name = match serde.rename {
            Some(name) => name,
            None => container.rename_all.map_or(own.clone(), |rename| rename(&own)),
        };
        let optional = inside(&field.ty, "Option");
        found.push(Param {
            name,
            place: place(ident.span()),
            optional: optional.is_some() || serde.default || serde.alias || container.default,
            ty: Scalar::of(optional.unwrap_or(&field.ty)).filter(|_| !serde.opaque),
            of: Some(plain(&item.ident)),
        });
    }
    Some(found)
}

fn derives_deserialize(attributes: &[Attribute]) -> bool {
    attributes.iter().filter(|attribute| attribute.path().is_ident("derive")).any(|attribute| {
        let mut found = false;
        let read = attribute.parse_nested_meta(|meta| {
            found |= meta.path.segments.last().is_some_and(|last| last.ident == "Deserialize");
            Ok(())
        });
        read.is_ok() && found
    })
}

/// What `#[serde(…)]` says, as far as it matters to a route's parameters.
#[derive(Default)]
struct Serde {
    default: bool,
    /// Another name may bring it.
    alias: bool,
    /// It is not read under a name: skipped, or made of the fields of another struct.
    absent: bool,
    /// It is read in a way of its own.
    opaque: bool,
    rename: Option<String>,
    rename_all: Option<fn(&str) -> String>,
}

impl Serde {
    /// Nothing when an attribute cannot be read.
    fn of(attributes: &[Attribute]) -> Option<Self> {
        let mut serde = Self::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
            attribute.parse_nested_meta(|meta| serde.read(&meta)).ok()?;
        }
        Some(serde)
    }

    fn read(&mut self, meta: &syn::meta::ParseNestedMeta<'_>) -> syn::Result<()> {
        let name = meta.path.require_ident()?.to_string();
        match name.as_str() {
            "default" => self.default = true,
            "alias" => self.alias = true,
            "skip" | "skip_deserializing" | "flatten" => self.absent = true,
            "with" | "deserialize_with" | "transparent" | "from" | "try_from" | "remote" => {
                self.opaque = true;
                // What a function of its own does with an absent value is not known.
                self.default |= name.contains("with");
            }
            _ => {}
        }
        if meta.input.peek(syn::token::Paren) {
            return meta.parse_nested_meta(|inner| {
                let text: LitStr = inner.value()?.parse()?;
                if inner.path.is_ident("deserialize") {
                    self.names(&name, &text)?;
                }
                Ok(())
            });
        }
        if meta.input.peek(syn::Token![=]) {
            let value: syn::Expr = meta.value()?.parse()?;
            if let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &value {
                self.names(&name, text)?;
            }
        }
        Ok(())
    }

    fn names(&mut self, key: &str, text: &LitStr) -> syn::Result<()> {
        match key {
            "rename" => self.rename = Some(text.value()),
            "rename_all" => {
                let known = RENAMES.iter().find(|(name, _)| *name == text.value());
                let (_, rename) = known.ok_or_else(|| syn::Error::new(text.span(), "unknown"))?;
                self.rename_all = Some(*rename);
            }
            _ => {}
        }
        Ok(())
    }
}

pub(super) type Rename = fn(&str) -> String;

/// serde's spellings of a field's name.
pub(super) const RENAMES: [(&str, Rename); 8] = [
    ("lowercase", str::to_owned),
    ("snake_case", str::to_owned),
    ("UPPERCASE", str::to_ascii_uppercase),
    ("SCREAMING_SNAKE_CASE", str::to_ascii_uppercase),
    ("PascalCase", pascal),
    ("camelCase", |name| first(&pascal(name), |letter| letter.to_ascii_lowercase())),
    ("kebab-case", |name| name.replace('_', "-")),
    ("SCREAMING-KEBAB-CASE", |name| name.replace('_', "-").to_ascii_uppercase()),
];

fn pascal(name: &str) -> String {
    name.split('_').map(|word| first(word, |letter| letter.to_ascii_uppercase())).collect()
}

/// The text with its first letter changed.
fn first(text: &str, change: fn(char) -> char) -> String {
    let mut letters = text.chars();
    letters.next().map(change).into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(item: &str, expected: Option<&str>) {
        let item: ItemStruct = syn::parse_str(item).unwrap();
        let found = fields(&item, |_| Place::whole("a.rs"));
        let found = found.map(|fields| {
            let shown = fields.iter().map(|field| {
                let optional = if field.optional { "?" } else { "" };
                format!("{}{optional} {}", field.name, field.ty.map_or("-", Scalar::name))
            });
            shown.collect::<Vec<_>>().join(", ")
        });
        assert_eq!(found.as_deref(), expected);
    }

    #[test]
    fn fields_of_structs() {
        check(
            "#[derive(Deserialize)] struct A { id: i64, name: String, page: Option<u32> }",
            Some("id i64, name -, page? u32"),
        );
        check("struct A { id: i64 }", None);
        check("#[derive(serde::Deserialize)] struct A(i64);", None);
        check("#[derive(Deserialize)] #[serde(default)] struct A { id: i64 }", Some("id? i64"));
        check("#[derive(Deserialize)] #[serde(transparent)] struct A { id: i64 }", None);
        check(
            "#[derive(Deserialize)] #[serde(rename_all = \"camelCase\")] struct A { ticket_id: i64, #[serde(rename = \"x\")] y: char }",
            Some("ticketId i64, x char"),
        );
        check(
            "#[derive(Deserialize)] #[serde(rename_all(deserialize = \"kebab-case\"))] struct A { ticket_id: bool }",
            Some("ticket-id bool"),
        );
        check(
            "#[derive(Deserialize)] struct A { #[serde(default = \"one\")] a: u8, #[serde(alias = \"c\")] b: u8, #[serde(flatten)] c: B, #[serde(skip)] d: u8, #[serde(with = \"x\")] e: u8 }",
            Some("a? u8, b? u8, e? -"),
        );
    }
}
