//! Valid files of every kind give the right models.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ravand_core::LanguageCode;
use ravand_manifest::{
    Allow, AssetKind, AssetSource, Autoload, AutoloadSource, Manifest, Phrases, Piece, Plural, Route,
    Routing, Theme, Visibility,
};
use ravand_router::{Domain, Part, Pattern, Scheme};

fn routes() -> Vec<Route> {
    let text = include_str!("fixtures/valid/routing.json");
    let (routing, warnings) = Routing::parse("ticketing", "routing.json", text).into_result().unwrap();
    assert!(warnings.0.is_empty(), "{warnings}");
    routing.routes
}

fn fixed(text: &str) -> Part {
    Part::Static(text.to_owned())
}

#[test]
fn a_manifest() {
    let text = include_str!("fixtures/valid/package.json");
    let (manifest, warnings) = Manifest::parse("ticketing", "package.json", text).into_result().unwrap();
    assert!(warnings.0.is_empty(), "{warnings}");
    assert_eq!(manifest.frontend[0].value, "frontend");
    assert!(matches!(&manifest.autoload, Some(AutoloadSource::File(file)) if file.value == "autoload.json"));
    assert_eq!(manifest.languages[1].file.value, "langs/en_US.json");
    assert_eq!(manifest.events[0].name.to_string(), "packages/base/view/events/afterLoad");
    assert_eq!(manifest.storages.len(), 2);
    assert_eq!(manifest.storages[1].visibility, Visibility::Private);
    let options = serde_json::to_string(&manifest.options).unwrap();
    assert_eq!(options, r#"{"version":"1.2.0","limits":{"tickets":20,"ratio":0.5,"open":[true,null,"x"]}}"#);
}

#[test]
fn an_autoload_file() {
    let text = include_str!("fixtures/valid/autoload.json");
    let (autoload, _) = Autoload::parse("autoload.json", text).into_result().unwrap();
    assert_eq!(autoload.files[0].classes[1].value, "controllers\\Replies");
    assert!(!autoload.files[0].function && autoload.files[1].function);
}

#[test]
fn paths_of_routes() {
    let routes = routes();
    assert_eq!(routes[0].rule.paths, [vec![]]);
    assert_eq!(
        routes[1].rule.paths,
        [[fixed("tickets"), Part::dynamic("id"), fixed("files"), Part::wildcard("file")]]
    );
    let sort = Part::Dynamic { name: "sort".into(), regex: None, values: vec!["up".into(), "down".into()] };
    let regex = Some(Pattern::parse("/^[a-z\\/]+$/i").unwrap());
    let rest = Part::Wildcard { name: "rest".into(), regex, values: vec![] };
    assert_eq!(
        routes[2].rule.paths,
        [
            vec![fixed("تیکت"), fixed("a/b")],
            vec![fixed("users"), fixed("list"), Part::dynamic("page"), sort],
            vec![fixed(":literal"), fixed("x"), rest],
        ],
    );
    assert!(routes[3].rule.paths.is_empty());
    assert_eq!(routes[3].rule.regex.as_ref().map(Pattern::as_str), Some(r"/^\/v(?<version>\d+)\//"));
}

#[test]
fn conditions_of_routes() {
    let routes = routes();
    assert_eq!(routes[1].rule.methods, ["GET", "POST"]);
    assert_eq!(routes[1].rule.name.as_deref(), Some("ticket.file"));
    assert_eq!(routes[1].middleware[0].to_string(), "packages/ticketing/middlewares/Auth");
    assert_eq!(routes[1].permissions.api, Allow::Yes);
    assert!(matches!(&routes[1].permissions.ajax, Allow::Ask(ask) if ask.value.method() == Some("allowed")));
    assert_eq!(routes[2].target.to_string(), "packages/users/controllers/Users@list");
    assert_eq!(routes[2].rule.schemes, [Scheme::Https]);
    assert!(routes[2].rule.absolute);
    let [Domain::Any, Domain::Name(name), Domain::Pattern(_)] = &routes[2].rule.domains[..] else { panic!() };
    assert_eq!(name, "help.example.com");
    assert_eq!((routes[2].place.line, routes[2].place.column), (8, 5));
}

#[test]
fn exception_routes() {
    let routes = routes();
    assert!(!routes[0].is_exception() && routes[4].is_exception());
    let classes: Vec<&str> = routes[4].exceptions.iter().map(|class| class.value.as_str()).collect();
    assert_eq!(classes, ["NotFound", "ClientError", "packages/ticketing/errors/Locked"]);
    assert_eq!(routes[4].rule.paths, [vec![]]);
    assert_eq!(routes[5].rule.paths, [vec![fixed("api")]]);
}

#[test]
fn a_star_is_any_method() {
    let text = r#"[{ "path": "/", "method": "*", "controller": "a/B@c" }]"#;
    assert!(Routing::parse("p", "routing.json", text).value.routes[0].rule.methods.is_empty());
}

#[test]
fn routes_with_errors_are_left_out() {
    let text = r#"[{ "path": "/a", "scheme": "ftp", "controller": "a/B@c" }, { "path": "/b", "controller": "a/B@c" }]"#;
    let parsed = Routing::parse("p", "routing.json", text);
    assert_eq!((parsed.value.routes.len(), parsed.problems.0.len()), (1, 1));
}

#[test]
fn a_theme() {
    let text = include_str!("fixtures/valid/theme.json");
    let (theme, warnings) = Theme::parse("ticketing", "theme.json", text).into_result().unwrap();
    insta::assert_snapshot!(warnings);
    assert_eq!(theme.name.unwrap().value, "panel");
    let kinds: Vec<AssetKind> = theme.assets.iter().map(|asset| asset.kind).collect();
    assert_eq!(kinds, [AssetKind::Scss, AssetKind::Js, AssetKind::Ts, AssetKind::Package]);
    assert!(matches!(&theme.assets[1].source, AssetSource::Inline(text) if text.value == "window.start()"));
    assert!(matches!(&theme.assets[3].source, AssetSource::Package(name) if name.value == "@hotwired/turbo"));
    assert_eq!(theme.views[0].parent.as_ref().unwrap().to_string(), "packages/ticketing/views/tickets/List");
    assert_eq!(theme.events[0].listener.value.package(), "panel");
    assert_eq!(theme.options["colour"], "blue");
}

#[test]
fn phrases() {
    let text = include_str!("fixtures/valid/phrases.json");
    let code: LanguageCode = "fa_IR".parse().unwrap();
    let (phrases, _) = Phrases::parse(&code, "fa_IR.json", text).into_result().unwrap();
    assert_eq!((phrases.author.as_deref(), phrases.rtl), (Some("Ravand"), true));
    let hello = &phrases.phrases["tickets.hello"];
    assert_eq!(hello.params(), ["name"]);
    assert_eq!(hello.pieces()[2], Piece::Literal("، {این یک آکولاد است}".into()));
    let count = &phrases.phrases["tickets.count"];
    assert_eq!(count.params(), ["count", "total"]);
    assert_eq!(count.form(Plural::One), [Piece::Literal("یک تیکت".into())]);
    assert_eq!(count.form(Plural::Many), count.pieces());
    assert_eq!(count.forms().count(), 2);
}

#[test]
fn the_direction_follows_the_code_when_the_file_does_not_say() {
    for (code, text, rtl) in [
        ("fa_IR", r#"{ "phrases": {} }"#, true),
        ("en_US", r#"{ "phrases": {} }"#, false),
        ("fa_IR", r#"{ "rtl": false, "phrases": {} }"#, false),
    ] {
        let parsed = Phrases::parse(&code.parse().unwrap(), "f.json", text);
        assert_eq!(parsed.value.rtl, rtl, "{code} {text}");
    }
}

#[test]
fn a_byte_order_mark_is_passed_over() {
    let (manifest, _) =
        Manifest::parse("p", "package.json", "\u{feff}{ \"routing\": \"a.json\" }").into_result().unwrap();
    assert_eq!(manifest.routing.unwrap().place.column, 14);
}

/// Each rule as a line: methods, scheme and domain, paths, name, defaults, middlewares, permission, time limit.
#[test]
fn groups_of_rules() {
    let text = r#"[
        { "path": "/before", "controller": "controllers/A@a" },
        {
            "path": "/admin", "name": "admin.", "domain": "example.com", "method": "GET",
            "middleware": "middlewares/Login@check", "permissions": { "api": false }, "timeout": 5,
            "defaults": { "page": 1, "sort": "date" }, "requirements": { "page": "/^[0-9]+$/", "kind": ["a", "b"] },
            "rules": [
                { "path": "/", "controller": "controllers/A@b" },
                { "path": "/users/:kind/:page", "name": "users", "controller": "controllers/A@c",
                  "middleware": ["middlewares/Log@all"], "defaults": { "sort": true }, "timeout": 0.5 },
                {
                    "path": ["deep", { "type": "dynamic", "name": "id" }], "absolute": true, "scheme": "https",
                    "requirements": { "page": "/^[1-9]$/" }, "name": "deep.",
                    "rules": [
                        { "paths": ["/x", "/y/:page"], "name": "x", "controller": "controllers/A@d", "method": "*",
                          "domain": "*", "permissions": {}, "absolute": false },
                    ],
                },
                { "regex": "~^/old/(?<page>[0-9]+)$~", "controller": "controllers/A@e" },
                { "exceptions": "NotFound", "handler": "controllers/A@f" },
            ],
        },
    ]"#;
    let (routing, warnings) = Routing::parse("shop", "routing.json", text).into_result().unwrap();
    assert!(warnings.0.is_empty(), "{warnings}");
    let line = |route: &ravand_manifest::Route| {
        let rule = &route.rule;
        let paths: Vec<String> = (0..rule.paths.len().max(1)).map(|at| rule.path_text(at)).collect();
        let defaults: Vec<String> =
            rule.defaults.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let middleware: Vec<&str> = route.middleware.iter().map(|one| one.value.class_name()).collect();
        format!(
            "{}{} {} {} | {} | {} | {} | {:?} | {:?}",
            if rule.absolute { "!" } else { "" },
            rule.methods_text(),
            rule.hosts_text(&[Domain::Any]),
            paths.join(" "),
            rule.name.as_deref().unwrap_or("-"),
            defaults.join(" "),
            middleware.join(" "),
            route.permissions.api,
            route.timeout,
        )
    };
    let lines: Vec<String> = routing.routes.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "any * /before | - |  |  | Yes | None",
            "GET example.com /admin | - | page=1 sort=date | Login | No | Some(5s)",
            "GET example.com /admin/users/:kind(a|b)/:page(/^[0-9]+$/) /admin/users/:kind(a|b) | admin.users | sort=true page=1 | Login Log | No | Some(500ms)",
            "any https://* /admin/deep/:id/x /admin/deep/:id/y/:page(/^[1-9]$/) /admin/deep/:id/y | admin.deep.x | page=1 sort=date | Login | Yes | Some(5s)",
            "GET example.com ~^/admin/old/(?<page>[0-9]+)$~ | - | page=1 sort=date | Login | No | Some(5s)",
            "GET example.com /admin | - | page=1 sort=date | Login | No | Some(5s)",
        ]
    );
    assert!(routing.routes[5].is_exception());
}
