//! What bad requests and bad applications get: the right status, as a page and as JSON, with nothing internal.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]

mod support;

use axum::body::Body;
use http::{Request, header};
use ravand::prelude::*;
use ravand::private::Class;
use support::{application, call, get, package, text};

#[derive(Controller)]
pub struct Things;

#[derive(Deserialize)]
pub struct Input {
    amount: u8,
}

#[controller]
impl Things {
    pub async fn index(&self) -> Response {
        Response::new(true).set_data("x", "thing").set_data(false, "status")
    }

    pub async fn show(&self, Param(id): Param<u32>) -> String {
        id.to_string()
    }

    pub async fn broken(&self) -> Result<Response> {
        Err(Error::internal("the password is hunter2"))
    }

    pub async fn panics(&self) -> Response {
        panic!("hunter2")
    }

    pub async fn invalid(&self) -> Result<Response> {
        let mut fields = FieldErrors::default();
        fields.add("amount", "errors.too_small");
        Err(Error::invalid(fields))
    }

    pub async fn add(&self, Json(input): Json<Input>) -> String {
        input.amount.to_string()
    }

    pub async fn post(&self, Form(input): Form<Input>) -> String {
        input.amount.to_string()
    }

    pub async fn find(&self, Query(input): Query<Input>) -> String {
        input.amount.to_string()
    }

    pub async fn token(&self, cx: &Context) -> String {
        cx.csrf_token()
    }

    pub async fn guarded(&self, _: Guard) -> &'static str {
        "in"
    }

    pub async fn leave(&self) -> Response {
        Response::new(true).go("/elsewhere")
    }

    pub async fn outside(&self) -> Response {
        Response::new(true).go("//evil.example")
    }

    pub async fn download(&self, app: ravand::App) -> Result<Response> {
        let file = Storage::of(&app, "shop", "private")?.path("a.txt")?;
        Ok(Response::new(true).set_file(file).force_download(Some("ten.txt")))
    }
}

/// An extractor of the application's own, whose rejection is a text as axum's handlers would send it.
pub struct Guard;

impl<S: Sync> axum::extract::FromRequestParts<S> for Guard {
    type Rejection = (http::StatusCode, &'static str);

    async fn from_request_parts(_: &mut http::request::Parts, _: &S) -> Result<Self, Self::Rejection> {
        Err((http::StatusCode::FORBIDDEN, "Your account is locked."))
    }
}

const ROUTING: &str = r#"[
    { "path": "/find", "controller": "controllers/Things@find", "method": "GET" },
    { "path": "/token", "controller": "controllers/Things@token", "method": "GET" },
    { "path": "/guarded", "controller": "controllers/Things@guarded", "method": "GET" },
    { "path": "/", "controller": "controllers/Things@index", "method": "GET" },
    { "path": "/things/:id", "controller": "controllers/Things@show", "method": ["GET", "DELETE"] },
    { "path": "/broken", "controller": "controllers/Things@broken" },
    { "path": "/panics", "controller": "controllers/Things@panics" },
    { "path": "/invalid", "controller": "controllers/Things@invalid" },
    { "path": "/add", "controller": "controllers/Things@add", "method": "POST" },
    { "path": "/post", "controller": "controllers/Things@post", "method": "POST" },
    { "path": "/leave", "controller": "controllers/Things@leave" },
    { "path": "/outside", "controller": "controllers/Things@outside" },
    { "path": "/download", "controller": "controllers/Things@download" },
]"#;

async fn start(development: bool) -> (ravand::FrontController, tempfile::TempDir) {
    let classes = vec![Class::controller::<Things>("packages/shop/controllers/Things", "tests/errors.rs", 1)];
    let package = package(r#"{ "routing": "routing.json" }"#, Some(ROUTING), classes);
    let (application, folder) = application(package, serde_json::json!({ "development": development }));
    (application.start().await.expect("the application starts"), folder)
}

#[tokio::test]
async fn statuses_as_page_and_as_json() {
    let (front, _folder) = start(false).await;
    let table = [
        ("GET", "/", 200),
        ("HEAD", "/", 200),
        ("GET", "/nowhere", 404),
        ("GET", "/things/x", 404),
        ("GET", "/things/7", 200),
        ("POST", "/things/7", 405),
        ("OPTIONS", "/things/7", 204),
        ("GET", "/broken", 500),
        ("GET", "/panics", 500),
        ("GET", "/invalid", 422),
        ("GET", "/%zz", 400),
        ("GET", "/%ff", 400),
        ("GET", "/outside", 500),
        ("GET", "/assets/base/error.css", 200),
        ("GET", "/assets/base/../secret", 404),
        ("GET", "/storage/shop/..%2f..%2fravand.toml", 404),
        ("BREW", "/broken", 500),
    ];
    for (method, path, status) in table {
        for accept in ["text/html", "application/json"] {
            let request =
                Request::builder().method(method).uri(path).header("host", "x").header("accept", accept);
            let response = call(&front, request.body(Body::empty()).unwrap()).await;
            assert_eq!(response.status(), status, "{method} {path} {accept}");
            let kind =
                response.headers().get(header::CONTENT_TYPE).map(|kind| kind.to_str().unwrap().to_owned());
            if status >= 400 {
                let wanted =
                    if accept == "text/html" { "text/html; charset=utf-8" } else { "application/json" };
                assert_eq!(kind.as_deref(), Some(wanted), "{method} {path}");
            }
            let allow = response.headers().get(header::ALLOW).map(|allow| allow.to_str().unwrap().to_owned());
            assert_eq!(allow.is_some(), matches!(status, 405 | 204), "{method} {path}");
            if let Some(allow) = allow {
                assert_eq!(allow, "DELETE, GET, HEAD, OPTIONS");
            }
            let body = text(response).await;
            assert!(!body.contains("hunter2") && !body.contains(".rs"), "{method} {path}: {body}");
        }
    }
}

#[tokio::test]
async fn development_shows_what_went_wrong() {
    let (front, _folder) = start(true).await;
    assert!(text(call(&front, get("/broken")).await).await.contains("hunter2"));
    assert!(text(call(&front, get("/panics?api=1")).await).await.contains("hunter2"));
}

#[tokio::test]
async fn data_cannot_overwrite_the_status_and_a_redirect_becomes_a_key() {
    let (front, _folder) = start(false).await;
    assert_eq!(text(call(&front, get("/?api=1")).await).await, r#"{"status":true,"thing":"x"}"#);
    let redirect = call(&front, get("/leave")).await;
    assert_eq!(
        (redirect.status().as_u16(), redirect.headers()["location"].to_str().unwrap()),
        (303, "/elsewhere")
    );
    let ajax = call(&front, get("/leave?ajax=1")).await;
    assert_eq!(ajax.status(), 200);
    assert_eq!(text(ajax).await, r#"{"status":true,"redirect":"/elsewhere"}"#);
}

#[tokio::test]
async fn the_fields_of_a_422_are_named() {
    let (front, _folder) = start(false).await;
    let body = text(call(&front, get("/invalid?api=1")).await).await;
    assert_eq!(
        body,
        r#"{"status":false,"error":"Invalid","message":"Unprocessable Entity","errors":{"amount":["errors.too_small"]}}"#
    );
}

#[tokio::test]
async fn bodies_that_do_not_fit() {
    let (front, _folder) = start(false).await;
    let table = [
        ("/add", "application/json", r#"{"amount": 3}"#, 200),
        ("/add", "application/json", r#"{"amount": "#, 400),
        ("/add", "application/json", r#"{"amount": 300}"#, 422),
        ("/add", "text/csv", "3", 415),
        ("/post", "application/x-www-form-urlencoded", "amount=3", 403),
    ];
    for (path, kind, body, status) in table {
        let request = Request::post(path).header("host", "x").header("content-type", kind);
        let response = call(&front, request.body(Body::from(body)).unwrap()).await;
        assert_eq!(response.status(), status, "{path} {kind} {body}");
    }
}

/// What axum says of a body is for who wrote it: a program. A page names the fields, and what the application
/// itself says is for everybody.
#[tokio::test]
async fn what_extractors_refuse_with() {
    let (front, _folder) = start(false).await;
    let answer = call(&front, get("/token")).await;
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let token = text(answer).await;
    let json = ("application/json", r#"{"amount": 300}"#.to_owned());
    let form = |amount: &str| ("application/x-www-form-urlencoded", format!("_csrf={token}{amount}"));
    let wrong = r#""errors":{"amount":["this value is not right"]}"#;
    let missing = r#""errors":{"amount":["this field is missing"]}"#;
    let table = [
        ("POST", "/add", json, 422, "expected u8", wrong),
        ("POST", "/add", ("application/json", "{}".to_owned()), 422, "missing field", missing),
        ("POST", "/add", ("application/json", "{".to_owned()), 400, "EOF while parsing", ""),
        ("POST", "/add", ("text/csv", "3".to_owned()), 415, "Content-Type: application/json", ""),
        ("POST", "/post", form("&amount=many"), 422, "invalid digit", wrong),
        ("POST", "/post", form(""), 422, "missing field", missing),
        ("GET", "/find?amount=-1", ("text/plain", String::new()), 400, "invalid digit", wrong),
    ];
    for (method, path, (kind, body), status, said, fields) in table {
        let ask = |accept: &str| {
            let request = Request::builder().method(method).uri(path).header("host", "x");
            let request = request.header("content-type", kind).header("accept", accept);
            request.header("cookie", &cookie).body(Body::from(body.clone())).unwrap()
        };
        let response = call(&front, ask("application/json")).await;
        assert_eq!(response.status(), status, "{method} {path} {body}");
        let answer = text(response).await;
        assert!(answer.contains(said) && answer.contains(fields), "{method} {path} {body}: {answer}");
        let page = text(call(&front, ask("text/html")).await).await;
        assert!(!page.contains(said) && !page.contains("u8"), "{method} {path} {body}: {page}");
        for text in ["this value is not right", "this field is missing"] {
            let shown = format!("<li><b>amount</b>: {text}</li>");
            assert_eq!(page.contains(&shown), fields.contains(text), "{method} {path} {body}: {page}");
        }
    }
    for accept in ["application/json", "text/html"] {
        let request = Request::get("/guarded").header("host", "x").header("accept", accept);
        let response = call(&front, request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), 403);
        assert!(text(response).await.contains("Your account is locked."), "{accept}");
    }
}

#[tokio::test]
async fn forged_requests_are_refused() {
    let (front, _folder) = start(false).await;
    let post = |name: &str, value: &str| {
        let request =
            Request::post("/add").header("host", "shop.example").header("content-type", "application/json");
        request.header(name, value).body(Body::from(r#"{"amount": 3}"#)).unwrap()
    };
    for (name, value, status) in [
        ("origin", "https://evil.example", 403),
        ("origin", "null", 403),
        ("origin", "https://shop.example", 200),
        ("sec-fetch-site", "cross-site", 403),
        ("sec-fetch-site", "same-site", 403),
        ("sec-fetch-site", "same-origin", 200),
    ] {
        assert_eq!(call(&front, post(name, value)).await.status(), status, "{name}: {value}");
    }
}

#[tokio::test]
async fn files_with_ranges_and_conditions() {
    let (front, _folder) = start(false).await;
    assert_eq!(call(&front, get("/download")).await.status(), 404);
    let storage = Storage::of(front.app(), "shop", "private").unwrap();
    storage.write("a.txt", b"0123456789").await.unwrap();
    assert!(storage.write("../a.txt", b"").await.is_err());
    let whole = call(&front, get("/download")).await;
    assert_eq!(whole.status(), 200);
    assert_eq!(
        whole.headers()["content-disposition"],
        "attachment; filename=\"ten.txt\"; filename*=UTF-8''ten.txt"
    );
    let etag = whole.headers()["etag"].clone();
    assert_eq!(text(whole).await, "0123456789");
    let part = Request::get("/download")
        .header("host", "x")
        .header("range", "bytes=2-4")
        .body(Body::empty())
        .unwrap();
    let part = call(&front, part).await;
    assert_eq!(
        (part.status().as_u16(), part.headers()["content-range"].to_str().unwrap()),
        (206, "bytes 2-4/10")
    );
    assert_eq!(text(part).await, "234");
    let known = Request::get("/download")
        .header("host", "x")
        .header("if-none-match", etag)
        .body(Body::empty())
        .unwrap();
    assert_eq!(call(&front, known).await.status(), 304);
    let beyond = Request::get("/download")
        .header("host", "x")
        .header("range", "bytes=90-")
        .body(Body::empty())
        .unwrap();
    assert_eq!(call(&front, beyond).await.status(), 416);
}

#[tokio::test]
async fn strange_hosts_and_long_addresses() {
    let (front, _folder) = start(false).await;
    for (host, status) in [("x", 200), ("x:8080", 200), ("[::1]:8080", 200), ("x/evil", 400), ("a b", 400)] {
        let request = Request::get("/").header("host", host).body(Body::empty()).unwrap();
        assert_eq!(call(&front, request).await.status(), status, "{host}");
    }
    let long = format!("/{}", "a".repeat(9000));
    assert_eq!(call(&front, get(&long)).await.status(), 414);
}

#[tokio::test]
async fn an_application_that_is_not_right_says_where() {
    let classes =
        || vec![Class::controller::<Things>("packages/shop/controllers/Things", "tests/errors.rs", 1)];
    let routing = |text| package(r#"{ "routing": "routing.json" }"#, Some(text), classes());
    let table = [
        (
            routing(r#"[{ "path": "/", "controller": "controllers/Tings@index" }]"#),
            "did you mean `packages/shop/controllers/Things@index`?",
        ),
        (routing(r#"[{ "path": "/", "#), "packages/shop/routing.json:1:"),
        (package(r#"{ "dependencies": ["shopp"] }"#, None, Vec::new()), "shopp"),
        (
            package(
                r#"{ "events": [{ "name": "packages/base/view/events/afterLoad", "listener": "listeners/Nobody@watch" }] }"#,
                None,
                Vec::new(),
            ),
            "there is no listener `packages/shop/listeners/Nobody@watch`",
        ),
    ];
    for (package, expected) in table {
        let (application, _folder) = application(package, serde_json::json!({}));
        let error = application.start().await.expect_err("it cannot start").to_string();
        assert!(error.contains(expected), "{error}\n does not say {expected}");
    }
}
