//! What serde makes of a file's types: the names under which templates see their fields.
//!
//! A type that serde writes in a way of its own, and one that a macro may change, is not in here: nothing is known
//! of it.

use std::collections::BTreeMap;

use ravand_core::Place;
use syn::{Attribute, File, Generics, Item, ItemEnum, ItemStruct, Type};

use super::cfg::is_test;
use super::imports::Imports;
use super::serialize::Serialize;
use crate::files::Source;
use crate::macros::{inside, plain};

/// What a type is when serde has written it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Struct(Struct),
    /// Written as this type is: a newtype, an alias.
    Same(Ty),
    /// A text.
    Text,
    /// There are two of the name.
    Unknown,
}

/// A struct as templates see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Struct {
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) fields: Vec<Field>,
    /// The fields that are not written.
    pub(crate) skipped: Vec<String>,
}

/// A field that is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) ty: Ty,
    /// Its own fields stand in its place.
    pub(crate) flat: bool,
}

/// A type as far as it matters to templates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ty {
    Unknown,
    /// A text, a number or a bool; with its name in Rust.
    Scalar(String),
    List(Box<Ty>),
    /// Keys of any name, and the type of their values.
    Map(Box<Ty>),
    Tuple(Vec<Ty>),
    /// A path that begins with `crate` or the name of a crate.
    Named(Vec<String>),
}

/// The shapes of a file's types, by their paths from the crate's root.
pub(crate) fn shapes(
    source: &Source,
    modules: &[String],
    file: &File,
    imports: &Imports,
) -> BTreeMap<Vec<String>, Shape> {
    let mut reader = Reader { source, imports, modules: modules.to_vec(), found: BTreeMap::new() };
    reader.items(&file.items);
    reader.found
}

struct Reader<'a> {
    source: &'a Source,
    imports: &'a Imports,
    /// Where the items stand, inner modules too.
    modules: Vec<String>,
    found: BTreeMap<Vec<String>, Shape>,
}

impl Reader<'_> {
    fn items(&mut self, items: &[Item]) {
        for item in items {
            let (name, shape) = match item {
                Item::Struct(item) => (&item.ident, self.shape_of_struct(item)),
                Item::Enum(item) => (&item.ident, shape_of_enum(item)),
                Item::Type(item) => (&item.ident, Some(Shape::Same(self.ty(&item.ty, &item.generics)))),
                Item::Mod(item) if !is_test(&item.attrs) => {
                    if let Some((_, items)) = &item.content {
                        self.modules.push(plain(&item.ident));
                        self.items(items);
                        self.modules.pop();
                    }
                    continue;
                }
                _ => continue,
            };
            let path = [self.modules.as_slice(), &[plain(name)]].concat();
            if let Some(shape) = shape {
                self.found.entry(path).and_modify(|known| *known = Shape::Unknown).or_insert(shape);
            }
        }
    }

    fn shape_of_struct(&self, item: &ItemStruct) -> Option<Shape> {
        let container = Serialize::of(&item.attrs).filter(|serde| !serde.opaque)?;
        if !is_plain(&item.attrs) {
            return None;
        }
        let mut shape = Struct {
            name: plain(&item.ident),
            place: self.source.place(item.ident.span()),
            fields: Vec::new(),
            skipped: Vec::new(),
        };
        let mut types = Vec::new();
        for field in &item.fields {
            let serde = Serialize::of_field(&field.attrs)?;
            let ty = match serde.opaque {
                true => Ty::Unknown,
                false => self.ty(&field.ty, &item.generics),
            };
            let own = field.ident.as_ref().map(plain).unwrap_or_default();
            if serde.skip {
                shape.skipped.push(own);
                continue;
            }
            types.push(ty.clone());
            let name = serde.rename.unwrap_or_else(|| match container.rename_all {
                Some(rename) => rename(&own),
                None => own,
            });
            shape.fields.push(Field { name, ty, flat: serde.flatten });
        }
        if let Some(tag) = container.tag {
            shape.fields.push(Field { name: tag, ty: Ty::Scalar("String".to_owned()), flat: false });
        }
        match (&item.fields, types.as_slice()) {
            (_, [only]) if container.transparent => Some(Shape::Same(only.clone())),
            (syn::Fields::Named(_), _) => Some(Shape::Struct(shape)),
            (syn::Fields::Unnamed(fields), [only]) if fields.unnamed.len() == 1 => {
                Some(Shape::Same(only.clone()))
            }
            (syn::Fields::Unnamed(_), types) => Some(Shape::Same(Ty::Tuple(types.to_vec()))),
            (syn::Fields::Unit, _) => None,
        }
    }

    /// A type; `generics` are the parameters of what it stands in, of which nothing is known.
    fn ty(&self, ty: &Type, generics: &Generics) -> Ty {
        let inner = |ty: &Type| self.ty(ty, generics);
        match ty {
            Type::Reference(reference) => return inner(&reference.elem),
            Type::Paren(paren) => return inner(&paren.elem),
            Type::Group(group) => return inner(&group.elem),
            Type::Slice(slice) => return Ty::List(Box::new(inner(&slice.elem))),
            Type::Array(array) => return Ty::List(Box::new(inner(&array.elem))),
            Type::Tuple(tuple) => return Ty::Tuple(tuple.elems.iter().map(inner).collect()),
            _ => {}
        }
        let Type::Path(path) = ty else { return Ty::Unknown };
        let Some(last) = path.path.segments.last() else { return Ty::Unknown };
        let name = plain(&last.ident);
        if generics.type_params().any(|param| plain(&param.ident) == name) {
            return Ty::Unknown;
        }
        if !last.arguments.is_empty() {
            return self.generic(ty, &name, generics);
        }
        if path.path.segments.len() == 1 && SCALARS.contains(&name.as_str()) && !self.imports.is_own(&name) {
            return Ty::Scalar(name);
        }
        self.named(&path.path).map_or(Ty::Unknown, Ty::Named)
    }

    /// A type with parameters: of those that serde writes as what is in them, and of lists and maps.
    fn generic(&self, ty: &Type, name: &str, generics: &Generics) -> Ty {
        let one = |name: &str| match name {
            // A lifetime stands before the type.
            "Cow" => last_type(ty),
            name => inside(ty, name),
        };
        let inner = |ty: Option<&Type>| ty.map_or(Ty::Unknown, |ty| self.ty(ty, generics));
        match name {
            "Option" | "Box" | "Arc" | "Rc" | "Cow" => inner(one(name)),
            "Vec" | "VecDeque" | "LinkedList" | "BTreeSet" | "HashSet" | "IndexSet" => {
                Ty::List(Box::new(inner(first_type(ty))))
            }
            "BTreeMap" | "HashMap" | "IndexMap" => Ty::Map(Box::new(inner(last_type(ty)))),
            _ => Ty::Unknown,
        }
    }

    /// The path of a type from the root of its crate; nothing where it is not certain.
    fn named(&self, path: &syn::Path) -> Option<Vec<String>> {
        let full = self.imports.resolve(path)?;
        let own = |rest: &[String]| [&["crate".to_owned()], rest].concat();
        match full.as_slice() {
            [name] => self.imports.is_own(name).then(|| own(&[self.modules.as_slice(), &full].concat())),
            [first, rest @ ..] if first == "self" => Some(own(&[self.modules.as_slice(), rest].concat())),
            [first, ..] if first == "super" => {
                let up = full.iter().take_while(|name| *name == "super").count();
                let above = self.modules.get(..self.modules.len().checked_sub(up)?)?;
                Some(own(&[above, full.get(up..)?].concat()))
            }
            full => Some(full.to_vec()),
        }
    }
}

const SCALARS: [&str; 18] = [
    "String", "str", "char", "bool", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64",
    "u128", "usize", "f32", "f64",
];

fn types(ty: &Type) -> Vec<&Type> {
    let Type::Path(path) = ty else { return Vec::new() };
    let Some(syn::PathArguments::AngleBracketed(generics)) =
        path.path.segments.last().map(|last| &last.arguments)
    else {
        return Vec::new();
    };
    let types = generics.args.iter().filter_map(|argument| match argument {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.collect()
}

fn first_type(ty: &Type) -> Option<&Type> {
    types(ty).first().copied()
}

/// The type of a map's values: its second; a `Cow`'s only one.
fn last_type(ty: &Type) -> Option<&Type> {
    let types = types(ty);
    types.get(1).or(types.first()).copied()
}

/// An enum is a text when none of its variants holds anything.
fn shape_of_enum(item: &ItemEnum) -> Option<Shape> {
    let serde = Serialize::of(&item.attrs)?;
    let is_text = item.variants.iter().all(|variant| variant.fields.is_empty());
    (is_text && !serde.opaque && serde.tag.is_none() && is_plain(&item.attrs)).then_some(Shape::Text)
}

/// Attributes that change nothing of a struct.
const INERT: [&str; 17] = [
    "doc",
    "derive",
    "serde",
    "view",
    "allow",
    "warn",
    "expect",
    "deny",
    "forbid",
    "cfg",
    "sea_orm",
    "repr",
    "must_use",
    "non_exhaustive",
    "deprecated",
    "schemars",
    "default",
];

/// Whether no macro may have made another struct of it.
fn is_plain(attributes: &[Attribute]) -> bool {
    attributes.iter().all(|attribute| {
        attribute.path().get_ident().is_some_and(|name| INERT.contains(&name.to_string().as_str()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(ty: &Ty) -> String {
        match ty {
            Ty::Unknown => "?".to_owned(),
            Ty::Scalar(name) => name.clone(),
            Ty::List(inner) => format!("[{}]", shown(inner)),
            Ty::Map(inner) => format!("{{{}}}", shown(inner)),
            Ty::Tuple(types) => format!("({})", types.iter().map(shown).collect::<Vec<_>>().join(", ")),
            Ty::Named(path) => path.join("::"),
        }
    }

    fn check(text: &str, expected: &str) {
        let mut source = Source::default();
        text.clone_into(&mut source.text);
        let file = syn::parse_file(text).unwrap();
        let found = shapes(&source, &["views".to_owned()], &file, &Imports::of(&file));
        let found: Vec<String> = found
            .iter()
            .map(|(path, shape)| {
                let shape = match shape {
                    Shape::Struct(found) => {
                        let flat = |field: &Field| if field.flat { ".." } else { "" };
                        let fields = found
                            .fields
                            .iter()
                            .map(|field| format!("{}{}: {}", flat(field), field.name, shown(&field.ty)));
                        let skipped = found.skipped.iter().map(|name| format!("-{name}"));
                        fields.chain(skipped).collect::<Vec<_>>().join(", ")
                    }
                    Shape::Same(ty) => format!("= {}", shown(ty)),
                    Shape::Text => "text".to_owned(),
                    Shape::Unknown => "?".to_owned(),
                };
                format!("{} {shape}", path.join("::"))
            })
            .collect();
        assert_eq!(found.join("\n"), expected);
    }

    #[test]
    fn structs() {
        check(
            "use crate::models::{row::Row, ticket}; use users::models::User as Person;
            #[derive(Serialize)] struct A { a: Vec<Row>, b: Option<ticket::Model>, c: &'static [&'static str], d: Person,
                e: HashMap<String, Box<B>>, f: (u8, Arc<B>), g: Cow<'static, str>, h: Json<B>, i: super::C, j: Elsewhere }
            #[derive(ravand::serde::Serialize)] pub struct B;",
            "views::A a: [crate::models::row::Row], b: crate::models::ticket::Model, c: [str], d: users::models::User, \
             e: {crate::views::B}, f: (u8, crate::views::B), g: str, h: ?, i: crate::C, j: ?",
        );
        check("struct A { a: u8 }", "");
        check("#[derive(Serialize)] #[sea_orm::model] struct A { a: u8 }", "");
        check("#[derive(Serialize)] #[serde(into = \"B\")] struct A { a: u8 }", "");
        check("#[derive(Serialize)] struct A<T> { a: T, b: Vec<T> }", "views::A a: ?, b: [?]");
        check(
            "mod b { #[derive(Serialize)] struct C { c: super::A } } #[cfg(test)] mod c { #[derive(Serialize)] struct D { d: u8 } }",
            "views::b::C c: crate::views::A",
        );
        check(
            "#[cfg(unix)] #[derive(Serialize)] struct A { a: u8 } #[cfg(windows)] #[derive(Serialize)] struct A { b: u8 }",
            "views::A ?",
        );
    }

    #[test]
    fn what_serde_is_told() {
        check(
            "#[derive(Serialize)] #[serde(rename_all = \"camelCase\", tag = \"kind\")] struct A { first_name: String,
                #[serde(rename = \"x\")] y: u8, #[serde(skip)] password: String, #[serde(flatten)] rest: B,
                #[serde(serialize_with = \"f\")] z: B, #[serde(skip_serializing_if = \"f\", default)] maybe: u8 } struct B;",
            "views::A firstName: String, x: u8, ..rest: crate::views::B, z: ?, maybe: u8, kind: String, -password",
        );
        check(
            "#[derive(Serialize)] #[serde(rename_all(serialize = \"UPPERCASE\", deserialize = \"x\"))] struct A { a: u8 }",
            "views::A A: u8",
        );
        check("#[derive(Serialize)] #[serde(transparent)] struct A { a: Vec<u8> }", "views::A = [u8]");
        check(
            "#[derive(Serialize)] struct Id(i64); #[derive(Serialize)] struct P(u8, u8);",
            "views::Id = i64\nviews::P = (u8, u8)",
        );
        check(
            "#[derive(Serialize)] enum A { B, C } #[derive(Serialize)] enum D { E(u8) } type F = Vec<A>;",
            "views::A text\nviews::F = [crate::views::A]",
        );
        check("#[derive(Serialize)] struct A { #[cfg_attr(x, serde(rename = \"b\"))] a: u8 }", "");
    }
}
