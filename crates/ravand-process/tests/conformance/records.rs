//! Keeping, queueing, claiming, listing.

use std::time::Duration;

use ravand_process::store::{Delay, Draft, Filter, Inserted, Queued, When};
use ravand_process::{Id, Record, State};
use sea_orm::TransactionTrait;

use crate::fixture::{Fixture, HOUR, LEASE, done, draft, holder};

pub async fn saved_is_not_claimed_until_it_is_queued(f: Fixture) {
    let id = f.add(Draft { when: When::Saved(Delay::None), ..draft() }).await;
    assert_eq!(f.record(id).await.state, State::Saved);
    assert!(f.claim_ids(9).await.is_empty());
    assert_eq!(f.store.queue(None, id).await.unwrap(), Queued::Yes);
    assert_eq!(f.store.queue(None, id).await.unwrap(), Queued::No(State::Queued));
    assert_eq!(f.store.queue(None, id + 1).await.unwrap(), Queued::Unknown);
    assert_eq!(f.claim_ids(9).await, [id]);
    assert!(f.claim_ids(9).await.is_empty());
    let record = f.record(id).await;
    assert_eq!((record.state, record.attempt, record.worker.as_deref()), (State::Running, 1, Some("w")));
    assert!(record.started_at.is_some() && record.lease_until > record.started_at);
}

pub async fn claims_follow_priority_then_time_then_id(f: Fixture) {
    let mut ids = Vec::new();
    for priority in [0, 5, 0, -1, 5] {
        ids.push(f.add(Draft { priority, ..draft() }).await);
    }
    f.add(Draft { queue: "other".into(), priority: 99, ..draft() }).await;
    let early = f.add(Draft { when: When::Queued(Delay::Until(1)), ..draft() }).await;
    assert_eq!(f.claim_ids(3).await, [ids[1], ids[4], early]);
    assert_eq!(f.claim_ids(0).await, [] as [Id; 0]);
    assert_eq!(f.claim_ids(9).await, [ids[0], ids[2], ids[3]]);
    let wanted = [("q".to_owned(), 5), ("other".to_owned(), 5)];
    assert_eq!(f.store.claim(&holder("w"), LEASE, &wanted).await.unwrap().runs.len(), 1);
}

pub async fn a_delay_is_kept_by_the_clock_of_the_store(f: Fixture) {
    let id = f.add(Draft { when: When::Queued(Delay::For(HOUR)), priority: 9, ..draft() }).await;
    let later = f.add(Draft { when: When::Queued(Delay::For(3 * HOUR)), ..draft() }).await;
    let saved = f.add(Draft { when: When::Saved(Delay::For(HOUR)), ..draft() }).await;
    let claims = f.store.claim(&holder("w"), LEASE, &[("q".to_owned(), 9)]).await.unwrap();
    assert!(claims.runs.is_empty());
    let next = claims.next.unwrap();
    assert!(next <= HOUR && next > HOUR - Duration::from_secs(60), "{next:?}");
    f.pass(HOUR).await;
    // The delay of a saved one counts from when it is queued.
    assert_eq!(f.store.queue(None, saved).await.unwrap(), Queued::Yes);
    assert_eq!(f.claim_ids(9).await, [id]);
    f.pass(HOUR).await;
    assert_eq!(f.claim_ids(9).await, [saved]);
    f.pass(HOUR).await;
    assert_eq!(f.claim_ids(9).await, [later]);
    assert!(f.store.claim(&holder("w"), LEASE, &[("q".to_owned(), 9)]).await.unwrap().next.is_none());
}

/// Keeps new ones; their ids, which grow.
async fn insert(f: &Fixture, drafts: &[Draft]) -> Vec<Id> {
    let new = |one| match one {
        Inserted::New(id) => id,
        other => panic!("{other:?}"),
    };
    let ids: Vec<Id> = f.store.insert(None, drafts).await.unwrap().into_iter().map(new).collect();
    assert_eq!(ids.len(), drafts.len());
    assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
    ids
}

pub async fn ten_thousand_in_one_call(f: Fixture) {
    let drafts: Vec<_> =
        (0..10_000).map(|n| Draft { parameters: format!(r#"{{"n":{n}}}"#), ..draft() }).collect();
    let ids = insert(&f, &drafts).await;
    for place in [0, 1, 249, 250, 5_000, 9_999] {
        assert_eq!(f.record(ids[place]).await.parameters["n"], place);
    }
    let first = f.claim_ids(300).await;
    assert_eq!(first, ids[..300]);
    assert!(f.store.insert(None, &[]).await.unwrap().is_empty());
}

/// Many at once are kept as each of them alone would be.
pub async fn many_that_differ_in_one_call(f: Fixture) {
    let now = f.store.now().await.unwrap();
    let text = |text: &str| text.to_owned();
    let few = [
        Draft {
            name: text("náme"), parameters: text(r#"{"text":"a\tb\\n روند"}"#), priority: -3, ..draft()
        },
        Draft { max_attempts: 7, max_restarts: 0, trace: Some(text("00-trace-01")), ..draft() },
        Draft { queue: "default".into(), ..draft() },
        Draft { when: When::Queued(Delay::For(Duration::ZERO)), ..draft() },
        Draft { when: When::Queued(Delay::For(HOUR)), ..draft() },
        Draft { when: When::Queued(Delay::Until(now - 5)), ..draft() },
        Draft { when: When::Queued(Delay::Until(now + 7_200_000)), ..draft() },
        Draft { when: When::Saved(Delay::None), ..draft() },
        Draft { when: When::Saved(Delay::For(HOUR)), ..draft() },
        Draft { when: When::Saved(Delay::Until(now - 5)), ..draft() },
    ];
    let many: Vec<Draft> = few.iter().cycle().take(1500).cloned().collect();
    let one_each = insert(&f, &few).await;
    let mixed = insert(&f, &many).await;
    let is_like = async |one: Id, other: Id| {
        let (one, other) = (f.record(one).await, f.record(other).await);
        // The clock has gone on between the calls.
        let waits = other.run_at - one.run_at;
        assert!((0..60_000).contains(&waits), "{one:?}: {waits}");
        assert!((0..60_000).contains(&(other.created_at - one.created_at)), "{one:?}");
        let same = Record { id: one.id, run_at: one.run_at, created_at: one.created_at, ..other };
        assert_eq!(format!("{one:?}"), format!("{same:?}"));
    };
    for (nth, draft) in few.iter().enumerate() {
        let alone = insert(&f, &vec![draft.clone(); 1000]).await;
        for other in [mixed[nth], mixed[740 + nth], mixed[1490 + nth], alone[0], alone[999]] {
            is_like(one_each[nth], other).await;
        }
    }
    assert_eq!(f.claim_ids(9999).await.len(), (151 + 1000) * 4);
    for id in [one_each[8], mixed[758]] {
        assert_eq!(f.store.queue(None, id).await.unwrap(), Queued::Yes);
        let record = f.record(id).await;
        assert!(record.run_at - record.created_at >= 3_600_000, "its delay counts from now: {record:?}");
    }
}

/// Each call gets the ids of its own.
pub async fn many_calls_at_the_same_moment(f: Fixture) {
    let calls = (0..6).map(|call| {
        let draft = move |n| Draft { parameters: format!(r#"{{"call":{call},"n":{n}}}"#), ..draft() };
        let drafts: Vec<Draft> = (0..1200).map(draft).collect();
        let f = &f;
        async move { insert(f, &drafts).await }
    });
    let ids = futures_util::future::join_all(calls).await;
    for (call, ids) in ids.iter().enumerate() {
        for (n, id) in ids.iter().enumerate().step_by(109) {
            assert_eq!(f.record(*id).await.parameters, serde_json::json!({"call": call, "n": n}));
        }
    }
    let mut all = ids.concat();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 6 * 1200);
}

pub async fn lists_and_counts(f: Fixture) {
    let mut ids = Vec::new();
    for _ in 0..6 {
        ids.push(f.add(draft()).await);
    }
    let other = f.add(Draft { queue: "other".into(), name: "n".to_owned(), ..draft() }).await;
    f.claim(2).await;
    f.finish(ids[0], 1, done()).await;
    f.store.interrupt(ids[5]).await.unwrap();
    let list = async |filter: Filter| -> Vec<Id> {
        f.store.list(&filter).await.unwrap().into_iter().map(|record| record.id).collect()
    };
    let all = Filter::default();
    assert_eq!(list(Filter { limit: 3, ..all.clone() }).await, [other, ids[5], ids[4]]);
    assert_eq!(list(Filter { before: Some(ids[1]), ..all.clone() }).await, [ids[0]]);
    assert_eq!(list(Filter { name: Some("n".to_owned()), ..all.clone() }).await, [other]);
    let of =
        |states: &[State]| Filter { states: states.to_vec(), queue: Some("q".to_owned()), ..all.clone() };
    assert_eq!(list(of(&[State::Cancelled, State::Running])).await, [ids[5], ids[1]]);
    assert_eq!(list(of(&[State::Queued])).await, [ids[4], ids[3], ids[2]]);
    assert_eq!(list(of(&[State::Lost])).await, [] as [Id; 0]);
    let counts = f.store.counts().await.unwrap();
    let counts: Vec<_> =
        counts.iter().map(|c| (c.queue.as_str(), c.state, c.count, c.oldest_ms.is_some())).collect();
    assert_eq!(
        counts,
        [
            ("other", State::Queued, 1, true),
            ("q", State::Queued, 3, true),
            ("q", State::Running, 1, false),
            ("q", State::Cancelled, 1, false),
        ]
    );
}

pub async fn a_transaction_decides_what_is_kept(f: Fixture) {
    let Some(database) = f.store.database() else {
        // In memory there is none to take part in, and it says so.
        let folder = tempfile::tempdir().unwrap();
        let other =
            ravand_process::store::sqlite::Sqlite::open(folder.path().join("x.sqlite")).await.unwrap();
        let other: &dyn ravand_process::store::Store = &other;
        let error = f.store.insert(Some(other.database().unwrap()), &[draft()]).await.unwrap_err();
        assert!(error.to_string().contains("takes no part in a transaction"), "{error}");
        return;
    };
    let saved = f.add(Draft { when: When::Saved(Delay::None), ..draft() }).await;
    let transaction = database.begin().await.unwrap();
    let inserted = f.store.insert(Some(&transaction), &[draft(), draft()]).await.unwrap();
    assert_eq!(f.store.queue(Some(&transaction), saved).await.unwrap(), Queued::Yes);
    assert!(f.claim_ids(9).await.is_empty(), "not before the commit");
    transaction.rollback().await.unwrap();
    let [Inserted::New(first), Inserted::New(_)] = inserted[..] else { panic!("{inserted:?}") };
    assert!(f.store.read(first).await.unwrap().is_none());
    assert_eq!(f.record(saved).await.state, State::Saved);
    let transaction = database.begin().await.unwrap();
    f.store.insert(Some(&transaction), &[draft(), draft()]).await.unwrap();
    f.store.queue(Some(&transaction), saved).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(f.claim_ids(9).await.len(), 3);
}

pub async fn strange_texts_come_back_as_they_were(f: Fixture) {
    let text = "quote ' \" ? $1 -- ; \\ \n روند 🚂 \u{1}";
    let parameters = serde_json::json!({ text: [text, null, 1.5, {"a": 18_446_744_073_709_551_615_u64}] });
    let id = f
        .add(Draft {
            name: text.to_owned(),
            parameters: parameters.to_string(),
            trace: Some(text.to_owned()),
            ..draft()
        })
        .await;
    let run = f.claim(1).await.remove(0);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&run.parameters).unwrap(), parameters);
    let response = serde_json::json!({"status": true, "text": text}).to_string();
    f.finish(id, 1, ravand_process::store::Outcome::Done(response)).await;
    let record = f.record(id).await;
    assert_eq!(
        (record.name.as_str(), record.trace.as_deref(), &record.parameters),
        (text, Some(text), &parameters)
    );
    assert_eq!(record.response.unwrap()["text"], text);
}

pub async fn a_run_in_place_takes_what_is_not_due(f: Fixture) {
    let saved = f.add(Draft { when: When::Saved(Delay::None), ..draft() }).await;
    let later = f.add(Draft { when: When::Queued(Delay::For(HOUR)), ..draft() }).await;
    for id in [saved, later] {
        let run = f.store.claim_one(&holder("me"), LEASE, id).await.unwrap().unwrap();
        assert_eq!((run.id, run.attempt), (id, 1));
        assert!(f.store.claim_one(&holder("me"), LEASE, id).await.unwrap().is_none(), "it runs");
    }
    assert!(f.store.claim_one(&holder("me"), LEASE, 999).await.unwrap().is_none());
}

/// Claims at the same moment share what is there: each process goes to one of them.
pub async fn claims_at_the_same_moment_share(f: Fixture) {
    f.store.insert(None, &vec![draft(); 400]).await.unwrap();
    let claims: Vec<_> = (0..8)
        .map(|nth| {
            let store = std::sync::Arc::clone(&f.store);
            tokio::spawn(async move {
                let mut ids: Vec<Id> = Vec::new();
                loop {
                    let holder = holder(&format!("w{nth}"));
                    let claims = store.claim(&holder, LEASE, &[("q".to_owned(), 7)]).await.unwrap();
                    if claims.runs.is_empty() {
                        return ids;
                    }
                    ids.extend(claims.runs.iter().map(|run| run.id));
                }
            })
        })
        .collect();
    let mut all = Vec::new();
    for ids in claims {
        all.extend(ids.await.unwrap());
    }
    let claimed = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!((claimed, all.len()), (400, 400));
}
