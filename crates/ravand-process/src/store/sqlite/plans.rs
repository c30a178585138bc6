//! The plans of the statements that a working program sends: none of them walks history.

use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, QueryResult, Statement};

use super::{Sqlite, insert, runs, sql};
use crate::store::sql::{keys, read, runs as any_runs, upkeep};
use crate::store::{
    Connection, Delay, Draft, End, Filter, Holder, Note, NoteLine, OnTaken, Outcome, Presence, Retention,
    Store, Unique, UniqueScope, When,
};
use crate::{Level, State};

/// A connection that keeps the texts of what goes through it.
struct Recorder<'a>(&'a DatabaseConnection, Mutex<Vec<String>>);

#[async_trait]
impl Connection for Recorder<'_> {
    fn backend(&self) -> DbBackend {
        DbBackend::Sqlite
    }

    async fn execute(&self, statement: Statement) -> Result<u64, DbErr> {
        self.1.lock().unwrap().push(statement.sql.clone());
        Connection::execute(self.0, statement).await
    }

    async fn rows(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.1.lock().unwrap().push(statement.sql.clone());
        Connection::rows(self.0, statement).await
    }
}

const LEASE: Duration = Duration::from_secs(15);

/// What a working program does, once.
async fn work(on: &Recorder<'_>) -> Result<(), DbErr> {
    let unique = |key: &str, on_taken| Unique { key: key.to_owned(), scope: UniqueScope::Unended, on_taken };
    let draft = |unique, when| Draft {
        name: "p".to_owned(),
        queue: "q".to_owned(),
        parameters: "{}".to_owned(),
        priority: 0,
        when,
        max_attempts: 1,
        max_restarts: 3,
        unique,
        trace: None,
    };
    let queued = When::Queued(Delay::None);
    let mut drafts = vec![draft(None, queued); 9];
    drafts.push(draft(Some(unique("a", OnTaken::Reject)), queued));
    drafts.push(draft(Some(unique("a", OnTaken::Replace)), queued));
    drafts.push(draft(Some(unique("b", OnTaken::Reject)), When::Saved(Delay::None)));
    drafts.push(draft(None, When::Queued(Delay::Until(1))));
    let inserted = insert::insert(on, &drafts).await?;
    let Some(crate::store::Inserted::New(saved)) = inserted.get(11).copied() else { panic!("{inserted:?}") };
    keys::queue(on, saved).await?;
    let holder =
        Holder { worker: "w".to_owned(), host: "h".to_owned(), boot: String::new(), pid: 1, pid_start: 1 };
    let claims = runs::claim(on, &holder, LEASE, &[("q".to_owned(), 9)]).await?.runs;
    assert_eq!(claims.len(), 9);
    any_runs::claim_one(on, &holder, LEASE, saved).await?;
    any_runs::adopt(on, &holder, LEASE, saved, 1).await?;
    let presence = Presence { worker: "w".to_owned(), host: "h".to_owned(), pid: 1, queues: "q".to_owned() };
    any_runs::appear(on, &presence, LEASE).await?;
    runs::beat(on, LEASE, &[(saved, 1), (claims[0].id, 1)]).await?;
    let line = || vec![NoteLine { at: 1, level: Level::Info, text: "x".to_owned() }];
    runs::note(on, &Note { id: saved, attempt: 1, progress: Some(1), lines: line() }).await?;
    any_runs::interrupt(on, saved, None).await?;
    any_runs::signals(on, "w").await?;
    let text = || "because".to_owned();
    let outcomes = [
        Outcome::Done("{}".to_owned()),
        Outcome::Failed { error: text(), response: None },
        Outcome::Retry { error: text(), delay: LEASE },
        Outcome::Interrupted(text()),
        Outcome::Released(text()),
        Outcome::Crashed(text()),
    ];
    let end = |(run, outcome): (&crate::store::Claimed, Outcome)| End {
        id: run.id,
        attempt: run.attempt,
        outcome,
        progress: 1,
        lines: line(),
    };
    let ends: Vec<_> = claims.iter().zip(outcomes).map(end).collect();
    assert!(runs::finish(on, &ends).await?.iter().all(Option::is_some));
    assert_eq!(keys::again(on, ends[1].id).await?, Ok(true));
    on.execute(sql("UPDATE base_processes SET lease_until = 1 WHERE state = 2", [])).await?;
    assert!(any_runs::any_passed(on).await?);
    assert!(!runs::reap(on, 9).await?.is_empty());
    read::read(on, saved).await?;
    read::states(on, &[saved]).await?;
    read::history(on, saved).await?;
    read::logs(on, saved, 0, 9).await?;
    read::workers(on).await?;
    read::counts(on).await?;
    let filter = |states: &[State]| Filter { states: states.to_vec(), ..Filter::default() };
    read::list(on, &filter(&[State::Failed, State::Lost, State::Running])).await?;
    read::list(on, &filter(&[])).await?;
    let hub = std::sync::Arc::new(crate::store::Hub::default());
    let _wait = hub.wait(saved);
    super::watch::news(on, &hub).await?;
    upkeep::schedules(on).await?;
    let retention = Retention { older_than: Some(LEASE), keep: Some(250_000), ..Retention::default() };
    upkeep::prune(on, &retention, 10).await?;
    Ok(())
}

async fn plan(database: &DatabaseConnection, text: &str) -> String {
    let rows = Connection::rows(database, sql(format!("EXPLAIN QUERY PLAN {text}"), [])).await.unwrap();
    let lines: Vec<String> = rows.iter().map(|row| row.try_get("", "detail").unwrap()).collect();
    lines.join("\n")
}

#[tokio::test]
async fn no_plan_walks_history() {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(folder.path().join("processes.sqlite")).await.unwrap();
    store.migrate().await.unwrap();
    let database = &store.writer;
    let history = "INSERT INTO base_processes (name, queue, parameters, state, run_at, created_at, ended_at)
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)
         SELECT 'p', 'q', '{}', 3, i, i, unixepoch() * 1000 + i FROM n";
    database.execute_unprepared(history).await.unwrap();
    let recorder = Recorder(database, Mutex::default());
    work(&recorder).await.unwrap();
    let mut texts = recorder.1.into_inner().unwrap();
    texts.sort();
    texts.dedup();
    assert!(texts.len() > 30, "{}", texts.len());
    for analyzed in [false, true] {
        if analyzed {
            database.execute_unprepared("ANALYZE").await.unwrap();
        }
        for text in &texts {
            let plan = plan(database, text).await;
            // The list of all, and what the test itself does, walk the ids from the end.
            let walks = plan.lines().any(|line| line == "SCAN base_processes");
            assert!(
                !walks || text.contains("ORDER BY id DESC LIMIT"),
                "analyzed: {analyzed}\n{text}\n{plan}"
            );
            let by_history = plan.contains("base_processes_ended");
            assert!(!by_history || text.contains("state > 2"), "analyzed: {analyzed}\n{text}\n{plan}");
            let sorts = plan.contains("TEMP B-TREE FOR ORDER BY");
            assert!(!sorts || text.contains("UNION ALL") || text.contains("json_each"), "{text}\n{plan}");
        }
    }
}
