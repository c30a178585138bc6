//! Files and folders that a manifest names: relative, and inside the package.

use ravand_core::Problem;

use crate::Spanned;
use crate::json::{Reader, Text};

/// A path with `/` between its parts and without `.` and `..`; one that is absolute or leads out is reported.
pub(crate) fn relative(reader: &mut Reader<'_>, key: &str, text: Text<'_>) -> Option<Spanned<String>> {
    match normal(text.value) {
        Ok(path) => Some(reader.spanned(path, text.range)),
        Err(reason) => {
            let problem = Problem::error(format!("`{key}` {}: `{}`", reason.0, text.value));
            reader.report(if reason.1.is_empty() { problem } else { problem.help(reason.1) }, text.range);
            None
        }
    }
}

/// [`relative`] for each of a list; a second mention of a path is a warning and left out.
pub(crate) fn relatives(reader: &mut Reader<'_>, key: &str, texts: Vec<Text<'_>>) -> Vec<Spanned<String>> {
    let mut paths: Vec<Spanned<String>> = Vec::with_capacity(texts.len());
    for text in texts {
        let Some(path) = relative(reader, key, text) else { continue };
        match paths.iter().find(|known| known.value == path.value) {
            None => paths.push(path),
            Some(first) => {
                let problem = Problem::warning(format!("`{}` is in `{key}` a second time", path.value));
                let problem = problem.help(format!("the first is on line {}", first.place.line));
                reader.report(problem, text.range);
            }
        }
    }
    paths
}

fn normal(path: &str) -> Result<String, (&'static str, &'static str)> {
    const INSIDE: &str = "a path is relative and stays inside the package";
    if path.trim().is_empty() {
        return Err(("names no file", ""));
    }
    if path.contains("://") {
        return Err(("is a URL", "a file of the package is named here"));
    }
    if path.chars().any(char::is_control) {
        return Err((
            "has a control character in it",
            "a backslash is written `\\\\` in JSON, and `/` is better",
        ));
    }
    let drive = path.as_bytes().get(1) == Some(&b':') && path.starts_with(|c: char| c.is_ascii_alphabetic());
    if drive || path.starts_with(['/', '\\']) {
        return Err(("is an absolute path", INSIDE));
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop().ok_or(("leaves the package", INSIDE))?;
            }
            _ => parts.push(part),
        }
    }
    Ok(if parts.is_empty() { ".".to_owned() } else { parts.join("/") })
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn paths() {
        for (path, expected) in [
            ("a/b.json", Some("a/b.json")),
            ("a\\b/", Some("a/b")),
            ("./a//b/../c", Some("a/c")),
            (".", Some(".")),
            ("a/..", Some(".")),
            ("a/../..", None),
            ("..", None),
            ("/etc/passwd", None),
            ("\\\\host\\a", None),
            ("C:\\a", None),
            ("https://example.com/a.css", None),
            ("a\nb", None),
            (" ", None),
            ("..a/b..", Some("..a/b..")),
        ] {
            assert_eq!(normal(path).ok().as_deref(), expected, "{path}");
        }
    }
}
