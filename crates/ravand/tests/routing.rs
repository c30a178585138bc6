//! Languages, policies, proxies, mounts, redirects and time limits, through the whole way.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]

mod support;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{HeaderMap, Request, Response as HttpResponse, StatusCode};
use ravand::prelude::*;
use ravand::private::{Class, File, PhraseFile};
use ravand::{Caught, FrontController};
use serde_json::{Value, json};
use support::{application, call, package, text};

/// How many actions were begun and have come to no end.
#[derive(Clone, Default)]
struct Open(Arc<AtomicUsize>);

struct Guard(Open);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[derive(Controller)]
pub struct Pages;

#[controller]
impl Pages {
    pub async fn hello(&self, cx: &Context) -> String {
        // Others run in between.
        for _ in 0..8 {
            tokio::task::yield_now().await;
        }
        format!("{} {}", cx.language().code(), cx.t("hello"))
    }

    pub async fn ticket(&self, cx: &Context) -> String {
        let token = cx.token().expect("a token");
        let params: Vec<String> =
            token.params().iter().map(|(name, value)| format!("{name}={value}")).collect();
        params.join(",")
    }

    pub async fn urls(&self, cx: &Context) -> Result<String> {
        let all = [
            cx.url_for("ticket", &[("id", "7")])?,
            cx.url_for("ticket", &[("id", "7"), ("@hostname", "")])?,
            cx.url("/a"),
            cx.url_with("/a", &[("q", "ب ")], true)?,
            cx.url_of("controllers/Pages@ticket", &[("id", "8")])?,
        ];
        Ok(all.join(" "))
    }

    pub async fn specials(&self, cx: &Context) -> Result<String> {
        let all = [
            cx.url_for("ticket", &[("id", "7"), ("@lang", "fa_IR")])?,
            cx.url_for("files", &[("path", "الف/ب")])?,
            cx.url_for("files", &[("path", "الف/ب"), ("@encode", "false")])?,
            cx.url_with("/a", &[("q", "ب"), ("@encode", "false"), ("@lang", "fa_IR")], false)?,
            cx.url_for("ticket", &[("id", "7"), ("@hostnam", "x")]).unwrap_err().to_string(),
            cx.url_for("ticket", &[("id", "x")]).unwrap_err().to_string(),
            cx.url_for("ticket", &[]).unwrap_err().to_string(),
        ];
        Ok(all.join("\n"))
    }

    pub async fn moved(&self, cx: &Context) -> Result<Response> {
        Ok(cx.redirect_to("ticket", &[("id", "7")])?.set_http_code(StatusCode::PERMANENT_REDIRECT))
    }

    pub async fn sent(&self, cx: &Context) -> Result<Response> {
        cx.redirect_to_action("controllers/Pages@ticket", &[("id", "7"), ("tab", "a b")])
    }

    pub async fn lost(&self, cx: &Context) -> Result<Response> {
        cx.redirect_to_action("controllers/Pages@unruled", &[])
    }

    pub async fn unruled(&self) {}

    pub async fn back(&self, back: Back) -> Response {
        back.or("/start")
    }

    pub async fn slow(&self, app: ravand::App) {
        let open = app.state::<Open>().expect("the state").clone();
        open.0.fetch_add(1, Ordering::SeqCst);
        let _guard = Guard(open);
        std::future::pending::<()>().await;
    }

    pub async fn sorry(&self, caught: Caught) -> String {
        format!("sorry: {}", caught.0)
    }
}

const ROUTING: &str = r#"[
    { "path": "/hello", "controller": "controllers/Pages@hello" },
    { "path": "/plain", "controller": "controllers/Pages@hello", "absolute": true },
    { "path": "/:anything/hello", "controller": "controllers/Pages@hello" },
    { "path": "/tickets/:id", "controller": "controllers/Pages@ticket", "name": "ticket",
      "requirements": { "id": "/^[0-9]+$/" } },
    { "path": "/files/:path...", "controller": "controllers/Pages@ticket", "name": "files" },
    { "path": "/urls", "controller": "controllers/Pages@urls" },
    { "path": "/specials", "controller": "controllers/Pages@specials" },
    { "path": "/moved", "controller": "controllers/Pages@moved" },
    { "path": "/sent", "controller": "controllers/Pages@sent" },
    { "path": "/lost", "controller": "controllers/Pages@lost" },
    { "path": "/back", "controller": "controllers/Pages@back" },
    { "path": "/slow", "controller": "controllers/Pages@slow", "timeout": 2.5 },
    { "path": "/shops", "domain": "/^(?<shop>[a-z]+)\\.shops\\.example$/", "controller": "controllers/Pages@ticket", "name": "shop" },
    { "exceptions": "Unavailable", "path": "/slow", "handler": "controllers/Pages@sorry" },
]"#;

async fn start(options: Value) -> (FrontController, Open, tempfile::TempDir) {
    let classes = vec![Class::controller::<Pages>("packages/shop/controllers/Pages", "routing.rs", 1)];
    let manifest = r#"{ "routing": "routing.json",
        "languages": { "en_US": "langs/en_US.json", "fa_IR": "langs/fa_IR.json" } }"#;
    let mut package = package(manifest, Some(ROUTING), classes);
    let phrases = |language, name, text| PhraseFile { language, file: File { name, text } };
    package.phrases = vec![
        phrases("en_US", "langs/en_US.json", r#"{ "phrases": { "hello": "Hello" } }"#),
        phrases("fa_IR", "langs/fa_IR.json", r#"{ "phrases": { "hello": "سلام" } }"#),
    ];
    let (application, folder) = application(package, options);
    let open = Open::default();
    (application.state(open.clone()).start().await.expect("it starts"), open, folder)
}

/// Asks with these headers, from this address.
async fn ask(
    front: &FrontController,
    path: &str,
    headers: &[(&str, &str)],
    peer: &str,
) -> HttpResponse<Body> {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::empty()).unwrap();
    let peer: SocketAddr = format!("{peer}:1000").parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    call(front, request).await
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}

const HOST: (&str, &str) = ("host", "example.com");

#[tokio::test]
async fn the_language_in_the_url() {
    for (changelang, table) in [
        (
            json!("uri"),
            vec![
                ("/hello", "en_US Hello"),
                ("/fa/hello", "fa_IR سلام"),
                ("/en/hello", "en_US Hello"),
                // A language that is none is a part of the path like any other.
                ("/de/hello", "en_US Hello"),
                ("/fa_IR/hello", "en_US Hello"),
                ("/fa/de/hello", "fa_IR سلام"),
                ("/de/nothing", "404"),
                ("/fa/plain", "404"),
                ("/plain", "en_US Hello"),
                ("/hello?lang=fa", "en_US Hello"),
            ],
        ),
        (
            json!({ "where": "uri", "type": "complete" }),
            vec![("/fa_IR/hello", "fa_IR سلام"), ("/fa/hello", "en_US Hello")],
        ),
        (
            json!("parameter"),
            vec![
                ("/hello?lang=fa", "fa_IR سلام"),
                ("/hello?x=1&lang=fa_IR", "fa_IR سلام"),
                ("/hello", "en_US Hello"),
                ("/hello?lang=de", "404"),
                ("/hello?lang=", "en_US Hello"),
                ("/plain?lang=de", "en_US Hello"),
                ("/fa/hello", "en_US Hello"),
            ],
        ),
        (json!("none"), vec![("/hello?lang=fa", "en_US Hello"), ("/fa/hello", "en_US Hello")]),
    ] {
        let (front, ..) = start(json!({ "translator": { "changelang": changelang } })).await;
        for (path, expected) in table {
            let response = ask(&front, path, &[HOST, ("accept-language", "fa")], "127.0.0.1").await;
            match response.status() {
                StatusCode::OK => assert_eq!(text(response).await, expected, "{changelang} {path}"),
                status => assert_eq!(status.as_str(), expected, "{changelang} {path}"),
            }
        }
    }
}

#[tokio::test]
async fn the_first_visit() {
    let (front, ..) = start(json!({ "translator": { "changelang": "uri", "accept_language": true } })).await;
    let fa = ("accept-language", "fa-IR,fa;q=0.9,en;q=0.5");
    for (path, headers, expected) in [
        ("/hello?a=1", vec![fa], "302 /fa/hello?a=1"),
        ("/hello", vec![], "200 "),
        ("/hello", vec![("accept-language", "en,fa;q=0.5")], "200 "),
        ("/hello", vec![("accept-language", "de")], "200 "),
        ("/hello", vec![fa, ("cookie", "ravand_language=fa_IR")], "200 "),
        ("/hello", vec![fa, ("sec-fetch-site", "same-origin")], "200 "),
        ("/hello", vec![fa, ("sec-fetch-site", "cross-site")], "302 /fa/hello"),
        ("/hello", vec![fa, ("referer", "https://example.com/fa/")], "200 "),
        ("/hello", vec![fa, ("referer", "https://evil.example/")], "302 /fa/hello"),
        ("/en/hello", vec![fa], "200 "),
        ("/fa/hello", vec![("accept-language", "en")], "200 "),
        ("/plain", vec![fa], "200 "),
        ("/nothing", vec![fa], "404 "),
        ("/hello?api=1", vec![fa], "200 "),
    ] {
        let headers: Vec<_> = std::iter::once(HOST).chain(headers).collect();
        let response = ask(&front, path, &headers, "127.0.0.1").await;
        let told = format!("{} {}", response.status().as_u16(), header(response.headers(), "location"));
        assert_eq!(told, expected, "{path} {headers:?}");
        let sent = told.starts_with("302");
        let cookie = header(response.headers(), "set-cookie");
        assert_eq!(
            cookie.starts_with("ravand_language=fa_IR; HttpOnly; SameSite=Lax; Path=/"),
            sent,
            "{cookie}"
        );
        assert_eq!(header(response.headers(), "vary").contains("Accept-Language"), sent);
    }
    // Where no URL tells it, the page itself is in the browser's language.
    for (changelang, path, expected) in [
        ("none", "/hello", "fa_IR سلام"),
        ("parameter", "/hello", "fa_IR سلام"),
        ("parameter", "/hello?lang=en", "en_US Hello"),
    ] {
        let (front, ..) =
            start(json!({ "translator": { "changelang": changelang, "accept_language": true } })).await;
        let response = ask(&front, path, &[HOST, fa], "127.0.0.1").await;
        assert_eq!(header(response.headers(), "vary"), "Accept-Language");
        assert_eq!(text(response).await, expected, "{changelang} {path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_language_leaks_to_another_request() {
    let (front, ..) = start(json!({ "translator": { "changelang": "uri" } })).await;
    let mut tasks = Vec::new();
    for number in 0..600 {
        let front = front.clone();
        tasks.push(tokio::spawn(async move {
            let (path, expected) = match number % 3 {
                0 => ("/fa/hello", "fa_IR سلام"),
                1 => ("/hello", "en_US Hello"),
                _ => ("/plain", "en_US Hello"),
            };
            let response = ask(&front, path, &[HOST], "127.0.0.1").await;
            assert_eq!(text(response).await, expected);
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
}

#[tokio::test]
async fn policies() {
    let https = json!({ "router": { "scheme": "https" }, "server": { "trusted_proxies": ["10.0.0.1"] } });
    let no_proxy = json!({ "router": { "scheme": "https" } });
    let http = json!({ "router": { "scheme": "http" }, "server": { "trusted_proxies": ["10.0.0.1"] } });
    let slash = json!({ "router": { "last_slash": true } });
    let bare = json!({ "router": { "last_slash": false } });
    let www = json!({ "router": { "www": "withwww", "default_domains": ["example.com"] } });
    let nowww = json!({ "router": { "www": "nowww", "default_domains": ["www.example.com"] } });
    let all = json!({
        "router": { "scheme": "https", "www": "nowww", "last_slash": false, "default_domains": ["example.com"] },
        "server": { "trusted_proxies": ["10.0.0.1"] },
    });
    let proxy = "10.0.0.1";
    let other = "192.0.2.7";
    let by_http = ("x-forwarded-proto", "http");
    let by_https = ("x-forwarded-proto", "https");
    for (options, peer, path, headers, expected) in [
        (&https, proxy, "/hello?a=1&b=%20", vec![HOST, by_http], "301 https://example.com/hello?a=1&b=%20"),
        (&https, proxy, "/hello", vec![HOST, by_https], "200 "),
        // What a proxy does not tell is no reason to go round for ever; who comes round the proxies is sent there.
        (&https, proxy, "/hello", vec![HOST], "200 "),
        (&https, other, "/hello", vec![HOST], "301 https://example.com/hello"),
        (&https, other, "/hello", vec![HOST, by_https], "301 https://example.com/hello"),
        (
            &https,
            proxy,
            "/hello",
            vec![HOST, ("x-forwarded-proto", "https, http")],
            "301 https://example.com/hello",
        ),
        (&no_proxy, other, "/hello", vec![HOST], "200 "),
        (&http, proxy, "/hello", vec![HOST, by_https], "301 http://example.com/hello"),
        (&slash, other, "/hello?a", vec![HOST], "301 /hello/?a"),
        (&slash, other, "/hello/", vec![HOST], "200 "),
        (&slash, other, "/files/a.css", vec![HOST], "200 "),
        (&slash, other, "//evil", vec![HOST], "404 "),
        (&slash, other, "/\\evil", vec![HOST], "404 "),
        (&slash, other, "/a/\\evil", vec![HOST], "301 /a/%5Cevil/"),
        (&bare, other, "/hello//", vec![HOST], "301 /hello"),
        (&bare, other, "//evil.example/", vec![HOST], "404 "),
        (&bare, other, "/", vec![HOST], "404 "),
        (&www, other, "/hello", vec![HOST], "301 http://www.example.com/hello"),
        (&www, other, "/hello", vec![("host", "www.example.com")], "200 "),
        (&www, other, "/hello", vec![("host", "evil.example")], "404 "),
        (
            &nowww,
            other,
            "/hello",
            vec![("host", "www.example.com:8080")],
            "301 http://example.com:8080/hello",
        ),
        (&nowww, other, "/hello", vec![HOST], "200 "),
        (&all, proxy, "/hello/", vec![("host", "www.example.com"), by_http], "301 https://example.com/hello"),
        (&all, proxy, "/hello", vec![HOST, by_https], "200 "),
    ] {
        let (front, ..) = start(options.clone()).await;
        let response = ask(&front, path, &headers, peer).await;
        let told = format!("{} {}", response.status().as_u16(), header(response.headers(), "location"));
        assert_eq!(told, expected, "{options} {path} {headers:?}");
        // Only GET and HEAD are redirected: another method would lose its body.
        let post = Request::post(path).header("host", "example.com").header("sec-fetch-site", "same-origin");
        let status = call(&front, post.body(Body::empty()).unwrap()).await.status();
        assert!(!status.is_redirection(), "{options} {path}");
    }
}

/// Whoever follows the redirects comes to a page, through a proxy that tells the scheme and through one that does not.
#[tokio::test]
async fn policies_go_round_nowhere() {
    let mut count = 0;
    for scheme in [json!(null), json!("http"), json!("https")] {
        for www in [json!(null), json!("nowww"), json!("withwww")] {
            for slash in [json!(null), json!(true), json!(false)] {
                let mut router = json!({ "default_domains": ["example.com", "www.example.com"] });
                for (key, value) in [("scheme", &scheme), ("www", &www), ("last_slash", &slash)] {
                    if !value.is_null() {
                        router[key] = value.clone();
                    }
                }
                let trusted = json!({ "trusted_proxies": ["10.0.0.1"] });
                let (front, ..) = start(json!({
                    "router": router, "server": trusted,
                    "translator": { "changelang": "uri", "accept_language": true },
                }))
                .await;
                for tells in [true, false] {
                    for first in [
                        "http://example.com/hello",
                        "https://www.example.com/fa/hello/?a=1",
                        "http://www.example.com/hello//",
                    ] {
                        follow(&front, first, tells).await;
                        count += 1;
                    }
                }
            }
        }
    }
    assert_eq!(count, 162);
}

async fn follow(front: &FrontController, first: &str, tells: bool) {
    let mut url = first.to_owned();
    let mut cookie = String::new();
    for _ in 0..4 {
        let (scheme, rest) = url.split_once("://").unwrap();
        let at = rest.find('/').unwrap();
        let (host, path) = rest.split_at(at);
        let mut headers = vec![("host", host), ("accept-language", "fa"), ("cookie", cookie.as_str())];
        if tells {
            headers.push(("x-forwarded-proto", scheme));
        }
        let response = ask(front, path, &headers, "10.0.0.1").await;
        if !response.status().is_redirection() {
            let expected = if path.contains("//") { 404 } else { 200 };
            assert_eq!(response.status(), expected, "{first} -> {url}");
            return;
        }
        let to = header(response.headers(), "location").to_owned();
        let set = header(response.headers(), "set-cookie").split(';').next().unwrap_or_default().to_owned();
        let next = if to.starts_with('/') { format!("{scheme}://{host}{to}") } else { to };
        assert!(
            next.contains("://example.com/") || next.contains("://www.example.com/"),
            "{first} -> {next}"
        );
        (url, cookie) = (next, set);
    }
    panic!("{first} goes round: {url}");
}

#[tokio::test]
async fn hosts_that_are_attacks() {
    let options = json!({
        "router": { "default_domains": ["example.com"] }, "server": { "trusted_proxies": ["10.0.0.1"] },
    });
    let (front, ..) = start(options).await;
    for (peer, headers, status) in [
        ("192.0.2.7", vec![HOST], 200),
        ("192.0.2.7", vec![("host", "EXAMPLE.com:80")], 200),
        ("192.0.2.7", vec![("host", "example.com.")], 200),
        ("192.0.2.7", vec![("host", "evil.example")], 404),
        ("192.0.2.7", vec![("host", "example.com.evil.example")], 404),
        ("192.0.2.7", vec![("host", "")], 404),
        ("192.0.2.7", vec![], 404),
        ("192.0.2.7", vec![("host", "example.com"), ("host", "evil.example")], 400),
        ("192.0.2.7", vec![("host", "example.com/@evil.example")], 400),
        ("192.0.2.7", vec![("host", "example.com@evil.example")], 400),
        ("192.0.2.7", vec![("host", "example.com evil.example")], 400),
        // Only a proxy that is trusted tells another host, and only what it has added itself.
        ("192.0.2.7", vec![HOST, ("x-forwarded-host", "evil.example")], 200),
        ("10.0.0.1", vec![HOST, ("x-forwarded-host", "evil.example")], 404),
        ("10.0.0.1", vec![("host", "inner"), ("x-forwarded-host", "evil.example, example.com")], 200),
        (
            "10.0.0.1",
            vec![
                ("host", "inner"),
                ("x-forwarded-host", "evil.example"),
                ("x-forwarded-host", "example.com"),
            ],
            200,
        ),
        ("10.0.0.1", vec![HOST, ("x-forwarded-host", "a b")], 400),
    ] {
        let response = ask(&front, "/hello", &headers, peer).await;
        assert_eq!(response.status(), status, "{peer} {headers:?}");
    }
    // No URL is made of a host that no rule is for.
    let response = ask(&front, "/urls", &[("host", "evil.example")], "192.0.2.7").await;
    assert_eq!(response.status(), 404);
}

#[tokio::test]
async fn urls_follow_the_policies_and_the_mount() {
    let plain = json!({});
    let policies = json!({
        "router": { "scheme": "https", "www": "withwww", "last_slash": true, "default_domains": ["example.com"] },
    });
    let mount = json!({
        "packages": { "shop": { "mount": { "prefix": "/support", "domain": "help.example.com", "scheme": "https" } } },
        "server": { "trusted_proxies": ["127.0.0.1"] },
    });
    let tenants = json!({ "packages": { "shop": { "mount": {
        "prefix": "/:team", "domain": "/^(?<tenant>[a-z]+)\\.example\\.com$/", "defaults": { "plan": "free" },
    } } } });
    for (options, host, path, expected) in [
        (
            &plain,
            "example.com:8080",
            "/urls",
            "/tickets/7 http://example.com:8080/tickets/7 /a http://example.com:8080/a?q=%D8%A8%20 /tickets/8",
        ),
        (
            &policies,
            "www.example.com",
            "/urls/",
            "/tickets/7/ https://www.example.com/tickets/7/ /a/ https://www.example.com/a/?q=%D8%A8%20 /tickets/8/",
        ),
        (
            &mount,
            "help.example.com",
            "/support/urls",
            "/support/tickets/7 https://help.example.com/support/tickets/7 /a https://help.example.com/a?q=%D8%A8%20 /support/tickets/8",
        ),
        (&mount, "help.example.com", "/support/tickets/7", "id=7"),
        (&mount, "help.example.com", "/support/files", "path="),
        // A rule that names its own domain keeps it.
        (&mount, "a.shops.example", "/support/shops", "shop=a"),
        (&mount, "help.example.com", "/tickets/7", "404"),
        (&mount, "help.example.com", "/support/tickets/x", "404"),
        (&mount, "help.example.com", "/supporttickets/7", "404"),
        (&mount, "example.com", "/support/tickets/7", "404"),
        (&tenants, "acme.example.com", "/red/tickets/7", "tenant=acme,team=red,id=7,plan=free"),
        (&tenants, "acme.example.com", "/tickets/7", "404"),
    ] {
        let (front, ..) = start(options.clone()).await;
        let headers = [("host", host), ("x-forwarded-proto", "https")];
        let response = ask(&front, path, &headers, "127.0.0.1").await;
        match response.status() {
            StatusCode::OK => assert_eq!(text(response).await, expected, "{options} {path}"),
            status => assert_eq!(status.as_str(), expected, "{options} {path}"),
        }
    }
    // From elsewhere the mounted package's URLs tell where it is.
    let (front, ..) = start(mount).await;
    let cx = Context::without_request(front.app().clone());
    let url = |params: &[(&str, &str)]| cx.url_for("ticket", params).unwrap();
    assert_eq!(url(&[("id", "7"), ("@hostname", "")]), "https://help.example.com/support/tickets/7");
    assert_eq!(
        url(&[("id", "7"), ("@hostname", "example.org")]),
        "https://help.example.com/support/tickets/7"
    );
    let response = ask(&front, "/support/shops", &[("host", "a.shops.example")], "127.0.0.1").await;
    assert_eq!(response.status(), 404, "the mount is for https alone");
}

#[tokio::test]
async fn a_mount_that_is_not_right_stops_the_start() {
    let classes = || vec![Class::controller::<Pages>("packages/shop/controllers/Pages", "routing.rs", 1)];
    let routing = r#"[{ "regex": "/new$/", "controller": "controllers/Pages@hello" }]"#;
    for (options, says) in [
        (
            json!({ "packages": { "shop": { "mount": "/a" } } }),
            "packages/shop/routing.json:1:2: the option `packages.shop.mount`: /a cannot stand in front of the regex /new$/",
        ),
        (
            json!({ "packages": { "shp": { "mount": "/a" } } }),
            "the option `packages.shp.mount` is of no package",
        ),
        (
            json!({ "packages": { "shop": { "mount": 5 } } }),
            "the option `packages.shop.mount` must be a path",
        ),
    ] {
        let (application, _folder) = application(package("{}", Some(routing), classes()), options);
        let error = application.start().await.expect_err("it does not start").chain();
        assert!(error.contains(says), "{error}");
    }
}

#[tokio::test]
async fn special_parameters_of_urls() {
    let (front, ..) = start(json!({ "translator": { "changelang": "uri" } })).await;
    let response = ask(&front, "/specials", &[HOST], "127.0.0.1").await;
    assert_eq!(
        text(response).await,
        "/fa/tickets/7\n/files/%D8%A7%D9%84%D9%81/%D8%A8\n/files/الف/ب\n/fa/a?q=ب\n\
         no URL has the parameter `@hostnam`, perhaps `@hostname` is meant\n\
         the URL of 'ticket' cannot have \"x\" as 'id': it must match /^[0-9]+$/\n\
         the URL of 'ticket' needs the parameter 'id'"
    );
}

#[tokio::test]
async fn redirects() {
    let (front, ..) = start(json!({ "translator": { "changelang": "uri" } })).await;
    let referer = |from: &'static str| ("referer", from);
    for (path, from, expected) in [
        ("/moved", None, "308 /tickets/7"),
        ("/fa/moved", None, "308 /fa/tickets/7"),
        ("/sent", None, "303 /tickets/7?tab=a%20b"),
        ("/lost", None, "500 "),
        ("/back", None, "303 /start"),
        ("/back", Some("http://example.com/tickets/7?a=1"), "303 /tickets/7?a=1"),
        ("/back", Some("https://EXAMPLE.com/fa"), "303 /fa"),
        ("/back", Some("http://example.com"), "303 /"),
        ("/back", Some("http://example.com/back"), "303 /start"),
        ("/back", Some("http://evil.example/tickets"), "303 /start"),
        ("/back", Some("http://example.com@evil.example/"), "303 /start"),
        ("/back", Some("http://example.com//evil.example/"), "303 /start"),
        ("/back", Some("http://example.com/\\evil.example/"), "303 /start"),
        ("/back", Some("/tickets/7"), "303 /start"),
        ("/back", Some("about:blank"), "303 /start"),
    ] {
        let headers: Vec<_> = std::iter::once(HOST).chain(from.map(referer)).collect();
        let response = ask(&front, path, &headers, "127.0.0.1").await;
        let told = format!("{} {}", response.status().as_u16(), header(response.headers(), "location"));
        assert_eq!(told, expected, "{path} {from:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_rule_s_time_limit() {
    let (front, open, _folder) = start(json!({})).await;
    let begun = tokio::time::Instant::now();
    let response = ask(&front, "/slow", &[HOST], "127.0.0.1").await;
    assert_eq!(begun.elapsed().as_millis(), 2500);
    assert_eq!(response.status(), 503);
    let said = "sorry: `packages/shop/controllers/Pages@slow` took longer than the 2.5s that its rule allows";
    assert_eq!(text(response).await, said);
    assert_eq!(open.0.load(Ordering::SeqCst), 0, "the action is gone");
}
