//! What the names of a Rust file stand for: its imports and its own types.

use std::collections::{HashMap, HashSet};

use syn::visit::Visit;
use syn::{File, ItemUse, Path, UseTree};

use super::lexer::Kind;
use super::literals::Code;
use crate::macros::plain;

/// The framework's types whose functions take names of the wiring.
const NAMES: [&str; 7] = ["Process", "Forward", "View", "Context", "UrlFor", "Language", "FieldErrors"];

/// The imports of a file, and the types that it defines. A name that is imported twice stands for nothing.
#[derive(Debug, Default)]
pub(crate) struct Imports {
    paths: HashMap<String, Option<Vec<String>>>,
    own: HashSet<String>,
}

impl Imports {
    pub(crate) fn of(file: &File) -> Self {
        let mut imports = Self::default();
        imports.visit_file(file);
        imports
    }

    /// With the imports inside of functions, as far as they bring a name that the framework has too.
    pub(crate) fn and_inside(mut self, code: Code<'_>) -> Self {
        for (index, _) in code.tokens.iter().enumerate().filter(|(_, token)| token.is_word("use")) {
            let behind = || code.tokens.iter().skip(index);
            let Some(end) = behind().position(|token| token.is(";")) else { continue };
            if !behind().take(end).any(|token| NAMES.contains(&token.text)) {
                continue;
            }
            let text = behind().take(end + 1).fold(String::new(), |text, token| match token.kind {
                Kind::Word => text + " " + token.text,
                _ => text + token.text,
            });
            if let Ok(item) = syn::parse_str::<ItemUse>(&text) {
                self.add(&item.tree, &[]);
            }
        }
        self
    }

    /// Whether the file itself defines a type of this name.
    pub(crate) fn is_own(&self, name: &str) -> bool {
        self.own.contains(name)
    }

    /// The path with its first name written out as the file imports it; nothing when that is not certain.
    pub(crate) fn resolve(&self, path: &Path) -> Option<Vec<String>> {
        let names: Vec<String> = path.segments.iter().map(|segment| plain(&segment.ident)).collect();
        self.written_out(&names.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn written_out(&self, names: &[&str]) -> Option<Vec<String>> {
        let (first, rest) = names.split_first()?;
        let mut full = match self.paths.get(*first) {
            Some(imported) => imported.clone()?,
            None => vec![(*first).to_owned()],
        };
        full.extend(rest.iter().map(|name| (*name).to_owned()));
        Some(full)
    }

    /// The name of a type of the framework, when the path is one: `Process` of `ravand::Process`, and of
    /// `Process` where nothing else is imported or defined under that name.
    pub(crate) fn framework(&self, path: &[&str]) -> Option<String> {
        let full = self.written_out(path)?;
        match full.as_slice() {
            [name] => (!self.is_own(name)).then(|| name.clone()),
            [first, .., name] => (first == "ravand").then(|| name.clone()),
            [] => None,
        }
    }

    fn add(&mut self, tree: &UseTree, before: &[String]) {
        let below = |name: &syn::Ident| [before, &[plain(name)]].concat();
        match tree {
            UseTree::Path(path) => self.add(&path.tree, &below(&path.ident)),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.add(tree, before)),
            UseTree::Name(name) if name.ident == "self" => {
                if let Some(last) = before.last() {
                    self.insert(last.clone(), before.to_vec());
                }
            }
            UseTree::Name(name) => self.insert(plain(&name.ident), below(&name.ident)),
            UseTree::Rename(rename) => self.insert(plain(&rename.rename), below(&rename.ident)),
            UseTree::Glob(_) => {}
        }
    }

    fn insert(&mut self, name: String, path: Vec<String>) {
        let entry = self.paths.entry(name).or_insert_with(|| Some(path.clone()));
        if entry.as_ref() != Some(&path) {
            *entry = None;
        }
    }
}

impl<'ast> Visit<'ast> for Imports {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.add(&item.tree, &[]);
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.own.insert(plain(&item.ident));
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.own.insert(plain(&item.ident));
    }

    fn visit_item_type(&mut self, item: &'ast syn::ItemType) {
        self.own.insert(plain(&item.ident));
    }

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
}

#[cfg(test)]
mod tests {
    use super::super::lexer::tokens;
    use super::*;

    #[test]
    fn what_a_name_stands_for() {
        let file = "use ravand::prelude::*; use ravand::{Process as P, self as rv, Error}; use tera::Context;
            use a::Two; mod inner { use b::Two; } struct Forward;";
        let code = "fn f() { use sysinfo::{Process, System}; use other::Nothing; }";
        let tokens = tokens(code).unwrap();
        let imports = Imports::of(&syn::parse_file(file).unwrap()).and_inside(Code { tokens: &tokens });
        for (path, expected) in [
            ("P", Some("Process")),
            ("rv::Process", Some("Process")),
            ("ravand::Process", Some("Process")),
            ("ravand::prelude::View", Some("View")),
            ("View", Some("View")),
            ("Process", None),
            ("Context", None),
            ("Two", None),
            ("Forward", None),
            ("other::View", None),
        ] {
            let path: Vec<&str> = path.split("::").collect();
            assert_eq!(imports.framework(&path).as_deref(), expected, "{path:?}");
        }
    }
}
