//! What `cargo metadata` says of the workspace: its crates, their dependencies and features.

use std::path::PathBuf;

use serde_json::Value;

use crate::tools::{Outcome, cargo, output};

/// A crate of the workspace.
#[derive(Clone, Debug, Default)]
pub(crate) struct Crate {
    pub name: String,
    pub manifest: PathBuf,
    pub dependencies: Vec<Dependency>,
    pub features: Vec<String>,
    /// Names of its example programs.
    pub examples: Vec<String>,
}

/// A direct dependency of a crate.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dependency {
    pub name: String,
    /// Of its tests and examples only.
    pub dev: bool,
    /// A crate of the workspace.
    pub own: bool,
}

/// The crates of the workspace.
pub(crate) fn crates() -> Outcome<Vec<Crate>> {
    let text = output(&mut cargo(&["metadata", "--format-version", "1", "--no-deps"]))?;
    read(&text)
}

/// The folder that cargo builds into.
pub(crate) fn target() -> Outcome<PathBuf> {
    let text = output(&mut cargo(&["metadata", "--format-version", "1", "--no-deps"]))?;
    let json: Value = serde_json::from_str(&text)?;
    let folder = json.get("target_directory").and_then(Value::as_str);
    Ok(folder.ok_or("cargo metadata names no target folder")?.into())
}

fn read(text: &str) -> Outcome<Vec<Crate>> {
    let json: Value = serde_json::from_str(text)?;
    let packages =
        json.get("packages").and_then(Value::as_array).ok_or("cargo metadata lists no packages")?;
    Ok(packages.iter().map(one).collect())
}

fn one(package: &Value) -> Crate {
    let list = |key: &str| package.get(key).and_then(Value::as_array).into_iter().flatten();
    let is_example = |target: &&Value| {
        let kinds = target.get("kind").and_then(Value::as_array);
        kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind == "example"))
    };
    let features = package.get("features").and_then(Value::as_object);
    let mut features: Vec<String> =
        features.into_iter().flat_map(|features| features.keys().cloned()).collect();
    features.sort_unstable();
    Crate {
        name: text(package, "name"),
        manifest: text(package, "manifest_path").into(),
        dependencies: list("dependencies").map(dependency).collect(),
        features,
        examples: list("targets").filter(is_example).map(|target| text(target, "name")).collect(),
    }
}

fn dependency(value: &Value) -> Dependency {
    Dependency {
        name: text(value, "name"),
        dev: value.get("kind").and_then(Value::as_str) == Some("dev"),
        own: value.get("path").is_some_and(Value::is_string),
    }
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_with_their_dependencies() {
        let text = r#"{"packages":[{"name":"a","manifest_path":"/w/a/Cargo.toml","features":{"x":[],"default":["x"]},
            "targets":[{"name":"a","kind":["lib"]},{"name":"tour","kind":["example"]}],
            "dependencies":[{"name":"b","kind":null,"path":"/w/b"},{"name":"c","kind":"dev"}]}]}"#;
        let crates = read(text).unwrap();
        assert_eq!(crates[0].name, "a");
        assert_eq!(crates[0].examples, ["tour"]);
        assert_eq!(crates[0].features, ["default", "x"]);
        let flags: Vec<_> =
            crates[0].dependencies.iter().map(|one| (one.name.as_str(), one.own, one.dev)).collect();
        assert_eq!(flags, [("b", true, false), ("c", false, true)]);
    }
}
