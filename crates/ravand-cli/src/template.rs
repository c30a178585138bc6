//! Texts of new files, with their variable parts as `$name$`.

/// A template with its parts filled in.
pub(crate) fn fill(template: &str, parts: &[(&str, &str)]) -> String {
    parts.iter().fold(template.to_owned(), |text, (name, value)| text.replace(&format!("${name}$"), value))
}
