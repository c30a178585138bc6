//! The documented order of a request's way, with everything that can take part in it.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]

mod support;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use ravand::controller::Answered;
use ravand::events::request::{Dispatched, RequestAccepted, Responded, Routed};
use ravand::prelude::*;
use ravand::private::Class;
use ravand::{App, Caught, Plugin, RouteRequest, Turn};

/// What happened, in order.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn add(&self, what: impl Into<String>) {
        self.0.lock().unwrap().push(what.into());
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

fn note(cx: &Context, what: impl Into<String>) {
    cx.app().state::<Log>().expect("the log").add(what);
}

#[bootstrap]
pub async fn boot(cx: &Context) -> Result<()> {
    note(cx, "bootstrap");
    Ok(())
}

#[derive(Controller)]
pub struct Gatekeeper;

#[middleware]
impl Gatekeeper {
    pub async fn first(&self, cx: &Context, Param(id): Param<u32>) {
        note(cx, format!("middleware first, id {id}"));
    }

    pub async fn second(&self, cx: &Context) -> Result<()> {
        note(cx, "middleware second");
        Ok(())
    }
}

#[derive(Controller)]
pub struct Orders {
    app: App,
}

#[controller]
impl Orders {
    async fn init(&self, cx: &Context) {
        note(cx, "init");
    }

    async fn pre_dispatch(&self, cx: &Context) {
        note(cx, "controller pre_dispatch");
    }

    async fn post_dispatch(&self, cx: &Context) {
        note(cx, "controller post_dispatch");
    }

    pub async fn close(&self, cx: &Context, Param(id): Param<u32>) -> Result<Forward> {
        note(cx, format!("action close {id}"));
        Ok(Forward::to("controllers/Orders@view").param("id", id + 1))
    }

    pub async fn view(&self, Param(id): Param<u32>) -> Response {
        self.app.state::<Log>().expect("the log").add(format!("action view {id}"));
        Response::new(true).set_data(id, "id")
    }

    pub async fn fail(&self) -> Result<Response> {
        Err(Error::new(ErrorKind::Conflict, "no"))
    }

    pub async fn round(&self) -> Forward {
        Forward::to("controllers/Orders@round")
    }

    pub async fn sorry(&self, cx: &Context, caught: Caught) -> Response {
        note(cx, format!("exception route: {}", caught.0));
        Response::new(false).set_data("sorry", "message")
    }
}

#[derive(Listeners)]
pub struct Ear;

#[listener]
impl Ear {
    pub async fn accepted(&self, _event: &mut RequestAccepted, cx: &Context) {
        note(cx, "event RequestAccepted");
    }

    pub async fn routed(&self, event: &mut Routed, cx: &Context) {
        note(cx, format!("event Routed {}", event.token));
    }

    pub async fn dispatched(&self, event: &mut Dispatched, cx: &Context) {
        note(cx, format!("event Dispatched after {} turns", event.turns));
    }

    pub async fn responded(&self, event: &mut Responded, cx: &Context) {
        note(cx, format!("event Responded {}", event.status.as_u16()));
    }
}

struct Watch;

#[async_trait]
impl Plugin for Watch {
    async fn route_startup(&self, request: &mut RouteRequest<'_>, cx: &Context) -> Result<()> {
        note(cx, format!("route_startup {}", request.path));
        if request.path == "/old" {
            request.path = "/orders/7".into();
        }
        Ok(())
    }

    async fn route_shutdown(&self, token: &mut Token, cx: &Context) -> Result<()> {
        note(cx, format!("route_shutdown {token}"));
        Ok(())
    }

    async fn dispatch_loop_startup(&self, _: &mut Token, cx: &Context) -> Result<()> {
        note(cx, "dispatch_loop_startup");
        Ok(())
    }

    async fn pre_dispatch(&self, turn: &mut Turn, cx: &Context) -> Result<()> {
        note(cx, format!("pre_dispatch {}", turn.token.action_name()));
        if turn.token.params().get("id") == Some("99") {
            turn.skip = true;
            turn.answer = Some(Response::new(true).set_data("skipped", "by").into());
        }
        Ok(())
    }

    async fn post_dispatch(&self, turn: &mut Turn, cx: &Context) -> Result<()> {
        note(cx, format!("post_dispatch {}", turn.token.action_name()));
        Ok(())
    }

    async fn dispatch_loop_shutdown(&self, _: &mut Answered, cx: &Context) -> Result<()> {
        note(cx, "dispatch_loop_shutdown");
        Ok(())
    }
}

const MANIFEST: &str = r#"{
    "routing": "routing.json",
    "events": [
        { "name": "packages/base/events/RequestAccepted", "listener": "listeners/Ear@accepted" },
        { "name": "packages/base/events/Routed", "listener": "listeners/Ear@routed" },
        { "name": "packages/base/events/Dispatched", "listener": "listeners/Ear@dispatched" },
        { "name": "packages/base/events/Responded", "listener": "listeners/Ear@responded" },
    ],
}"#;

const ROUTING: &str = r#"[
    { "path": "/orders/:id", "method": "GET", "controller": "controllers/Orders@close",
      "middleware": ["middlewares/Gatekeeper@first", "middlewares/Gatekeeper@second"] },
    { "path": "/fail", "controller": "controllers/Orders@fail" },
    { "path": "/round", "controller": "controllers/Orders@round" },
    { "exceptions": "Conflict", "handler": "controllers/Orders@sorry" },
]"#;

async fn start() -> (ravand::FrontController, Log, tempfile::TempDir) {
    let classes = vec![
        Class::controller::<Orders>("packages/shop/controllers/Orders", "tests/order.rs", 1),
        Class::middleware::<Gatekeeper>("packages/shop/middlewares/Gatekeeper", "tests/order.rs", 1),
        Class::listener::<Ear>("packages/shop/listeners/Ear", "tests/order.rs", 1),
    ];
    let package =
        support::with_bootstrap(support::package(MANIFEST, Some(ROUTING), classes), RAVAND_BOOTSTRAP);
    let log = Log::default();
    let (application, folder) = support::application(package, serde_json::json!({ "development": false }));
    let front = application.plugin(Watch).state(log.clone()).start().await.expect("the application starts");
    (front, log, folder)
}

#[tokio::test]
async fn a_request_with_all_of_them() {
    let (front, log, _folder) = start().await;
    let response = support::call(&front, support::get("/orders/7?api=1")).await;
    assert_eq!(support::text(response).await, r#"{"status":true,"id":8}"#);
    assert_eq!(
        log.take(),
        [
            "event RequestAccepted",
            "route_startup /orders/7",
            "bootstrap",
            "route_shutdown packages/shop/controllers/Orders@close",
            "event Routed packages/shop/controllers/Orders@close",
            "dispatch_loop_startup",
            "pre_dispatch close",
            "middleware first, id 7",
            "middleware second",
            "init",
            "controller pre_dispatch",
            "action close 7",
            "controller post_dispatch",
            "post_dispatch close",
            "pre_dispatch view",
            "init",
            "controller pre_dispatch",
            "action view 8",
            "controller post_dispatch",
            "post_dispatch view",
            "dispatch_loop_shutdown",
            "event Dispatched after 2 turns",
            "event Responded 200",
        ]
    );
}

#[tokio::test]
async fn a_plugin_rewrites_the_path_and_skips_an_action() {
    let (front, log, _folder) = start().await;
    let response = support::call(&front, support::get("/old?api=1")).await;
    assert_eq!(support::text(response).await, r#"{"status":true,"id":8}"#);
    log.take();
    let response = support::call(&front, support::get("/orders/99?api=1")).await;
    assert_eq!(support::text(response).await, r#"{"status":true,"by":"skipped"}"#);
    assert!(!log.take().iter().any(|line| line.starts_with("action") || line.starts_with("middleware")));
}

#[tokio::test]
async fn an_error_goes_through_the_exception_route_once() {
    let (front, log, _folder) = start().await;
    let response = support::call(&front, support::get("/fail?api=1")).await;
    assert_eq!(response.status(), 409);
    assert_eq!(support::text(response).await, r#"{"status":false,"message":"sorry"}"#);
    let log = log.take();
    assert_eq!(log.iter().filter(|line| line.starts_with("exception route: no")).count(), 1, "{log:?}");
}

#[tokio::test]
async fn a_loop_without_an_end_is_an_error_with_its_chain() {
    let folder_and_front = start().await;
    let request = http::Request::get("/round").header("host", "x").header("accept", "application/json");
    let response = support::call(&folder_and_front.0, request.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!(response.status(), 500);
    let body = support::text(response).await;
    assert_eq!(body, r#"{"status":false,"error":"Internal","message":"Internal Server Error"}"#);
}
