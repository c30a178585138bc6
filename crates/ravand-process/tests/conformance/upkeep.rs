//! Pruning, schedules, workers.

use ravand_process::store::{Draft, OnTaken, Presence, Retention, ScheduleRow, Unique, UniqueScope};
use ravand_process::{Id, State};

use crate::fixture::{Fixture, HOUR, LEASE, done, draft, holder};

async fn end(f: &Fixture, draft: Draft) -> Id {
    let id = f.add(draft).await;
    f.store.claim_one(&holder("w"), LEASE, id).await.unwrap();
    assert_eq!(f.finish(id, 1, done()).await, Some(State::Done));
    id
}

pub async fn ended_processes_are_pruned(f: Fixture) {
    let other = || Draft { queue: "other".into(), ..draft() };
    let unique =
        Unique { key: "k".to_owned(), scope: UniqueScope::For(48 * HOUR), on_taken: OnTaken::Reject };
    let (a, b) = (end(&f, draft()).await, end(&f, other()).await);
    let held = end(&f, Draft { unique: Some(Box::new(unique)), ..draft() }).await;
    f.pass(24 * HOUR).await;
    let (c, d, waiting) = (end(&f, draft()).await, end(&f, draft()).await, f.add(draft()).await);
    let left = async || -> Vec<Id> {
        let records = f.store.list(&Default::default()).await.unwrap();
        records.into_iter().rev().map(|record| record.id).collect()
    };
    assert_eq!(f.store.prune(&Retention::default(), 99).await.unwrap(), 0);
    let old = Retention { queue: Some("q".to_owned()), older_than: Some(HOUR), keep: None };
    assert_eq!(f.store.prune(&old, 99).await.unwrap(), 1);
    assert_eq!(left().await, [b, held, c, d, waiting], "a is gone; a key for a period stays");
    let few = Retention { keep: Some(1), ..Retention::default() };
    assert_eq!(f.store.prune(&few, 99).await.unwrap(), 1, "c; d is the newest of its queue, b of the other");
    assert_eq!(left().await, [b, held, d, waiting]);
    f.pass(48 * HOUR).await;
    let all = Retention { older_than: Some(HOUR), ..Retention::default() };
    assert_eq!(f.store.prune(&all, 1).await.unwrap(), 1, "no more than asked");
    assert_eq!(f.store.prune(&all, 99).await.unwrap(), 2);
    assert_eq!(left().await, [waiting]);
    assert!(f.store.history(a).await.unwrap().is_empty());
    assert!(f.add(draft()).await > waiting, "numbers are never given twice");
}

pub async fn a_schedule_fires_once(f: Fixture) {
    let row = |cron: &str, next_at| ScheduleRow {
        name: "s".to_owned(),
        process: "p".to_owned(),
        parameters: serde_json::json!({"a": 1}),
        queue: "q".to_owned(),
        cron: cron.to_owned(),
        timezone: "UTC".to_owned(),
        catch_up: 1,
        next_at,
        last_at: None,
    };
    f.store.schedule(&[row("* * * * *", 100)]).await.unwrap();
    f.store.schedule(&[row("* * * * *", 500)]).await.unwrap();
    assert_eq!(
        f.store.schedules().await.unwrap(),
        [row("* * * * *", 100)],
        "the same rule keeps its next time"
    );
    let drafts = [draft()];
    let fire = || f.store.fire("s", 100, 200, &drafts);
    let (one, two) = tokio::join!(fire(), fire());
    assert_ne!(one.unwrap(), two.unwrap(), "one of them");
    assert_eq!(f.claim_ids(9).await.len(), 1);
    assert_eq!(f.store.schedules().await.unwrap()[0].last_at, Some(100));
    f.store.schedule(&[row("0 * * * *", 500)]).await.unwrap();
    assert_eq!(f.store.schedules().await.unwrap()[0].next_at, 500, "another rule has another time");
    assert!(!f.store.fire("t", 100, 200, &drafts).await.unwrap());
    assert!(f.store.unschedule("s").await.unwrap());
    assert!(!f.store.unschedule("s").await.unwrap());
}

pub async fn workers_come_and_go(f: Fixture) {
    let presence = |worker: &str| Presence::new(worker.to_owned(), "q,r".to_owned());
    let mut keeper = f.store.keeper().await.unwrap();
    for worker in ["h:4:b", "h:4:a", "h:4:a"] {
        keeper.beat(Some(&presence(worker)), LEASE, &[]).await.unwrap();
    }
    let workers = f.store.workers().await.unwrap();
    assert_eq!(workers, [presence("h:4:a"), presence("h:4:b")]);
    assert_eq!((workers[0].host.as_deref(), workers[0].pid), (Some("h"), Some(4)));
    f.store.leave("h:4:a").await.unwrap();
    assert_eq!(f.store.workers().await.unwrap(), [presence("h:4:b")]);
    f.pass(LEASE * 2).await;
    assert!(f.store.workers().await.unwrap().is_empty());
}
