//! Processes in memory: for programs without a database, and the model the other stores are compared with.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use ravand_core::{Error, Result};
use sea_orm::DatabaseConnection;
use tokio::sync::watch;
use tokio::time::Instant;

use super::{
    Claimed, Claims, Connection, Count, Delay, Draft, End, Filter, Held, Holder, Hub, Inserted, Keeper, Note,
    NoteLine, OnTaken, Outcome, Presence, Queued, Retention, ScheduleRow, Stop, Store, Unique, UniqueScope,
};
use crate::{Attempt, AttemptOutcome, Id, LogLine, Millis, Record, State, Step};

/// Processes that end with the program.
#[derive(Clone, Debug)]
pub struct Memory(std::sync::Arc<Mutex<Inner>>, watch::Sender<()>);

#[derive(Debug)]
struct Inner {
    rows: BTreeMap<Id, Row>,
    holds: HashMap<String, Id>,
    last_id: Id,
    last_seq: i64,
    workers: HashMap<String, (Presence, Millis)>,
    schedules: BTreeMap<String, ScheduleRow>,
    began: Instant,
    epoch: Millis,
}

#[derive(Debug)]
struct Row {
    record: Record,
    parameters: String,
    delay: Delay,
    unique: Option<Unique>,
    unique_until: Option<Millis>,
    history: Vec<Attempt>,
    lines: Vec<LogLine>,
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

impl Memory {
    /// An empty one.
    pub fn new() -> Self {
        let epoch = SystemTime::now().duration_since(UNIX_EPOCH).map(millis).unwrap_or_default();
        Self(
            std::sync::Arc::new(Mutex::new(Inner {
                rows: BTreeMap::new(),
                holds: HashMap::new(),
                last_id: 0,
                last_seq: 0,
                workers: HashMap::new(),
                schedules: BTreeMap::new(),
                began: Instant::now(),
                epoch,
            })),
            watch::Sender::new(()),
        )
    }

    /// Moves its clock on: for tests of what depends on time.
    pub fn pass(&self, time: Duration) {
        self.lock().epoch += millis(time);
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn millis(time: Duration) -> Millis {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX / 4)
}

fn no_transaction(within: Option<&dyn Connection>) -> Result<()> {
    match within {
        None => Ok(()),
        Some(_) => Err(Error::internal(
            "processes are kept in memory, which takes no part in a transaction of a database; \
             give the engine itself, or keep processes in the database",
        )),
    }
}

impl Inner {
    fn now(&self) -> Millis {
        self.epoch + millis(self.began.elapsed())
    }

    /// The row a run still holds.
    fn held(&mut self, id: Id, attempt: i32) -> Option<&mut Row> {
        self.rows
            .get_mut(&id)
            .filter(|row| row.record.state == State::Running && row.record.attempt == attempt)
    }

    /// Lets go of the key that a process holds.
    fn release(&mut self, id: Id) {
        let Some(unique) = self.rows.get(&id).and_then(|row| row.unique.as_ref()) else { return };
        if self.holds.get(&unique.key) == Some(&id) {
            self.holds.remove(&unique.key);
        }
    }

    /// Lets go of the key of a process that ended, unless it holds for a period that is not over.
    fn release_ended(&mut self, id: Id) {
        let now = self.now();
        if self.rows.get(&id).is_some_and(|row| row.unique_until.is_none_or(|until| until <= now)) {
            self.release(id);
        }
    }

    /// Takes a key for a process; what is in the way when it cannot.
    fn take_key(&mut self, unique: &Unique) -> Option<Id> {
        let now = self.now();
        let other = *self.holds.get(&unique.key)?;
        let row = self.rows.get_mut(&other)?;
        let state = row.record.state;
        if state.ended() && row.unique_until.is_none_or(|until| until <= now) {
            self.release(other);
            return None;
        }
        if unique.on_taken == OnTaken::Replace && state == State::Queued {
            row.cancel(now, super::REPLACED);
            self.release(other);
            return None;
        }
        Some(other)
    }

    fn hold(&mut self, id: Id) {
        let now = self.now();
        let Some(row) = self.rows.get_mut(&id) else { return };
        let Some(unique) = &row.unique else { return };
        row.unique_until = match unique.scope {
            UniqueScope::For(time) => Some(now + millis(time)),
            UniqueScope::Waiting | UniqueScope::Unended => None,
        };
        self.holds.insert(unique.key.clone(), id);
    }

    fn insert(&mut self, draft: &Draft) -> Result<Inserted> {
        let (state, delay) = (draft.when.state(), draft.when.delay());
        if let Some(unique) = draft.unique.as_ref().filter(|_| state == State::Queued)
            && let Some(other) = self.take_key(unique)
        {
            return Ok(match unique.on_taken {
                OnTaken::Existing => Inserted::Existing(other),
                OnTaken::Reject | OnTaken::Replace => Inserted::Rejected(other),
            });
        }
        let now = self.now();
        self.last_id += 1;
        let id = self.last_id;
        let record = Record {
            id,
            name: draft.name.clone(),
            queue: draft.queue.to_string(),
            parameters: serde_json::from_str(&draft.parameters)?,
            state,
            priority: draft.priority,
            run_at: due(delay, now),
            attempt: 0,
            failures: 0,
            crashes: 0,
            max_attempts: draft.max_attempts,
            max_restarts: draft.max_restarts,
            created_at: now,
            started_at: None,
            ended_at: None,
            progress: 0,
            response: None,
            error: None,
            host: None,
            worker: None,
            pid: None,
            lease_until: None,
            interrupt_at: None,
            stop_signal: None,
            stop_limit: None,
            unique_key: draft.unique.as_ref().map(|unique| unique.key.clone()),
            trace: draft.trace.clone(),
        };
        let row = Row {
            record,
            parameters: draft.parameters.clone(),
            delay,
            unique: draft.unique.as_deref().cloned(),
            unique_until: None,
            history: Vec::new(),
            lines: Vec::new(),
        };
        self.rows.insert(id, row);
        if state == State::Queued {
            self.hold(id);
        }
        Ok(Inserted::New(id))
    }

    fn queue(&mut self, id: Id) -> Queued {
        let now = self.now();
        let Some(row) = self.rows.get(&id) else { return Queued::Unknown };
        let Ok(to) = Step::Queue.take(row.record.state) else { return Queued::No(row.record.state) };
        if let Some(unique) = row.unique.clone()
            && let Some(other) = self.take_key(&unique)
        {
            return match unique.on_taken {
                OnTaken::Existing => Queued::Existing(other),
                OnTaken::Reject | OnTaken::Replace => Queued::Rejected(other),
            };
        }
        if let Some(row) = self.rows.get_mut(&id) {
            row.record.state = to;
            row.record.run_at = due(row.delay, now);
        }
        self.hold(id);
        Queued::Yes
    }

    fn claim(&mut self, holder: &Holder, lease: Duration, id: Id) -> Option<Claimed> {
        let now = self.now();
        let row = self.rows.get_mut(&id)?;
        let to = Step::Claim.take(row.record.state).ok()?;
        let record = &mut row.record;
        record.state = to;
        record.attempt += 1;
        record.started_at = Some(now);
        record.ended_at = None;
        record.progress = 0;
        record.response = None;
        record.error = None;
        record.interrupt_at = None;
        record.stop_signal = None;
        record.stop_limit = None;
        let lets_go = row.unique.as_ref().is_some_and(|unique| unique.scope == UniqueScope::Waiting);
        row.holder(holder, now + millis(lease));
        let claimed = row.claimed(now);
        if lets_go {
            self.release(id);
        }
        Some(claimed)
    }

    fn claim_due(&mut self, holder: &Holder, lease: Duration, queues: &[(String, u32)]) -> Claims {
        let now = self.now();
        let mut taken = Vec::new();
        for (queue, free) in queues {
            let due = |row: &&Row| {
                row.record.state == State::Queued && row.record.run_at <= now && row.record.queue == *queue
            };
            let mut ids: Vec<_> = self.rows.values().filter(due).map(|row| order(&row.record)).collect();
            ids.sort_unstable();
            ids.truncate(*free as usize);
            taken.extend(ids);
        }
        taken.sort_unstable();
        let runs = taken.into_iter().filter_map(|(_, _, id)| self.claim(holder, lease, id)).collect();
        let later = self.rows.values().filter(|row| row.record.state == State::Queued);
        let next = later.map(|row| row.record.run_at).filter(|at| *at > now).min();
        Claims { runs, next: next.and_then(|at| u64::try_from(at - now).ok()).map(Duration::from_millis) }
    }

    fn finish(&mut self, end: &End) -> Option<State> {
        let now = self.now();
        let row = self.held(end.id, end.attempt)?;
        let (step, history) = match &end.outcome {
            Outcome::Done(_) => (Step::Succeed, None),
            Outcome::Failed { .. } => (Step::Fail, None),
            Outcome::Interrupted(_) => (Step::Interrupt, None),
            Outcome::Retry { .. } => (Step::Retry, Some(AttemptOutcome::Failed)),
            Outcome::Released(_) => (Step::Release, Some(AttemptOutcome::Released)),
            Outcome::Crashed(_) if row.record.crashes < row.record.max_restarts => {
                (Step::Restart, Some(AttemptOutcome::Lost))
            }
            Outcome::Crashed(_) => (Step::Lose, None),
        };
        if !matches!(end.outcome, Outcome::Crashed(_)) {
            row.record.progress = end.progress;
        }
        match &end.outcome {
            Outcome::Done(response) => {
                row.record.response = serde_json::from_str(response).ok();
                row.record.progress = 100;
            }
            Outcome::Failed { error, response } => {
                row.record.error = Some(error.clone());
                row.record.response = response.as_ref().and_then(|text| serde_json::from_str(text).ok());
            }
            Outcome::Retry { error, delay } => {
                row.record.error = Some(error.clone());
                row.record.run_at = now + millis(*delay);
            }
            Outcome::Released(error) => {
                row.record.error = Some(error.clone());
                row.record.run_at = now;
            }
            Outcome::Interrupted(error) => row.record.error = Some(error.clone()),
            Outcome::Crashed(error) => {
                row.record.error = Some(error.clone());
                row.record.run_at = now;
            }
        }
        match step {
            Step::Fail | Step::Retry => row.record.failures += 1,
            Step::Restart | Step::Lose => row.record.crashes += 1,
            _ => {}
        }
        let to = row.leave(step, history, now);
        if to.ended() {
            self.release_ended(end.id);
        }
        self.write_lines(end.id, end.attempt, &end.lines);
        Some(to)
    }

    fn write_lines(&mut self, id: Id, attempt: i32, lines: &[NoteLine]) {
        for line in lines {
            self.last_seq += 1;
            let seq = self.last_seq;
            if let Some(row) = self.rows.get_mut(&id) {
                let NoteLine { at, level, text } = line.clone();
                row.lines.push(LogLine { seq, attempt, at, level, text });
            }
        }
    }
}

impl Row {
    fn holder(&mut self, holder: &Holder, lease_until: Millis) {
        let record = &mut self.record;
        record.worker = Some(holder.worker.clone());
        record.host = crate::host::host(&holder.worker);
        record.pid = holder.pid.or_else(|| crate::host::pid(&holder.worker));
        record.lease_until = Some(lease_until);
    }

    fn claimed(&self, now: Millis) -> Claimed {
        let record = &self.record;
        Claimed {
            id: record.id,
            name: record.name.clone(),
            queue: record.queue.clone(),
            parameters: self.parameters.clone(),
            attempt: record.attempt,
            failures: record.failures,
            crashes: record.crashes,
            max_attempts: record.max_attempts,
            waited: Duration::from_millis(u64::try_from(now - record.run_at).unwrap_or(0)),
            trace: record.trace.clone(),
        }
    }

    /// Leaves the running state.
    fn leave(&mut self, step: Step, history: Option<AttemptOutcome>, now: Millis) -> State {
        let to = step.row().1;
        let record = &mut self.record;
        record.ended_at = Some(now);
        if let Some(outcome) = history {
            self.history.push(Attempt {
                attempt: record.attempt,
                started_at: record.started_at,
                ended_at: record.ended_at,
                host: record.host.clone(),
                worker: record.worker.clone(),
                pid: record.pid,
                outcome,
                error: record.error.clone(),
            });
        }
        if !to.ended() {
            record.ended_at = None;
        }
        record.state = to;
        record.lease_until = None;
        to
    }

    fn cancel(&mut self, now: Millis, why: &str) {
        self.record.state = Step::Cancel.row().1;
        self.record.ended_at = Some(now);
        self.record.error = Some(why.to_owned());
    }

    fn ask(&self) -> Held {
        let record = &self.record;
        Held {
            id: record.id,
            attempt: record.attempt,
            interrupt: record.interrupt_at.is_some(),
            stop: record.stop_signal.map(|signal| Stop {
                signal,
                limit: Duration::from_millis(
                    record.stop_limit.and_then(|ms| u64::try_from(ms).ok()).unwrap_or(0),
                ),
            }),
        }
    }
}

fn due(delay: Delay, now: Millis) -> Millis {
    match delay {
        Delay::None => now,
        Delay::For(time) => now + millis(time),
        Delay::Until(time) => time,
    }
}

#[async_trait]
impl Store for Memory {
    fn kind(&self) -> &'static str {
        "memory"
    }

    async fn migrate(&self) -> Result<()> {
        Ok(())
    }

    fn database(&self) -> Option<&DatabaseConnection> {
        None
    }

    fn outlives(&self) -> bool {
        false
    }

    async fn now(&self) -> Result<Millis> {
        Ok(self.lock().now())
    }

    async fn insert(&self, within: Option<&dyn Connection>, drafts: &[Draft]) -> Result<Vec<Inserted>> {
        no_transaction(within)?;
        let mut inner = self.lock();
        drafts.iter().map(|draft| inner.insert(draft)).collect()
    }

    async fn queue(&self, within: Option<&dyn Connection>, id: Id) -> Result<Queued> {
        no_transaction(within)?;
        Ok(self.lock().queue(id))
    }

    async fn claim(&self, holder: &Holder, lease: Duration, queues: &[(String, u32)]) -> Result<Claims> {
        let claims = self.lock().claim_due(holder, lease, queues);
        // As with a database, others go on before the answer is here.
        tokio::task::yield_now().await;
        Ok(claims)
    }

    async fn claim_one(&self, holder: &Holder, lease: Duration, id: Id) -> Result<Option<Claimed>> {
        let mut inner = self.lock();
        match inner.queue(id) {
            Queued::Existing(other) | Queued::Rejected(other) => Err(super::key_taken(id, other)),
            _ => Ok(inner.claim(holder, lease, id)),
        }
    }

    async fn adopt(&self, holder: &Holder, lease: Duration, id: Id, attempt: i32) -> Result<Option<Claimed>> {
        let mut inner = self.lock();
        let now = inner.now();
        Ok(inner.held(id, attempt).map(|row| {
            row.holder(holder, now + millis(lease));
            row.claimed(now)
        }))
    }

    async fn finish(&self, ends: &[End]) -> Result<Vec<Option<State>>> {
        let mut inner = self.lock();
        Ok(ends.iter().map(|end| inner.finish(end)).collect())
    }

    async fn finish_within(&self, within: &dyn Connection, _: &End) -> Result<Option<State>> {
        no_transaction(Some(within)).map(|()| None)
    }

    async fn interrupt(&self, id: Id) -> Result<Option<State>> {
        let mut inner = self.lock();
        let now = inner.now();
        let Some(row) = inner.rows.get_mut(&id) else { return Ok(None) };
        if Step::Cancel.take(row.record.state).is_ok() {
            row.cancel(now, super::CALLED_OFF);
            inner.release_ended(id);
            return Ok(Some(State::Cancelled));
        }
        if row.record.state == State::Running {
            row.record.interrupt_at.get_or_insert(now);
            self.1.send_replace(());
        }
        Ok(Some(row.record.state))
    }

    async fn stop(&self, id: Id, stop: Stop) -> Result<Option<State>> {
        let state = self.interrupt(id).await?;
        if let Some(row) = self.lock().rows.get_mut(&id).filter(|row| row.record.state == State::Running) {
            row.record.stop_signal = Some(stop.signal);
            row.record.stop_limit = Some(millis(stop.limit));
            self.1.send_replace(());
        }
        Ok(state)
    }

    async fn again(&self, id: Id) -> Result<bool> {
        let mut inner = self.lock();
        let now = inner.now();
        let Some(row) = inner.rows.get(&id) else { return Ok(false) };
        let Ok(to) = Step::Again.take(row.record.state) else { return Ok(false) };
        if let Some(unique) = row.unique.clone()
            && let Some(other) = inner.take_key(&unique).filter(|other| *other != id)
        {
            return Err(super::key_taken(id, other));
        }
        if let Some(row) = inner.rows.get_mut(&id) {
            row.history.extend(row.record.last_attempt());
            row.record.state = to;
            row.record.failures = 0;
            row.record.crashes = 0;
            row.record.run_at = now;
            row.record.ended_at = None;
        }
        inner.hold(id);
        Ok(true)
    }

    async fn signals(&self, worker: &str) -> Result<Vec<Held>> {
        let inner = self.lock();
        let asked = inner.rows.values().filter(|row| {
            let record = &row.record;
            record.state == State::Running
                && record.interrupt_at.is_some()
                && record.worker.as_deref() == Some(worker)
        });
        Ok(asked.map(Row::ask).collect())
    }

    async fn keeper(&self) -> Result<Box<dyn Keeper>> {
        Ok(Box::new(self.clone()))
    }

    async fn watch(&self, hub: &Hub) -> Result<()> {
        let mut asked = self.1.subscribe();
        // The sender lives in this very store.
        while asked.changed().await.is_ok() {
            hub.signals();
        }
        Ok(())
    }

    async fn read(&self, id: Id) -> Result<Option<Record>> {
        Ok(self.lock().rows.get(&id).map(|row| row.record.clone()))
    }

    async fn states(&self, ids: &[Id]) -> Result<Vec<(Id, State)>> {
        let inner = self.lock();
        Ok(ids.iter().filter_map(|id| Some((*id, inner.rows.get(id)?.record.state))).collect())
    }

    async fn list(&self, filter: &Filter) -> Result<Vec<Record>> {
        let inner = self.lock();
        let fits = |record: &&Record| {
            (filter.states.is_empty() || filter.states.contains(&record.state))
                && filter.queue.as_ref().is_none_or(|queue| *queue == record.queue)
                && filter.name.as_ref().is_none_or(|name| *name == record.name)
                && filter.before.is_none_or(|before| record.id < before)
        };
        let records = inner.rows.values().rev().map(|row| &row.record).filter(fits);
        Ok(records.take(filter.limit as usize).cloned().collect())
    }

    async fn history(&self, id: Id) -> Result<Vec<Attempt>> {
        Ok(self.lock().rows.get(&id).map(|row| row.history.clone()).unwrap_or_default())
    }

    async fn logs(&self, id: Id, after: i64, limit: u32) -> Result<Vec<LogLine>> {
        let inner = self.lock();
        let lines = inner.rows.get(&id).map(|row| row.lines.as_slice()).unwrap_or_default();
        Ok(lines.iter().filter(|line| line.seq > after).take(limit as usize).cloned().collect())
    }

    async fn counts(&self) -> Result<Vec<Count>> {
        let inner = self.lock();
        let now = inner.now();
        let mut counts: BTreeMap<(String, State), (i64, Option<Millis>)> = BTreeMap::new();
        for record in inner.rows.values().map(|row| &row.record) {
            if matches!(record.state, State::Done | State::Saved) {
                continue;
            }
            let (count, oldest) = counts.entry((record.queue.clone(), record.state)).or_default();
            *count += 1;
            if record.state == State::Queued && record.run_at <= now {
                *oldest = (*oldest).max(Some(now - record.run_at));
            }
        }
        let rows = counts.into_iter();
        Ok(rows
            .map(|((queue, state), (count, oldest_ms))| Count { queue, state, count, oldest_ms })
            .collect())
    }

    async fn workers(&self) -> Result<Vec<Presence>> {
        let inner = self.lock();
        let now = inner.now();
        let mut alive: Vec<_> =
            inner.workers.values().filter(|(_, until)| *until > now).map(|(who, _)| who.clone()).collect();
        alive.sort_by(|a, b| a.worker.cmp(&b.worker));
        Ok(alive)
    }

    async fn leave(&self, worker: &str) -> Result<()> {
        self.lock().workers.remove(worker);
        Ok(())
    }

    async fn prune(&self, retention: &Retention, limit: u32) -> Result<u64> {
        let mut inner = self.lock();
        let now = inner.now();
        let mut by_queue: BTreeMap<String, Vec<(Millis, Id)>> = BTreeMap::new();
        for (id, row) in &inner.rows {
            let wanted = retention.queue.as_ref().is_none_or(|queue| *queue == row.record.queue);
            if let Some(ended) = row.record.ended_at.filter(|_| wanted && row.record.state.ended()) {
                by_queue.entry(row.record.queue.clone()).or_default().push((ended, *id));
            }
        }
        let mut gone = Vec::new();
        for mut ended in by_queue.into_values() {
            ended.sort_unstable_by(|a, b| b.cmp(a));
            gone.extend(ended.iter().enumerate().filter_map(|(place, (at, id))| {
                let old = retention.older_than.is_some_and(|age| *at < now - millis(age));
                let beyond = retention.keep.is_some_and(|keep| place >= keep as usize);
                (old || beyond).then_some(*id)
            }));
        }
        gone.retain(|id| {
            // One that another took the place of holds its key no more.
            inner.rows.get(id).is_some_and(|row| {
                let holds =
                    row.unique.as_ref().is_some_and(|unique| inner.holds.get(&unique.key) == Some(id));
                !holds || row.unique_until.is_none_or(|until| until <= now)
            })
        });
        gone.sort_unstable();
        gone.truncate(limit as usize);
        for id in &gone {
            inner.release(*id);
            inner.rows.remove(id);
        }
        Ok(gone.len() as u64)
    }

    async fn schedule(&self, schedules: &[ScheduleRow]) -> Result<()> {
        let mut inner = self.lock();
        for new in schedules {
            let mut new = new.clone();
            if let Some(old) = inner.schedules.get(&new.name) {
                new.last_at = old.last_at;
                if (&old.cron, &old.timezone) == (&new.cron, &new.timezone) {
                    new.next_at = old.next_at;
                }
            }
            inner.schedules.insert(new.name.clone(), new);
        }
        Ok(())
    }

    async fn schedules(&self) -> Result<Vec<ScheduleRow>> {
        Ok(self.lock().schedules.values().cloned().collect())
    }

    async fn unschedule(&self, name: &str) -> Result<bool> {
        Ok(self.lock().schedules.remove(name).is_some())
    }

    async fn fire(&self, name: &str, from: Millis, to: Millis, drafts: &[Draft]) -> Result<bool> {
        let mut inner = self.lock();
        let Some(row) = inner.schedules.get_mut(name).filter(|row| row.next_at == from) else {
            return Ok(false);
        };
        row.next_at = to;
        row.last_at = Some(from);
        drafts.iter().try_for_each(|draft| inner.insert(draft).map(|_| ()))?;
        Ok(true)
    }
}

#[async_trait]
impl Keeper for Memory {
    async fn beat(
        &mut self,
        presence: Option<&Presence>,
        lease: Duration,
        runs: &[(Id, i32)],
    ) -> Result<Vec<Held>> {
        let mut inner = self.lock();
        let until = inner.now() + millis(lease);
        if let Some(presence) = presence {
            inner.workers.insert(presence.worker.clone(), (presence.clone(), until));
        }
        let mut held = Vec::new();
        for (id, attempt) in runs {
            if let Some(row) = inner.held(*id, *attempt) {
                row.record.lease_until = Some(until);
                held.push(row.ask());
            }
        }
        Ok(held)
    }

    async fn reap(&mut self, limit: u32) -> Result<Vec<(Id, State)>> {
        let mut inner = self.lock();
        let now = inner.now();
        let passed = |row: &&Row| {
            row.record.state == State::Running && row.record.lease_until.is_some_and(|until| until < now)
        };
        let ends: Vec<_> = inner.rows.values().filter(passed).take(limit as usize).map(crash).collect();
        Ok(ends.iter().filter_map(|end| Some((end.id, inner.finish(end)?))).collect())
    }

    async fn note(&mut self, notes: &[Note]) -> Result<()> {
        let mut inner = self.lock();
        for note in notes {
            let Some(row) = inner.held(note.id, note.attempt) else { continue };
            if let Some(progress) = note.progress {
                row.record.progress = progress;
            }
            inner.write_lines(note.id, note.attempt, &note.lines);
        }
        Ok(())
    }
}

/// Who comes first: by priority, then time, then id.
fn order(record: &Record) -> (i64, Millis, Id) {
    (-i64::from(record.priority), record.run_at, record.id)
}

fn crash(row: &Row) -> End {
    End {
        id: row.record.id,
        attempt: row.record.attempt,
        outcome: Outcome::Crashed(super::CUT_OFF.to_owned()),
        progress: row.record.progress,
        lines: Vec::new(),
    }
}
