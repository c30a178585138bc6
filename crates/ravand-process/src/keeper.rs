//! The holder's own thread: it renews leases while functions block and while a worker drains, ends the runs of
//! those that died, writes progress and lines, and watches for what others do.

use std::sync::Arc;
use std::time::Duration;

use ravand_core::{Error, Result};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::completer::Message;
use crate::engine::Engine;
use crate::run::Abort;
use crate::store::{Keeper, Note};
use crate::{Run, State};

/// Progress and lines are written at most this often.
const NOTES: Duration = Duration::from_millis(250);

/// How many runs are ended at once whose lease has passed.
const REAP: u32 = 500;

/// Starts the keeper: on a thread of its own, or as a task when the store dies with the program anyway.
pub(crate) fn start(engine: Arc<Engine>, stop: watch::Receiver<bool>) -> Result<()> {
    if !engine.store.outlives() {
        let runtime = tokio::runtime::Handle::try_current()
            .map_err(|_| Error::internal("processes run inside a tokio runtime, and there is none here"))?;
        runtime.spawn(keep(engine, stop));
        return Ok(());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::Builder::new()
        .name("process-keeper".to_owned())
        .spawn(move || runtime.block_on(keep(engine, stop)))?;
    Ok(())
}

async fn keep(engine: Arc<Engine>, mut stop: watch::Receiver<bool>) {
    tokio::select! {
        _ = stop.wait_for(|stop| *stop) => {}
        () = watch_for_ever(&engine) => {}
        () = beat_for_ever(&engine) => {}
    }
}

async fn watch_for_ever(engine: &Engine) {
    let mut pause = Duration::from_millis(50);
    loop {
        let began = Instant::now();
        if let Err(error) = engine.store.watch(&engine.hub).await {
            tracing::warn!(%error, "processes are not watched; trying again");
        }
        pause = if began.elapsed() > Duration::from_secs(10) { Duration::from_millis(50) } else { pause * 2 };
        pause = pause.min(Duration::from_secs(1));
        tokio::time::sleep(pause).await;
    }
}

async fn beat_for_ever(engine: &Engine) {
    loop {
        let result = match engine.store.keeper().await {
            Ok(mut keeper) => work(engine, &mut *keeper).await,
            Err(error) => Err(error),
        };
        if let Err(error) = result {
            tracing::warn!(%error, "the leases of running processes could not be renewed; trying again");
        }
        tokio::time::sleep((engine.lease / 15).min(Duration::from_secs(1))).await;
    }
}

/// Until the connection fails. Each begins with a beat, before anything is reaped, and nothing is reaped
/// before the beats have gone well for a whole lease: when the database was away for a minute all leases have
/// passed, and whoever lives is to say so first.
async fn work(engine: &Engine, keeper: &mut dyn Keeper) -> Result<()> {
    let every = engine.lease / 3;
    let mut well_since = Instant::now();
    let mut next_beat = Instant::now();
    let mut last_notes = Instant::now() - NOTES;
    let mut signals = engine.hub.on_signals();
    loop {
        tokio::select! {
            () = tokio::time::sleep_until(next_beat) => {}
            () = engine.beat.notified() => {}
            Ok(()) = signals.changed() => {
                // Not for longer than until the next beat, which hears of the same.
                let asked = engine.store.signals(&engine.holder.worker);
                for held in tokio::time::timeout_at(next_beat, asked).await.unwrap_or_else(|_| Ok(Vec::new()))? {
                    if let Some(run) = engine.run(held.id, held.attempt) {
                        run.heed(&held);
                    }
                }
                continue;
            }
            () = engine.notes.notified() => {
                tokio::time::sleep_until((last_notes + NOTES).min(next_beat)).await;
                notes(engine, keeper).await?;
                last_notes = Instant::now();
                continue;
            }
        }
        let began = Instant::now();
        beat(engine, keeper).await?;
        if began.elapsed() > every {
            well_since = Instant::now();
        }
        if engine.has_worker() && well_since.elapsed() >= engine.lease {
            reap(engine, keeper).await?;
        }
        next_beat = Instant::now() + every;
    }
}

async fn beat(engine: &Engine, keeper: &mut dyn Keeper) -> Result<()> {
    let runs = engine.held();
    let keys: Vec<_> = runs.iter().map(|run| (run.id(), run.attempt())).collect();
    let presence = engine.presence();
    if keys.is_empty() && presence.is_none() {
        return Ok(());
    }
    let held = keeper.beat(presence.as_ref(), engine.lease, &keys).await?;
    for run in runs {
        match held.iter().find(|held| (held.id, held.attempt) == (run.id(), run.attempt())) {
            Some(held) => run.heed(held),
            // Also one whose end was just written: its function has returned and hears nothing.
            None => run.ask(|ask| ask.abort = ask.abort.or(Some(Abort::Lost))),
        }
    }
    Ok(())
}

async fn reap(engine: &Engine, keeper: &mut dyn Keeper) -> Result<()> {
    loop {
        let reaped = keeper.reap(REAP).await?;
        if reaped.is_empty() {
            return Ok(());
        }
        tracing::warn!(runs = reaped.len(), "runs were cut off: their holders were not heard of for a lease");
        let full = reaped.len() >= REAP as usize;
        engine.hub.work();
        let lost: Vec<_> =
            reaped.into_iter().filter(|(_, state)| *state == State::Lost).map(|(id, _)| id).collect();
        engine.hub.ended(&lost);
        if let Some(completer) = engine.completer().filter(|_| !lost.is_empty()) {
            // Closed only when the program ends.
            let _ = completer.send(Message::Lost(lost));
        }
        if !full {
            return Ok(());
        }
    }
}

async fn notes(engine: &Engine, keeper: &mut dyn Keeper) -> Result<()> {
    let mut notes = Vec::new();
    let mut from = From(Vec::new());
    for run in engine.held() {
        let (progress, lines) = (run.new_percent().map(i16::from), run.lines().begin_writing());
        if progress.is_some() || !lines.is_empty() {
            notes.push(Note { id: run.id(), attempt: run.attempt(), progress, lines });
            from.0.push(run);
        }
    }
    if notes.is_empty() {
        return Ok(());
    }
    let result = keeper.note(&notes).await;
    if result.is_err() {
        for (run, note) in from.0.iter().zip(notes) {
            run.lines().back(note.lines);
        }
        engine.notes.notify_one();
    }
    result
}

/// The runs whose lines are being written; dropped, also by a keeper that is stopped, nobody waits for that.
struct From(Vec<Run>);

impl Drop for From {
    fn drop(&mut self) {
        self.0.iter().for_each(|run| run.lines().written());
    }
}
