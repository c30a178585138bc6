//! Numbers and lists in a sentence.

/// `1 error`, `2 errors`.
pub fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// `` `a`, `b` and `c` ``
pub fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// How long a line of names grows.
const WIDE: usize = 90;

/// Names in lines that are not too long: `` `a`, `b` ``.
pub fn lines<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for name in names {
        match lines.last_mut() {
            Some(line) if line.len() + name.len() < WIDE => line.push_str(&format!(", `{name}`")),
            _ => lines.push(format!("`{name}`")),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_counts() {
        assert_eq!(list([]), "");
        assert_eq!(lines(["a", "b"]), ["`a`, `b`"]);
        assert_eq!(lines(["a", &"b".repeat(WIDE)]).len(), 2);
        assert_eq!(list(["a"]), "`a`");
        assert_eq!(list(["a", "b", "c"]), "`a`, `b` and `c`");
        assert_eq!((count(1, "rule"), count(0, "rule")), ("1 rule".into(), "0 rules".into()));
    }
}
