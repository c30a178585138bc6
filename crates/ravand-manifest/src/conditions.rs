//! A route's conditions: methods, domains, schemes, exceptions, patterns.

use ravand_core::{Address, AddressKey, ErrorKind, Problem, nearest};
use ravand_router::{Domain, Part, Pattern, Rule, Scheme};

use crate::Spanned;
use crate::fields::Field;
use crate::json::{Reader, Text};

/// The value of `method`, in upper case; empty for any.
pub(crate) fn methods(reader: &mut Reader<'_>, field: Field<'_>) -> Vec<String> {
    let mut methods = Vec::new();
    for text in reader.some_strings(field.key, field.value) {
        let method = text.value.to_ascii_uppercase();
        if !method.is_empty() && method.bytes().all(is_token) {
            warn_of_odd_method(reader, &method, text);
        } else {
            let problem = Problem::error(format!("`{}` is no HTTP method", text.value));
            reader.report(problem.help("write one, as in `\"GET\"`, or an array of them"), text.range);
            continue;
        }
        if !methods.contains(&method) {
            methods.push(method);
        }
    }
    if methods.iter().any(|method| method == "*") { Vec::new() } else { methods }
}

/// The value of `domain`; `rule` has the paths or the regex, whose parameters a pattern may not give again.
pub(crate) fn domains(reader: &mut Reader<'_>, field: Field<'_>, rule: &Rule) -> Vec<Domain> {
    let mut domains = Vec::new();
    for text in reader.some_strings(field.key, field.value) {
        let Some(domain) = domain(reader, field.key, text) else { continue };
        if let Domain::Pattern(pattern) = &domain {
            for name in pattern.names().filter(|name| has_parameter(rule, name)) {
                let problem =
                    Problem::error(format!("the parameter `{name}` is in the path and in the domain"));
                reader.report(problem.help("give one of them another name"), text.range);
            }
        }
        domains.push(domain);
    }
    domains
}

/// The value of `scheme`.
pub(crate) fn schemes(reader: &mut Reader<'_>, field: Field<'_>) -> Vec<Scheme> {
    let mut schemes = Vec::new();
    for text in reader.some_strings(field.key, field.value) {
        match text.value.to_ascii_lowercase().as_str() {
            "http" => schemes.push(Scheme::Http),
            "https" => schemes.push(Scheme::Https),
            other => {
                let problem =
                    Problem::error(format!("`{}` is no scheme: it is `http` or `https`", text.value));
                reader.report(problem.suggest(other, ["http", "https"]), text.range);
            }
        }
    }
    schemes
}

/// The value of `exceptions`: the framework's own errors by their name alone, others by their address.
pub(crate) fn exceptions(reader: &mut Reader<'_>, field: Field<'_>, owner: &str) -> Vec<Spanned<String>> {
    let texts = reader.some_strings(field.key, field.value);
    texts.into_iter().filter_map(|text| exception(reader, text, owner)).collect()
}

/// A pattern that is written in a string; what is wrong with it is reported at the letter.
pub(crate) fn pattern(reader: &mut Reader<'_>, key: &str, text: Text<'_>) -> Option<Pattern> {
    match Pattern::parse(text.value) {
        Ok(pattern) => Some(pattern),
        Err(error) => {
            let range = reader.within(text, error.offset(), 1);
            let problem = Problem::error(format!("`{key}` is no good pattern: {}", error.message()));
            let slashes = text.value.starts_with('/');
            let help = "a pattern is written between slashes, as in `/^[0-9]+$/`";
            reader.report(if slashes { problem } else { problem.help(help) }, range);
            None
        }
    }
}

/// The methods of RFC 9110 and 5789.
const METHODS: [&str; 9] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT"];

fn has_parameter(rule: &Rule, name: &str) -> bool {
    rule.paths.iter().flatten().filter_map(Part::name).any(|own| own == name)
        || rule.regex.iter().flat_map(Pattern::names).any(|own| own == name)
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn warn_of_odd_method(reader: &mut Reader<'_>, method: &str, text: Text<'_>) {
    if METHODS.contains(&method) || method == "*" {
        return;
    }
    let problem = Problem::warning(format!("`{method}` is an unusual method"));
    if method.contains('|') {
        reader.report(problem.help("several methods are an array: `[\"GET\", \"POST\"]`"), text.range);
    } else if let Some(near) = nearest(method, METHODS) {
        reader.report(problem.help(format!("did you mean `{near}`?")), text.range);
    }
}

fn domain(reader: &mut Reader<'_>, key: &str, text: Text<'_>) -> Option<Domain> {
    let name = text.value;
    if name == "*" {
        return Some(Domain::Any);
    }
    if name.starts_with('/') {
        return pattern(reader, key, text).map(Domain::Pattern);
    }
    let letters = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b));
    let ip6 = name.starts_with('[') && name.ends_with(']');
    if !name.is_empty() && (letters || ip6) {
        return Some(Domain::Name(name.to_ascii_lowercase()));
    }
    let problem = Problem::error(format!("`{name}` is no domain"));
    let problem = if name.contains("//") || name.contains(':') {
        problem.help("a domain has no scheme, port or path: `example.com`")
    } else if name.contains('*') {
        problem
            .help("subdomains are a pattern: `/^[^.]+\\.example\\.com$/`, with `\\\\` for each `\\` in JSON")
    } else if !name.is_ascii() {
        problem.help("an international name is written as browsers send it, in ASCII: `xn--…`")
    } else {
        problem.help("a domain is `*`, a name such as `example.com`, or a pattern between slashes")
    };
    reader.report(problem, text.range);
    None
}

fn exception(reader: &mut Reader<'_>, text: Text<'_>, owner: &str) -> Option<Spanned<String>> {
    let address = match Address::parse(text.value, owner) {
        Ok(address) if address.method().is_none() => address,
        Ok(_) => {
            reader.report(Problem::error("an error's class has no `@method`"), text.range);
            return None;
        }
        Err(error) => {
            reader.report(Problem::error(format!("`exceptions`: {error}")), text.range);
            return None;
        }
    };
    let bare = !text.value.trim_start_matches(['/', '\\']).contains(['/', '\\']);
    let base = AddressKey::of(address.package()) == AddressKey::of("base");
    let known = known_errors();
    let name = address.class_name();
    if bare || base {
        if let Some(class) = known.iter().find(|class| AddressKey::of(class) == AddressKey::of(name)) {
            return Some(reader.spanned((*class).to_owned(), text.range));
        }
        let near = nearest(name, known.iter().copied());
        if base || near.is_some() {
            let problem = Problem::error(format!("there is no error `{name}` in the framework"));
            let problem = match near {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem.help(format!("there are {}", crate::fields::list(&known))),
            };
            reader.report(problem, text.range);
            return None;
        }
    }
    Some(reader.spanned(address.as_str().to_owned(), text.range))
}

/// The classes of the framework's errors, families included.
fn known_errors() -> Vec<&'static str> {
    let mut names: Vec<&str> = ErrorKind::all().map(ErrorKind::class).collect();
    for family in ErrorKind::all().flat_map(ErrorKind::ancestry) {
        if !names.contains(&family) {
            names.push(family);
        }
    }
    names
}
