//! Runs: their ends, their leases, what they are asked.

use std::time::Duration;

use ravand_process::store::{Draft, End, Note, NoteLine, Outcome, Stop};
use ravand_process::{AttemptOutcome, Level, State};
use sea_orm::TransactionTrait;

use crate::fixture::{Fixture, HOUR, LEASE, done, draft, holder};

fn error() -> String {
    "it broke".to_owned()
}

pub async fn every_outcome_has_its_state(f: Fixture) {
    use AttemptOutcome as A;
    let failed = || Outcome::Failed { error: error(), response: Some(r#"{"status":false}"#.to_owned()) };
    let retry = || Outcome::Retry { error: error(), delay: HOUR };
    let table: [(Outcome, State, Option<A>, i32, i32); 6] = [
        (done(), State::Done, None, 0, 0),
        (failed(), State::Failed, None, 1, 0),
        (Outcome::Interrupted(error()), State::Interrupted, None, 0, 0),
        (retry(), State::Queued, Some(A::Failed), 1, 0),
        (Outcome::Released(error()), State::Queued, Some(A::Released), 0, 0),
        (Outcome::Crashed(error()), State::Queued, Some(A::Lost), 0, 1),
    ];
    let mut ends = Vec::new();
    for (outcome, ..) in &table {
        let id = f.add(draft()).await;
        ends.push(End { id, attempt: 1, outcome: outcome.clone(), progress: 40, lines: vec![line("last")] });
    }
    assert_eq!(f.claim(9).await.len(), table.len());
    // One group, with one in it that nobody holds.
    ends.push(End { id: ends[0].id, attempt: 2, outcome: done(), progress: 0, lines: Vec::new() });
    let states = f.store.finish(&ends).await.unwrap();
    assert_eq!(states.last().unwrap(), &None);
    for (((outcome, state, history, failures, crashes), end), given) in table.iter().zip(&ends).zip(states) {
        let record = f.record(end.id).await;
        assert_eq!(given, Some(*state), "{outcome:?}");
        assert_eq!(
            (record.state, record.failures, record.crashes),
            (*state, *failures, *crashes),
            "{outcome:?}"
        );
        assert_eq!(record.ended_at.is_some(), state.ended(), "{outcome:?}");
        assert_eq!(record.lease_until, None);
        assert_eq!(record.error.is_none(), *state == State::Done, "{outcome:?}");
        assert_eq!(record.progress == 100, *state == State::Done);
        let attempts = f.store.history(end.id).await.unwrap();
        assert_eq!(
            attempts.iter().map(|a| (a.attempt, a.outcome)).collect::<Vec<_>>(),
            history.iter().map(|outcome| (1, *outcome)).collect::<Vec<_>>()
        );
        assert!(attempts.iter().all(|a| a.error == Some(error()) && a.ended_at.is_some()));
        assert_eq!(f.store.logs(end.id, 0, 9).await.unwrap()[0].text, "last");
    }
    // The retried one waits for its time, the other two are due at once; the next run is a new one.
    let again = f.claim(9).await;
    assert_eq!(
        again.iter().map(|run| (run.id, run.attempt)).collect::<Vec<_>>(),
        [(ends[4].id, 2), (ends[5].id, 2)]
    );
    f.pass(HOUR).await;
    assert_eq!(f.claim(9).await[0].failures, 1);
    let record = f.record(ends[3].id).await;
    assert_eq!((record.state, record.error, record.progress), (State::Running, None, 0));
}

pub async fn a_stale_run_writes_nothing(f: Fixture) {
    let id = f.add(draft()).await;
    f.claim(1).await;
    f.finish(id, 1, Outcome::Released(error())).await;
    f.claim(1).await;
    for outcome in
        [done(), Outcome::Released(error()), Outcome::Crashed(error()), Outcome::Interrupted(error())]
    {
        assert_eq!(f.finish(id, 1, outcome).await, None);
    }
    assert_eq!(f.record(id).await.attempt, 2);
    assert_eq!(f.finish(id, 2, done()).await, Some(State::Done));
    let before = f.record(id).await;
    assert_eq!(f.finish(id, 2, Outcome::Failed { error: error(), response: None }).await, None);
    assert_eq!(f.record(id).await, before, "what is done stays done");
}

pub async fn a_lease_that_passed_is_restarted_then_lost(f: Fixture) {
    let id = f.add(Draft { max_restarts: 2, ..draft() }).await;
    let once = f.add(Draft { max_restarts: 0, ..draft() }).await;
    let mut keeper = f.store.keeper().await.unwrap();
    assert_eq!(f.claim_ids(9).await, [id, once]);
    assert!(keeper.reap(9).await.unwrap().is_empty());
    f.pass(LEASE * 2).await;
    assert_eq!(keeper.reap(9).await.unwrap(), [(id, State::Queued), (once, State::Lost)]);
    for state in [State::Queued, State::Lost] {
        assert_eq!(f.claim_ids(9).await, [id]);
        f.pass(LEASE * 2).await;
        assert_eq!(keeper.reap(9).await.unwrap(), [(id, state)]);
    }
    let record = f.record(id).await;
    assert_eq!((record.attempt, record.crashes, record.failures), (3, 3, 0));
    assert!(record.error.unwrap().starts_with("the run was cut off"));
    assert_eq!(f.store.history(id).await.unwrap().len(), 2);
    assert!(keeper.reap(9).await.unwrap().is_empty());
}

pub async fn a_lease_that_is_renewed_is_not_reaped(f: Fixture) {
    let (id, other) = (f.add(draft()).await, f.add(draft()).await);
    f.claim(9).await;
    let mut keeper = f.store.keeper().await.unwrap();
    f.pass(LEASE * 2).await;
    let held = keeper.beat(None, LEASE, &[(id, 1), (other, 2), (999, 1)]).await.unwrap();
    assert_eq!(held.iter().map(|held| (held.id, held.attempt)).collect::<Vec<_>>(), [(id, 1)]);
    assert_eq!(keeper.reap(9).await.unwrap(), [(other, State::Queued)]);
    assert!(keeper.beat(None, LEASE, &[]).await.unwrap().is_empty());
}

fn line(text: &str) -> NoteLine {
    NoteLine { at: 5, level: Level::Warn, text: text.to_owned() }
}

pub async fn progress_and_lines_are_fenced(f: Fixture) {
    let id = f.add(draft()).await;
    f.claim(1).await;
    let mut keeper = f.store.keeper().await.unwrap();
    let note = |attempt, progress, text: &[&str]| Note {
        id,
        attempt,
        progress: Some(progress),
        lines: text.iter().map(|text| line(text)).collect(),
    };
    keeper.note(&[note(1, 30, &["a", "b"]), note(2, 60, &["stale"])]).await.unwrap();
    keeper.note(&[note(1, 40, &[]), note(1, 45, &["c"])]).await.unwrap();
    assert_eq!(f.record(id).await.progress, 45);
    let lines = f.store.logs(id, 0, 9).await.unwrap();
    let texts: Vec<_> =
        lines.iter().map(|line| (line.attempt, line.level, line.at, line.text.as_str())).collect();
    assert_eq!(texts, [(1, Level::Warn, 5, "a"), (1, Level::Warn, 5, "b"), (1, Level::Warn, 5, "c")]);
    assert_eq!(f.store.logs(id, lines[0].seq, 1).await.unwrap(), lines[1..2]);
    f.finish(id, 1, done()).await;
    keeper.note(&[note(1, 50, &["late"])]).await.unwrap();
    assert_eq!((f.record(id).await.progress, f.store.logs(id, 0, 9).await.unwrap().len()), (100, 3));
}

pub async fn an_interrupt_finds_its_run(f: Fixture) {
    let (waiting, running, stopped) = (
        f.add(draft()).await,
        f.add(Draft { priority: 1, ..draft() }).await,
        f.add(Draft { priority: 1, ..draft() }).await,
    );
    f.claim(2).await;
    assert_eq!(f.store.interrupt(waiting).await.unwrap(), Some(State::Cancelled));
    let record = f.record(waiting).await;
    assert_eq!(
        (record.error.as_deref(), record.ended_at.is_some()),
        (Some("it was interrupted before it ran"), true)
    );
    assert!(f.claim_ids(9).await.is_empty());
    assert!(f.store.signals("w").await.unwrap().is_empty());
    assert_eq!(f.store.interrupt(running).await.unwrap(), Some(State::Running));
    let stop = Stop { signal: 15, limit: Duration::from_millis(1500) };
    assert_eq!(f.store.stop(stopped, stop).await.unwrap(), Some(State::Running));
    assert_eq!(f.store.interrupt(999).await.unwrap(), None);
    let mut held = f.store.signals("w").await.unwrap();
    held.sort_by_key(|held| held.id);
    assert_eq!(
        held.iter().map(|held| (held.id, held.attempt, held.interrupt, held.stop)).collect::<Vec<_>>(),
        [(running, 1, true, None), (stopped, 1, true, Some(stop))]
    );
    assert!(f.store.signals("another").await.unwrap().is_empty());
    let mut keeper = f.store.keeper().await.unwrap();
    assert_eq!(keeper.beat(None, LEASE, &[(stopped, 1)]).await.unwrap()[0].stop, Some(stop));
    // A run that was asked to end and goes back to the queue is not asked in its next run.
    f.finish(running, 1, Outcome::Released(error())).await;
    f.finish(stopped, 1, done()).await;
    assert_eq!(f.store.interrupt(stopped).await.unwrap(), Some(State::Done));
    assert_eq!(f.claim_ids(9).await, [running]);
    assert!(f.store.signals("w").await.unwrap().is_empty());
}

pub async fn what_ended_badly_can_be_queued_again(f: Fixture) {
    let id = f.add(draft()).await;
    assert!(!f.store.again(id).await.unwrap(), "it waits");
    assert!(!f.store.again(999).await.unwrap());
    f.claim(1).await;
    f.finish(id, 1, Outcome::Failed { error: error(), response: None }).await;
    assert!(f.store.again(id).await.unwrap());
    let record = f.record(id).await;
    assert_eq!((record.state, record.attempt, record.failures, record.ended_at), (State::Queued, 1, 0, None));
    let history = f.store.history(id).await.unwrap();
    assert_eq!((history.len(), history[0].outcome), (1, AttemptOutcome::Failed));
    assert_eq!(f.claim(1).await[0].attempt, 2);
    f.finish(id, 2, done()).await;
    assert!(!f.store.again(id).await.unwrap(), "it is done");
    // One that was cancelled before it ran has no run to remember.
    let id = f.add(draft()).await;
    f.store.interrupt(id).await.unwrap();
    assert!(f.store.again(id).await.unwrap());
    assert!(f.store.history(id).await.unwrap().is_empty());
}

pub async fn a_run_is_taken_over(f: Fixture) {
    let id = f.add(draft()).await;
    assert!(f.store.adopt(&holder("child"), LEASE, id, 1).await.unwrap().is_none());
    f.claim(1).await;
    assert!(f.store.adopt(&holder("child"), LEASE, id, 2).await.unwrap().is_none());
    let run = f.store.adopt(&holder("child"), LEASE, id, 1).await.unwrap().unwrap();
    assert_eq!((run.id, run.attempt), (id, 1));
    assert_eq!(f.record(id).await.worker.as_deref(), Some("child"));
}

pub async fn an_end_in_a_transaction(f: Fixture) {
    let Some(database) = f.store.database() else { return };
    let id = f.add(draft()).await;
    f.claim(1).await;
    let end = |attempt| End { id, attempt, outcome: done(), progress: 0, lines: vec![line("x")] };
    let transaction = database.begin().await.unwrap();
    assert_eq!(f.store.finish_within(&transaction, &end(2)).await.unwrap(), None);
    assert_eq!(f.store.finish_within(&transaction, &end(1)).await.unwrap(), Some(State::Done));
    transaction.rollback().await.unwrap();
    assert_eq!(f.record(id).await.state, State::Running);
    let transaction = database.begin().await.unwrap();
    f.store.finish_within(&transaction, &end(1)).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!((f.record(id).await.state, f.store.logs(id, 0, 9).await.unwrap().len()), (State::Done, 1));
}
