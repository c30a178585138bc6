//! Tickets in a database in memory: what is closed by itself, and who sees what.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use ravand::sea_orm::{ConnectOptions, Database, DatabaseConnection, EntityTrait, QueryFilter};
use ravand::sea_orm_migration::{MigrationTrait, SchemaManager};
use ticketing::libraries::clock::DAY;
use ticketing::migrations::m20260101_000001_tickets::Migration;
use ticketing::models::listing::{self, Filter};
use ticketing::models::status::Status;
use ticketing::models::thread::{self, Draft};
use ticketing::models::viewer::Viewer;
use ticketing::models::{auto_close, ticket};
use userpanel::auth::current_user::CurrentUser;
use userpanel::models::user;

const NOW: i64 = 1_800_000_000;

async fn database() -> DatabaseConnection {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1);
    let db = Database::connect(options).await.unwrap();
    Migration.up(&SchemaManager::new(&db)).await.unwrap();
    db
}

async fn open(db: &DatabaseConnection, subject: &str, public: bool, user_id: Option<i64>) -> i64 {
    let draft = Draft {
        subject: subject.to_owned(),
        department: "support".to_owned(),
        body: format!("{subject}, in 100 % of cases"),
        public,
        user_id,
        name: "Ada".to_owned(),
        email: "ada@mail.example".to_owned(),
        lang: "en_US".to_owned(),
    };
    thread::open(db, draft).await.unwrap().id
}

async fn set(db: &DatabaseConnection, id: i64, status: Status, answered_at: Option<i64>) {
    use ravand::sea_orm::{ActiveModelTrait, Set};
    let change = ticket::ActiveModel {
        id: Set(id),
        status: Set(status),
        answered_at: Set(answered_at),
        ..Default::default()
    };
    change.update(db).await.unwrap();
}

fn user(id: i64, role: &str) -> Viewer {
    let (email, name) = (format!("{id}@mail.example"), format!("user {id}"));
    let user = user::Model { id, email, name, role: role.to_owned(), password: String::new(), created_at: 0 };
    Viewer { user: CurrentUser(Some(user)), own: Vec::new() }
}

#[tokio::test]
async fn what_is_answered_for_a_day_is_closed() {
    let db = database().await;
    let table = [
        (Status::Answered, Some(NOW - DAY), Status::Closed),
        (Status::Answered, Some(NOW - DAY + 1), Status::Answered),
        (Status::Answered, Some(0), Status::Closed),
        (Status::Answered, None, Status::Answered),
        (Status::Open, Some(0), Status::Open),
        (Status::InProgress, Some(0), Status::InProgress),
        (Status::Closed, Some(0), Status::Closed),
    ];
    let mut ids = Vec::new();
    for (index, (status, answered_at, _)) in table.iter().enumerate() {
        let id = open(&db, &format!("ticket {index}"), true, None).await;
        set(&db, id, *status, *answered_at).await;
        ids.push(id);
    }
    let closed = auto_close::close_due(&db, NOW).await.unwrap();
    assert_eq!(closed.iter().map(|ticket| ticket.id).collect::<Vec<_>>(), [ids[0], ids[2]]);
    for (id, (status, answered_at, expected)) in ids.into_iter().zip(table) {
        let found = ticket::Entity::find_by_id(id).one(&db).await.unwrap().unwrap();
        assert_eq!(found.status, expected, "{status:?} {answered_at:?}");
    }
    assert!(auto_close::close_due(&db, NOW).await.unwrap().is_empty());
}

#[tokio::test]
async fn who_sees_what() {
    let db = database().await;
    let public = open(&db, "public", true, None).await;
    let adas = open(&db, "ada's", false, Some(7)).await;
    let nobodys = open(&db, "nobody's", false, None).await;
    let table = [
        ("a visitor", Viewer::default(), vec![public]),
        ("a visitor with a link", Viewer { own: vec![nobodys], ..Viewer::default() }, vec![public, nobodys]),
        ("ada", user(7, "customer"), vec![public, adas]),
        ("another user", user(8, "customer"), vec![public]),
        ("staff", user(9, "staff"), vec![public, adas, nobodys]),
    ];
    for (who, viewer, expected) in table {
        let mut rows = ticket::Entity::find().filter(viewer.readable()).all(&db).await.unwrap();
        rows.sort_by_key(|ticket| ticket.id);
        assert_eq!(rows.iter().map(|ticket| ticket.id).collect::<Vec<_>>(), expected, "{who}");
        for id in [public, adas, nobodys] {
            let read = thread::read(&db, &viewer, id).await.is_ok();
            assert_eq!(read, expected.contains(&id), "{who} {id}");
        }
        let may_write = thread::write(&db, &viewer, public).await.is_ok();
        assert_eq!(may_write, who == "staff", "{who}");
    }
}

#[tokio::test]
async fn a_list_is_filtered_searched_and_paged() {
    let db = database().await;
    for index in 1..=5 {
        open(&db, &format!("printer {index}"), true, None).await;
    }
    let closed = open(&db, "scanner 50%_", true, None).await;
    set(&db, closed, Status::Closed, None).await;
    let check = async |status, search: &str, page| {
        let filter = Filter { status, search: search.to_owned(), page, per_page: 2 };
        let found = listing::find(&db, &Viewer::default(), &filter).await.unwrap();
        (found.rows.iter().map(|row| row.id).collect::<Vec<_>>(), found.total, found.page, found.pages)
    };
    assert_eq!(check(None, "", 1).await, (vec![6, 5], 6, 1, 3));
    assert_eq!(check(Some(Status::Open), "", 3).await, (vec![1], 5, 3, 3));
    assert_eq!(check(None, "", 99).await, (vec![2, 1], 6, 3, 3));
    assert_eq!(check(Some(Status::Closed), "printer", 1).await, (vec![], 0, 1, 1));
    assert_eq!(check(None, "50%_", 1).await, (vec![6], 1, 1, 1));
    assert_eq!(check(None, "#3", 1).await, (vec![3], 1, 1, 1));
    assert_eq!(check(None, "100 %", 1).await.1, 6);
}
