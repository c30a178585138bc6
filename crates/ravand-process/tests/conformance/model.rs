//! Every store beside the one in memory: whatever is done to both, in whatever order, both say the same, and no
//! step is taken that the table of steps does not have.

use std::collections::HashMap;
use std::time::Duration;

use proptest::prelude::*;
use ravand_process::store::{
    Delay, Draft, End, Note, NoteLine, OnTaken, Outcome, Retention, Stop, Unique, UniqueScope, When,
};
use ravand_process::{Id, Level, Record, State, Step};

use crate::fixture::{Fixture, HOUR, LEASE, draft, holder, memory};

/// What can be done. Numbers stand for processes by their age.
#[derive(Clone, Debug)]
enum Action {
    Insert(Vec<Draft>),
    Queue(Id),
    Claim(u32, u32),
    ClaimOne(Id),
    Adopt(Id, i32),
    Finish(Vec<(Id, i32, Outcome)>),
    Interrupt(Id),
    Stop(Id),
    Again(Id),
    Beat(Vec<(Id, i32)>),
    Reap(u32),
    Note(Id, i32, i16),
    Prune(Option<u32>, u32),
    Pass(u32),
}

fn drafts() -> impl Strategy<Value = Draft> {
    let delay =
        prop_oneof![3 => Just(Delay::None), 1 => (1u32..4).prop_map(|hours| Delay::For(HOUR * hours))];
    let scope = prop_oneof![
        Just(UniqueScope::Waiting),
        Just(UniqueScope::Unended),
        (1u32..4).prop_map(|hours| UniqueScope::For(HOUR * hours)),
    ];
    let on_taken = prop_oneof![Just(OnTaken::Reject), Just(OnTaken::Replace), Just(OnTaken::Existing)];
    let unique = (0u8..3, scope, on_taken).prop_map(|(key, scope, on_taken)| Unique {
        key: format!("k{key}"),
        scope,
        on_taken,
    });
    (any::<bool>(), delay, 0i32..2, any::<bool>(), 0i32..3, proptest::option::weighted(0.4, unique)).prop_map(
        |(saved, delay, priority, other, max_restarts, unique)| Draft {
            when: if saved { When::Saved(delay) } else { When::Queued(delay) },
            queue: if other { "q".into() } else { "r".into() },
            priority,
            max_restarts,
            unique: unique.map(Box::new),
            ..draft()
        },
    )
}

fn outcomes() -> impl Strategy<Value = Outcome> {
    let text = || "because".to_owned();
    prop_oneof![
        3 => Just(Outcome::Done(r#"{"status":true,"n":1}"#.to_owned())),
        1 => Just(Outcome::Failed { error: text(), response: Some(r#"{"status":false}"#.to_owned()) }),
        1 => Just(Outcome::Retry { error: text(), delay: HOUR }),
        1 => Just(Outcome::Interrupted(text())),
        1 => Just(Outcome::Released(text())),
        1 => Just(Outcome::Crashed(text())),
    ]
}

fn actions() -> impl Strategy<Value = Action> {
    let (id, attempt) = (1i64..9, 1i32..4);
    prop_oneof![
        4 => prop::collection::vec(drafts(), 1..4).prop_map(Action::Insert),
        2 => id.clone().prop_map(Action::Queue),
        5 => (0u32..4, 0u32..3).prop_map(|(q, r)| Action::Claim(q, r)),
        1 => id.clone().prop_map(Action::ClaimOne),
        1 => (id.clone(), attempt.clone()).prop_map(|(id, attempt)| Action::Adopt(id, attempt)),
        6 => prop::collection::vec((id.clone(), attempt.clone(), outcomes()), 1..5).prop_map(Action::Finish),
        1 => id.clone().prop_map(Action::Interrupt),
        1 => id.clone().prop_map(Action::Stop),
        2 => id.clone().prop_map(Action::Again),
        1 => prop::collection::vec((id.clone(), attempt.clone()), 0..4).prop_map(Action::Beat),
        2 => (1u32..4).prop_map(Action::Reap),
        1 => (id, attempt, 0i16..100).prop_map(|(id, attempt, percent)| Action::Note(id, attempt, percent)),
        1 => (prop::option::of(0u32..3), 0u32..5).prop_map(|(keep, hours)| Action::Prune(keep, hours)),
        3 => (1u32..4).prop_map(Action::Pass),
    ]
}

/// Does it; what the store says, as text.
async fn act(f: &Fixture, action: &Action) -> String {
    let store = &f.store;
    let said: Box<dyn std::fmt::Debug> = match action.clone() {
        Action::Insert(drafts) => Box::new(store.insert(None, &drafts).await.unwrap()),
        Action::Queue(id) => Box::new(store.queue(None, id).await.unwrap()),
        Action::Claim(q, r) => {
            let queues = [("q".to_owned(), q), ("r".to_owned(), r)];
            let claims = store.claim(&holder("w"), LEASE, &queues).await.unwrap();
            let runs = claims.runs.into_iter().map(|run| (run.id, run.attempt, run.failures, run.crashes));
            Box::new(runs.collect::<Vec<_>>())
        }
        Action::ClaimOne(id) => {
            let claimed = store.claim_one(&holder("v"), LEASE, id).await;
            Box::new(
                claimed.map(|run| run.map(|run| (run.id, run.attempt))).map_err(|error| error.to_string()),
            )
        }
        Action::Adopt(id, attempt) => {
            let adopted = store.adopt(&holder("u"), LEASE, id, attempt).await.unwrap();
            Box::new(adopted.map(|run| (run.id, run.attempt)))
        }
        Action::Finish(ends) => {
            let line = NoteLine { at: 1, level: Level::Info, text: "end".to_owned() };
            let end =
                |(id, attempt, outcome)| End { id, attempt, outcome, progress: 3, lines: vec![line.clone()] };
            let mut ends: Vec<_> = ends.into_iter().map(end).collect();
            // One run ends once in a group.
            ends.sort_by_key(|end| (end.id, end.attempt));
            ends.dedup_by_key(|end| (end.id, end.attempt));
            Box::new(store.finish(&ends).await.unwrap())
        }
        Action::Interrupt(id) => Box::new(store.interrupt(id).await.unwrap()),
        Action::Stop(id) => Box::new(store.stop(id, Stop { signal: 15, limit: HOUR }).await.unwrap()),
        Action::Again(id) => Box::new(store.again(id).await.map_err(|error| error.to_string())),
        Action::Beat(runs) => {
            let mut runs = runs;
            runs.sort_unstable();
            runs.dedup();
            let mut held = store.keeper().await.unwrap().beat(None, LEASE, &runs).await.unwrap();
            held.sort_by_key(|held| (held.id, held.attempt));
            Box::new(held)
        }
        Action::Reap(limit) => {
            let mut reaped = store.keeper().await.unwrap().reap(99 + limit).await.unwrap();
            reaped.sort_unstable();
            Box::new(reaped)
        }
        Action::Note(id, attempt, percent) => {
            let line = NoteLine { at: 2, level: Level::Warn, text: "note".to_owned() };
            let note = Note { id, attempt, progress: Some(percent), lines: vec![line] };
            store.keeper().await.unwrap().note(&[note]).await.unwrap();
            Box::new(())
        }
        Action::Prune(keep, hours) => {
            let older_than = (hours > 0).then(|| HOUR * hours);
            Box::new(store.prune(&Retention { queue: None, older_than, keep }, 99).await.unwrap())
        }
        Action::Pass(hours) => {
            // Never a whole number of hours, so that no two times are equal by chance in one store only.
            f.pass(HOUR * hours + LEASE).await;
            Box::new(())
        }
    };
    format!("{said:?}")
}

/// All that is kept, without the times themselves.
async fn kept(f: &Fixture) -> Vec<(Record, String)> {
    let mut all = Vec::new();
    for mut record in f.store.list(&Default::default()).await.unwrap() {
        let mut beside = String::new();
        // One that never ran has neither.
        if record.attempt > 0 {
            let history = f.store.history(record.id).await.unwrap();
            let history: Vec<_> =
                history.into_iter().map(|a| (a.attempt, a.outcome, a.error, a.worker)).collect();
            let logs = f.store.logs(record.id, 0, 99).await.unwrap();
            let logs: Vec<_> = logs.into_iter().map(|line| (line.attempt, line.level, line.text)).collect();
            beside = format!("{history:?} {logs:?}");
        }
        record.run_at = 0;
        record.created_at = 0;
        for time in
            [&mut record.started_at, &mut record.ended_at, &mut record.lease_until, &mut record.interrupt_at]
        {
            *time = time.map(|_| 0);
        }
        all.push((record, beside));
    }
    all
}

/// Every change of a state is a step of the table, or several: what is inserted, queued and claimed at once.
fn check_steps(before: &HashMap<Id, State>, after: &[(Record, String)]) -> Result<(), TestCaseError> {
    for (record, _) in after {
        let from = before.get(&record.id).copied().unwrap_or(State::Saved);
        let reached = |from: State| Step::ALL.into_iter().filter_map(move |step| step.take(from).ok());
        let fine = from == record.state
            || reached(from).any(|to| to == record.state || reached(to).any(|to| to == record.state));
        prop_assert!(fine, "{} became {}", from, record.state);
    }
    Ok(())
}

pub async fn agrees_with_the_model(f: Fixture) {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(60);
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    let runtime = tokio::runtime::Handle::current();
    let make = f.another;
    tokio::task::spawn_blocking(move || {
        let mut runner = proptest::test_runner::TestRunner::new(config);
        runner
            .run(&prop::collection::vec(actions(), 1..40), |actions| {
                runtime.block_on(async {
                    let (model, store) = (memory().await, make().await);
                    let mut before: HashMap<Id, State> = HashMap::new();
                    for (place, action) in actions.iter().enumerate() {
                        // What is done later has a later time in both, by clocks that count milliseconds.
                        tokio::time::sleep(Duration::from_millis(1)).await;
                        let (wanted, given) = (act(&model, action).await, act(&store, action).await);
                        prop_assert_eq!(wanted, given, "action {}: {:?}", place, action);
                        let (model, after) = (kept(&model).await, kept(&store).await);
                        for (model, store) in model.iter().zip(&after) {
                            prop_assert_eq!(model, store, "after action {}: {:?}", place, action);
                        }
                        prop_assert_eq!(model.len(), after.len());
                        check_steps(&before, &after)?;
                        before = after.into_iter().map(|(record, _)| (record.id, record.state)).collect();
                    }
                    Ok(())
                })
            })
            .unwrap();
    })
    .await
    .unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
}
