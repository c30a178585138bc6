//! The layers: which crate of the workspace may depend on which.

use std::path::Path;

use super::Fault;
use crate::metadata::Crate;

/// Each crate of `crates/` and those of `crates/` that it may depend on, tests aside.
const LAYERS: [(&str, &[&str]); 12] = [
    ("ravand-core", &[]),
    ("ravand-router", &[]),
    ("ravand-manifest", &["ravand-core", "ravand-router"]),
    ("ravand-translate", &["ravand-core", "ravand-manifest"]),
    ("ravand-terminal", &["ravand-core", "ravand-manifest", "ravand-router"]),
    ("ravand-process", &["ravand-core"]),
    ("ravand-cluster", &[]),
    ("ravand-codegen", &["ravand-core", "ravand-manifest", "ravand-router"]),
    ("ravand-macros", &["ravand-codegen"]),
    ("ravand-build", &["ravand-codegen"]),
    (
        "ravand",
        &[
            "ravand-core",
            "ravand-manifest",
            "ravand-router",
            "ravand-translate",
            "ravand-terminal",
            "ravand-process",
            "ravand-macros",
        ],
    ),
    (
        "ravand-cli",
        &[
            "ravand-core",
            "ravand-manifest",
            "ravand-router",
            "ravand-translate",
            "ravand-terminal",
            "ravand-codegen",
        ],
    ),
];

/// What an application and its packages may depend on.
const APPLICATION: &[&str] = &["ravand", "ravand-build"];

/// What is wrong with a crate's dependencies. `file` is its Cargo.toml, relative to the workspace.
pub(super) fn check(one: &Crate, file: &Path, manifest: &str) -> Vec<Fault> {
    let allowed = match LAYERS.iter().find(|(name, _)| *name == one.name) {
        Some((_, allowed)) => *allowed,
        None if file.starts_with("crates") => {
            let text = format!(
                "the crate `{}` has no line in the table of layers (xtask/src/tidy/layers.rs)",
                one.name
            );
            return vec![Fault::new(file, line_of(manifest, "name"), text)];
        }
        None if file.starts_with("apps") => APPLICATION,
        None => return Vec::new(),
    };
    let is_layer = |name: &str| LAYERS.iter().any(|(layer, _)| *layer == name);
    let wrong = one
        .dependencies
        .iter()
        .filter(|on| !on.dev && is_layer(&on.name) && !allowed.contains(&on.name.as_str()));
    wrong
        .map(|on| {
            let may = if allowed.is_empty() {
                "none of them".to_owned()
            } else {
                format!("only {}", allowed.join(", "))
            };
            let text = format!(
                "`{}` depends on `{}`; of the workspace's layers it may use {may}",
                one.name, on.name
            );
            Fault::new(file, line_of(manifest, &on.name), text)
        })
        .collect()
}

/// The line of a key, or the first.
fn line_of(manifest: &str, key: &str) -> usize {
    let is_key = |line: &str| {
        line.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with(['=', '.']))
    };
    manifest.lines().position(is_key).map_or(1, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::Dependency;

    fn check_crate(name: &str, file: &str, dependencies: &[(&str, bool)], expected: &[&str]) {
        let dependencies = dependencies
            .iter()
            .map(|(name, dev)| Dependency { name: (*name).to_owned(), dev: *dev, own: true })
            .collect();
        let one = Crate { name: name.to_owned(), dependencies, ..Crate::default() };
        let manifest = "[package]\nname = \"x\"\n\n[dependencies]\nravand = { path = \"../ravand\" }\n";
        let faults: Vec<String> =
            check(&one, Path::new(file), manifest).iter().map(ToString::to_string).collect();
        assert_eq!(faults, expected);
    }

    #[test]
    fn the_table_counts() {
        check_crate(
            "ravand-manifest",
            "crates/m/Cargo.toml",
            &[("ravand-core", false), ("serde", false)],
            &[],
        );
        check_crate(
            "ravand-core",
            "crates/c/Cargo.toml",
            &[("ravand", false)],
            &[
                "crates/c/Cargo.toml:5: `ravand-core` depends on `ravand`; of the workspace's layers it may use none of them",
            ],
        );
        check_crate(
            "ravand-macros",
            "crates/a/Cargo.toml",
            &[("ravand", true), ("ravand-core", false)],
            &[
                "crates/a/Cargo.toml:1: `ravand-macros` depends on `ravand-core`; of the workspace's layers it may use only ravand-codegen",
            ],
        );
        check_crate(
            "ravand-new",
            "crates/n/Cargo.toml",
            &[],
            &[
                "crates/n/Cargo.toml:2: the crate `ravand-new` has no line in the table of layers (xtask/src/tidy/layers.rs)",
            ],
        );
        check_crate(
            "shop",
            "apps/shop/Cargo.toml",
            &[("ravand", false), ("ravand-router", false)],
            &[
                "apps/shop/Cargo.toml:1: `shop` depends on `ravand-router`; of the workspace's layers it may use only ravand, ravand-build",
            ],
        );
        check_crate("ravand-fuzz", "fuzz/Cargo.toml", &[("ravand-router", false)], &[]);
    }
}
