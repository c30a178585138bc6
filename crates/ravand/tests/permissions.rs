//! Who may decide about a rule's permissions, what each answer means; and parameters that may be absent.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]

mod support;

use http::StatusCode;
use ravand::prelude::*;
use ravand::private::Class;
use support::{application, call, get, package, text};

#[derive(Controller)]
pub struct Gate;

#[middleware]
impl Gate {
    pub fn open(&self) -> bool {
        true
    }

    pub fn shut(&self) -> bool {
        false
    }
}

#[derive(Controller)]
pub struct May;

#[controller]
impl May {
    pub async fn yes(&self, Param(shop): Param<u32>) -> Response {
        Response::new(shop == 7)
    }

    pub async fn nothing(&self) -> Result<()> {
        Ok(())
    }

    pub async fn created(&self) -> StatusCode {
        StatusCode::CREATED
    }

    pub async fn no(&self) -> Result<Response> {
        Ok(Response::new(false))
    }

    pub async fn forbidden(&self) -> Result<()> {
        Err(Error::forbidden("not you"))
    }

    pub async fn teapot(&self) -> StatusCode {
        StatusCode::IM_A_TEAPOT
    }

    pub async fn unauthorized(&self) -> Result<()> {
        Err(Error::new(ErrorKind::Unauthorized, "who are you?"))
    }

    pub async fn elsewhere(&self) -> Forward {
        Forward::to("controllers/May@yes")
    }
}

#[derive(Controller)]
pub struct Shops;

#[controller]
impl Shops {
    pub async fn show(&self, Param(shop): Param<Option<u32>>, name: Param<Option<String>>) -> String {
        format!("{shop:?} {:?}", name.0)
    }

    pub async fn other(&self) -> &'static str {
        "the next rule"
    }
}

/// What each decider makes of a request of the API: the rule's own answer, the next rule's, or an error.
#[tokio::test]
async fn who_decides() {
    for (decider, status, expected) in [
        ("Gate@open", 200, "Some(7) None"),
        ("Gate@shut", 200, "the next rule"),
        ("May@yes", 200, "Some(7) None"),
        ("May@nothing", 200, "Some(7) None"),
        ("May@created", 200, "Some(7) None"),
        ("May@no", 200, "the next rule"),
        ("May@forbidden", 200, "the next rule"),
        ("May@teapot", 200, "the next rule"),
        ("May@unauthorized", 401, ""),
        ("May@elsewhere", 500, ""),
    ] {
        let routing: &'static str = Box::leak(
            format!(
                r#"[
                    {{ "path": "/shops/:shop", "controller": "controllers/Shops@show",
                       "permissions": {{ "api": "controllers/{decider}" }} }},
                    {{ "path": "/:a/:b", "controller": "controllers/Shops@other" }}
                ]"#
            )
            .into_boxed_str(),
        );
        let (application, _folder) =
            application(package("{}", Some(routing), classes()), serde_json::json!({}));
        let front = application.start().await.expect("it starts");
        let response = call(&front, get("/shops/7?api=1")).await;
        assert_eq!(response.status(), status, "{decider}");
        let body = text(response).await;
        assert!(status != 200 || body == expected, "{decider}: {body}");
        // A page asks for no permission of the API.
        assert_eq!(text(call(&front, get("/shops/7")).await).await, "Some(7) None", "{decider}");
    }
}

#[tokio::test]
async fn a_decider_that_is_not_there_stops_the_start() {
    let routing = r#"[{ "path": "/", "controller": "controllers/Shops@other", "permissions": { "ajax": "controllers/May@maybe" } }]"#;
    let (application, _folder) = application(package("{}", Some(routing), classes()), serde_json::json!({}));
    let fault = application.start().await.expect_err("it does not start").chain();
    let expected =
        "packages/shop/routing.json:1:83: there is no action `packages/shop/controllers/May@maybe`";
    assert!(fault.contains(expected), "{fault}");
}

#[tokio::test]
async fn a_parameter_that_may_be_absent() {
    let routing = r#"[
        { "paths": ["/shops", "/shops/:shop"], "controller": "controllers/Shops@show" },
        { "path": "/names/:name...", "controller": "controllers/Shops@show" },
        { "path": "/wild/:shop...", "controller": "controllers/Shops@show" }
    ]"#;
    let (application, _folder) = application(package("{}", Some(routing), classes()), serde_json::json!({}));
    let front = application.start().await.expect("it starts");
    for (path, status, expected) in [
        ("/shops", 200, "None None"),
        ("/shops/5", 200, "Some(5) None"),
        ("/shops/five", 404, ""),
        ("/names/a/b", 200, "None Some(\"a/b\")"),
        ("/names", 200, "None Some(\"\")"),
        ("/wild", 200, "None None"),
        ("/wild/5", 200, "Some(5) None"),
        ("/wild/5/6", 404, ""),
    ] {
        let response = call(&front, get(path)).await;
        assert_eq!(response.status(), status, "{path}");
        let body = text(response).await;
        assert!(status != 200 || body == expected, "{path}: {body}");
    }
}

fn classes() -> Vec<Class> {
    vec![
        Class::controller::<May>("packages/shop/controllers/May", "permissions.rs", 1),
        Class::controller::<Shops>("packages/shop/controllers/Shops", "permissions.rs", 2),
        Class::middleware::<Gate>("packages/shop/controllers/Gate", "permissions.rs", 3),
    ]
}
