//! Cargo.lock: one sqlx and one SeaORM in the tree.

use super::Fault;

const SINGLE: [&str; 2] = ["sqlx", "sea-orm"];

/// Crates that are there twice, or not at all.
pub(super) fn check(lock: &str) -> Vec<Fault> {
    SINGLE.iter().filter_map(|name| single(lock, name)).collect()
}

fn single(lock: &str, name: &str) -> Option<Fault> {
    let wanted = format!("name = \"{name}\"");
    let found: Vec<usize> =
        lock.lines().enumerate().filter(|(_, line)| *line == wanted).map(|(at, _)| at + 1).collect();
    match found[..] {
        [_] => None,
        [] => Some(Fault::new("Cargo.lock", 1, format!("there is no `{name}`"))),
        [first, second, ..] => {
            let version = |line: usize| {
                let version = lock.lines().nth(line).and_then(|text| text.strip_prefix("version = "));
                version.unwrap_or("?").trim_matches('"').to_owned()
            };
            let text = format!(
                "there are {} versions of `{name}`, {} and {}; one is enough (`cargo tree --invert {name}@{}`)",
                found.len(),
                version(first),
                version(second),
                version(second)
            );
            Some(Fault::new("Cargo.lock", second, text))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, version: &str) -> String {
        format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n\n")
    }

    #[test]
    fn one_of_each() {
        let good = entry("sea-orm", "2.0.4") + &entry("sqlx", "0.9.0") + &entry("sqlx-core", "0.9.0");
        assert_eq!(check(&good), []);
        let faults = check(&(good + &entry("sqlx", "0.8.6")));
        assert_eq!(
            faults[0].to_string(),
            "Cargo.lock:14: there are 2 versions of `sqlx`, 0.9.0 and 0.8.6; one is enough (`cargo tree --invert sqlx@0.8.6`)"
        );
        assert_eq!(check("").len(), 2);
    }
}
