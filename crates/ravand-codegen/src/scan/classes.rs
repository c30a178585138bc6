//! The classes of one Rust file, found by their attributes.

use proc_macro2::TokenStream;
use quote::ToTokens;
use ravand_core::{Place, Problem, Problems};
use syn::spanned::Spanned;
use syn::{Attribute, Ident, ImplItem, Item, ItemImpl, Type, Visibility};

use crate::files::Source;
use crate::macros::{Argument, HOOKS, last_segment, plain, read_method, template_of};

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
    /// The parameters that the hooks of a controller ask for.
    pub(crate) hook_params: Vec<Param>,
    pub(crate) template: Option<(String, Place)>,
    /// Its `#[cfg(…)]`.
    pub(crate) cfg: Vec<TokenStream>,
}

/// A method that an address can name, or almost.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) public: bool,
    pub(crate) place: Place,
    pub(crate) params: Vec<Param>,
    /// The last part of the type that a listener takes as `&mut`.
    pub(crate) event: Option<(String, Place)>,
    /// Its signature is one that the attribute refuses, so the compiler tells about it.
    pub(crate) refused: bool,
}

/// A parameter that a method asks for.
#[derive(Clone, Debug)]
pub(crate) struct Param {
    pub(crate) name: String,
    pub(crate) place: Place,
}

/// What one file has.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) classes: Vec<Class>,
    /// The functions with `#[bootstrap]`.
    pub(crate) bootstraps: Vec<(String, Place)>,
    /// The names of all its types, whatever they are for.
    pub(crate) types: Vec<String>,
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

/// Reads the classes of a file. A syntax error is left to the compiler, which shows it in its place.
pub(crate) fn classes(source: &Source, problems: &mut Problems) -> Found {
    let mut found = Found::default();
    match syn::parse_file(&source.text) {
        Ok(file) => Reader { source, problems, inner: Vec::new(), found: &mut found }.items(&file.items),
        Err(_) => found.broken = true,
    }
    found
}

struct Reader<'a> {
    source: &'a Source,
    problems: &'a mut Problems,
    inner: Vec<String>,
    found: &'a mut Found,
}

impl Reader<'_> {
    fn items(&mut self, items: &[Item]) {
        for item in items {
            match item {
                Item::Struct(item) => self.data(&item.ident, &item.vis, &item.attrs),
                Item::Enum(item) => self.data(&item.ident, &item.vis, &item.attrs),
                Item::Union(item) => self.data(&item.ident, &item.vis, &item.attrs),
                Item::Trait(item) => self.found.types.push(plain(&item.ident)),
                Item::Type(item) => self.found.types.push(plain(&item.ident)),
                Item::Fn(item) if has(&item.attrs, "bootstrap") && self.inner.is_empty() => {
                    let ident = &item.sig.ident;
                    self.found.bootstraps.push((plain(ident), self.source.place(ident.span())));
                }
                Item::Impl(item) => self.block(item, items),
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
                Item::Struct(item) if item.ident == *ident => Some(&item.vis),
                Item::Enum(item) if item.ident == *ident => Some(&item.vis),
                _ => None,
            });
            if let Some(vis) = own {
                self.check_public(kind, ident, vis);
            }
            let (mut members, mut hook_params) = (Vec::new(), Vec::new());
            for item in &block.items {
                let ImplItem::Fn(function) = item else { continue };
                let member = self.member(function, &block.self_ty);
                if kind == Kind::Controller && HOOKS.contains(&member.name.as_str()) {
                    if member.name != "no_route" {
                        hook_params.extend(member.params);
                    }
                } else {
                    members.push(member);
                }
            }
            let class = self.class(kind, ident, &block.attrs);
            self.found.classes.push(Class { members, hook_params, ..class });
        }
    }

    fn member(&self, function: &syn::ImplItemFn, own: &Type) -> Member {
        let mut member = Member {
            name: plain(&function.sig.ident),
            public: matches!(function.vis, Visibility::Public(_)),
            place: self.source.place(function.sig.ident.span()),
            params: Vec::new(),
            event: None,
            refused: false,
        };
        let Ok(method) = read_method(function, own) else {
            member.refused = true;
            return member;
        };
        for (argument, span) in &method.arguments {
            match argument {
                Argument::Param { name, .. } => {
                    member.params.push(Param { name: name.clone(), place: self.source.place(*span) });
                }
                Argument::Mutable(ty) if member.event.is_none() => {
                    member.event = last_segment(ty).map(|name| (name, self.source.place(*span)));
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
            hook_params: Vec::new(),
            template: None,
            cfg: attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).map(tokens).collect(),
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

/// `#[cfg(test)]`: not there in a build.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg") && attribute.parse_args::<Ident>().is_ok_and(|name| name == "test")
    })
}

fn tokens(attribute: &Attribute) -> TokenStream {
    attribute.to_token_stream()
}
