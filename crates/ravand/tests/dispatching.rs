//! The dispatch loop: what a forward carries, what plugins change at each hook, and where errors end.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]

mod support;

use async_trait::async_trait;
use ravand::controller::Answered;
use ravand::prelude::*;
use ravand::private::{Class, File, PhraseFile};
use ravand::{Caught, FrontController, Plugin, RouteRequest, Turn};
use support::{application, call, get, package, text};

#[derive(Controller)]
pub struct Steps;

#[controller]
impl Steps {
    pub async fn alone(&self) -> Forward {
        Forward::to("controllers/Steps@show").param("own", 1)
    }

    pub async fn merged(&self) -> Forward {
        Forward::to("controllers/Steps@show").param("own", 1).with_params()
    }

    pub async fn absent(&self) -> Forward {
        Forward::to("controllers/Steps@Gone-Away").param("own", 1)
    }

    pub async fn nowhere(&self) -> Forward {
        Forward::to("controllers/Stepz@show")
    }

    pub async fn round(&self) -> Forward {
        Forward::to("controllers/Steps@trip")
    }

    pub async fn trip(&self) -> Forward {
        Forward::to("controllers/Steps@round")
    }

    pub async fn show(&self, cx: &Context) -> String {
        shown(cx)
    }

    pub async fn other(&self, cx: &Context) -> String {
        format!("other {}", shown(cx))
    }

    pub async fn no_route(&self, cx: &Context) -> String {
        format!("no {}", shown(cx))
    }

    pub async fn conflict(&self) -> Result<Response> {
        Err(Error::new(ErrorKind::Conflict, "the first error"))
    }

    pub async fn broken(&self) -> Result<Response> {
        Err(Error::internal("a fault"))
    }

    pub async fn sorry(&self, caught: Caught) -> String {
        format!("sorry: {}", caught.0.kind().class())
    }

    pub async fn sorry_admin(&self, caught: Caught) -> String {
        format!("admin: {}", caught.0.kind().class())
    }

    pub async fn sorry_all(&self, cx: &Context, caught: Caught) -> String {
        format!("all: {} {}", caught.0.kind().class(), shown(cx))
    }

    pub async fn sorry_not(&self) -> Result<Response> {
        Err(Error::new(ErrorKind::Forbidden, "the second error"))
    }
}

fn shown(cx: &Context) -> String {
    let token = cx.token().expect("a token");
    let params: Vec<String> = token.params().iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("{}({})", token.action_name(), params.join(","))
}

/// Does at a hook what the query's `do` says.
struct Do;

fn wanted(cx: &Context, what: &str) -> bool {
    cx.request().and_then(|request| request.query_value("do")).is_some_and(|wanted| wanted == what)
}

#[async_trait]
impl Plugin for Do {
    async fn route_startup(&self, request: &mut RouteRequest<'_>, cx: &Context) -> Result<()> {
        if wanted(cx, "startup") {
            request.path = "/other/9".into();
        }
        Ok(())
    }

    async fn route_shutdown(&self, token: &mut Token, cx: &Context) -> Result<()> {
        if wanted(cx, "shutdown") {
            *token = token.clone().set_action_name("other");
        }
        Ok(())
    }

    async fn dispatch_loop_startup(&self, token: &mut Token, cx: &Context) -> Result<()> {
        if wanted(cx, "loop") {
            *token = Token::new("shop", "Steps", "other").with_param("by", "loop");
        }
        Ok(())
    }

    async fn pre_dispatch(&self, turn: &mut Turn, cx: &Context) -> Result<()> {
        let first = turn.token.action_name() == "show";
        if wanted(cx, "replace") && first {
            turn.token = turn.token.clone().set_action_name("other").with_param("by", "pre");
        }
        if wanted(cx, "skip") && first {
            turn.skip = true;
            turn.next = Some(Token::new("shop", "Steps", "other"));
        }
        if wanted(cx, "answer") {
            turn.skip = true;
            turn.answer = Some(Response::new(true).raw_output("from the plugin").into());
        }
        if wanted(cx, "nothing") {
            turn.skip = true;
        }
        Ok(())
    }

    async fn post_dispatch(&self, turn: &mut Turn, cx: &Context) -> Result<()> {
        let past = turn.token.params().get("turn").and_then(|turn| turn.parse().ok()).unwrap_or(0);
        if wanted(cx, "chain") && past < 3 {
            assert!(turn.answer.is_some(), "the action was called before");
            turn.next = Some(turn.token.clone().set_action_name("other").with_param("turn", past + 1));
        }
        if wanted(cx, "change") {
            turn.answer = Some(Response::new(true).raw_output("changed after").into());
        }
        Ok(())
    }

    async fn dispatch_loop_shutdown(&self, answer: &mut Answered, cx: &Context) -> Result<()> {
        if wanted(cx, "end") {
            *answer = Response::new(true).raw_output("changed at the end").into();
        }
        Ok(())
    }
}

const ROUTING: &str = r#"[
    { "path": "/alone/:id", "controller": "controllers/Steps@alone" },
    { "path": "/merged/:id", "controller": "controllers/Steps@merged" },
    { "path": "/absent/:id", "controller": "controllers/Steps@absent" },
    { "path": "/nowhere", "controller": "controllers/Steps@nowhere" },
    { "path": "/round", "controller": "controllers/Steps@round" },
    { "path": "/show/:id", "controller": "controllers/Steps@show" },
    { "path": "/other/:id", "controller": "controllers/Steps@other" },
    { "paths": ["/conflict", "/worse/conflict", "/admin/conflict"], "controller": "controllers/Steps@conflict" },
    { "path": "/broken", "controller": "controllers/Steps@broken" },
    { "exceptions": "ClientError", "handler": "controllers/Steps@sorry" },
    { "exceptions": ["NotFound", "packages/base/Conflict"], "path": "/admin", "handler": "controllers/Steps@sorry_admin" },
    { "exceptions": "Error", "path": "/admin/a b", "handler": "controllers/Steps@sorry" },
    { "exceptions": "Error", "handler": "controllers/Steps@sorry_all" },
    { "exceptions": "Conflict", "path": "/worse", "handler": "controllers/Steps@sorry_not" },
]"#;

async fn start(development: bool) -> (FrontController, tempfile::TempDir) {
    let classes = vec![Class::controller::<Steps>("packages/shop/controllers/Steps", "dispatching.rs", 1)];
    let manifest = r#"{ "routing": "routing.json", "languages": { "fa_IR": "langs/fa_IR.json" } }"#;
    let mut package = package(manifest, Some(ROUTING), classes);
    let file = File { name: "langs/fa_IR.json", text: r#"{ "phrases": {} }"# };
    package.phrases = vec![PhraseFile { language: "fa_IR", file }];
    let options = serde_json::json!({ "development": development, "translator": { "changelang": "uri" } });
    let (application, folder) = application(package, options);
    (application.plugin(Do).start().await.expect("it starts"), folder)
}

async fn check(front: &FrontController, table: &[(&str, u16, &str)]) {
    for (path, status, expected) in table {
        let response = call(front, get(path)).await;
        assert_eq!(response.status(), *status, "{path}");
        assert_eq!(text(response).await, *expected, "{path}");
    }
}

#[tokio::test]
async fn a_forward_carries_its_own_parameters_alone() {
    let (front, _folder) = start(false).await;
    check(
        &front,
        &[
            ("/alone/7", 200, "show(own=1)"),
            ("/merged/7", 200, "show(id=7,own=1)"),
            ("/absent/7", 200, "no Gone-Away(own=1)"),
        ],
    )
    .await;
}

#[tokio::test]
async fn plugins_at_each_hook() {
    let (front, _folder) = start(false).await;
    check(
        &front,
        &[
            ("/show/7", 200, "show(id=7)"),
            ("/show/7?do=startup", 200, "other other(id=9)"),
            ("/show/7?do=shutdown", 200, "other other(id=7)"),
            ("/show/7?do=loop", 200, "other other(by=loop)"),
            ("/show/7?do=replace", 200, "other other(id=7,by=pre)"),
            ("/show/7?do=skip", 200, "other other()"),
            ("/show/7?do=answer", 200, "from the plugin"),
            ("/show/7?do=nothing", 200, r#"{"status":true}"#),
            ("/show/7?do=chain", 200, "other other(id=7,turn=3)"),
            ("/show/7?do=change", 200, "changed after"),
            ("/alone/7?do=end", 200, "changed at the end"),
        ],
    )
    .await;
}

#[tokio::test]
async fn loops_and_forwards_to_nowhere_are_errors() {
    let (front, _folder) = start(true).await;
    // Exception routes come to both; the log has the chain, and so has development.
    for (path, class) in [("/round", "Internal"), ("/nowhere", "NotFound")] {
        let response = call(&front, get(path)).await;
        assert!(text(response).await.contains(class), "{path}");
    }
    let routing = r#"[{ "path": "/round", "controller": "controllers/Steps@round" }]"#;
    let classes = vec![Class::controller::<Steps>("packages/shop/controllers/Steps", "dispatching.rs", 1)];
    let (application, _folder) =
        application(package("{}", Some(routing), classes), serde_json::json!({ "development": true }));
    let front = application.start().await.expect("it starts");
    let response = call(&front, get("/round?api=1")).await;
    assert_eq!(response.status(), 500);
    let said = text(response).await;
    let chain = "the dispatch loop went round 32 times without an end: \
                 packages/shop/controllers/Steps@round -> packages/shop/controllers/Steps@trip -> \
                 packages/shop/controllers/Steps@round";
    assert!(said.contains(chain), "{said}");
}

/// The most specific class first, then the longest prefix of whole segments.
#[tokio::test]
async fn exception_routes() {
    let (front, _folder) = start(false).await;
    check(
        &front,
        &[
            ("/nothing", 404, "sorry: NotFound"),
            ("/conflict", 409, "sorry: Conflict"),
            ("/broken", 500, "all: Internal sorry_all()"),
            ("/admin", 404, "admin: NotFound"),
            ("/admin/x", 404, "admin: NotFound"),
            ("/admin/conflict", 409, "admin: Conflict"),
            ("/fa/admin/x", 404, "admin: NotFound"),
            ("/%61dmin/x", 404, "admin: NotFound"),
            // A class comes before a prefix, however long.
            ("/admin/a%20b", 404, "admin: NotFound"),
            // The prefix is of whole segments, and only a language may stand in front.
            ("/administration", 404, "sorry: NotFound"),
            ("/de/admin/x", 404, "sorry: NotFound"),
            ("/admin%2Fx", 404, "sorry: NotFound"),
            ("/%ff", 400, "sorry: BadRequest"),
        ],
    )
    .await;
    // An error inside the exception route: the first one is shown, by the framework's own page, once.
    let response = call(&front, get("/worse/conflict")).await;
    assert_eq!(response.status(), 409);
    let page = text(response).await;
    assert!(page.contains("<h1>409</h1>") && !page.contains("error</"), "{page}");
}
