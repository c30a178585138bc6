//! `packages.NAME.mount`: what stands in front of a package's rules.

use ravand_core::{Problem, Problems};
use ravand_router::{Domain, Mount, Part as PathPart, Pattern, Scheme, parts};
use serde_json::Value;

use super::origin::Part;
use super::{Options, kind};

/// A package's mount.
#[derive(Clone, Debug)]
pub(crate) struct PackageMount {
    /// The package's name.
    pub package: String,
    pub mount: Mount,
}

const KEYS: [&str; 4] = ["prefix", "domain", "scheme", "defaults"];

/// Reads the mounts of all packages: a path, or a table with `prefix`, `domain`, `scheme` and `defaults`.
pub(super) fn read(options: &Options, problems: &mut Problems) -> Vec<PackageMount> {
    let mut mounts = Vec::new();
    for package in options.keys("packages").into_iter().filter(|package| package != "base") {
        let name = format!("packages.{package}.mount");
        let Some(value) = options.value(&name) else { continue };
        let mut reader = Reader { options, problems: &mut *problems };
        mounts.push(PackageMount { package, mount: reader.mount(&name, &value) });
    }
    mounts
}

struct Reader<'a> {
    options: &'a Options,
    problems: &'a mut Problems,
}

impl Reader<'_> {
    fn mount(&mut self, name: &str, value: &Value) -> Mount {
        let mut mount = Mount::default();
        let table = match value {
            Value::String(path) => {
                mount.prefix = self.prefix(name, path);
                return mount;
            }
            Value::Object(table) => table,
            other => {
                let wanted =
                    "a path, or a table such as { prefix = \"/support\", domain = \"help.example.com\" }";
                self.wrong(name, format!("must be {wanted} (it is {})", kind(other)));
                return mount;
            }
        };
        for (key, value) in table {
            let full = format!("{name}.{key}");
            match (key.as_str(), value) {
                ("prefix", Value::String(path)) => mount.prefix = self.prefix(&full, path),
                ("prefix", _) => self.wrong(&full, "must be a path, as in \"/support\"".to_owned()),
                ("domain", _) => mount.domains = self.domains(&full, value),
                ("scheme", _) => mount.schemes = self.scheme(&full, value),
                ("defaults", Value::Object(defaults)) => mount.defaults = self.defaults(&full, defaults),
                ("defaults", _) => self.wrong(&full, "must be a table of parameters".to_owned()),
                _ => {
                    let problem = Problem::error(format!("there is no option `{full}`"))
                        .suggest(key, KEYS)
                        .help(format!("a mount has {}", KEYS.join(", ")));
                    self.problems.push(self.options.mark(problem, &full, Part::Name));
                }
            }
        }
        mount
    }

    fn prefix(&mut self, name: &str, path: &str) -> Vec<PathPart> {
        let bad = path.contains(['?', '#', '%']) || path.split('/').any(|part| part == ":" || part == ":...");
        if bad || !path.starts_with('/') {
            self.wrong(name, format!("is `{path}`, which is no path: write one such as \"/support\""));
            return Vec::new();
        }
        parts(path)
    }

    fn domains(&mut self, name: &str, value: &Value) -> Vec<Domain> {
        let mut domains = Vec::new();
        for text in self.texts(name, value, "a domain, or a list of them") {
            match text.as_str() {
                "*" => domains.push(Domain::Any),
                pattern if pattern.starts_with('/') => match Pattern::parse(pattern) {
                    Ok(pattern) => domains.push(Domain::Pattern(pattern)),
                    Err(error) => self.wrong(name, format!("has a pattern that cannot be read: {error}")),
                },
                domain if domain.is_empty() || domain.contains([':', '/', '*', ' ']) => {
                    self.wrong(
                        name,
                        format!("is `{domain}`, which is no domain: write one such as \"example.com\""),
                    );
                }
                domain => domains.push(Domain::Name(domain.to_ascii_lowercase())),
            }
        }
        domains
    }

    fn scheme(&mut self, name: &str, value: &Value) -> Vec<Scheme> {
        match value.as_str() {
            Some("http") => vec![Scheme::Http],
            Some("https") => vec![Scheme::Https],
            _ => {
                self.wrong(name, "must be \"http\" or \"https\"".to_owned());
                Vec::new()
            }
        }
    }

    fn defaults(&mut self, name: &str, table: &serde_json::Map<String, Value>) -> Vec<(String, String)> {
        let mut defaults = Vec::new();
        for (key, value) in table {
            match value {
                Value::String(text) => defaults.push((key.clone(), text.clone())),
                Value::Number(_) | Value::Bool(_) => defaults.push((key.clone(), value.to_string())),
                _ => self.wrong(&format!("{name}.{key}"), "must be a text, a number or a boolean".to_owned()),
            }
        }
        defaults
    }

    fn texts(&mut self, name: &str, value: &Value, wanted: &str) -> Vec<String> {
        let texts = match value {
            Value::String(text) => Some(vec![text.clone()]),
            Value::Array(list) => list.iter().map(|one| one.as_str().map(str::to_owned)).collect(),
            _ => None,
        };
        texts.unwrap_or_else(|| {
            self.wrong(name, format!("must be {wanted} (it is {})", kind(value)));
            Vec::new()
        })
    }

    fn wrong(&mut self, name: &str, says: String) {
        let problem = Problem::error(format!("the option `{name}` {says}"));
        self.problems.push(self.options.mark(problem, name, Part::Value));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(mount: Value, expected: Result<&str, &str>) {
        let options = Options::new(json!({ "packages": { "shop": { "mount": mount } } }));
        let mut problems = Problems::default();
        let mounts = read(&options, &mut problems);
        let told: Vec<&str> = problems.0.iter().map(|problem| problem.message.as_str()).collect();
        let rule = ravand_router::Rule::path(parts("/x")).mounted(&mounts[0].mount).unwrap();
        let found = format!("{} {} {:?}", rule.hosts_text(&[]), rule.path_text(0), rule.defaults);
        match expected {
            Ok(expected) => assert_eq!((found.as_str(), told), (expected, Vec::new()), "{mount}"),
            Err(expected) => assert_eq!(told, [expected], "{mount}"),
        }
    }

    #[test]
    fn mounts() {
        check(json!("/support"), Ok(" /support/x []"));
        check(
            json!({ "prefix": "/:team/support", "domain": "Help.example.com", "scheme": "https", "defaults": { "n": 1 } }),
            Ok("https://help.example.com /:team/support/x [(\"n\", \"1\")]"),
        );
        check(json!({ "domain": ["*", "/^a$/"] }), Ok("*,/^a$/ /x []"));
        check(json!({}), Ok(" /x []"));
        for (mount, says) in [
            (json!("support"), "` is `support`, which is no path: write one such as \"/support\""),
            (
                json!(5),
                "` must be a path, or a table such as { prefix = \"/support\", domain = \"help.example.com\" } (it is a number)",
            ),
            (json!({ "prefix": 5 }), ".prefix` must be a path, as in \"/support\""),
            (
                json!({ "domain": "https://a" }),
                ".domain` is `https://a`, which is no domain: write one such as \"example.com\"",
            ),
            (
                json!({ "domain": "/(/" }),
                ".domain` has a pattern that cannot be read: unclosed group, at byte 1 of /(/",
            ),
            (json!({ "scheme": "ftp" }), ".scheme` must be \"http\" or \"https\""),
            (json!({ "defaults": { "a": [] } }), ".defaults.a` must be a text, a number or a boolean"),
        ] {
            check(mount, Err(&format!("the option `packages.shop.mount{says}")));
        }
        check(json!({ "prefx": "/" }), Err("there is no option `packages.shop.mount.prefx`"));
    }
}
