//! Names: of packages, of parameters, of themes and storages.

use std::fmt;

use ravand_core::AddressKey;

/// Whether a folder's name can be the name of a package.
///
/// # Errors
/// When it has other letters than Latin ones, digits and `_`, does not begin with a letter, is a keyword of
/// Rust, or is reserved. The error states the rule.
///
/// ```
/// use ravand_manifest::check_package_name;
///
/// assert!(check_package_name("help_desk2").is_ok());
/// assert_eq!(
///     check_package_name("help-desk").unwrap_err().to_string(),
///     "`help-desk` is no package name: write Latin letters, digits and `_`, a letter first",
/// );
/// assert!(check_package_name("match").is_err());
/// assert!(check_package_name("Base").is_err());
/// ```
pub fn check_package_name(name: &str) -> Result<(), PackageNameError> {
    let fail = |reason| Err(PackageNameError { name: name.to_owned(), reason });
    let letter_first = name.starts_with(|c: char| c.is_ascii_alphabetic());
    if !letter_first || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return fail(Reason::Letters);
    }
    if KEYWORDS.contains(&name) {
        return fail(Reason::Keyword);
    }
    if AddressKey::of(name) == AddressKey::of("base") {
        return fail(Reason::Base);
    }
    if name == "ravand" {
        return fail(Reason::Framework);
    }
    if RUST_CRATES.contains(&name) {
        return fail(Reason::RustCrate);
    }
    Ok(())
}

/// Why a name cannot be a package's; its text states the rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageNameError {
    name: String,
    reason: Reason,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    Letters,
    Keyword,
    Base,
    Framework,
    RustCrate,
}

/// The keywords of Rust up to the edition 2024, the reserved ones too.
const KEYWORDS: [&str; 52] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "Self",
    "static", "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

/// Crates that are there in every program; a package of that name would hide them.
const RUST_CRATES: [&str; 5] = ["std", "core", "alloc", "proc_macro", "test"];

impl fmt::Display for PackageNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match self.reason {
            Reason::Letters => {
                write!(f, "`{name}` is no package name: write Latin letters, digits and `_`, a letter first")
            }
            Reason::Keyword => write!(f, "`{name}` is no package name: it is a keyword of Rust"),
            Reason::Base => {
                write!(f, "`{name}` is no package name: `base` is reserved, it is the framework itself")
            }
            Reason::Framework => {
                write!(f, "`{name}` is no package name: it is the framework's own crate")
            }
            Reason::RustCrate => write!(f, "`{name}` is no package name: it is a crate of Rust's own"),
        }
    }
}

impl std::error::Error for PackageNameError {}

/// Whether a text can be the name of a parameter: a name as Rust writes them.
pub(crate) fn is_parameter(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// Whether a text can be one part of an address.
pub(crate) fn is_address_part(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn package_names() {
        for good in ["a", "PhpParser", "user_panel", "x2", "basement"] {
            assert_eq!(check_package_name(good), Ok(()), "{good}");
        }
        for bad in [
            "", "2x", "_x", "a-b", "a b", "پکیج", "a/b", "..", "fn", "Self", "base", "BASE", "ba_se", "std",
            "test", "ravand",
        ] {
            assert!(check_package_name(bad).is_err(), "{bad}");
        }
    }
}
