//! What a name in a template stands for, as far as the Rust types behind it are known.

use std::rc::Rc;

use minijinja::machinery::ast::Macro;

use super::library::Shelf;
use super::vocabulary::{LOOP, PageValueKind};
use crate::scan::package::Package;
use crate::scan::shapes::{Shape, Struct, Ty};

/// How many aliases lead to a type at the most: one that leads to itself leads nowhere.
const ALIASES: usize = 8;

/// What an expression gives.
#[derive(Clone)]
pub(crate) enum Data<'t, 'a> {
    Unknown,
    /// A struct that a package has written.
    Object(&'a Struct, &'a Package),
    /// A text or a number, with the name of its type.
    Scalar(&'a str),
    List(Rc<Data<'t, 'a>>),
    /// An object with keys of any name.
    Map(Rc<Data<'t, 'a>>),
    Tuple(Rc<[Data<'t, 'a>]>),
    /// An object of the framework or the engine, with these keys and no others.
    Keys(&'static str, &'static [&'static str]),
    /// A macro of this template.
    Macro(&'t Macro<'a>),
    /// A template that was imported, by its number.
    Module(usize),
}

/// Why there is no such attribute.
pub(crate) enum NoAttribute<'t, 'a> {
    /// The struct has no such field.
    NoField(&'a Struct, &'a Package),
    /// It is no object: this is what it is.
    NoObject(&'static str, Option<&'a str>),
    /// It has these keys.
    NoKey(&'static str, &'static [&'static str]),
    /// The template has no such macro.
    NoMacro(usize),
    /// It is a list of these.
    IsList(Rc<Data<'t, 'a>>),
}

impl<'t, 'a> Data<'t, 'a> {
    /// What a value of a type is that `package` names so.
    pub(crate) fn of(ty: &'a Ty, package: &'a Package, shelf: &Shelf<'_, 'a>) -> Self {
        Self::at_depth(ty, package, shelf, ALIASES)
    }

    fn at_depth(ty: &'a Ty, package: &'a Package, shelf: &Shelf<'_, 'a>, depth: usize) -> Self {
        if depth == 0 {
            return Self::Unknown;
        }
        let inner = |ty: &'a Ty| Self::at_depth(ty, package, shelf, depth);
        match ty {
            Ty::Unknown => Self::Unknown,
            Ty::Scalar(name) => Self::Scalar(name),
            Ty::List(of) => Self::List(Rc::new(inner(of))),
            Ty::Map(of) => Self::Map(Rc::new(inner(of))),
            Ty::Tuple(types) => Self::Tuple(types.iter().map(inner).collect()),
            Ty::Named(path) => match shape(path, package, shelf) {
                Some((owner, Shape::Struct(found))) => Self::Object(found, owner),
                Some((owner, Shape::Same(ty))) => Self::at_depth(ty, owner, shelf, depth - 1),
                Some((_, Shape::Text)) => Self::Scalar(path.last().map_or("", String::as_str)),
                Some((_, Shape::Unknown)) | None => Self::Unknown,
            },
        }
    }

    /// What a value of every page is.
    pub(crate) fn of_page(kind: PageValueKind) -> Self {
        match kind {
            PageValueKind::Text => Self::Scalar("str"),
            PageValueKind::Flag => Self::Scalar("bool"),
            PageValueKind::List(keys) => Self::List(Rc::new(Self::Keys("an entry of `languages`", keys))),
            PageValueKind::Object => Self::Unknown,
        }
    }

    /// The `loop` of `{% for %}`.
    pub(crate) fn of_loop() -> Self {
        Self::Keys("`loop`", &LOOP)
    }

    /// What `{% for %}` goes through.
    pub(crate) fn element(&self) -> Self {
        match self {
            Self::List(of) => of.as_ref().clone(),
            _ => Self::Unknown,
        }
    }

    /// What stands at a place of it.
    pub(crate) fn at(&self, index: Option<usize>) -> Self {
        match (self, index) {
            (Self::List(of) | Self::Map(of), _) => of.as_ref().clone(),
            (Self::Tuple(types), Some(index)) => types.get(index).cloned().unwrap_or(Self::Unknown),
            _ => Self::Unknown,
        }
    }

    /// The attribute of a name.
    pub(crate) fn attribute(&self, name: &str, shelf: &Shelf<'_, 'a>) -> Result<Self, NoAttribute<'t, 'a>> {
        match self {
            Self::Unknown | Self::Tuple(_) | Self::Macro(_) => Ok(Self::Unknown),
            Self::Map(of) => Ok(of.as_ref().clone()),
            Self::Object(found, package) => {
                field(found, package, name, shelf, ALIASES).ok_or(NoAttribute::NoField(found, package))
            }
            Self::Scalar(ty) => Err(NoAttribute::NoObject(scalar(ty), Some(ty))),
            Self::List(of) => Err(NoAttribute::IsList(of.clone())),
            Self::Keys(_, keys) if keys.contains(&name) => Ok(Self::Unknown),
            Self::Keys(what, keys) => Err(NoAttribute::NoKey(what, keys)),
            Self::Module(number) => {
                let template = shelf.template(*number);
                // What its parents give is not looked for.
                let certain = template.filter(|found| found.tree.is_some() && found.names.extends.is_empty());
                match certain {
                    Some(template) if !template.names.exports.contains(name) => {
                        Err(NoAttribute::NoMacro(*number))
                    }
                    _ => Ok(Self::Unknown),
                }
            }
        }
    }
}

/// What a scalar is for who knows no Rust.
fn scalar(ty: &str) -> &'static str {
    match ty {
        "String" | "str" | "char" => "a text",
        "bool" => "true or false",
        ty if ty.starts_with(|letter: char| letter.is_ascii_lowercase()) => "a number",
        _ => "a text",
    }
}

/// The shape of a type that `package` names by this path.
fn shape<'a>(
    path: &[String],
    package: &'a Package,
    shelf: &Shelf<'_, 'a>,
) -> Option<(&'a Package, &'a Shape)> {
    let (root, rest) = path.split_first()?;
    let owner = match root.as_str() {
        "crate" => package,
        name => shelf.packages.iter().find(|known| known.name == name)?,
    };
    Some((owner, owner.shapes.get(rest)?))
}

/// The value of a field, of a flattened struct's fields too; unknown where a flattened value may have it.
fn field<'t, 'a>(
    found: &'a Struct,
    package: &'a Package,
    name: &str,
    shelf: &Shelf<'_, 'a>,
    depth: usize,
) -> Option<Data<'t, 'a>> {
    if let Some(field) = found.fields.iter().find(|field| !field.flat && field.name == name) {
        return Some(Data::of(&field.ty, package, shelf));
    }
    let mut flat = found.fields.iter().filter(|field| field.flat);
    flat.find_map(|flat| match Data::of(&flat.ty, package, shelf) {
        Data::Object(inner, owner) if depth > 0 => field(inner, owner, name, shelf, depth - 1),
        _ => Some(Data::Unknown),
    })
}

/// The names of all fields that templates see.
pub(crate) fn fields<'a>(found: &'a Struct, package: &'a Package, shelf: &Shelf<'_, 'a>) -> Vec<&'a str> {
    let mut names = Vec::new();
    gather(found, package, shelf, ALIASES, &mut names);
    names
}

fn gather<'a>(
    found: &'a Struct,
    package: &'a Package,
    shelf: &Shelf<'_, 'a>,
    depth: usize,
    names: &mut Vec<&'a str>,
) {
    for field in &found.fields {
        match field.flat.then(|| Data::of(&field.ty, package, shelf)) {
            None => names.push(&field.name),
            Some(Data::Object(inner, owner)) if depth > 0 => gather(inner, owner, shelf, depth - 1, names),
            Some(_) => {}
        }
    }
}
