//! Rules, requests and parameters made of arbitrary bytes.

use libfuzzer_sys::arbitrary::{Arbitrary, Result, Unstructured};
use ravand_router::{Domain, LanguageMode, Languages, Mount, Part, Pattern, Router, Rule, Scheme};

/// Segments that meet often, so that rules and requests do.
const WORDS: [&str; 8] = ["a", "b", "fa", "en", "7", "a/b", "س", "."];
/// The same as they stand in a path, and some that are odd there.
const RAW: [&str; 13] = ["a", "b", "fa", "en", "7", "a%2Fb", "%61", "س", "%D8%B3", "", ".", "%zz", "%FF"];
const METHODS: [&str; 6] = ["GET", "POST", "HEAD", "PURGE", "OPTIONS", "PUT"];
const HOSTS: [&str; 5] = ["x.org", "y.org", "z.org:8080", "Q.ORG", ""];
const REGEXES: [&str; 6] = ["/^[ab]$/", r"/^\d+$/", "/b$/", "/^[^b]/", "#^/fa/#", "#(?<tail>[a-z]+)/?$#"];
const DOMAINS: [&str; 2] = [r"/^[xz]\./", r"/^(?<shop>[a-z])\.org$/"];

/// A router, what it was made of, and the requests to try.
#[derive(Debug)]
pub struct Case {
    /// The compiled rules.
    pub router: Router,
    /// Requests: method, scheme, host, raw path, `lang`.
    pub requests: Vec<(String, Scheme, String, String, Option<String>)>,
    /// Values for parameters.
    pub values: Vec<String>,
}

impl<'a> Arbitrary<'a> for Case {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        let mut builder = Router::builder();
        let mode = *bytes.choose(&[
            LanguageMode::None,
            LanguageMode::Parameter,
            LanguageMode::UriShort,
            LanguageMode::UriComplete,
        ])?;
        if let Ok(languages) = Languages::new(mode, ["en_US", "fa_IR", "fa_AF"], "en_US") {
            builder.languages(languages);
        }
        builder.default_domains(domains(bytes)?);
        for _ in 0..bytes.int_in_range(1..=12)? {
            // Rules that the builder refuses are not in the router.
            let _ = builder.add(rule(bytes)?);
        }
        let mut requests = Vec::new();
        for _ in 0..bytes.int_in_range(1..=6)? {
            requests.push((
                (*bytes.choose(&METHODS)?).to_owned(),
                scheme(bytes)?,
                (*bytes.choose(&HOSTS)?).to_owned(),
                raw_path(bytes)?,
                if bytes.ratio(1, 4)? { Some((*bytes.choose(&WORDS)?).to_owned()) } else { None },
            ));
        }
        let mut values = Vec::new();
        for _ in 0..bytes.int_in_range(1..=6)? {
            values.push(word(bytes)?);
        }
        Ok(Self { router: builder.build(), requests, values })
    }
}

fn rule(bytes: &mut Unstructured<'_>) -> Result<Rule> {
    let mut rule = Rule::default();
    if bytes.ratio(1, 10)? {
        rule.regex = pattern(bytes)?;
    } else {
        for _ in 0..bytes.int_in_range(1..=3)? {
            rule.paths.push(path(bytes)?);
        }
    }
    for _ in 0..bytes.int_in_range(0..=2)? {
        rule.methods.push((*bytes.choose(&METHODS)?).to_owned());
    }
    rule.domains = domains(bytes)?;
    if bytes.ratio(1, 6)? {
        rule.schemes.push(scheme(bytes)?);
    }
    rule.absolute = bytes.ratio(1, 5)?;
    if bytes.ratio(1, 5)? {
        rule.defaults = vec![("p1".to_owned(), word(bytes)?), ("own".to_owned(), word(bytes)?)];
    }
    if bytes.ratio(1, 6)? {
        // Where nothing can stand in front of a regex, the rule stays as it is.
        let mount = Mount { prefix: path(bytes)?, domains: domains(bytes)?, ..Mount::default() };
        rule = rule.clone().mounted(&mount).unwrap_or(rule);
    }
    Ok(rule)
}

fn path(bytes: &mut Unstructured<'_>) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    for at in 0..bytes.int_in_range(0..=5)? {
        let regex = if bytes.ratio(1, 5)? { pattern(bytes)? } else { None };
        let values = if bytes.ratio(1, 7)? { vec!["a".to_owned(), "a/b".to_owned()] } else { Vec::new() };
        let name = format!("p{at}");
        parts.push(match bytes.int_in_range(0..=6)? {
            0..=3 => Part::Static(word(bytes)?),
            4 | 5 => Part::Dynamic { name, regex, values },
            _ => Part::Wildcard { name, regex, values },
        });
    }
    Ok(parts)
}

fn domains(bytes: &mut Unstructured<'_>) -> Result<Vec<Domain>> {
    Ok(match bytes.int_in_range(0..=8)? {
        0 => vec![Domain::Any],
        1 => vec![Domain::Name("x.org".to_owned())],
        2 => {
            let pattern = Pattern::parse(bytes.choose(&DOMAINS)?).map(Domain::Pattern);
            pattern.into_iter().chain([Domain::Name("y.org".to_owned())]).collect()
        }
        _ => Vec::new(),
    })
}

fn scheme(bytes: &mut Unstructured<'_>) -> Result<Scheme> {
    Ok(if bytes.arbitrary()? { Scheme::Https } else { Scheme::Http })
}

/// A pattern of the list, or of arbitrary text; none when that text is no pattern.
fn pattern(bytes: &mut Unstructured<'_>) -> Result<Option<Pattern>> {
    if bytes.ratio(3, 4)? {
        return Ok(Pattern::parse(bytes.choose(&REGEXES)?).ok());
    }
    let text: &str = bytes.arbitrary()?;
    Ok(Pattern::parse(&format!("/{}/", text.get(..24).unwrap_or(text))).ok())
}

fn word(bytes: &mut Unstructured<'_>) -> Result<String> {
    if bytes.ratio(3, 4)? { Ok((*bytes.choose(&WORDS)?).to_owned()) } else { bytes.arbitrary() }
}

fn raw_path(bytes: &mut Unstructured<'_>) -> Result<String> {
    if bytes.ratio(1, 8)? {
        return bytes.arbitrary();
    }
    let mut path = String::new();
    for _ in 0..bytes.int_in_range(1..=6)? {
        path.push('/');
        path.push_str(bytes.choose(&RAW)?);
    }
    Ok(path)
}
