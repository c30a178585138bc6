//! The compiled matcher against the documented precedence, written as a plain
//! ordered scan that shares no code with it.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::test_runner::RngAlgorithm;
use ravand_router::{Domain, LanguageMode, Languages, Outcome, Part, Pattern, Request, Router, Rule, Scheme};

/// What the scan says: rule, parameters and language; or 405; or 404.
#[derive(Debug, PartialEq)]
enum Said {
    Found(usize, Vec<(String, String)>, Option<String>),
    Allow(Vec<String>),
    Nothing,
}

/// Segments that are longer than eight and sixteen bytes; two of them have the same beginning and end.
const LONG: [&str; 3] = ["long-segment", "segment-one-of-many-segments", "segment-two-of-many-segments"];

/// The patterns of parameters, of a domain, of rules: compiled once.
static PATTERNS: LazyLock<[Pattern; 9]> = LazyLock::new(|| {
    ["/^[ab]$/", r"/^\d+$/", "/b$/", "/^[^b]/", r"/^[xz]\./", "#^/a#", "#b/?$#", "#^/$#", "#^/fa/#"]
        .map(|source| Pattern::parse(source).unwrap())
});

/// Class, wildcards, dynamic parts, parts, load order, path.
type Key = (u8, usize, usize, usize, usize, usize);

type Bindings = Vec<(String, String)>;

/// All rules that are for the request, in order, and the end.
fn scan(rules: &[Rule], mode: LanguageMode, request: &Request<'_>) -> Vec<Said> {
    let mut order: Vec<(Key, &Rule, Option<&Vec<Part>>)> = Vec::new();
    for (index, rule) in rules.iter().enumerate() {
        for (path, parts) in rule.paths.iter().enumerate() {
            let wild = parts.iter().filter(|part| matches!(part, Part::Wildcard { .. })).count();
            let dynamic = parts.iter().filter(|part| matches!(part, Part::Dynamic { .. })).count();
            let class = u8::from(!rule.absolute);
            order.push(((class, wild, dynamic, 1000 - parts.len(), index, path), rule, Some(parts)));
        }
        if rule.regex.is_some() {
            order.push(((2, 0, 0, 0, index, 0), rule, None));
        }
    }
    order.sort_by_key(|(key, ..)| *key);

    let text = decode(request.path);
    let mut segments: Vec<String> = request.path[1..].split('/').map(decode).collect();
    if segments.last().is_some_and(String::is_empty) {
        segments.pop();
    }
    let (mut lang, mut skip) = (None, 0);
    if mode == LanguageMode::UriShort {
        let first = segments.first().map(String::as_str);
        lang = Some(if first == Some("fa") { "fa_IR" } else { "en_US" });
        skip = usize::from(first == Some("fa") || first == Some("en"));
    }

    let mut said = Vec::new();
    let mut allow: Vec<String> = Vec::new();
    for ((_, _, _, _, index, _), rule, parts) in order {
        let taken = match (parts, &rule.regex) {
            (None, Some(regex)) => regex.is_match(&text).then(Vec::new),
            (Some(parts), _) => scan_path(parts, if rule.absolute { &segments } else { &segments[skip..] }),
            _ => None,
        };
        let scheme = rule.schemes.is_empty() || rule.schemes.contains(&request.scheme);
        let domain = rule.domains.is_empty()
            || rule.domains.iter().any(|domain| match domain {
                Domain::Any => true,
                Domain::Name(name) => name == request.host,
                Domain::Pattern(pattern) => pattern.is_match(request.host),
            });
        let Some(mut bindings) = taken.filter(|_| scheme && domain) else { continue };
        for (name, value) in &rule.defaults {
            if bindings.iter().all(|(own, _)| own != name) {
                bindings.push((name.clone(), value.clone()));
            }
        }
        let method = rule
            .methods
            .iter()
            .any(|method| method == request.method || (method == "GET" && request.method == "HEAD"));
        if rule.methods.is_empty() || method {
            let lang = if rule.absolute && skip == 1 { lang.map(|_| "en_US") } else { lang };
            said.push(Said::Found(index, bindings, lang.map(str::to_owned)));
            allow.clear();
        } else {
            allow.extend(rule.methods.iter().cloned());
            if rule.methods.contains(&"GET".to_owned()) {
                allow.push("HEAD".to_owned());
            }
        }
    }
    if allow.is_empty() {
        said.push(Said::Nothing);
    } else {
        allow.push("OPTIONS".to_owned());
        allow.sort();
        allow.dedup();
        said.push(Said::Allow(allow));
    }
    said
}

/// The first way to share the segments among the parts.
fn scan_path(parts: &[Part], segments: &[String]) -> Option<Bindings> {
    let Some(part) = parts.first() else { return segments.is_empty().then(Vec::new) };
    let (name, regex, values, lengths) = match part {
        Part::Static(text) => {
            return if segments.first() == Some(text) {
                scan_path(&parts[1..], &segments[1..])
            } else {
                None
            };
        }
        Part::Dynamic { name, regex, values } => (name, regex, values, 1..2),
        Part::Wildcard { name, regex, values } => {
            let least = usize::from(parts.len() > 1 || !segments.is_empty());
            (name, regex, values, least..segments.len() + 1)
        }
    };
    for length in lengths {
        let Some(value) = segments.get(..length) else { continue };
        if value.first().is_some_and(String::is_empty) || value.last().is_some_and(String::is_empty) {
            continue;
        }
        let joined = value.join("/");
        let meets = regex.as_ref().is_none_or(|regex| regex.is_match(&joined))
            && (values.is_empty() || values.contains(&joined));
        if let Some(mut rest) = scan_path(&parts[1..], &segments[length..]).filter(|_| meets) {
            rest.insert(0, (name.clone(), joined));
            return Some(rest);
        }
    }
    None
}

fn decode(text: &str) -> String {
    text.replace("%61", "a").replace("%2F", "/").replace("%D8%B3", "س").replace("%25", "%")
}

fn said(outcome: Outcome<'_>) -> Said {
    match outcome {
        Outcome::Found(found) => {
            let params = found.params.iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
            Said::Found(found.rule, params.collect(), found.lang.map(str::to_owned))
        }
        Outcome::NotFound => Said::Nothing,
        Outcome::MethodNotAllowed { allow } => Said::Allow(allow),
        Outcome::BadRequest(bad) => panic!("{bad}"),
    }
}

fn compiled(rules: &[Rule], mode: LanguageMode) -> Router {
    let mut builder = Router::builder();
    for rule in rules {
        builder.add(rule.clone()).unwrap();
    }
    builder.languages(Languages::new(mode, ["en_US", "fa_IR"], "en_US").unwrap());
    builder.build()
}

fn a_part() -> impl Strategy<Value = Part> {
    let regex = prop_oneof![
        4 => Just(None),
        1 => prop::sample::select(&PATTERNS[..4]).prop_map(Some),
    ];
    let values = prop_oneof![6 => Just(vec![]), 1 => Just(vec!["a".to_owned(), "a/b".to_owned()])];
    prop_oneof![
        4 => prop::sample::select(vec!["a", "b", "fa", "7", "a/b", "س", "%61", LONG[0], LONG[1], LONG[2]])
            .prop_map(|text| Part::Static(text.to_owned())),
        2 => (regex.clone(), values.clone())
            .prop_map(|(regex, values)| Part::Dynamic { name: String::new(), regex, values }),
        1 => (regex, values)
            .prop_map(|(regex, values)| Part::Wildcard { name: String::new(), regex, values }),
    ]
}

/// Parts with the names p0, p1, …
fn a_path() -> impl Strategy<Value = Vec<Part>> {
    prop::collection::vec(a_part(), 0..6).prop_map(|mut parts| {
        for (at, part) in parts.iter_mut().enumerate() {
            if let Part::Dynamic { name, .. } | Part::Wildcard { name, .. } = part {
                *name = format!("p{at}");
            }
        }
        parts
    })
}

fn a_rule() -> impl Strategy<Value = Rule> {
    let methods = prop_oneof![
        3 => Just(vec![]),
        2 => prop::collection::vec(
            prop::sample::select(vec!["GET", "POST", "HEAD", "PURGE", "OPTIONS"]).prop_map(str::to_owned),
            1..3,
        ),
    ];
    let domains = prop_oneof![
        5 => Just(vec![]),
        1 => Just(vec![Domain::Name("x.org".to_owned())]),
        1 => Just(vec![Domain::Pattern(PATTERNS[4].clone()), Domain::Name("y.org".into())]),
        1 => Just(vec![Domain::Any]),
    ];
    let schemes = prop_oneof![5 => Just(vec![]), 1 => Just(vec![Scheme::Https])];
    let regex = prop::sample::select(&PATTERNS[5..]).prop_map(Rule::regex);
    let paths = prop::collection::vec(a_path(), 1..3).prop_map(|paths| Rule { paths, ..Rule::default() });
    let base = prop_oneof![1 => regex, 12 => paths];
    let defaults = prop_oneof![
        4 => Just(vec![]),
        1 => Just(vec![("p1".to_owned(), "one".to_owned()), ("own".to_owned(), "a/b".to_owned())]),
    ];
    (base, methods, domains, schemes, prop::bool::weighted(0.2), defaults).prop_map(
        |(rule, methods, domains, schemes, absolute, defaults)| Rule {
            methods,
            domains,
            schemes,
            absolute,
            defaults,
            ..rule
        },
    )
}

fn a_raw_path() -> impl Strategy<Value = String> {
    let segment = prop::sample::select(vec![
        "a", "b", "fa", "7", "a%2Fb", "%61", "س", "%D8%B3", "%2561", "", ".", LONG[0], LONG[1], LONG[2],
    ]);
    prop::collection::vec(segment, 1..7).prop_map(|segments| format!("/{}", segments.join("/")))
}

proptest! {
    #![proptest_config(config(100_000))]

    #[test]
    fn the_matcher_is_the_scan(
        rules in prop::collection::vec(a_rule(), 1..16),
        paths in prop::collection::vec(a_raw_path(), 8),
        method in prop::sample::select(vec!["GET", "POST", "HEAD", "PURGE", "OPTIONS", "PUT"]),
        host in prop::sample::select(vec!["x.org", "y.org", "z.org", "q.org"]),
        https: bool,
        in_path: bool,
    ) {
        let mode = if in_path { LanguageMode::UriShort } else { LanguageMode::None };
        let router = compiled(&rules, mode);
        let scheme = if https { Scheme::Https } else { Scheme::Http };
        for path in &paths {
            let request = Request { method, scheme, host, path, lang_parameter: None };
            let mut found = Vec::new();
            let mut matched = Vec::new();
            let mut outcome = router.find(&request);
            loop {
                let next = if let Outcome::Found(found) = &outcome { Some(found.rank) } else { None };
                found.push(said(outcome));
                let Some(rank) = next else { break };
                matched.push(rank);
                outcome = router.find_after(&request, rank);
            }
            prop_assert_eq!(&found, &scan(&rules, mode, &request), "{}", path);
            let tried = router.explain(&request).unwrap();
            let explained: Vec<_> = tried.iter().filter(|tried| tried.matched()).map(|tried| tried.rank).collect();
            prop_assert_eq!(explained, matched, "{}", path);
        }
    }
}

proptest! {
    #![proptest_config(config(10_000))]

    #[test]
    fn what_is_unreachable_is_never_found(
        rules in prop::collection::vec(a_rule(), 1..16),
        paths in prop::collection::vec(a_raw_path(), 20),
        method in prop::sample::select(vec!["GET", "POST", "HEAD", "PURGE"]),
        host in prop::sample::select(vec!["x.org", "y.org", "z.org", "q.org"]),
    ) {
        let router = compiled(&rules, LanguageMode::None);
        let unreachable = router.unreachable();
        for path in &paths {
            let request = Request { method, scheme: Scheme::Https, host, path, lang_parameter: None };
            if let Outcome::Found(found) = router.find(&request) {
                prop_assert!(unreachable.iter().all(|one| one.rank != found.rank), "{}", path);
            }
        }
    }

    #[test]
    fn no_path_panics(path in "[/%a0-9.F\\PC]{0,40}", rules in prop::collection::vec(a_rule(), 1..8)) {
        let router = compiled(&rules, LanguageMode::UriShort);
        let request = Request::get(&path);
        prop_assert_eq!(
            matches!(router.find(&request), Outcome::BadRequest(_)),
            router.explain(&request).is_err()
        );
        let _ = ravand_router::conventional(&path, |_| None);
    }
}

/// So many cases, or what `PROPTEST_CASES` says.
fn config(cases: u32) -> ProptestConfig {
    let wanted = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: wanted.unwrap_or(cases),
        failure_persistence: None,
        // A strong source of chance would take longer than all that is tested.
        rng_algorithm: RngAlgorithm::XorShift,
        ..Default::default()
    }
}
