//! The Cargo workspace that a new application would lie in: an application is a workspace of its own.

use std::path::{Path, PathBuf};

use ravand_core::Problem;

use crate::edit::CargoToml;
use crate::files;
use crate::stop::Stop;

/// A folder that a workspace around takes for one of its members is refused: Cargo would refuse both then.
pub(super) fn check(folder: &Path) -> Result<(), Stop> {
    let whole = whole(folder);
    for around in whole.ancestors().skip(1) {
        let file = around.join("Cargo.toml");
        // What cannot be read or is no TOML is no workspace; Cargo tells about it when it is asked.
        let Ok(Some(text)) = files::read(&file, "Cargo.toml") else { continue };
        let Ok(cargo) = CargoToml::parse("Cargo.toml", &text) else { continue };
        let path = whole.strip_prefix(around).unwrap_or(&whole).to_string_lossy().replace('\\', "/");
        let excluded =
            cargo.texts(&["workspace", "exclude"]).any(|other| Path::new(&path).starts_with(other));
        let member = cargo.texts(&["workspace", "members"]).find(|member| matches(member, &path));
        if let Some(member) = member.filter(|_| !excluded) {
            let text = format!("`{}` has `{path}` as a member, by `{member}`", file.display());
            let problem =
                Problem::error(text).help("an application is a workspace of its own: Cargo allows only one");
            let help = format!("make it elsewhere by `--path DIR`, or add `\"{path}\"` to `exclude` there");
            return Err(problem.help(help).into());
        }
    }
    Ok(())
}

/// A folder's path from the root, whether it is there or not.
fn whole(folder: &Path) -> PathBuf {
    if let Ok(whole) = folder.canonicalize() {
        return whole;
    }
    let name = folder.file_name().unwrap_or_default();
    super::around(folder).canonicalize().unwrap_or_default().join(name)
}

/// Whether a path is meant by a pattern of members; `*` stands for any letters of one part.
fn matches(pattern: &str, path: &str) -> bool {
    let pattern = pattern.strip_prefix("./").unwrap_or(pattern).trim_end_matches('/');
    let part = |(pattern, part): (&str, &str)| match pattern.split_once('*') {
        None => pattern == part,
        Some((start, end)) => {
            part.len() >= start.len() + end.len() && part.starts_with(start) && part.ends_with(end)
        }
    };
    pattern.split('/').count() == path.split('/').count() && pattern.split('/').zip(path.split('/')).all(part)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_of_members() {
        for (pattern, path, expected) in [
            ("apps/*", "apps/shop", true),
            ("./apps/*/", "apps/shop", true),
            ("apps/*", "apps/shop/deep", false),
            ("apps/shop", "apps/shop", true),
            ("apps/sh*p", "apps/shop", true),
            ("apps/sh*ip", "apps/shop", false),
            ("crates/*", "apps/shop", false),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
    }
}
