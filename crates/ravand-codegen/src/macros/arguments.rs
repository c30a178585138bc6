//! What an argument of a method asks for, read from its pattern and type.

use syn::spanned::Spanned;
use syn::{Error, GenericArgument, Pat, PatType, PathArguments, Result, Type};

/// What an argument asks for.
pub(crate) enum Argument {
    /// `Param(id): Param<i64>`: the route's parameter of that name.
    Param {
        /// The parameter's name.
        name: String,
        /// The type inside `Param<…>`, or inside `Param<Option<…>>`.
        ty: Box<Type>,
        /// It is `Param<Option<…>>`: the parameter may be absent.
        optional: bool,
    },
    /// `&Context`.
    Context,
    /// `&Run`.
    Run,
    /// `&mut T`.
    Mutable(Box<Type>),
    /// Anything else, by value.
    Value(Box<Type>),
}

impl Argument {
    pub(crate) fn read(argument: &PatType) -> Result<Self> {
        match &*argument.ty {
            Type::ImplTrait(ty) => {
                Err(Error::new_spanned(ty, "write the argument's type instead of `impl …`"))
            }
            Type::Reference(reference) if reference.mutability.is_some() => {
                Ok(Self::Mutable(reference.elem.clone()))
            }
            Type::Reference(reference) => match last_segment(&reference.elem).as_deref() {
                Some("Context") => Ok(Self::Context),
                Some("Run") => Ok(Self::Run),
                Some("str") => Err(Error::new_spanned(reference, "take it by value: write `String`")),
                _ => Err(Error::new_spanned(
                    reference,
                    "take it by value: only `&Context` and, in a process, `&Run` are references",
                )),
            },
            ty => match inside(ty, "Param") {
                Some(asked) => {
                    let inner = inside(asked, "Option");
                    Ok(Self::Param {
                        name: param_name(&argument.pat)?,
                        ty: Box::new(inner.unwrap_or(asked).clone()),
                        optional: inner.is_some(),
                    })
                }
                None => Ok(Self::Value(Box::new(ty.clone()))),
            },
        }
    }
}

/// The name at the end of a path type: `Context` of `ravand::Context`.
pub(crate) fn last_segment(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    path.path.segments.last().map(|segment| plain(&segment.ident))
}

/// An identifier's text without `r#`.
pub(crate) fn plain(ident: &syn::Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map(str::to_owned).unwrap_or(text)
}

/// `T` of a type of this name with one parameter: of `Param<T>`, of `std::option::Option<T>`.
pub(crate) fn inside<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|segment| segment.ident == name)?;
    let PathArguments::AngleBracketed(generics) = &last.arguments else { return None };
    match generics.args.first() {
        Some(GenericArgument::Type(inner)) if generics.args.len() == 1 => Some(inner),
        _ => None,
    }
}

/// `id` of `Param(id)`, `Param(mut id)`, `Param(_id)` and `id`.
fn param_name(pattern: &Pat) -> Result<String> {
    let inner = match pattern {
        Pat::TupleStruct(tuple) if tuple.elems.len() == 1 => &tuple.elems[0],
        other => other,
    };
    match inner {
        Pat::Ident(ident) if ident.subpat.is_none() && ident.by_ref.is_none() => {
            Ok(plain(&ident.ident).trim_start_matches('_').to_owned())
        }
        other => Err(Error::new(
            other.span(),
            "the name in `Param(…)` is the name of the route's parameter: write an identifier, \
             as in `Param(id): Param<i64>`",
        )),
    }
}
