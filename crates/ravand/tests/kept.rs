//! What is kept: sessions in memory and in a database (one table of cases for both), saved options.

#![cfg(feature = "sqlite")]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]

mod support;

use axum::body::Body;
use http::{Request, Response};
use ravand::events::package::{PackageLoad, PackageLoaded, PackageRegistered, PackagesLoaded};
use ravand::prelude::*;
use ravand::private::Class;
use ravand::sea_orm::{ConnectionTrait, DbBackend, Statement, TransactionTrait};
use ravand::{App, FrontController};
use support::{application, call, package, text};
use tokio::sync::Barrier;

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

    /// The forms' token, before and after the session has a new id; the first only when it is asked for.
    pub async fn tokens(&self, cx: &Context) -> Result<String> {
        let asked = cx.request().and_then(|request| request.query()) == Some("both");
        let before = if asked { cx.csrf_token() } else { String::new() };
        self.session.rotate(cx).await?;
        Ok(format!("{before} {}", cx.csrf_token()))
    }

    pub async fn post(&self) -> &'static str {
        "posted"
    }

    /// Answers when two requests are here at once, each with a connection of its own.
    pub async fn meet(&self, app: App, db: Db) -> Result<String> {
        let own = TransactionTrait::begin(&*db).await?;
        let mut said = Vec::new();
        for pragma in ["foreign_keys", "journal_mode", "synchronous", "busy_timeout"] {
            let ask = Statement::from_string(DbBackend::Sqlite, format!("SELECT * FROM pragma_{pragma}"));
            let row = own.query_one_raw(ask).await?.ok_or_else(|| Error::internal("no row"))?;
            let number = row.try_get_by_index::<i64>(0).map(|number| number.to_string());
            said.push(number.or_else(|_| row.try_get_by_index::<String>(0))?);
        }
        app.state::<Barrier>().ok_or_else(|| Error::internal("no barrier"))?.wait().await;
        own.commit().await?;
        Ok(said.join(" "))
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
    { "path": "/tokens", "controller": "controllers/Counter@tokens", "method": "GET" },
    { "path": "/post", "controller": "controllers/Counter@post", "method": "POST" },
    { "path": "/meet", "controller": "controllers/Counter@meet" },
    { "path": "/steps", "controller": "controllers/Counter@steps" },
]"#;

const SQLITE: &str = "sqlite://storage/test.sqlite";
const MEMORY: &str = "sqlite::memory:";

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
    let application = application.state(Barrier::new(2));
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
    cookie_of(response, "ravand_session=")
}

/// The cookie that a browser keeps: the last one of its name.
fn cookie_of(response: &Response<Body>, start: &str) -> Option<String> {
    let cookies = response.headers().get_all("set-cookie").iter();
    let last = cookies.filter_map(|cookie| cookie.to_str().ok()).rfind(|cookie| cookie.starts_with(start))?;
    last.split(';').next().map(str::to_owned)
}

#[tokio::test]
async fn sessions_are_the_same_in_every_store() {
    for database in [None, Some(SQLITE), Some(MEMORY)] {
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
async fn a_page_rendered_after_the_rotation_has_the_new_token() {
    let (front, _folder) = start(None).await;
    let seed =
        |response: &Response<Body>| cookie_of(response, "ravand_csrf=").expect("a cookie for the token");
    let post = async |cookie: &str, token: &str| {
        let request = Request::post("/post")
            .header("host", "x")
            .header("cookie", cookie)
            .header("content-type", "application/x-www-form-urlencoded");
        call(&front, request.body(Body::from(format!("_csrf={token}"))).unwrap()).await.status().as_u16()
    };
    let first = visit(&front, "/tokens?both", None).await;
    let old_cookie = seed(&first);
    for path in ["/tokens", "/tokens?both"] {
        let rotated = visit(&front, path, Some(&old_cookie)).await;
        let new_cookie = seed(&rotated);
        assert_ne!(new_cookie, old_cookie, "{path}");
        let said = text(rotated).await;
        let (before, after) = said.split_once(' ').unwrap();
        assert_ne!(before, after, "{path}");
        assert_eq!(post(&new_cookie, after).await, 200, "{path}: the page's form can be sent");
        assert_eq!(post(&old_cookie, after).await, 403, "{path}: the old cookie is not for it");
        if !before.is_empty() {
            assert_eq!(post(&new_cookie, before).await, 403, "{path}: the old token is worth nothing");
            assert_eq!(post(&old_cookie, before).await, 200, "{path}: they were right together");
        }
    }
    let said = text(first).await;
    let (before, after) = said.split_once(' ').unwrap();
    assert_ne!(before, after, "a token that was given to a new visitor is changed too");
    assert_eq!(post(&old_cookie, after).await, 200);
}

/// Each transaction has a connection of its own, and all are set up alike. With one connection the second request
/// would wait for the first, which waits for it.
#[tokio::test]
async fn two_requests_have_two_connections() {
    let (front, _folder) = start(Some(SQLITE)).await;
    let (one, other) = tokio::join!(visit(&front, "/meet", None), visit(&front, "/meet", None));
    for response in [one, other] {
        assert_eq!(text(response).await, "1 wal 1 10000");
    }
}

/// `Db::begin` waits for its turn: reading first and writing later loses nothing and is never refused.
#[tokio::test]
async fn transactions_that_write_wait_for_each_other() {
    let (front, _folder) = start(Some(SQLITE)).await;
    let cx = Context::without_request(front.app().clone());
    cx.options().save("number", 0).await.unwrap();
    let add = async || -> Result<()> {
        let own = cx.db()?.begin().await?;
        let sql = |text: String| Statement::from_string(DbBackend::Sqlite, text);
        let read = sql("SELECT value FROM base_options WHERE name = 'number'".to_owned());
        let row = own.query_one_raw(read).await?.ok_or_else(|| Error::internal("no row"))?;
        let number: i64 =
            row.try_get_by_index::<String>(0)?.parse().map_err(|_| Error::internal("no number"))?;
        let write = format!("UPDATE base_options SET value = '{}' WHERE name = 'number'", number + 1);
        own.execute_raw(sql(write)).await?;
        Ok(own.commit().await?)
    };
    let all = futures_util::future::join_all((0..20).map(|_| add())).await;
    all.into_iter().collect::<Result<Vec<()>>>().unwrap_or_else(|error| panic!("{}", error.chain()));
    let saved = ravand::Options::new(serde_json::json!({ "database": { "url": SQLITE } }));
    let again =
        ravand::Application::new("test", "/nowhere", Vec::new()).root(front.app().root()).options(saved);
    assert_eq!(again.start().await.unwrap().app().options().get("number").unwrap(), Some(20));
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
