//! `match --stdin`: a line in, a line out, and the same answers as a plain scan of all rules.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

mod support;

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use ravand_manifest::{Allow, Route, Routing};
use ravand_router::{Request, Router, Scheme};
use serde_json::{Value, json};
use support::{fixtures, ravand_reads, text, write};

const FIXTURE: [&str; 5] = ["routes", "--packages", "helpdesk", "match", "--stdin"];

/// The answers to lines, from the fixture.
fn answers(input: &[u8]) -> Vec<String> {
    let output = ravand_reads(&fixtures(), &FIXTURE, input);
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
    text(&output.stdout).lines().map(str::to_owned).collect()
}

#[test]
fn every_shape_of_rule() {
    let found = |package: &str, index: usize, name: Option<&str>, target: &str, params: Value| {
        json!({
            "package": package, "index": index, "name": name,
            "controller": format!("packages/{package}/controllers/{target}"), "params": params, "lang": null,
        })
    };
    let (users, ticketing, pages) = ("users", "ticketing", "pages");
    let table = [
        (json!({ "url": "/tickets" }), found(ticketing, 0, Some("tickets"), "Tickets@list", json!({}))),
        (
            json!({ "method": "HEAD", "url": "/tickets/" }),
            found(ticketing, 0, Some("tickets"), "Tickets@list", json!({})),
        ),
        (
            json!({ "url": "/tickets/a%2Fb" }),
            found(ticketing, 1, Some("ticket"), "Tickets@view", json!({ "id": "a/b" })),
        ),
        (
            json!({ "method": "PUT", "url": "/tickets/7/close" }),
            found(ticketing, 2, None, "Tickets@close", json!({ "id": "7" })),
        ),
        (
            json!({ "url": "/tickets/open/all" }),
            found(ticketing, 3, None, "Tickets@by_state", json!({ "state": "open" })),
        ),
        // For GET the catch-all of another package comes first: it has no dynamic part.
        (
            json!({ "method": "POST", "url": "/tickets/7/files/a/b.png" }),
            found(ticketing, 4, None, "Files@download", json!({ "id": "7", "file": "a/b.png" })),
        ),
        (
            json!({ "method": "POST", "url": "/tickets/7/files" }),
            found(ticketing, 4, None, "Files@download", json!({ "id": "7", "file": "" })),
        ),
        (
            json!({ "url": "/archive/a/b/print" }),
            found(ticketing, 5, None, "Files@print", json!({ "way": "a/b" })),
        ),
        (json!({ "url": "/" }), found(ticketing, 6, Some("front"), "Front@page", json!({}))),
        (
            json!({ "url": "/start/%22q%22" }),
            found(ticketing, 6, Some("front"), "Front@page", json!({ "tab": "\"q\"" })),
        ),
        (json!({ "url": "/health" }), found(ticketing, 7, None, "Front@health", json!({}))),
        (
            json!({ "method": "POST", "url": "/2026-11" }),
            found(ticketing, 8, Some("month"), "Archive@month", json!({ "year": "2026", "month": "11" })),
        ),
        (json!({ "url": "/پشتیبانی/۷" }), found(ticketing, 9, None, "Tickets@view", json!({ "id": "۷" }))),
        (json!({ "url": "/a/b/c" }), found(pages, 0, Some("page"), "Pages@show", json!({ "page": "a/b/c" }))),
        (
            json!({ "method": "POST", "url": "/login", "scheme": "https" }),
            found(users, 1, None, "Session@open", json!({})),
        ),
        (
            json!({ "method": "POST", "url": "HTTPS://example.com/login?a=b" }),
            found(users, 1, None, "Session@open", json!({})),
        ),
        (json!({ "url": "/users/7" }), found(users, 2, Some("user"), "Users@view", json!({ "id": "7" }))),
        // A permission refuses, and the next rule takes it; the exception route before it counts as a place.
        (
            json!({ "url": "/users/7?api=1" }),
            found(users, 3, None, "Users@for_programs", json!({ "name": "7" })),
        ),
        (json!({ "url": "/me", "host": "ID.example.com:80" }), found(users, 5, None, "Users@own", json!({}))),
        (
            json!({ "url": "http://shop.example.com/me" }),
            found(users, 5, None, "Users@own", json!({ "tenant": "shop" })),
        ),
        (
            json!({ "url": "http://other.example/me", "host": "shop.example.com", "scheme": null, "id": 7 }),
            found(users, 5, None, "Users@own", json!({ "tenant": "shop" })),
        ),
        (json!({ "url": "/secret?api=1" }), found(users, 6, None, "Users@secret", json!({}))),
        (
            json!({ "url": "/secret?ajax=1&api=1" }),
            found(pages, 0, Some("page"), "Pages@show", json!({ "page": "secret" })),
        ),
        (
            json!({ "method": "POST", "url": "/about" }),
            json!({ "error": "method not allowed", "allow": ["GET", "HEAD", "OPTIONS"] }),
        ),
        (json!({ "url": "//a" }), json!({ "error": "not found" })),
    ];
    let input: String = table.iter().map(|(line, _)| format!("{line}\n")).collect();
    let answers = answers(input.as_bytes());
    assert_eq!(answers.len(), table.len());
    for ((line, expected), answer) in table.iter().zip(&answers) {
        // Its keys come in this order too.
        assert_eq!(*answer, expected.to_string(), "{line}");
    }
}

#[test]
fn what_cannot_be_read_is_answered_in_its_place() {
    let mut input = Vec::new();
    for line in [
        &b"{\"url\": \"/tickets\"}"[..],
        b"",
        b"nonsense",
        b"[]",
        b"{\"url\": 5}",
        b"{\"url\": \"/a\"",
        b"{\"method\": \"GET\"}",
        b"{\"url\": \"/a\", \"url\": \"/b\"}",
        b"{\"url\": \"/\xff\"}",
        b"{\"url\": \"tickets\"}",
        b"{\"url\": \"\"}",
        b"{\"url\": \"/%zz\"}",
        b"{\"url\": \"/%ff\"}",
        b"{\"url\": \"/a\\nb\"}",
        b"{\"url\": \"/\", \"method\": \"A B\"}",
        b"{\"url\": \"/\", \"scheme\": \"gopher\"}",
        b"{\"url\": \"/\", \"host\": \"a b\"}",
        b"{\"url\": \"https:///\"}",
        b"{\"url\": \"/tickets\"}\r",
    ] {
        input.extend_from_slice(line);
        input.push(b'\n');
    }
    input.extend_from_slice(b"{\"url\": \"/tickets\"}");
    insta::assert_snapshot!(answers(&input).join("\n"));
}

#[test]
fn no_lines_are_no_answers() {
    assert!(answers(b"").is_empty());
}

#[test]
fn who_asks_line_by_line_is_answered_each_time() {
    let mut command = support::command(&fixtures(), &FIXTURE);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap()).lines();
    for id in 0..3 {
        // The second line is not whole yet: it may not hold back the answer to the first.
        write!(stdin, "{{\"url\": \"/tickets/{id}\"}}\n{{\"url\": ").unwrap();
        stdin.flush().unwrap();
        assert!(out.next().unwrap().unwrap().contains(&format!("\"id\":\"{id}\"")));
        writeln!(stdin, "\"/health\"}}").unwrap();
        assert!(out.next().unwrap().unwrap().contains("\"index\":7"));
    }
    drop(stdin);
    assert!(out.next().is_none());
    assert!(child.wait().unwrap().success());
}

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.roll(from.len())]
    }
}

const PACKAGES: usize = 10;
const RULES: usize = 500;

/// A rule of any shape, as JSON.
fn rule(dice: &mut Dice, at: usize) -> Value {
    let place = ["users", "items", "orders"];
    let (first, second) = (*dice.pick(&place), format!("s{}", dice.roll(40)));
    let mut rule = match dice.roll(8) {
        0 => json!({ "path": format!("/{first}/{second}/:id") }),
        1 => json!({ "path": [first, ":x", second] }),
        2 => json!({ "path": format!("/{first}/{second}/:rest...") }),
        3 => json!({ "path": [first, { "type": "dynamic", "name": "n", "regex": "/^\\d+$/" }, ":y"] }),
        4 => json!({ "path": [first, { "type": "wildcard", "name": "way" }, second] }),
        5 => json!({ "paths": [format!("/{first}/{second}"), format!("/{second}")] }),
        6 => json!({ "regex": format!("/^\\/{first}\\/(?<n>[a-z]+)\\/{second}$/") }),
        _ => json!({ "path": [first, second, { "type": "dynamic", "name": "v", "values": ["a", "b"] }] }),
    };
    rule["controller"] = format!("controllers/C{at}@run").into();
    if dice.roll(3) > 0 {
        rule["method"] = dice.pick(&[json!("GET"), json!("POST"), json!(["PUT", "DELETE"])]).clone();
    }
    match dice.roll(8) {
        0 => rule["domain"] = "a.example.com".into(),
        1 => rule["domain"] = "/^(?<sub>[a-z]+)\\.example\\.org$/".into(),
        2 => rule["scheme"] = "https".into(),
        3 => rule["permissions"] = dice.pick(&[json!({ "api": false }), json!({ "ajax": false })]).clone(),
        4 => rule["exceptions"] = json!(["NotFound"]),
        5 if rule["regex"].is_null() => rule["absolute"] = true.into(),
        _ => {}
    }
    if rule["exceptions"].is_array() && !rule["regex"].is_null() {
        rule["exceptions"] = Value::Null;
        rule.as_object_mut().unwrap().remove("exceptions");
    }
    rule
}

/// A request: method, scheme, host, path, and the form of answer.
type Asked = (&'static str, Scheme, &'static str, String, &'static str);

fn request(dice: &mut Dice) -> Asked {
    let words = ["users", "items", "orders", "s1", "s2", "s3", "s17", "7", "a", "b", "%D9%BE", "x%2Fy"];
    let length = dice.roll(5);
    let mut path: String = (0..length)
        .map(|at| match at {
            0 => format!("/{}", dice.pick(&words[..4])),
            1 if dice.roll(2) == 0 => format!("/s{}", dice.roll(40)),
            _ => format!("/{}", dice.pick(&words)),
        })
        .collect();
    if path.is_empty() || dice.roll(6) == 0 {
        path.push('/');
    }
    let method = *dice.pick(&["GET", "GET", "HEAD", "POST", "PUT", "PATCH"]);
    let scheme = *dice.pick(&[Scheme::Http, Scheme::Https]);
    let host = *dice.pick(&["localhost", "a.example.com", "b.example.org:8080"]);
    let query = *dice.pick(&["", "", "?api=1", "?ajax=1"]);
    (method, scheme, host, path, query)
}

/// The first rule of a plain scan that no permission refuses, as the answer's first fields.
fn scanned(
    router: &Router,
    rows: &[(String, usize, Route)],
    asked: &Asked,
) -> Option<(String, usize, Value)> {
    let (method, scheme, host, path, query) = asked;
    let request = Request { method, scheme: *scheme, host, path, lang_parameter: None };
    let tried = router.explain(&request).unwrap();
    let first = tried.into_iter().find(|tried| {
        let permissions = &rows[tried.rule].2.permissions;
        let allow = match *query {
            "?api=1" => &permissions.api,
            "?ajax=1" => &permissions.ajax,
            _ => &Allow::Yes,
        };
        tried.matched() && *allow != Allow::No
    })?;
    let (package, index, _) = &rows[first.rule];
    let params = first.params.unwrap();
    let params = params.iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    Some((package.clone(), *index, Value::Object(params)))
}

#[test]
fn five_thousand_rules_and_twenty_thousand_lines_agree_with_the_plain_scan() {
    let folder = tempfile::tempdir().unwrap();
    let mut dice = Dice(7);
    let mut builder = Router::builder();
    let mut rows = Vec::new();
    // Each package but the last needs the next, so that they load backwards.
    let names: Vec<String> = (0..PACKAGES).map(|at| format!("p{at}")).collect();
    let mut routings = HashMap::new();
    for (at, name) in names.iter().enumerate() {
        let rules: Vec<Value> = (0..RULES).map(|rule_at| rule(&mut dice, rule_at)).collect();
        let dependencies: Vec<&String> = names.get(at + 1).into_iter().collect();
        let manifest = json!({ "routing": "routing.json", "dependencies": dependencies }).to_string();
        let routing = json!(rules).to_string();
        write(
            folder.path(),
            &[(&format!("{name}/package.json"), &manifest), (&format!("{name}/routing.json"), &routing)],
        );
        routings.insert(name.clone(), routing);
    }
    for name in names.iter().rev() {
        let routing = Routing::parse(name, "routing.json", &routings[name]).into_result().unwrap().0;
        assert_eq!(routing.routes.len(), RULES);
        for (index, route) in
            routing.routes.into_iter().enumerate().filter(|(_, route)| !route.is_exception())
        {
            builder.add(route.rule.clone()).unwrap();
            rows.push((name.clone(), index, route));
        }
    }
    let router = builder.build();

    let asked: Vec<Asked> = (0..250).map(|_| request(&mut dice)).collect();
    let expected: Vec<_> = asked.iter().map(|asked| scanned(&router, &rows, asked)).collect();
    let order: Vec<usize> = (0..20_000).map(|_| dice.roll(asked.len())).collect();
    let input: String = order
        .iter()
        .map(|at| {
            let (method, scheme, host, path, query) = &asked[*at];
            let line = match at % 2 {
                0 => json!({ "method": method, "url": format!("{}://{host}{path}{query}", scheme.as_str()) }),
                _ => json!({
                    "method": method, "url": format!("{path}{query}"), "host": host, "scheme": scheme.as_str(),
                }),
            };
            format!("{line}\n")
        })
        .collect();
    let arguments = ["routes", "--packages", ".", "match", "--stdin"];
    let output = ravand_reads(folder.path(), &arguments, input.as_bytes());
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
    let answers = text(&output.stdout);
    assert_eq!(answers.lines().count(), order.len());
    let mut found = 0;
    for (answer, at) in answers.lines().zip(&order) {
        let answer: Value = serde_json::from_str(answer).unwrap();
        match &expected[*at] {
            Some((package, index, params)) => {
                found += 1;
                let own = (&answer["package"], &answer["index"], &answer["params"]);
                assert_eq!(own, (&json!(package), &json!(index), params), "{:?}: {answer}", asked[*at]);
            }
            None => {
                let error = answer["error"].as_str().unwrap();
                assert!(matches!(error, "not found" | "method not allowed"), "{:?}: {answer}", asked[*at]);
            }
        }
    }
    // Both kinds of answers are there in numbers.
    assert!((4_000..19_000).contains(&found), "{found} of {} were found", order.len());
}
