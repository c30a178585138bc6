//! The classes of one Rust file, found by their attributes.

use std::collections::BTreeMap;

use quote::ToTokens;
use ravand_core::{Place, Problem, Problems};
use syn::spanned::Spanned;
use syn::{Attribute, Fields, Ident, ImplItem, Item, ItemImpl, ReturnType, Type, Visibility};

use super::additions::Additions;
use super::asked::{self, Param, Scalar};
use super::cfg::is_test;
use super::code::{CONTEXT_METHODS, Use, uses};
use super::imports::Imports;
use super::lexer::tokens;
use super::literals::Code;
use super::live::live;
use super::outline::outline;
use super::shapes::{Shape, shapes};
use crate::files::Source;
use crate::macros::{Argument, HOOKS, inside, last_segment, plain, read_method, template_of};

/// What a class is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Controller,
    Middleware,
    Listener,
    Process,
    Event,
    View,
}

/// A class as its file tells it.
#[derive(Clone, Debug)]
pub(crate) struct Class {
    pub(crate) kind: Kind,
    pub(crate) name: String,
    /// The modules inside of the file, mostly none.
    pub(crate) inner: Vec<String>,
    pub(crate) place: Place,
    pub(crate) members: Vec<Member>,
    /// What a controller's fields and hooks ask of the route, for every action.
    pub(crate) hooks: Asked,
    pub(crate) template: Option<(String, Place)>,
    /// Its `#[cfg(…)]`, as Rust.
    pub(crate) cfg: Vec<String>,
}

/// A method that an address can name, or almost.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) public: bool,
    pub(crate) place: Place,
    pub(crate) asked: Asked,
    /// The last part of the type that a listener takes as `&mut`.
    pub(crate) event: Option<(String, Place)>,
    /// The last part of the type that it returns, inside of `Result` and `Option`.
    pub(crate) output: Option<(String, Place)>,
    /// Its signature is one that the attribute refuses, so the compiler tells about it.
    pub(crate) refused: bool,
}

/// What is asked of a route.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    /// `Param(id): Param<i64>`.
    pub(crate) params: Vec<Param>,
    /// `Params(filter): Params<Filter>`: the path of each struct from the crate's root.
    pub(crate) structs: Vec<Vec<String>>,
}

/// What one file has.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) classes: Vec<Class>,
    /// The functions with `#[bootstrap]`.
    pub(crate) bootstraps: Vec<(String, Place)>,
    /// The names of all its types, whatever they are for.
    pub(crate) types: Vec<String>,
    /// The structs that serde reads, by their paths from the crate's root.
    pub(crate) structs: BTreeMap<Vec<String>, Vec<Param>>,
    /// What its code names.
    pub(crate) uses: Vec<Use>,
    /// What templates see of its types, by their paths from the crate's root.
    pub(crate) shapes: BTreeMap<Vec<String>, Shape>,
    /// What its code adds to views.
    pub(crate) additions: Additions,
    /// The names of its methods, in `impl` blocks and traits, that the framework's could be taken for.
    pub(crate) methods: Vec<String>,
    /// `mod name;` lines.
    pub(crate) modules: Vec<(String, Place)>,
    /// The compiler will refuse the file, so what is missing may well be in it.
    pub(crate) broken: bool,
}

impl Kind {
    pub(crate) const WITH_METHODS: [Self; 4] =
        [Self::Controller, Self::Middleware, Self::Listener, Self::Process];

    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Controller => "controller",
            Self::Middleware => "middleware",
            Self::Listener => "listener",
            Self::Process => "process",
            Self::Event => "event",
            Self::View => "view",
        }
    }

    /// The word with its article.
    pub(crate) fn with_article(self) -> String {
        let article = if self == Self::Event { "an" } else { "a" };
        format!("{article} {}", self.word())
    }

    /// What makes a class one.
    pub(crate) fn mark(self) -> &'static str {
        match self {
            Self::Controller => "#[controller]",
            Self::Middleware => "#[middleware]",
            Self::Listener => "#[listener]",
            Self::Process => "#[process]",
            Self::Event => "#[derive(Event)]",
            Self::View => "#[derive(View)]",
        }
    }

    /// The word for one of its methods.
    pub(crate) fn method_word(self) -> &'static str {
        match self {
            Self::Controller => "action",
            _ => "method",
        }
    }
}

/// Reads the classes of a file, and, `with_code`, what its code names. `modules` is where it stands in its crate. A
/// syntax error is left to the compiler, which shows it in its place.
pub(crate) fn classes(
    source: &Source,
    modules: &[String],
    with_code: bool,
    problems: &mut Problems,
) -> Found {
    let mut found = Found::default();
    let tokens = tokens(&source.text).unwrap_or_default();
    let outlined = outline(&source.text, &tokens, Additions::may_be_in);
    let Ok(file) = syn::parse_file(&outlined) else {
        found.broken = true;
        return found;
    };
    if is_test(&file.attrs) {
        return found;
    }
    let code = Code { tokens: &tokens };
    let live = live(&source.text, code);
    let imports = Imports::of(&file).and_inside(code);
    let mut reader =
        Reader { source, modules, imports: &imports, problems, inner: Vec::new(), found: &mut found };
    reader.items(&file.items);
    if with_code {
        found.uses = uses(source, code, &live, &imports);
    }
    found.shapes = shapes(source, modules, &file, &imports);
    found.additions = Additions::of(code, &live, &file);
    found
}

struct Reader<'a> {
    source: &'a Source,
    modules: &'a [String],
    imports: &'a Imports,
    problems: &'a mut Problems,
    inner: Vec<String>,
    found: &'a mut Found,
}

impl Reader<'_> {
    fn items(&mut self, items: &[Item]) {
        for item in items {
            match item {
                Item::Struct(item) => {
                    self.data(&item.ident, &item.vis, &item.attrs);
                    if let Some(fields) = asked::fields(item, |span| self.source.place(span)) {
                        self.found.structs.insert(self.path(plain(&item.ident)), fields);
                    }
                }
                Item::Enum(item) => self.data(&item.ident, &item.vis, &item.attrs),
                Item::Union(item) => self.data(&item.ident, &item.vis, &item.attrs),
                Item::Trait(item) => {
                    self.found.types.push(plain(&item.ident));
                    let methods = item.items.iter().filter_map(|item| match item {
                        syn::TraitItem::Fn(function) => Some(&function.sig.ident),
                        _ => None,
                    });
                    self.methods(methods);
                }
                Item::Type(item) => self.found.types.push(plain(&item.ident)),
                Item::Fn(item) if has(&item.attrs, "bootstrap") && self.inner.is_empty() => {
                    let ident = &item.sig.ident;
                    self.found.bootstraps.push((plain(ident), self.source.place(ident.span())));
                }
                Item::Impl(item) => {
                    let methods = item.items.iter().filter_map(|item| match item {
                        ImplItem::Fn(function) => Some(&function.sig.ident),
                        _ => None,
                    });
                    self.methods(methods);
                    self.block(item, items);
                }
                Item::Mod(item) if is_test(&item.attrs) => {}
                Item::Mod(item) => match &item.content {
                    Some((_, items)) => {
                        self.inner.push(plain(&item.ident));
                        self.items(items);
                        self.inner.pop();
                    }
                    None => {
                        let place = self.source.place(item.ident.span());
                        self.found.modules.push((plain(&item.ident), place));
                    }
                },
                _ => {}
            }
        }
    }

    fn methods<'i>(&mut self, names: impl Iterator<Item = &'i Ident>) {
        let names = names.map(plain).filter(|name| CONTEXT_METHODS.contains(&name.as_str()));
        self.found.methods.extend(names);
    }

    /// The path of one of the file's own types.
    fn path(&self, name: String) -> Vec<String> {
        [self.modules, &self.inner, &[name]].concat()
    }

    /// The path of a type of this crate from its root; nothing for another crate's, and where it is not certain.
    fn resolve(&self, ty: &Type) -> Option<Vec<String>> {
        let Type::Path(ty) = ty else { return None };
        let full = self.imports.resolve(&ty.path)?;
        let mut base = [self.modules, &self.inner].concat();
        match full.as_slice() {
            [name] => self.imports.is_own(name).then(|| self.path(name.clone())),
            [first, rest @ ..] if first == "crate" => Some(rest.to_vec()),
            [first, rest @ ..] if first == "self" => Some([&base, rest].concat()),
            [first, ..] if first == "super" => {
                let rest = full.iter().skip_while(|name| *name == "super");
                let up = full.len() - rest.clone().count();
                base.truncate(base.len().checked_sub(up)?);
                Some(base.into_iter().chain(rest.cloned()).collect())
            }
            _ => None,
        }
    }

    /// A struct: perhaps an event or a view.
    fn data(&mut self, ident: &Ident, vis: &Visibility, attributes: &[Attribute]) {
        self.found.types.push(plain(ident));
        for kind in [Kind::Event, Kind::View] {
            let derive = if kind == Kind::Event { "Event" } else { "View" };
            if !derives(attributes, derive) || is_test(attributes) {
                continue;
            }
            let template = match kind {
                Kind::View => template_of(attributes).ok().flatten(),
                _ => None,
            };
            let template = template.map(|text| (text.value(), self.source.place(text.span())));
            self.check_public(kind, ident, vis);
            self.found.classes.push(Class { template, ..self.class(kind, ident, attributes) });
        }
    }

    /// An `impl` block: perhaps of a controller, middleware, listener or process.
    fn block(&mut self, block: &ItemImpl, siblings: &[Item]) {
        if is_test(&block.attrs) {
            return;
        }
        for kind in Kind::WITH_METHODS {
            if !has(&block.attrs, kind.word()) {
                continue;
            }
            let Type::Path(path) = &*block.self_ty else { continue };
            let Some(ident) = path.path.get_ident() else {
                self.problems.push(
                    Problem::error(format!("a {}'s block names its type by more than its name", kind.word()))
                        .at(self.source.place(path.span()))
                        .help("write the block next to the struct, as `impl Name { … }`"),
                );
                continue;
            };
            let own = siblings.iter().find_map(|item| match item {
                Item::Struct(item) if item.ident == *ident => Some((&item.vis, Some(&item.fields))),
                Item::Enum(item) if item.ident == *ident => Some((&item.vis, None)),
                _ => None,
            });
            let (mut members, mut hooks) = (Vec::new(), Asked::default());
            if let Some((vis, fields)) = own {
                self.check_public(kind, ident, vis);
                if let Some(Fields::Named(fields)) = fields {
                    let structs = fields.named.iter().filter_map(|field| inside(&field.ty, "Params"));
                    hooks.structs = structs.filter_map(|ty| self.resolve(ty)).collect();
                }
            }
            for item in &block.items {
                let ImplItem::Fn(function) = item else { continue };
                let member = self.member(function, &block.self_ty);
                if kind == Kind::Controller && HOOKS.contains(&member.name.as_str()) {
                    if member.name != "no_route" {
                        hooks.params.extend(member.asked.params);
                        hooks.structs.extend(member.asked.structs);
                    }
                } else {
                    members.push(member);
                }
            }
            let class = self.class(kind, ident, &block.attrs);
            self.found.classes.push(Class { members, hooks, ..class });
        }
    }

    fn member(&self, function: &syn::ImplItemFn, own: &Type) -> Member {
        let mut member = Member {
            name: plain(&function.sig.ident),
            public: matches!(function.vis, Visibility::Public(_)),
            place: self.source.place(function.sig.ident.span()),
            asked: Asked::default(),
            event: None,
            output: None,
            refused: false,
        };
        if let ReturnType::Type(_, ty) = &function.sig.output {
            member.output = output(ty).map(|(name, ty)| (name, self.source.place(ty.span())));
        }
        let Ok(method) = read_method(function, own) else {
            member.refused = true;
            return member;
        };
        for (argument, whole) in &method.arguments {
            match argument {
                Argument::Param { name, ty, optional } => member.asked.params.push(Param {
                    name: name.clone(),
                    place: self.source.place(whole.span()),
                    optional: *optional,
                    ty: Scalar::of(ty),
                    of: None,
                }),
                Argument::Value(ty) => {
                    let asked = inside(ty, "Params").and_then(|ty| self.resolve(ty));
                    member.asked.structs.extend(asked);
                }
                Argument::Mutable(ty) if member.event.is_none() => {
                    member.event = last_segment(ty).map(|name| (name, self.source.place(whole.span())));
                }
                _ => {}
            }
        }
        member
    }

    fn class(&self, kind: Kind, ident: &Ident, attributes: &[Attribute]) -> Class {
        Class {
            kind,
            name: plain(ident),
            inner: self.inner.clone(),
            place: self.source.place(ident.span()),
            members: Vec::new(),
            hooks: Asked::default(),
            template: None,
            cfg: attributes
                .iter()
                .filter(|attribute| attribute.path().is_ident("cfg"))
                .map(|attribute| attribute.to_token_stream().to_string())
                .collect(),
        }
    }

    fn check_public(&mut self, kind: Kind, ident: &Ident, vis: &Visibility) {
        if matches!(vis, Visibility::Inherited) {
            self.problems.push(
                Problem::error(format!("the {} `{ident}` is private to its file", kind.word()))
                    .at(self.source.place(ident.span()))
                    .help(format!("the framework names it by its address: write `pub struct {ident}`")),
            );
        }
    }
}

/// Whether an attribute of the framework is there, as `#[name]` or `#[ravand::name]`.
fn has(attributes: &[Attribute], name: &str) -> bool {
    attributes.iter().any(|attribute| names(attribute.path(), name))
}

/// Whether a derive of the framework is there.
fn derives(attributes: &[Attribute], name: &str) -> bool {
    attributes.iter().filter(|attribute| attribute.path().is_ident("derive")).any(|attribute| {
        let mut found = false;
        let read = attribute.parse_nested_meta(|meta| {
            found |= names(&meta.path, name);
            Ok(())
        });
        read.is_ok() && found
    })
}

fn names(path: &syn::Path, name: &str) -> bool {
    let last = path.segments.last().is_some_and(|last| last.ident == name);
    let first = path.segments.first().is_some_and(|first| first.ident == "ravand");
    last && (path.segments.len() == 1 || first)
}

/// The last part of a returned type, inside of `Result` and `Option`.
fn output(ty: &Type) -> Option<(String, &Type)> {
    if let Type::Reference(reference) = ty {
        return output(&reference.elem);
    }
    match inside(ty, "Option").or_else(|| first_of_result(ty)) {
        Some(inner) => output(inner),
        None => Some((last_segment(ty)?, ty)),
    }
}

/// `T` of `Result<T>` and `Result<T, E>`.
fn first_of_result(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|segment| segment.ident == "Result")?;
    let syn::PathArguments::AngleBracketed(generics) = &last.arguments else { return None };
    match generics.args.first() {
        Some(syn::GenericArgument::Type(inner)) => Some(inner),
        _ => None,
    }
}
