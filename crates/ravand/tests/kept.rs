//! What is kept: sessions in memory and in a database (one table of cases for both), saved options.

#![cfg(feature = "sqlite")]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]

mod support;

use axum::body::Body;
use http::{Request, Response};
use ravand::events::package::{PackageLoad, PackageLoaded, PackageRegistered, PackagesLoaded};
use ravand::prelude::*;
use ravand::private::Class;
use ravand::{App, FrontController};
use support::{application, call, package, text};

#[derive(Controller)]
pub struct Counter {
    session: Session,
}

#[controller]
impl Counter {
    pub async fn add(&self) -> Result<String> {
        let count = self.session.get::<u32>("count").await?.unwrap_or(0) + 1;
        self.session.insert("count", count).await?;
        Ok(count.to_string())
    }

    pub async fn look(&self) -> Result<String> {
        Ok(format!("{:?}", self.session.get::<u32>("count").await?))
    }

    pub async fn rotate(&self, cx: &Context) -> Result<&'static str> {
        self.session.rotate(cx).await?;
        Ok("rotated")
    }

    pub async fn end(&self, cx: &Context) -> Result<&'static str> {
        self.session.end(cx).await?;
        Ok("ended")
    }

    pub async fn steps(&self, app: App) -> Result<String> {
        Ok(app.options().get_or::<Vec<String>>("steps", Vec::new())?.join(" "))
    }
}

#[derive(Listeners)]
pub struct Start {
    options: Options,
}

#[listener]
impl Start {
    pub async fn load(&self, event: &mut PackageLoad) -> Result<()> {
        self.add(format!("load:{}", event.package))
    }

    pub async fn loaded(&self, event: &mut PackageLoaded) -> Result<()> {
        self.add(format!("loaded:{}", event.package))
    }

    pub async fn registered(&self, event: &mut PackageRegistered) -> Result<()> {
        self.add(format!("registered:{}", event.package))
    }

    pub async fn all(&self, event: &mut PackagesLoaded) -> Result<()> {
        self.add(format!("all:{}", event.packages.join("+")))
    }
}

impl Start {
    fn add(&self, step: String) -> Result<()> {
        let mut steps = self.options.get_or::<Vec<String>>("steps", Vec::new())?;
        steps.push(step);
        self.options.set("steps", steps)
    }
}

const MANIFEST: &str = r#"{
    "routing": "routing.json",
    "events": [
        { "name": "packages/base/events/PackageLoad", "listener": "listeners/Start@load" },
        { "name": "packages/base/events/PackageLoaded", "listener": "listeners/Start@loaded" },
        { "name": "packages/base/events/PackageRegistered", "listener": "listeners/Start@registered" },
        { "name": "packages/base/events/PackagesLoaded", "listener": "listeners/Start@all" },
    ],
}"#;

const ROUTING: &str = r#"[
    { "path": "/add", "controller": "controllers/Counter@add" },
    { "path": "/look", "controller": "controllers/Counter@look" },
    { "path": "/rotate", "controller": "controllers/Counter@rotate" },
    { "path": "/end", "controller": "controllers/Counter@end" },
    { "path": "/steps", "controller": "controllers/Counter@steps" },
]"#;

const SQLITE: &str = "sqlite://storage/test.sqlite";

async fn start(database: Option<&str>) -> (FrontController, tempfile::TempDir) {
    let classes = vec![
        Class::controller::<Counter>("packages/shop/controllers/Counter", "tests/kept.rs", 1),
        Class::listener::<Start>("packages/shop/listeners/Start", "tests/kept.rs", 1),
    ];
    let options = match database {
        Some(url) => serde_json::json!({ "database": { "url": url } }),
        None => serde_json::json!({}),
    };
    let (application, folder) = application(package(MANIFEST, Some(ROUTING), classes), options);
    (application.start().await.unwrap_or_else(|error| panic!("{error}")), folder)
}

async fn visit(front: &FrontController, path: &str, cookie: Option<&str>) -> Response<Body> {
    let mut request = Request::get(path).header("host", "x");
    if let Some(cookie) = cookie {
        request = request.header("cookie", cookie);
    }
    call(front, request.body(Body::empty()).unwrap()).await
}

fn cookie(response: &Response<Body>) -> Option<String> {
    let cookies = response.headers().get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
    cookies
        .into_iter()
        .find(|cookie| cookie.starts_with("ravand_session="))
        .and_then(|cookie| cookie.split(';').next())
        .map(str::to_owned)
}

#[tokio::test]
async fn sessions_are_the_same_in_every_store() {
    for database in [None, Some(SQLITE)] {
        let (front, _folder) = start(database).await;
        let untouched = visit(&front, "/look", None).await;
        assert_eq!(cookie(&untouched), None, "a session that holds nothing sets no cookie");
        let first = visit(&front, "/add", None).await;
        let id = cookie(&first).expect("a cookie");
        let second = visit(&front, "/add", Some(&id)).await;
        assert_eq!(text(second).await, "2", "{database:?}");
        assert_eq!(
            text(visit(&front, "/look", None).await).await,
            "None",
            "another client has another session"
        );

        let rotated = visit(&front, "/rotate", Some(&id)).await;
        let new = cookie(&rotated).expect("a new cookie");
        assert_ne!(new, id);
        assert_eq!(
            text(visit(&front, "/look", Some(&id)).await).await,
            "None",
            "the old id is worth nothing"
        );
        assert_eq!(text(visit(&front, "/look", Some(&new)).await).await, "Some(2)");

        let ended = visit(&front, "/end", Some(&new)).await;
        assert_eq!(cookie(&ended).as_deref(), Some("ravand_session="), "the cookie is taken back");
        assert_eq!(text(visit(&front, "/look", Some(&new)).await).await, "None");
        for wrong in ["ravand_session=", "ravand_session=x", "ravand_session=%00%ff", "a; b=; =c"] {
            assert_eq!(text(visit(&front, "/look", Some(wrong)).await).await, "None", "{wrong}");
        }
    }
}

#[tokio::test]
async fn saved_options_are_there_after_the_next_start() {
    let (front, folder) = start(Some(SQLITE)).await;
    front.app().options().save("packages.shop.per_page", 25).await.unwrap();
    front.app().options().save("packages.shop.per_page", 30).await.unwrap();
    drop(front);
    let options = ravand::Options::new(
        serde_json::json!({ "database": { "url": SQLITE }, "packages": { "shop": { "per_page": 5 } } }),
    );
    let again = ravand::Application::new("test", "/nowhere", Vec::new()).root(folder.path()).options(options);
    let again = again.start().await.unwrap();
    assert_eq!(again.app().options().get("packages.shop.per_page").unwrap(), Some(30));
    let (without, _folder) = start(None).await;
    assert!(without.app().options().save("a", 1).await.is_err(), "there is nowhere to save it");
}

#[tokio::test]
async fn the_life_cycle_of_packages() {
    let (front, _folder) = start(None).await;
    assert_eq!(
        text(visit(&front, "/steps", None).await).await,
        "load:base loaded:base registered:base load:shop loaded:shop registered:shop all:base+shop"
    );
}
