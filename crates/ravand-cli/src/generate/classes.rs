//! The classes of a Rust file, as far as new files have to know them.

use ravand_core::AddressKey;
use syn::{Attribute, Item, Visibility};

/// Derives that make a struct a class with an address.
const MARKS: [&str; 5] = ["Controller", "Event", "Listeners", "Processes", "View"];

/// A struct with an address.
pub(crate) struct Class {
    pub(crate) name: String,
    /// The modules inside of the file, mostly none.
    pub(crate) inner: Vec<String>,
    pub(crate) is_event: bool,
    pub(crate) is_debug: bool,
}

/// The public classes of a file; none when the compiler will refuse it.
pub(crate) fn classes(text: &str) -> Vec<Class> {
    let mut found = Vec::new();
    if let Ok(file) = syn::parse_file(text) {
        collect(&file.items, &[], &mut found);
    }
    found
}

/// Whether two names are one in an address.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    AddressKey::of(one) == AddressKey::of(other)
}

/// The module of a file's or a folder's name, as the build declares it: `HelpDesk` and `help-desk` are
/// `help_desk`.
pub(crate) fn module_name(part: &str) -> String {
    let mut name = String::new();
    let mut before = '_';
    for letter in part.chars() {
        if letter.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit()) {
            name.push('_');
        }
        name.push(if matches!(letter, '-' | '.' | ' ') { '_' } else { letter.to_ascii_lowercase() });
        before = letter;
    }
    name
}

fn collect(items: &[Item], inner: &[String], found: &mut Vec<Class>) {
    for item in items {
        match item {
            Item::Struct(item) if matches!(item.vis, Visibility::Public(_)) => {
                let derives = derives(&item.attrs);
                let has = |name: &str| derives.iter().any(|derive| derive == name);
                if MARKS.into_iter().any(has) {
                    found.push(Class {
                        name: item.ident.to_string(),
                        inner: inner.to_vec(),
                        is_event: has("Event"),
                        is_debug: has("Debug"),
                    });
                }
            }
            Item::Mod(item) => {
                let inner: Vec<String> = inner.iter().cloned().chain([item.ident.to_string()]).collect();
                let items = item.content.as_ref().map(|(_, items)| items.as_slice());
                collect(items.unwrap_or_default(), &inner, found);
            }
            _ => {}
        }
    }
}

/// The last parts of what a struct derives.
fn derives(attributes: &[Attribute]) -> Vec<String> {
    let mut names = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("derive")) {
        // What cannot be read is the compiler's to tell.
        let _ = attribute.parse_nested_meta(|meta| {
            names.extend(meta.path.segments.last().map(|last| last.ident.to_string()));
            Ok(())
        });
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_public_structs_with_a_derive() {
        let text = "
            #[derive(Debug, ravand::Event)] pub struct Closed { id: i64 }
            #[derive(Event)] struct Hidden;
            #[derive(Clone)] pub struct Plain;
            pub mod inner { #[derive(Controller)] pub struct Tickets; }
        ";
        let found: Vec<(String, usize, bool, bool)> = classes(text)
            .into_iter()
            .map(|class| (class.name, class.inner.len(), class.is_event, class.is_debug))
            .collect();
        assert_eq!(found, [("Closed".to_owned(), 0, true, true), ("Tickets".to_owned(), 1, false, false)]);
        assert!(classes("pub struct {").is_empty());
    }

    #[test]
    fn modules_of_files() {
        for (file, module) in
            [("HelpDesk", "help_desk"), ("help-desk", "help_desk"), ("HTTPServer", "httpserver")]
        {
            assert_eq!(module_name(file), module);
        }
    }
}
