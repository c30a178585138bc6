//! URLs from rules: tables, and the way there and back.

#![allow(clippy::unwrap_used, clippy::panic)]

use proptest::prelude::*;
use proptest::test_runner::RngAlgorithm;
use ravand_router::{
    Domain, LanguageMode, Languages, Outcome, Part, Pattern, Request, Router, Rule, Scheme, UrlErrorKind,
    UrlOptions, parts,
};

/// Name, parameters, URL or error.
type Table<'a> = &'a [(&'a str, &'a [(&'a str, &'a str)], &'a str)];

fn pattern(source: &str) -> Pattern {
    Pattern::parse(source).unwrap()
}

fn named(name: &str, path: &str) -> Rule {
    Rule { name: Some(name.into()), ..Rule::path(parts(path)) }
}

fn router(mode: LanguageMode) -> Router {
    let mut builder = Router::builder();
    let id = Part::Dynamic { name: "id".into(), regex: Some(pattern(r"/^\d+$/")), values: vec![] };
    let kind =
        Part::Dynamic { name: "kind".into(), regex: None, values: vec!["open".into(), "closed".into()] };
    let tenant = Domain::Pattern(pattern(r"/^(?<tenant>[a-z]+)\.example\.com$/"));
    for rule in [
        named("home", "/"),
        named("page", "/:page"),
        Rule { name: Some("ticket".into()), ..Rule::path(vec![Part::Static("tickets".into()), id]) },
        Rule { name: Some("kind".into()), ..Rule::path(vec![Part::Static("a b".into()), kind]) },
        named("file", "/files/:path..."),
        named("middle", "/m/:path.../end"),
        named("two", "/t/:a.../x/:b..."),
        Rule {
            paths: vec![parts("/blog"), parts("/blog/:year"), parts("/:year/:slug/x")],
            ..named("blog", "/")
        },
        Rule {
            paths: vec![parts("/list/:kind/:page"), parts("/list/:kind"), parts("/list")],
            defaults: vec![("page".into(), "1".into()), ("kind".into(), "all".into())],
            ..named("list", "/")
        },
        Rule { defaults: vec![("by".into(), "date".into())], ..named("fixed", "/fixed") },
        Rule { absolute: true, ..named("api", "/api/:x") },
        Rule { domains: vec![tenant], ..named("tenant", "/tenant/:x") },
        Rule {
            domains: vec![Domain::Name("Help.example.com".into())],
            schemes: vec![Scheme::Https],
            ..named("help", "/help")
        },
        Rule {
            name: Some("news".into()),
            ..Rule::regex(pattern(r"#^/news/(?<year>\d{4})(?:/(?<slug>.+))?$#"))
        },
        Rule { name: Some("open".into()), ..Rule::regex(pattern("#^/o.*x.$#")) },
    ] {
        builder.add(rule).unwrap();
    }
    builder.languages(Languages::new(mode, ["en_US", "fa_IR"], "en_US").unwrap());
    builder.build()
}

fn check(router: &Router, options: &UrlOptions<'_>, table: Table<'_>) {
    for (name, params, expected) in table {
        let url = router.url_for(name, params, options);
        let text = url.unwrap_or_else(|error| error.to_string());
        assert_eq!(&text, expected, "{name} {params:?}");
    }
}

#[test]
fn urls_are_built() {
    let plain = UrlOptions::default();
    check(
        &router(LanguageMode::None),
        &plain,
        &[
            ("home", &[], "/"),
            ("home", &[("q", "a b&c=د")], "/?q=a%20b%26c%3D%D8%AF"),
            ("page", &[("page", "a/b?c#d%2F")], "/a%2Fb%3Fc%23d%252F"),
            ("page", &[("page", "~a:b@c;d,e!f$(g)*+='")], "/~a:b@c;d,e!f$(g)*+=%27"),
            ("page", &[("page", "سلام")], "/%D8%B3%D9%84%D8%A7%D9%85"),
            ("page", &[("page", "1"), ("page", "2")], "/2"),
            ("ticket", &[("id", "12"), ("tab", "x"), ("tab", "y")], "/tickets/12?tab=x&tab=y"),
            ("kind", &[("kind", "open")], "/a%20b/open"),
            ("file", &[], "/files"),
            ("file", &[("path", "a b/c//d")], "/files/a%20b/c//d"),
            ("middle", &[("path", "a/end")], "/m/a/end/end"),
            ("two", &[("a", "1/2"), ("b", "3")], "/t/1/2/x/3"),
            ("two", &[("a", "1")], "/t/1/x"),
            ("blog", &[], "/blog"),
            ("blog", &[("year", "2006")], "/blog/2006"),
            ("blog", &[("year", "2006"), ("slug", "s"), ("q", "1")], "/2006/s/x?q=1"),
            ("list", &[], "/list"),
            ("list", &[("page", "1"), ("kind", "all"), ("q", "1")], "/list?q=1"),
            ("list", &[("kind", "open"), ("page", "1")], "/list/open"),
            ("list", &[("page", "2")], "/list/all/2"),
            ("tenant", &[("x", "1"), ("tenant", "a")], "/tenant/1"),
            ("news", &[("year", "2006")], "/news/2006"),
            ("news", &[("year", "2006"), ("slug", "a b/c"), ("p", "1")], "/news/2006/a%20b/c?p=1"),
        ],
    );
}

#[test]
fn url_options() {
    let router = router(LanguageMode::None);
    let options = UrlOptions { trailing_slash: true, ..UrlOptions::default() };
    check(&router, &options, &[("home", &[], "/"), ("page", &[("page", "a"), ("b", "c")], "/a/?b=c")]);
    let options = UrlOptions { encode: false, ..UrlOptions::default() };
    check(&router, &options, &[("page", &[("page", "سلام /?"), ("ب", "&")], "/سلام%20%2F%3F?ب=%26")]);
    let options = UrlOptions {
        absolute: true,
        scheme: Some(Scheme::Http),
        host: Some("localhost:8080"),
        ..UrlOptions::default()
    };
    check(
        &router,
        &options,
        &[
            ("home", &[], "http://localhost:8080/"),
            ("help", &[], "https://help.example.com:8080/help"),
            ("tenant", &[("x", "1"), ("tenant", "one")], "http://one.example.com:8080/tenant/1"),
            (
                "tenant",
                &[("x", "1"), ("tenant", "1/evil")],
                "the URL of 'tenant' cannot have \"1/evil\" as 'tenant': it must match \
                 /^(?<tenant>[a-z]+)\\.example\\.com$/",
            ),
            (
                "tenant",
                &[("x", "1")],
                "the absolute URL of 'tenant' needs a host: the rule's domains name none",
            ),
        ],
    );
    // Whoever asks from another host or scheme than the rule's is told both.
    let from = |scheme, host| UrlOptions { scheme: Some(scheme), host: Some(host), ..UrlOptions::default() };
    check(
        &router,
        &from(Scheme::Http, "one.example.com:8080"),
        &[
            ("home", &[], "/"),
            ("help", &[], "https://help.example.com:8080/help"),
            ("tenant", &[("x", "1")], "/tenant/1"),
            ("tenant", &[("x", "1"), ("tenant", "one")], "/tenant/1"),
            ("tenant", &[("x", "1"), ("tenant", "two")], "http://two.example.com:8080/tenant/1"),
        ],
    );
    check(&router, &from(Scheme::Https, "help.example.com"), &[("help", &[], "/help")]);
    check(
        &router,
        &from(Scheme::Https, "example.org"),
        &[(
            "tenant",
            &[("x", "1")],
            "the absolute URL of 'tenant' needs a host: the rule's domains name none",
        )],
    );
    let options = UrlOptions { absolute: true, host: Some("evil.org/x"), ..UrlOptions::default() };
    check(
        &router,
        &options,
        &[
            ("help", &[], "https://help.example.com/help"),
            ("home", &[], "the absolute URL of 'home' needs a host: the rule's domains name none"),
        ],
    );
}

#[test]
fn urls_name_their_language() {
    let fa = UrlOptions { lang: Some("fa_IR"), ..UrlOptions::default() };
    check(
        &router(LanguageMode::UriShort),
        &fa,
        &[
            ("home", &[], "/fa"),
            ("page", &[("page", "a")], "/fa/a"),
            ("page", &[("page", "fa")], "/fa/fa"),
            ("api", &[("x", "1")], "/api/1"),
        ],
    );
    let en = UrlOptions { lang: Some("en"), ..UrlOptions::default() };
    let table: Table<'_> =
        &[("home", &[], "/"), ("page", &[("page", "a")], "/a"), ("page", &[("page", "fa")], "/en/fa")];
    check(&router(LanguageMode::UriShort), &en, table);
    check(&router(LanguageMode::UriShort), &UrlOptions::default(), table);
    check(&router(LanguageMode::UriComplete), &fa, &[("home", &[], "/fa_IR")]);
    check(
        &router(LanguageMode::Parameter),
        &fa,
        &[
            ("page", &[("page", "a"), ("b", "c")], "/a?b=c&lang=fa"),
            ("page", &[("page", "a"), ("lang", "c")], "/a?lang=c"),
            ("api", &[("x", "1")], "/api/1"),
        ],
    );
    let de = UrlOptions { lang: Some("de"), ..UrlOptions::default() };
    check(
        &router(LanguageMode::UriShort),
        &de,
        &[("home", &[], "the URL of 'home' cannot have the language 'de': it is not available")],
    );
}

#[test]
fn url_errors_name_the_parameter() {
    let error = |wants: &str, name: &str, parameter: &str, value: &str| {
        format!("the URL of '{name}' cannot have {value:?} as '{parameter}': {wants}")
    };
    let router = router(LanguageMode::None);
    let other_way = "with the other wildcards' values it would be read in another way";
    for (name, params, expected) in [
        ("tikcet", &[][..], "no rule has the name 'tikcet', perhaps 'ticket' is meant".to_owned()),
        ("xyz", &[], "no rule has the name 'xyz'".to_owned()),
        ("ticket", &[], "the URL of 'ticket' needs the parameter 'id'".to_owned()),
        ("ticket", &[("id", "x")], error(r"it must match /^\d+$/", "ticket", "id", "x")),
        ("kind", &[("kind", "x")], error("it must be one of open, closed", "kind", "kind", "x")),
        ("page", &[("page", "")], error("it must not be empty", "page", "page", "")),
        ("page", &[("page", "..")], error("clients resolve it", "page", "page", "..")),
        ("file", &[("path", "a/../b")], error("clients resolve dots", "file", "path", "a/../b")),
        ("file", &[("path", "/a")], error("it must not begin or end with a slash", "file", "path", "/a")),
        ("middle", &[("path", "")], error("it must not be empty", "middle", "path", "")),
        ("two", &[("a", "1/x/2"), ("b", "3")], error(other_way, "two", "a", "1/x/2")),
        (
            "fixed",
            &[("by", "name")],
            error("the rule's path has no place for it, and gives \"date\"", "fixed", "by", "name"),
        ),
        ("news", &[], "the URL of 'news' needs the parameter 'year'".to_owned()),
        (
            "news",
            &[("year", "2006"), ("slug", "../x")],
            error("clients would not send /news/2006/../x as it is", "news", "year", "2006"),
        ),
        (
            "open",
            &[],
            "no URL can be built from the regex #^/o.*x.$# of 'open': name its open groups".to_owned(),
        ),
    ] {
        let found = router.url_for(name, params, &UrlOptions::default()).unwrap_err();
        assert_eq!(found.to_string(), expected);
    }
    let error = router.url_for_rule(99, &[], &UrlOptions::default()).unwrap_err();
    assert_eq!(error.kind(), &UrlErrorKind::UnknownRule);
}

fn a_part() -> impl Strategy<Value = Part> {
    prop_oneof![
        3 => "[a-c/%?# .س]{1,3}".prop_map(Part::Static),
        3 => Just(Part::dynamic("")),
        1 => Just(Part::Dynamic {
            name: String::new(),
            regex: Some(pattern(r"/^\d+$/")),
            values: vec![],
        }),
        2 => Just(Part::wildcard("")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 20_000,
        failure_persistence: None,
        rng_algorithm: RngAlgorithm::XorShift,
        ..Default::default()
    })]

    #[test]
    fn urls_lead_back(
        paths in prop::collection::vec(prop::collection::vec(a_part(), 0..6), 1..5),
        values in prop::collection::vec(prop_oneof![
            "[a-c]{1,2}", "\\PC{0,4}", "[a-c/]{1,6}", "[0-9]{1,3}", "[/%?#& +.]{1,3}", Just("fa".to_owned()),
        ], 6),
        lang in prop::sample::select(vec![None, Some("fa_IR"), Some("en_US")]),
        encode: bool,
        absolute: bool,
        trailing_slash: bool,
    ) {
        let mut builder = Router::builder();
        for mut path in paths {
            for (at, part) in path.iter_mut().enumerate() {
                if let Part::Dynamic { name, .. } | Part::Wildcard { name, .. } = part {
                    *name = format!("p{at}");
                }
            }
            builder.add(Rule { absolute, ..Rule::path(path) }).unwrap();
        }
        builder.languages(Languages::new(LanguageMode::UriShort, ["en_US", "fa_IR"], "en_US").unwrap());
        let router = builder.build();
        for (index, rule) in router.rules().iter().enumerate() {
            let names: Vec<&str> = rule.paths[0].iter().filter_map(Part::name).collect();
            let params: Vec<(&str, &str)> =
                names.iter().zip(&values).map(|(name, value)| (*name, value.as_str())).collect();
            let options = UrlOptions { lang, encode, trailing_slash, ..UrlOptions::default() };
            let Ok(url) = router.url_for_rule(index, &params, &options) else { continue };
            prop_assert!(!url.starts_with("//") && !url.contains(['?', '#', ' ']), "{}", url);
            let request = Request::get(&url);
            let mut outcome = router.find(&request);
            loop {
                let Outcome::Found(found) = outcome else {
                    prop_assert!(false, "{} of {:?} is lost: {:?}", url, rule, outcome);
                    break;
                };
                if found.rule == index {
                    prop_assert_eq!(found.params.iter().collect::<Vec<_>>(), params, "{}", url);
                    let wanted = if absolute { "en_US" } else { lang.unwrap_or("en_US") };
                    prop_assert_eq!(found.lang, Some(wanted), "{}", url);
                    break;
                }
                outcome = router.find_after(&request, found.rank);
            }
        }
    }
}
