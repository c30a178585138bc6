//! Unique keys.

use ravand_process::store::{Delay, Draft, Inserted, OnTaken, Outcome, Queued, Unique, UniqueScope, When};
use ravand_process::{Id, State};

use crate::fixture::{Fixture, HOUR, done, draft};

fn keyed(scope: UniqueScope, on_taken: OnTaken) -> Draft {
    Draft { unique: Some(Box::new(Unique { key: "p k".to_owned(), scope, on_taken })), ..draft() }
}

async fn insert(f: &Fixture, draft: Draft) -> Inserted {
    f.store.insert(None, &[draft]).await.unwrap()[0]
}

/// Whether another one with the key may be queued while the first waits, runs, waits to be tried again, ended.
pub async fn keys_in_all_scopes(f: Fixture) {
    for (scope, may) in [
        (UniqueScope::Waiting, [false, true, true, true]),
        (UniqueScope::Unended, [false, false, false, true]),
        (UniqueScope::For(HOUR), [false, false, false, false]),
    ] {
        let first = f.add(keyed(scope, OnTaken::Reject)).await;
        for (moment, may) in ["waits", "runs", "waits again", "ended"].into_iter().zip(may) {
            match moment {
                "runs" => assert_eq!(f.claim_ids(1).await, [first]),
                "waits again" => {
                    f.finish(first, 1, Outcome::Released(String::new())).await;
                }
                "ended" => {
                    assert_eq!(f.claim_ids(1).await, [first]);
                    assert_eq!(f.finish(first, 2, done()).await, Some(State::Done));
                }
                _ => {}
            }
            match insert(&f, keyed(scope, OnTaken::Reject)).await {
                Inserted::New(id) => {
                    assert!(may, "{scope:?} {moment}");
                    f.store.interrupt(id).await.unwrap();
                }
                Inserted::Rejected(id) => assert!(!may && id == first, "{scope:?} {moment}"),
                Inserted::Existing(_) => panic!("{scope:?} {moment}"),
            }
        }
        f.pass(HOUR).await;
    }
}

pub async fn a_taken_key_is_settled_as_asked(f: Fixture) {
    let scope = UniqueScope::Unended;
    let first = f.add(keyed(scope, OnTaken::Reject)).await;
    assert_eq!(insert(&f, keyed(scope, OnTaken::Existing)).await, Inserted::Existing(first));
    let Inserted::New(second) = insert(&f, keyed(scope, OnTaken::Replace)).await else { panic!() };
    let record = f.record(first).await;
    assert_eq!(record.state, State::Cancelled);
    assert_eq!(record.error.as_deref(), Some("a newer one with the same key took its place"));
    assert_eq!(f.claim_ids(9).await, [second]);
    assert_eq!(insert(&f, keyed(scope, OnTaken::Replace)).await, Inserted::Rejected(second), "it runs");
    // The one that was cancelled cannot come back while the other has the key.
    let error = f.store.again(first).await.unwrap_err();
    assert!(error.to_string().contains(&format!("the process {second} holds its unique key")), "{error}");
    assert_eq!(f.record(first).await.state, State::Cancelled);
}

pub async fn a_key_of_a_batch_fails_alone(f: Fixture) {
    let scope = UniqueScope::Unended;
    let first = f.add(keyed(scope, OnTaken::Reject)).await;
    let new = || {
        let unique = Unique { key: "new".to_owned(), scope, on_taken: OnTaken::Reject };
        Draft { unique: Some(Box::new(unique)), ..draft() }
    };
    let batch =
        [draft(), keyed(scope, OnTaken::Reject), keyed(scope, OnTaken::Existing), draft(), new(), new()];
    let inserted = f.store.insert(None, &batch).await.unwrap();
    let [
        Inserted::New(a),
        Inserted::Rejected(r),
        Inserted::Existing(e),
        Inserted::New(b),
        Inserted::New(c),
        Inserted::Rejected(d),
    ] = inserted[..]
    else {
        panic!("{inserted:?}")
    };
    assert_eq!((r, e, d), (first, first, c));
    assert_eq!(f.claim_ids(9).await, [first, a, b, c] as [Id; 4]);
}

pub async fn a_saved_process_takes_its_key_when_queued(f: Fixture) {
    let saved = |on_taken| Draft { when: When::Saved(Delay::None), ..keyed(UniqueScope::Unended, on_taken) };
    let first = f.add(saved(OnTaken::Reject)).await;
    let second = f.add(saved(OnTaken::Existing)).await;
    let third = f.add(saved(OnTaken::Reject)).await;
    let fourth = f.add(saved(OnTaken::Replace)).await;
    assert_eq!(f.store.queue(None, first).await.unwrap(), Queued::Yes);
    assert_eq!(f.store.queue(None, second).await.unwrap(), Queued::Existing(first));
    assert_eq!(f.store.queue(None, third).await.unwrap(), Queued::Rejected(first));
    assert_eq!(f.record(third).await.state, State::Saved);
    assert!(f.store.claim_one(&crate::fixture::holder("w"), HOUR, third).await.is_err());
    assert_eq!(f.record(third).await.state, State::Saved);
    assert_eq!(f.store.queue(None, fourth).await.unwrap(), Queued::Yes);
    assert_eq!(f.record(first).await.state, State::Cancelled);
}

/// Many want one key at the same moment, each in a batch of its own: one gets it, and the others learn its id.
pub async fn a_key_wanted_by_many_at_once(f: Fixture) {
    for round in 0..5 {
        let draft = || Draft {
            unique: Some(Box::new(Unique {
                key: format!("k{round}"),
                scope: UniqueScope::Unended,
                on_taken: OnTaken::Existing,
            })),
            ..draft()
        };
        let asks = (0..12).map(|_| {
            let (store, batch) = (std::sync::Arc::clone(&f.store), [draft(), crate::fixture::draft()]);
            tokio::spawn(async move { store.insert(None, &batch).await.unwrap() })
        });
        let mut kept = Vec::new();
        let mut told = Vec::new();
        for ask in asks.collect::<Vec<_>>() {
            match ask.await.unwrap()[..] {
                [Inserted::New(id), Inserted::New(_)] => kept.push(id),
                [Inserted::Existing(id), Inserted::New(_)] => told.push(id),
                ref other => panic!("{other:?}"),
            }
        }
        assert_eq!((kept.len(), told.len()), (1, 11));
        assert!(told.iter().all(|id| *id == kept[0]));
    }
}

pub async fn a_key_for_a_period(f: Fixture) {
    let scope = UniqueScope::For(HOUR);
    let first = f.add(keyed(scope, OnTaken::Reject)).await;
    f.claim(1).await;
    f.pass(2 * HOUR).await;
    assert_eq!(insert(&f, keyed(scope, OnTaken::Reject)).await, Inserted::Rejected(first), "it still runs");
    f.finish(first, 1, done()).await;
    let second = f.add(keyed(scope, OnTaken::Reject)).await;
    f.claim(1).await;
    f.finish(second, 1, done()).await;
    f.pass(HOUR / 2).await;
    assert_eq!(
        insert(&f, keyed(scope, OnTaken::Replace)).await,
        Inserted::Rejected(second),
        "half an hour is left"
    );
    f.pass(HOUR).await;
    assert!(matches!(insert(&f, keyed(scope, OnTaken::Reject)).await, Inserted::New(_)));
}
