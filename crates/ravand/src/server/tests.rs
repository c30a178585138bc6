//! What a client meets over a real socket.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use std::sync::Arc;

use ravand_macros::{Controller, controller};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Notify, oneshot};

use crate::package::{File, Package};
use crate::prelude::*;
use crate::{App, Application, Class};

/// What an action that waits tells of itself.
#[derive(Clone, Default)]
struct Waiting {
    begun: Arc<Notify>,
    dropped: Arc<Notify>,
}

struct Guard(Waiting);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.dropped.notify_one();
    }
}

#[derive(Controller)]
pub struct Pages;

#[controller]
impl Pages {
    pub async fn show(&self, cx: &Context) -> String {
        let token = cx.token().expect("a token");
        let params: Vec<String> =
            token.params().iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("<{}>", params.join(","))
    }

    pub async fn count(&self, Query(pairs): Query<Vec<(String, String)>>) -> String {
        pairs.len().to_string()
    }

    pub async fn wait(&self, app: App) -> String {
        let waiting = app.state::<Waiting>().expect("the state").clone();
        let _guard = Guard(waiting.clone());
        waiting.begun.notify_one();
        std::future::pending().await
    }
}

const ROUTING: &str = r#"[
    { "path": "/", "controller": "controllers/Pages@show", "method": "GET" },
    { "path": "/tickets", "controller": "controllers/Pages@show", "method": ["GET", "DELETE"] },
    { "path": "/tickets/:id", "controller": "controllers/Pages@show", "method": "GET" },
    { "path": "/0", "controller": "controllers/Pages@show", "method": "GET" },
    { "path": "/files/:path...", "controller": "controllers/Pages@show", "method": "GET" },
    { "path": "/any", "controller": "controllers/Pages@show" },
    { "path": "/purge", "controller": "controllers/Pages@show", "method": "PURGE" },
    { "path": "/سلام", "controller": "controllers/Pages@show", "method": "GET" },
    { "path": "/count", "controller": "controllers/Pages@count", "method": "GET" },
    { "path": "/wait", "controller": "controllers/Pages@wait" },
]"#;

/// Starts a server for as long as the test runs; gives its address.
async fn serve() -> (String, Waiting, oneshot::Sender<()>) {
    let package = Package {
        name: "shop",
        root: "/app",
        manifest: File { name: "package.json", text: r#"{ "routing": "routing.json" }"# },
        routing: Some(File { name: "routing.json", text: ROUTING }),
        phrases: Vec::new(),
        frontends: Vec::new(),
        classes: vec![Class::controller::<Pages>("packages/shop/controllers/Pages", "tests.rs", 1)],
        bootstrap: None,
        migrations: crate::private::migrations![],
    };
    let waiting = Waiting::default();
    let options = json!({ "secret": "a secret of the tests that guards nothing", "development": false });
    let front = Application::new("test", "/nowhere", vec![package])
        .options(crate::Options::new(options))
        .state(waiting.clone())
        .start()
        .await
        .expect("it starts");
    let listener = super::listen([127, 0, 0, 1].into(), 0).await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (stop, stopped) = oneshot::channel();
    tokio::spawn(super::serve(listener, front, async {
        let _ = stopped.await;
    }));
    (address, waiting, stop)
}

/// The status, the `Allow` or `Location` header and the body that bytes are answered with.
async fn answer(address: &str, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let mut lines = head.lines();
    let status = lines.next().unwrap_or_default().split(' ').nth(1).unwrap_or("none").to_owned();
    let wanted = |name: &str| ["allow", "location"].iter().any(|wanted| name.eq_ignore_ascii_case(wanted));
    let named = lines.filter_map(|line| line.split_once(": ")).find(|(name, _)| wanted(name));
    let shown = if body.starts_with("<!doctype") { "page" } else { body };
    [status.as_str(), named.map_or("", |(_, value)| value), shown]
        .iter()
        .filter(|part| !part.is_empty())
        .copied()
        .collect::<Vec<_>>()
        .join(" ")
}

/// Method, raw target, and what comes.
const TABLE: &[(&str, &str, &str)] = &[
    // Methods.
    ("GET", "/tickets", "200 <>"),
    ("HEAD", "/tickets", "200"),
    ("DELETE", "/tickets", "200 <>"),
    ("OPTIONS", "/tickets", "204 DELETE, GET, HEAD, OPTIONS"),
    ("PUT", "/tickets", "405 DELETE, GET, HEAD, OPTIONS page"),
    ("BREW", "/tickets", "405 DELETE, GET, HEAD, OPTIONS page"),
    ("get", "/tickets", "405 DELETE, GET, HEAD, OPTIONS page"),
    ("HEAD", "/purge", "405 OPTIONS, PURGE"),
    ("OPTIONS", "/any", "200 <>"),
    ("OPTIONS", "*", "204 DELETE, GET, HEAD, OPTIONS, PATCH, POST, PURGE, PUT"),
    ("GET", "*", "400 page"),
    ("GET", "/nothing", "404 page"),
    ("HEAD", "/nothing", "404"),
    ("OPTIONS", "/nothing", "404 page"),
    // Slashes.
    ("GET", "/", "200 <>"),
    ("GET", "/tickets/", "200 <>"),
    ("GET", "/tickets//", "404 page"),
    ("GET", "//tickets", "404 page"),
    ("GET", "//", "404 page"),
    ("GET", "/0/", "200 <>"),
    ("GET", "/tickets//7", "404 page"),
    ("GET", "/files/a//b", "200 <path=a//b>"),
    ("GET", "/files/", "200 <path=>"),
    ("GET", "/files//a", "404 page"),
    // Dots are segments like others: nothing is resolved.
    ("GET", "/.", "404 page"),
    ("GET", "/./tickets", "404 page"),
    ("GET", "/tickets/..", "200 <id=..>"),
    ("GET", "/tickets/../tickets", "404 page"),
    ("GET", "/files/../../etc/passwd", "200 <path=../../etc/passwd>"),
    ("GET", "/%2e%2e/tickets", "404 page"),
    // Percent-encoding: decoded once, after the split.
    ("GET", "/%74ickets/7", "200 <id=7>"),
    ("GET", "/tickets/a%2Fb", "200 <id=a/b>"),
    ("GET", "/tickets/a%252Fb", "200 <id=a%2Fb>"),
    ("GET", "/tickets/a+b", "200 <id=a+b>"),
    ("GET", "/tickets/%D8%B3%D9%84%D8%A7%D9%85", "200 <id=سلام>"),
    ("GET", "/%D8%B3%D9%84%D8%A7%D9%85", "200 <>"),
    ("GET", "/tickets%3Fa=1", "404 page"),
    ("GET", "/tickets/%00", "200 <id=\0>"),
    ("GET", "/tickets/%zz", "400 page"),
    ("GET", "/tickets/%4", "400 page"),
    ("GET", "/tickets/%", "400 page"),
    // What is no UTF-8, encoded.
    ("GET", "/tickets/%FF", "400 page"),
    ("GET", "/tickets/%C0%AF", "400 page"),
    ("GET", "/tickets/%ED%A0%80", "400 page"),
    // Whole URLs and fragments in the first line.
    ("GET", "http://localhost/tickets/7", "200 <id=7>"),
    ("GET", "tickets", "400 page"),
    ("GET", "evil.example:80", "400 page"),
    ("CONNECT", "evil.example:80", "400 page"),
    ("GET", "/count?a=1&b=2&a=3", "200 3"),
    ("GET", "/count?%ff=%ff", "200 1"),
];

#[tokio::test]
async fn what_each_target_gives() {
    let (address, _, _stop) = serve().await;
    let mut others = Vec::new();
    for (method, target, expected) in TABLE {
        let request = format!("{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        let got = answer(&address, request.as_bytes()).await;
        if got != *expected {
            others.push(format!("{method} {target}: {got:?} instead of {expected:?}"));
        }
    }
    assert!(others.is_empty(), "{others:#?}");
}

#[tokio::test]
async fn bytes_and_lengths() {
    let (address, _, _stop) = serve().await;
    let get = |target: &[u8]| {
        [b"GET ", target, b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"].concat()
    };
    let padded =
        |path: &str, length: usize| format!("{path}{}", "a".repeat(length - path.len())).into_bytes();
    let many = |number: usize| {
        let pairs: Vec<String> = (0..number).map(|number| format!("{number}=")).collect();
        format!("/count?{}", pairs.join("&")).into_bytes()
    };
    for (what, target, expected) in [
        ("letters beyond ASCII as they are", "/tickets/سلام".as_bytes().to_vec(), "200 <id=سلام>"),
        ("bytes that are no UTF-8", b"/tickets/\xff".to_vec(), "400"),
        ("a control character", b"/tickets/\x07".to_vec(), "400"),
        ("a space", b"/tickets/a b".to_vec(), "400"),
        ("8 KiB", padded("/tickets?", 8 * 1024), "200 <>"),
        ("more than 8 KiB", padded("/tickets?", 8 * 1024 + 1), "414 page"),
        ("60 KB", padded("/tickets?", 60_000), "414 page"),
        ("more than a URI may have", padded("/tickets?", 70_000), "414"),
        ("a path of 4,000 segments", "/a".repeat(4_000).into_bytes(), "404 page"),
        ("1,500 parameters", many(1_500), "200 1500"),
        ("20,000 parameters", many(20_000), "414"),
    ] {
        let got = answer(&address, &get(&target)).await;
        // The server's own refusals have no body.
        assert_eq!(got, expected, "{what}");
    }
    let segments = format!("/files/{}", vec!["a"; 3_000].join("/"));
    let got = answer(&address, &get(segments.as_bytes())).await;
    assert_eq!(got.len(), "200 <path=>".len() + 5_999, "a wildcard of 3,000 segments");
    let twice = b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n";
    assert_eq!(answer(&address, twice).await, "400 page");
    assert_eq!(answer(&address, b"GET / HTTP/1.0\r\n\r\n").await, "200 <>", "no host is needed by HTTP/1.0");
    let headers: String = (0..200).map(|number| format!("x-{number}: 1\r\n")).collect();
    let many = format!("GET / HTTP/1.1\r\nHost: a\r\n{headers}Connection: close\r\n\r\n");
    assert_eq!(answer(&address, many.as_bytes()).await, "431", "200 headers");
}

/// Other requests go on meanwhile, and the action ends where it waits.
#[tokio::test]
async fn a_client_that_goes_away_ends_its_request() {
    let (address, waiting, _stop) = serve().await;
    let mut stream = TcpStream::connect(&address).await.unwrap();
    stream.write_all(b"GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    waiting.begun.notified().await;
    let other = b"GET /tickets HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    assert_eq!(answer(&address, other).await, "200 <>");
    drop(stream);
    waiting.dropped.notified().await;
}
