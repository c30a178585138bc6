//! What each feature of rules matches, in small tables.

#![allow(clippy::unwrap_used, clippy::panic)]

use ravand_router::{
    BadPath, Domain, LanguageMode, Languages, Outcome, Part, Pattern, Request, Router, RouterBuilder, Rule,
    RuleErrorKind, Scheme, parts,
};

fn pattern(source: &str) -> Pattern {
    Pattern::parse(source).unwrap()
}

fn builder(rules: impl IntoIterator<Item = Rule>) -> RouterBuilder {
    let mut builder = Router::builder();
    for rule in rules {
        builder.add(rule).unwrap();
    }
    builder
}

/// Rules that are written as paths, `GET|POST /path` or `!/absolute`.
fn rule(text: &str) -> Rule {
    let (methods, path) = match text.starts_with('/') {
        true => ("", text),
        false => text.split_once(' ').unwrap_or(("", text)),
    };
    let methods = methods.split('|').filter(|method| !method.is_empty()).map(str::to_owned).collect();
    let absolute = path.starts_with('!');
    Rule { methods, absolute, ..Rule::path(parts(path.trim_start_matches('!'))) }
}

fn tell(outcome: &Outcome<'_>) -> String {
    match outcome {
        Outcome::Found(found) => {
            let mut text = found.rule.to_string();
            if let Some(lang) = found.lang {
                text.push_str(&format!(" @{lang}"));
            }
            for (name, value) in found.params.iter() {
                text.push_str(&format!(" {name}={value}"));
            }
            text
        }
        Outcome::NotFound => "404".to_owned(),
        Outcome::MethodNotAllowed { allow } => format!("405 {}", allow.join(",")),
        Outcome::BadRequest(bad) => format!("400 {bad:?}"),
    }
}

/// Each request is `[METHOD] [scheme://host]/path`.
fn check(router: &Router, table: &[(&str, &str)]) {
    for (text, expected) in table {
        let (method, url) = text.split_once(' ').unwrap_or(("GET", text));
        let whole = url.split_once("://").filter(|_| !url.starts_with('/'));
        let scheme = whole.map_or(Scheme::Http, |(scheme, _)| match scheme {
            "https" => Scheme::Https,
            _ => Scheme::Http,
        });
        let (host, path) = match whole {
            Some((_, rest)) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
            None => ("localhost", url),
        };
        let (path, lang) = match path.split_once("?lang=") {
            Some((path, lang)) => (path, Some(lang)),
            None => (path, None),
        };
        let request = Request { method, scheme, host, path, lang_parameter: lang };
        let outcome = router.find(&request);
        assert_eq!(&tell(&outcome), expected, "{text}");
        // The plain scan says the same.
        if let Ok(tried) = router.explain(&request) {
            let first = tried.iter().find(|tried| tried.matched());
            let found = if let Outcome::Found(found) = &outcome { Some(found) } else { None };
            assert_eq!(first.map(|tried| tried.rank), found.map(|found| found.rank), "{text}");
            assert_eq!(first.and_then(|tried| tried.params.as_ref()), found.map(|found| &found.params));
        }
    }
}

fn check_rules(rules: &[&str], table: &[(&str, &str)]) {
    check(&builder(rules.iter().map(|text| rule(text))).build(), table);
}

#[test]
fn static_paths() {
    check_rules(
        &["/", "/a", "/a/b", "/10", "/0", "/a b", "/سلام"],
        &[
            ("/", "0"),
            ("", "0"),
            ("/a", "1"),
            ("/a/", "1"),
            ("/a/b", "2"),
            ("/a/b/", "2"),
            ("/10", "3"),
            ("/010", "404"),
            ("/10.0", "404"),
            ("/0", "4"),
            ("/0/", "4"),
            ("/A", "404"),
            ("/a/c", "404"),
            ("/%61", "1"),
            ("/%61/%62/", "2"),
            ("/a%20b", "5"),
            ("/a+b", "404"),
            ("/%D8%B3%D9%84%D8%A7%D9%85", "6"),
            ("/سلام", "6"),
        ],
    );
}

#[test]
fn odd_paths() {
    let mut rules: Vec<Rule> =
        ["/", "/a/:x", "/b/:x...", "/c/../d", "/e/:x/f"].iter().map(|text| rule(text)).collect();
    rules.push(Rule::path(vec![Part::Static("x/y".into())]));
    check(
        &builder(rules).build(),
        &[
            ("//", "404"),
            ("///", "404"),
            ("//a/1", "404"),
            ("/a", "404"),
            ("/a/", "404"),
            ("/a//", "404"),
            ("/a/0/", "1 x=0"),
            ("/a/1//", "404"),
            ("/a//1", "404"),
            ("/e//f", "404"),
            ("/a/..", "1 x=.."),
            ("/a/%2E%2E", "1 x=.."),
            ("/a/b%2Fc", "1 x=b/c"),
            ("/a/b%252Fc", "1 x=b%2Fc"),
            ("/a/%00", "1 x=\0"),
            ("/b", "2 x="),
            ("/b/", "2 x="),
            ("/b//", "404"),
            ("/b//1", "404"),
            ("/b/http://x", "2 x=http://x"),
            ("/b/1//", "404"),
            ("/b/1/../2", "2 x=1/../2"),
            ("/c/../d", "3"),
            ("/d", "404"),
            ("/x/y", "404"),
            ("/x%2Fy", "5"),
            ("/x%2fy/", "5"),
            ("/%", "400 Percent { offset: 1 }"),
            ("/a/%4", "400 Percent { offset: 3 }"),
            ("/nowhere/%zz", "400 Percent { offset: 9 }"),
            ("/a/%FF", "400 Utf8 { offset: 3 }"),
            ("/a/%C3%A9", "1 x=é"),
            ("a", "400 NoSlash"),
            ("*", "400 NoSlash"),
        ],
    );
    assert_eq!(
        BadPath::Percent { offset: 3 }.to_string(),
        "malformed percent-encoding at byte 3 of the path"
    );
}

#[test]
fn dynamic_parts() {
    let dynamic = |regex: Option<&str>, values: &[&str]| Part::Dynamic {
        name: "x".into(),
        regex: regex.map(pattern),
        values: values.iter().map(ToString::to_string).collect(),
    };
    let path = |part| Rule::path(vec![Part::Static("a".into()), part]);
    check(
        &builder([
            path(dynamic(Some(r"/^\d+$/"), &[])),
            path(dynamic(None, &["up", "down", "a b"])),
            path(dynamic(Some("/^[a-m]/i"), &["ant", "Bee", "zoo"])),
            path(dynamic(Some("/^k/i"), &[])),
            Rule::path(parts("/:p/:q")),
        ])
        .build(),
        &[
            ("/a/12", "0 x=12"),
            ("/a/%31", "0 x=1"),
            ("/a/up", "1 x=up"),
            ("/a/a%20b", "1 x=a b"),
            ("/a/Up", "4 p=a q=Up"),
            ("/a/Bee", "2 x=Bee"),
            ("/a/zoo", "4 p=a q=zoo"),
            ("/a/Kiwi", "3 x=Kiwi"),
        ],
    );
}

#[test]
fn wildcards() {
    let digits = Part::Wildcard { name: "x".into(), regex: Some(pattern(r"/^[\d\/]+$/")), values: vec![] };
    let mut rules: Vec<Rule> = ["/a/:x...", "/b/:x.../end", "/c/:x.../m/:y...", "/d/:x.../:y.../z", "/b/end"]
        .iter()
        .map(|text| rule(text))
        .collect();
    rules.push(Rule::path(vec![Part::Static("n".into()), digits.clone(), Part::Static("z".into())]));
    rules.push(Rule::path(vec![Part::Static("n".into()), digits]));
    check(
        &builder(rules).build(),
        &[
            ("/a", "0 x="),
            ("/a/1/2/3", "0 x=1/2/3"),
            ("/a/1%2F2/3/", "0 x=1/2/3"),
            ("/b", "404"),
            ("/b/end", "4"),
            ("/b/1/end", "1 x=1"),
            ("/b/end/end", "1 x=end"),
            ("/b/1/end/2/end", "1 x=1/end/2"),
            ("/b/1/end/2", "404"),
            ("/c/1/m", "2 x=1 y="),
            ("/c/m/m", "2 x=m y="),
            ("/c/1/m/2/m/3", "2 x=1 y=2/m/3"),
            ("/c/m", "404"),
            ("/d/1/2/z", "3 x=1 y=2"),
            ("/d/1/2/3/z", "3 x=1 y=2/3"),
            ("/d/1/z", "404"),
            ("/n/1/2/z", "5 x=1/2"),
            ("/n/1/2", "6 x=1/2"),
            ("/n", "404"),
            ("/n/1/b", "404"),
        ],
    );
}

#[test]
fn precedence() {
    check_rules(
        &["/:a...", "/:a/:b", "/x/:b", "/:a/y", "/x/y", "/x/:b...", "/:a/:b/c", "!/:z...", "!/only"],
        &[("/x/y", "7 z=x/y"), ("/only", "8")],
    );
    check_rules(
        &["/:a...", "/:a/:b", "/x/:b", "/:a/y", "/x/y", "/x/:b...", "/x/z/:w...", "/:a/q/c", "/x/:b/c"],
        &[
            ("/x/y", "4"),
            ("/x/1", "2 b=1"),
            ("/1/y", "3 a=1"),
            ("/1/2", "1 a=1 b=2"),
            ("/x", "5 b="),
            ("/x/1/2", "5 b=1/2"),
            ("/1/2/3", "0 a=1/2/3"),
            ("/x/z/1/2", "6 w=1/2"),
            ("/x/q/c", "7 a=x"),
        ],
    );
}

#[test]
fn methods() {
    check_rules(
        &["GET /a", "POST|PUT /a", "DELETE /:x", "HEAD /h", "GET /h", "/any", "OPTIONS /o", "PURGE|get /p"],
        &[
            ("GET /a", "0"),
            ("HEAD /a", "0"),
            ("PUT /a", "1"),
            ("DELETE /a", "2 x=a"),
            ("PATCH /a", "405 DELETE,GET,HEAD,OPTIONS,POST,PUT"),
            ("OPTIONS /a", "405 DELETE,GET,HEAD,OPTIONS,POST,PUT"),
            ("get /a", "405 DELETE,GET,HEAD,OPTIONS,POST,PUT"),
            ("HEAD /h", "3"),
            ("GET /h", "4"),
            ("OPTIONS /any", "5"),
            ("BREW /any", "5"),
            ("OPTIONS /o", "6"),
            ("GET /o", "405 DELETE,OPTIONS"),
            ("PURGE /p", "7"),
            ("POST /p", "405 DELETE,GET,HEAD,OPTIONS,PURGE"),
            ("POST /nothing/here", "404"),
        ],
    );
}

#[test]
fn domains_and_schemes() {
    let domains = |path: &str, domains: Vec<Domain>| Rule { domains, ..rule(path) };
    let secure = Rule { schemes: vec![Scheme::Https], ..rule("/s") };
    let tenant = Domain::Pattern(pattern(r"/^(?<tenant>[a-z]+)\.example\.com$/"));
    let regex = Rule { domains: vec![tenant.clone()], ..Rule::regex(pattern("#^/r/(?<x>.+)$#")) };
    let mut builder = builder([
        domains("/a", vec![Domain::Name("One.example.com".into())]),
        domains("/a", vec![Domain::Name("x.org".into()), tenant.clone()]),
        domains("/b/:x", vec![tenant]),
        domains("/c", vec![Domain::Any]),
        rule("/d"),
        rule("POST /a"),
        secure,
        regex,
    ]);
    builder.default_domains(vec![Domain::Name("main.org".into())]);
    check(
        &builder.build(),
        &[
            ("http://one.example.com/a", "0"),
            ("http://ONE.EXAMPLE.COM:8080/a", "0"),
            ("http://two.example.com/a", "1 tenant=two"),
            ("http://TWO.example.com./a", "1 tenant=two"),
            ("http://x.org/a", "1"),
            ("http://y.org/a", "404"),
            ("http://main.org/a", "405 OPTIONS,POST"),
            ("POST http://main.org/a", "5"),
            ("POST http://one.example.com/a", "0"),
            ("http://two.example.com/b/1", "2 tenant=two x=1"),
            ("http://any.where/c", "3"),
            ("http://main.org/d", "4"),
            ("http://other.org/d", "404"),
            ("https://main.org/s", "6"),
            ("http://main.org/s", "404"),
            ("http://two.example.com/r/1/2", "7 tenant=two x=1/2"),
            ("http://main.org/r/1", "404"),
        ],
    );
}

#[test]
fn regex_rules_come_last() {
    let regex = |source: &str| Rule::regex(pattern(source));
    check(
        &builder([
            regex("#^/r/(?<id>[0-9]+)(?:/(?<tail>.*))?$#"),
            regex("#^/r/#"),
            rule("/r/1"),
            Rule { methods: vec!["POST".into()], ..regex("#^/p$#") },
            regex(r"#^/s/\w+$#i"),
        ])
        .build(),
        &[
            ("/r/1", "2"),
            ("/r/2", "0 id=2"),
            ("/r/2/", "0 id=2 tail="),
            ("/r/2/a//b/", "0 id=2 tail=a//b/"),
            ("/r/x", "1"),
            ("/r/%32", "0 id=2"),
            ("/p", "405 OPTIONS,POST"),
            ("POST /p", "3"),
            ("/S/ab", "4"),
            ("/s/سلام", "404"),
        ],
    );
}

#[test]
fn languages_in_front_of_the_path() {
    let rules = ["/", "/a", "/:x/y", "!/b", "!/fa/z", "/z", "/fa"];
    let check = |mode, table: &[(&str, &str)]| {
        let mut builder = builder(rules.iter().map(|text| rule(text)));
        builder.add(Rule::regex(pattern("#/regex$#"))).unwrap();
        builder.languages(Languages::new(mode, ["en_US", "fa_IR"], "en_US").unwrap());
        check(&builder.build(), table);
    };
    check(
        LanguageMode::UriShort,
        &[
            ("/", "0 @en_US"),
            ("/fa", "0 @fa_IR"),
            ("/fa/", "0 @fa_IR"),
            ("/f%61/a", "1 @fa_IR"),
            ("/fa/a", "1 @fa_IR"),
            ("/en/a", "1 @en_US"),
            ("/fa//a", "404"),
            ("/fa//", "404"),
            ("/a", "1 @en_US"),
            ("/de/a", "404"),
            ("/FA/a", "404"),
            ("/fa_IR/a", "404"),
            ("/de/y", "2 @en_US x=de"),
            ("/fa/y", "404"),
            ("/fa/de/y", "2 @fa_IR x=de"),
            ("/b", "3 @en_US"),
            ("/fa/b", "404"),
            ("/fa/z", "4 @en_US"),
            ("/fa/fa", "6 @fa_IR"),
            ("/fa/regex", "7 @fa_IR"),
        ],
    );
    check(LanguageMode::UriComplete, &[("/fa_IR/a", "1 @fa_IR"), ("/fa", "6 @en_US"), ("/fa/a", "404")]);
    check(
        LanguageMode::Parameter,
        &[
            ("/a", "1 @en_US"),
            ("/a?lang=", "1 @en_US"),
            ("/a?lang=fa", "1 @fa_IR"),
            ("/a?lang=fa_IR", "1 @fa_IR"),
            ("/a?lang=de", "404"),
            ("/b?lang=de", "3 @en_US"),
            ("/x/regex?lang=de", "404"),
            ("/fa/a", "404"),
        ],
    );
    check(LanguageMode::None, &[("/a?lang=fa", "1"), ("/fa/a", "404")]);
}

#[test]
fn several_paths_and_going_on() {
    let router = builder([
        Rule { paths: vec![parts("/a"), parts("/b/:x"), parts("/:y...")], ..Rule::default() },
        rule("/a"),
        rule("POST /a"),
    ])
    .build();
    check(&router, &[("/a", "0"), ("/b/1", "0 x=1"), ("/c/d", "0 y=c/d")]);
    let mut seen = Vec::new();
    let request = Request::get("/a");
    let mut outcome = router.find(&request);
    while let Outcome::Found(found) = &outcome {
        seen.push(tell(&outcome));
        let rank = found.rank;
        outcome = router.find_after(&request, rank);
    }
    assert_eq!(seen, ["0", "1", "0 y=a"]);
    assert_eq!(outcome, Outcome::NotFound);
    let places: Vec<_> = router.places().map(|place| (place.rule, place.path)).collect();
    assert_eq!(places, [(0, 0), (1, 0), (2, 0), (0, 1), (0, 2)]);
}

#[test]
fn defaults_stand_where_nothing_else_does() {
    let with = |text: &str, defaults: &[(&str, &str)]| Rule {
        defaults: defaults.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        ..rule(text)
    };
    let shops = Rule {
        domains: vec![Domain::Pattern(pattern(r"/^(?:(?<shop>[a-z]+)\.)?shops\.org$/"))],
        ..with("/shop", &[("shop", "all")])
    };
    let news = Rule {
        defaults: vec![("page".into(), "1".into())],
        ..Rule::regex(pattern(r"#^/news(?:/(?<page>\d+))?$#"))
    };
    let list = Rule {
        paths: vec![parts("/list"), parts("/list/:page")],
        ..with("/", &[("page", "1"), ("by", "date")])
    };
    let router =
        builder([list, with("POST /list", &[]), shops, news, with("/files/:path...", &[("path", "x")])]);
    check(
        &router.build(),
        &[
            ("/list", "0 page=1 by=date"),
            ("/list/2", "0 page=2 by=date"),
            ("/list/%32", "0 page=2 by=date"),
            ("http://shops.org/shop", "2 shop=all"),
            ("http://a.shops.org/shop", "2 shop=a"),
            ("/news", "3 page=1"),
            ("/news/4", "3 page=4"),
            // A wildcard that takes nothing is there, and empty.
            ("/files", "4 path="),
        ],
    );
}

#[test]
fn rules_that_are_refused() {
    let named = |name: &str| Rule { name: Some(name.into()), ..rule("/") };
    let tenant = Domain::Pattern(pattern("/(?<x>.)/"));
    for (rules, expected) in [
        (vec![Rule::default()], RuleErrorKind::NoPath),
        (vec![Rule { regex: Some(pattern("/a/")), ..rule("/") }], RuleErrorKind::PathAndRegex),
        (vec![rule("/:x/:x")], RuleErrorKind::DuplicateParameter { name: "x".into() }),
        (
            vec![Rule { domains: vec![tenant], ..rule("/:x") }],
            RuleErrorKind::DuplicateParameter { name: "x".into() },
        ),
        (vec![rule("/:")], RuleErrorKind::UnnamedParameter),
        (
            vec![Rule { defaults: vec![("x".into(), "1".into()), ("x".into(), "2".into())], ..rule("/") }],
            RuleErrorKind::DuplicateParameter { name: "x".into() },
        ),
        (vec![Rule::path(vec![Part::Static(String::new())])], RuleErrorKind::EmptyStatic),
        (
            vec![Rule { methods: vec!["G T".into()], ..rule("/") }],
            RuleErrorKind::Method { method: "G T".into() },
        ),
        (vec![named("a"), named("a")], RuleErrorKind::DuplicateName { name: "a".into(), first: 0 }),
    ] {
        let mut builder = Router::builder();
        let error = rules.into_iter().find_map(|rule| builder.add(rule).err());
        assert_eq!(error.unwrap().kind(), &expected);
    }
}

#[test]
fn many_wildcards_stay_polynomial() {
    let router = builder([rule("/:a.../x/:b.../x/:c.../x/:d.../x/:e.../x/:f.../y")]).build();
    let path = "/x".repeat(400);
    assert_eq!(router.find(&Request::get(&path)), Outcome::NotFound);
}

#[test]
fn very_long_paths() {
    let router = builder([rule("/:a..."), rule("/:a")]).build();
    let long = format!("/{}", "a".repeat(1 << 20));
    assert!(matches!(router.find(&Request::get(&long)), Outcome::Found(found) if found.rule == 1));
    let deep = "/a".repeat(1 << 18);
    assert!(matches!(router.find(&Request::get(&deep)), Outcome::Found(found) if found.rule == 0));
}
