//! Files into modules: one name each, nested as the folders are.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;
use quote::quote;
use ravand_core::{Place, Problem};
use syn::Ident;

/// The modules that a package's files become.
#[derive(Debug, Default)]
pub(crate) struct Modules(BTreeMap<String, Node>);

#[derive(Debug)]
enum Node {
    File { path: PathBuf, shown: String },
    Folder { name: String, path: PathBuf, modules: Modules },
}

impl Modules {
    /// Declares a file under its path from the root, `controllers/tickets.rs`; gives the module's path.
    pub(crate) fn declare(
        &mut self,
        relative: &str,
        path: &Path,
        shown: &str,
    ) -> Result<Vec<String>, Problem> {
        let mut modules = Vec::new();
        let stem = relative.strip_suffix(".rs").ok_or_else(|| {
            Problem::error(format!("`{shown}` is no Rust file"))
                .at(Place::whole(shown))
                .help("its name ends in `.rs`")
        })?;
        for part in stem.split('/') {
            modules.push(module_name(part).ok_or_else(|| bad_name(part, shown))?);
        }
        self.insert(&modules, stem, path, shown)?;
        Ok(modules)
    }

    fn insert(&mut self, modules: &[String], stem: &str, path: &Path, shown: &str) -> Result<(), Problem> {
        let Some((first, rest)) = modules.split_first() else { return Ok(()) };
        let (name, stem) = stem.split_once('/').unwrap_or((stem, ""));
        let new = || match rest.is_empty() {
            true => Node::File { path: path.to_owned(), shown: shown.to_owned() },
            false => Node::Folder {
                name: name.to_owned(),
                path: path.ancestors().nth(rest.len()).unwrap_or(path).to_owned(),
                modules: Self::default(),
            },
        };
        let is_new = !self.0.contains_key(first);
        match self.0.entry(first.clone()).or_insert_with(new) {
            Node::Folder { name: old, modules, .. } if !rest.is_empty() && old == name => {
                modules.insert(rest, stem, path, shown)
            }
            Node::File { .. } if is_new => Ok(()),
            other => Err(other.clash(first, shown)),
        }
    }

    /// `#[path = "/…/controllers"] pub mod controllers { #[path = "tickets.rs"] pub mod tickets; }`.
    ///
    /// Only the outermost path is whole: rust-analyzer writes the paths of nested modules one behind the other.
    pub(crate) fn tokens(&self) -> TokenStream {
        self.nested(true)
    }

    fn nested(&self, outermost: bool) -> TokenStream {
        self.0
            .iter()
            .map(|(module, node)| {
                let ident = ident(module);
                let (Node::File { path, .. } | Node::Folder { path, .. }) = node;
                let last = path.file_name().filter(|_| !outermost);
                let path = last.unwrap_or(path.as_os_str()).to_string_lossy();
                match node {
                    Node::File { .. } => quote! { #[path = #path] pub mod #ident; },
                    Node::Folder { name, modules, .. } => {
                        let (text, inner) = (format!(" The folder `{name}`."), modules.nested(false));
                        quote! { #[doc = #text] #[path = #path] pub mod #ident { #inner } }
                    }
                }
            })
            .collect()
    }
}

impl Node {
    fn clash(&self, module: &str, shown: &str) -> Problem {
        let other = match self {
            Self::File { shown, .. } => format!("the file `{shown}`"),
            Self::Folder { name, .. } => format!("the folder `{name}/`"),
        };
        Problem::error(format!("`{shown}` and {other} would both be the module `{module}`"))
            .at(Place::whole(shown))
            .help("give one of them another name: a folder and a file have each a module of their own")
    }
}

/// An identifier for a name, raw where the name is a keyword. A name that is none was reported before, and
/// its code is thrown away.
pub(crate) fn ident(name: &str) -> Ident {
    let raw = || syn::parse_str(&format!("r#{name}"));
    syn::parse_str(name).or_else(|_| raw()).unwrap_or_else(|_| quote::format_ident!("unusable"))
}

/// The module's name for a file's or folder's name: `HelpDesk` and `help-desk` are `help_desk`.
fn module_name(part: &str) -> Option<String> {
    let mut name = String::new();
    let mut before = '_';
    for c in part.chars() {
        match c {
            '-' | '.' | ' ' => name.push('_'),
            c if c.is_ascii_uppercase() => {
                if before.is_ascii_lowercase() || before.is_ascii_digit() {
                    name.push('_');
                }
                name.push(c.to_ascii_lowercase());
            }
            c => name.push(c),
        }
        before = c;
    }
    let usable = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.contains(|c: char| c != '_')
        && !["crate", "self", "super"].contains(&name.as_str());
    usable.then_some(name)
}

fn bad_name(part: &str, shown: &str) -> Problem {
    let problem = Problem::error(format!("`{part}` cannot be the name of a module")).at(Place::whole(shown));
    problem.help("names of files and folders are Latin letters, digits, `_` and `-`, a letter first")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_modules() {
        for (part, expected) in [
            ("tickets", Some("tickets")),
            ("HelpDesk", Some("help_desk")),
            ("help-desk", Some("help_desk")),
            ("checkAccess", Some("check_access")),
            ("HTTPServer", Some("httpserver")),
            ("m20260101_000001", Some("m20260101_000001")),
            ("type", Some("type")),
            ("2fa", None),
            ("self", None),
            ("بلیت", None),
            ("", None),
        ] {
            assert_eq!(module_name(part).as_deref(), expected, "{part}");
        }
        assert_eq!(ident("type").to_string(), "r#type");
    }

    #[test]
    fn two_files_of_one_name() {
        let mut modules = Modules::default();
        let mut declare = |relative: &str| {
            let shown = format!("src/{relative}");
            modules
                .declare(relative, Path::new("/x"), &shown)
                .map(|path| path.join("::"))
                .map_err(|p| p.message)
        };
        assert_eq!(declare("a/b.rs"), Ok("a::b".to_owned()));
        assert_eq!(declare("a/c.rs"), Ok("a::c".to_owned()));
        assert_eq!(
            declare("a/B.rs"),
            Err("`src/a/B.rs` and the file `src/a/b.rs` would both be the module `b`".to_owned())
        );
        assert_eq!(
            declare("A/d.rs"),
            Err("`src/A/d.rs` and the folder `a/` would both be the module `a`".to_owned())
        );
        assert_eq!(
            declare("a.rs"),
            Err("`src/a.rs` and the folder `a/` would both be the module `a`".to_owned())
        );
        assert_eq!(
            declare("a/b/c.rs"),
            Err("`src/a/b/c.rs` and the file `src/a/b.rs` would both be the module `b`".to_owned())
        );
    }
}
