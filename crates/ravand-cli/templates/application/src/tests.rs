//! The pages, as a browser sees them, without a server.

use std::net::Ipv4Addr;
use std::path::Path;

use ravand::axum::body::{Body, to_bytes};
use ravand::axum::http::request::Builder;
use ravand::axum::http::{Request, header};
use ravand::{FrontController, Options};

#[tokio::test]
async fn the_home_page_is_there_in_both_languages() {
    let mut browser = Browser::open().await;
    let (status, page) = browser.get("/").await;
    assert_eq!(status, 200);
    assert!(page.contains("lang=\"en-US\" dir=\"ltr\""), "{page}");
    let (status, page) = browser.get("/fa").await;
    assert_eq!(status, 200);
    assert!(page.contains("lang=\"fa-IR\" dir=\"rtl\""), "{page}");
    assert_eq!(browser.get("/nothing").await.0, 404);
}

#[tokio::test]
async fn a_greeting_is_written_and_shown() {
    let mut browser = Browser::open().await;
    let (_, page) = browser.get("/").await;
    let (_, rest) = page.split_once("name=\"_csrf\" value=\"").unwrap();
    let token = rest.split('"').next().unwrap();

    let form = "name=Ada&text=Hello";
    let (status, _) = browser.post("/", form).await;
    assert_eq!(status, 403, "the form is refused without its token");

    let form = format!("_csrf={token}&name=Ada&text=+");
    let (status, page) = browser.post("/", &form).await;
    assert_eq!(status, 422);
    assert!(page.contains("Please fill this in."), "{page}");

    let form = format!("_csrf={token}&name=Ada&text=Hello");
    assert_eq!(browser.post("/", &form).await.0, 303);
    let (_, page) = browser.get("/").await;
    assert!(page.contains("Hello") && page.contains("Ada"), "{page}");
}

/// The application with a database in memory, and the cookie that its client keeps.
struct Browser {
    application: FrontController,
    cookie: String,
}

impl Browser {
    async fn open() -> Self {
        let options = Options::load(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
        options.set("database.url", "sqlite::memory:").unwrap();
        let secret = "for tests only: everybody knows it";
        options.set("secret", secret).unwrap();
        let application = crate::application().options(options);
        Self {
            application: application.start().await.unwrap(),
            cookie: String::new(),
        }
    }

    async fn get(&mut self, path: &str) -> (u16, String) {
        self.send(Request::get(path), Body::empty()).await
    }

    async fn post(&mut self, path: &str, form: &str) -> (u16, String) {
        let kind = "application/x-www-form-urlencoded";
        let request = Request::post(path).header(header::CONTENT_TYPE, kind);
        self.send(request, Body::from(form.to_owned())).await
    }

    async fn send(&mut self, request: Builder, body: Body) -> (u16, String) {
        let request = request
            .header(header::HOST, "localhost")
            .header(header::ACCEPT, "text/html")
            .header(header::COOKIE, &self.cookie)
            .body(body)
            .unwrap();
        let client = Ipv4Addr::LOCALHOST.into();
        let answer = self.application.handle(request, client).await;
        if let Some(cookie) = answer.headers().get(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap().split(';').next();
            self.cookie = cookie.unwrap().to_owned();
        }
        let status = answer.status().as_u16();
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }
}
