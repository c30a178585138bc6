//! Perl's classes in patterns: `\d`, `\w` and `\s` mean ASCII without `u`.
//!
//! The regex crate's own `\d` takes the digits of every script; a rule that
//! says `/^\d+$/` wants what a number parser takes, as it did in the
//! original. With the flag `u` the classes are Unicode's.

/// Rewrites the classes of a pattern to their ASCII form.
pub(crate) fn ascii_classes(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut letters = source.chars();
    let mut depth = 0usize;
    while let Some(letter) = letters.next() {
        match letter {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            '\\' => {
                match letters.next() {
                    Some(escaped) => match (posix(escaped), depth) {
                        (Some(class), 0) => out.extend(["[", class, "]"]),
                        (Some(class), _) => out.push_str(class),
                        (None, 0) if escaped == 'b' => boundary(&mut out, &letters),
                        (None, _) => out.extend(['\\', escaped]),
                    },
                    None => out.push('\\'),
                }
                continue;
            }
            _ => {}
        }
        out.push(letter);
    }
    out
}

fn posix(class: char) -> Option<&'static str> {
    Some(match class {
        'd' => "[:digit:]",
        'D' => "[:^digit:]",
        'w' => "[:word:]",
        'W' => "[:^word:]",
        's' => "[:space:]",
        'S' => "[:^space:]",
        _ => return None,
    })
}

/// `\b` becomes ASCII too, except where it begins `\b{start}` and its like.
fn boundary(out: &mut String, rest: &std::str::Chars<'_>) {
    out.push_str(if rest.as_str().starts_with('{') { "\\b" } else { "(?-u:\\b)" });
}

#[cfg(test)]
mod tests {
    use super::ascii_classes;

    #[test]
    fn classes_become_ascii() {
        for (source, expected) in [
            (r"^\d+$", r"^[[:digit:]]+$"),
            (r"^[\w-]+$", r"^[[:word:]-]+$"),
            (r"\S\\d", r"[[:^space:]]\\d"),
            (r"\ba\b", r"(?-u:\b)a(?-u:\b)"),
            (r"\[\d\]", r"\[[[:digit:]]\]"),
            (r"[^\d]", r"[^[:digit:]]"),
        ] {
            assert_eq!(ascii_classes(source), expected);
            assert!(regex::Regex::new(expected).is_ok(), "{expected}");
        }
    }
}
