//! What a working program sends, once: for the tests of plans.

use std::sync::Mutex;

use async_trait::async_trait;
use sea_orm::{DatabaseConnection, DbErr, QueryResult, Statement};

#[cfg(feature = "sqlite")]
use crate::Id;
use crate::store::Connection;

/// A connection that keeps what goes through it.
pub struct Recorder<'a>(pub &'a DatabaseConnection, pub Mutex<Vec<Statement>>);

impl Recorder<'_> {
    /// Each statement once, by its text.
    pub fn statements(self) -> Vec<Statement> {
        let mut statements = self.1.into_inner().unwrap();
        statements.sort_by(|a, b| a.sql.cmp(&b.sql));
        statements.dedup_by(|a, b| a.sql == b.sql);
        statements
    }
}

#[async_trait]
impl Connection for Recorder<'_> {
    fn backend(&self) -> sea_orm::DbBackend {
        Connection::backend(self.0)
    }

    async fn execute(&self, statement: Statement) -> Result<u64, DbErr> {
        self.1.lock().unwrap().push(statement.clone());
        Connection::execute(self.0, statement).await
    }

    async fn rows(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.1.lock().unwrap().push(statement.clone());
        Connection::rows(self.0, statement).await
    }

    #[cfg(feature = "sqlite")]
    async fn insert(&self, statement: Statement) -> Result<Id, DbErr> {
        self.1.lock().unwrap().push(statement.clone());
        Connection::insert(self.0, statement).await
    }
}

/// Defines `work`: what a working program does, once. It uses the `claim`, `insert` and `runs` of the module it stands
/// in.
macro_rules! working_program {
    () => {
        async fn work(on: &Recorder<'_>) -> Result<(), sea_orm::DbErr> {
            use crate::store::sql::{dialect, keys, read, runs as any_runs, upkeep};
            use crate::store::{
                Claimed, Delay, Draft, End, Filter, Holder, Inserted, Note, NoteLine, OnTaken, Outcome,
                Presence, Retention, Unique, UniqueScope, When,
            };
            use crate::{Level, State};

            const LEASE: std::time::Duration = std::time::Duration::from_secs(15);
            let unique = |key: &str, on_taken| {
                Box::new(Unique { key: key.to_owned(), scope: UniqueScope::Unended, on_taken })
            };
            let draft = |unique, when| Draft {
                name: "p".to_owned(),
                queue: "q".into(),
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
            insert::insert(on, &drafts[..1]).await?;
            drafts.push(draft(Some(unique("a", OnTaken::Reject)), queued));
            drafts.push(draft(Some(unique("a", OnTaken::Replace)), queued));
            drafts.push(draft(Some(unique("b", OnTaken::Reject)), When::Saved(Delay::None)));
            drafts.push(draft(None, When::Queued(Delay::Until(1))));
            drafts.push(draft(None, When::Queued(Delay::For(LEASE))));
            let inserted = insert::insert(on, &drafts).await?;
            let Some(Inserted::New(saved)) = inserted.get(11).copied() else { panic!("{inserted:?}") };
            keys::queue(on, saved).await?;
            let holder = Holder { worker: "h:1:w".to_owned(), pid: None };
            let claims = claim(on, &holder, LEASE, &[("q".to_owned(), 9)]).await?.runs;
            assert_eq!(claims.len(), 9);
            any_runs::claim_one(on, &holder, LEASE, saved).await?;
            any_runs::adopt(on, &holder, LEASE, saved, 1).await?;
            let presence = Presence::new("h:1:w".to_owned(), "q".to_owned());
            any_runs::appear(on, &presence, LEASE).await?;
            runs::beat(on, LEASE, &[(saved, 1), (claims[0].id, 1)]).await?;
            let line = || vec![NoteLine { at: 1, level: Level::Info, text: "x".to_owned() }];
            runs::note(on, &[Note { id: saved, attempt: 1, progress: Some(1), lines: line() }]).await?;
            any_runs::interrupt(on, saved, None).await?;
            any_runs::signals(on, "h:1:w").await?;
            let text = || "because".to_owned();
            let outcomes = [
                Outcome::Done("{}".to_owned()),
                Outcome::Failed { error: text(), response: None },
                Outcome::Retry { error: text(), delay: LEASE },
                Outcome::Interrupted(text()),
                Outcome::Released(text()),
                Outcome::Crashed(text()),
            ];
            let end = |(run, outcome): (&Claimed, Outcome)| End {
                id: run.id,
                attempt: run.attempt,
                outcome,
                progress: 1,
                lines: line(),
            };
            let ends: Vec<_> = claims.iter().zip(outcomes).map(end).collect();
            assert!(runs::finish(on, &ends).await?.iter().all(Option::is_some));
            let done = End { lines: Vec::new(), ..end((&claims[6], Outcome::Done("{}".to_owned()))) };
            assert_eq!(runs::finish(on, &[done]).await?, [Some(State::Done)]);
            assert_eq!(keys::again(on, ends[1].id).await?, Ok(true));
            let pass = dialect(on).sql("UPDATE base_processes SET lease_until = 1 WHERE state = 2", []);
            Connection::execute(on.0, pass).await?;
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
            upkeep::schedules(on).await?;
            let retention =
                Retention { older_than: Some(LEASE), keep: Some(250_000), ..Retention::default() };
            upkeep::prune(on, &retention, 10).await?;
            Ok(())
        }
    };
}
pub(crate) use working_program;
