//! Writes how runs ended, in groups: whatever ended while the last group was written is the next one.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::engine::Engine;
use crate::store::End;
use crate::worker::Unwritten;
use crate::{Id, Run, State};

/// The most that is written at once.
const GROUP: usize = 500;

/// A group is written when nothing was added to it for so many turns of the runtime, which are some microseconds.
const TURNS: u32 = 8;

/// What is told to the completer.
pub(crate) enum Message {
    /// A run's function has ended.
    Ended(Finished),
    /// Processes were found lost.
    Lost(Vec<Id>),
}

/// What is dropped when an end is written.
pub(crate) enum Done {
    /// A worker's, which is most of them.
    Worker(#[expect(dead_code, reason = "it is only dropped")] Unwritten),
    /// Anything else.
    Other(#[expect(dead_code, reason = "it is only dropped")] Box<dyn Send>),
}

impl From<Unwritten> for Done {
    fn from(unwritten: Unwritten) -> Self {
        Self::Worker(unwritten)
    }
}

impl<T: Send + 'static> From<Box<T>> for Done {
    fn from(other: Box<T>) -> Self {
        Self::Other(other)
    }
}

/// A run whose function has ended.
pub(crate) struct Finished {
    pub run: Run,
    /// What to write; none when it is written, or somebody else's.
    pub end: Option<End>,
    /// Is dropped when that is done.
    pub done: Done,
}

/// Starts the completer of an engine; it ends with its last sender.
pub(crate) fn start(engine: Arc<Engine>) -> mpsc::UnboundedSender<Message> {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut messages = Vec::with_capacity(GROUP);
        let (mut group, mut ends) = (Vec::with_capacity(GROUP), Vec::with_capacity(GROUP));
        while receiver.recv_many(&mut messages, GROUP).await > 0 {
            // Runs often end together: those that end at the next turns are of the same group.
            let mut quiet = 0;
            while quiet < TURNS && messages.len() < GROUP {
                tokio::task::yield_now().await;
                quiet += 1;
                while messages.len() < GROUP
                    && let Ok(message) = receiver.try_recv()
                {
                    messages.push(message);
                    quiet = 0;
                }
            }
            for message in messages.drain(..) {
                match message {
                    Message::Ended(finished) => group.push(finished),
                    Message::Lost(ids) => ids.into_iter().for_each(|id| give_up(&engine, id)),
                }
            }
            write(&engine, &mut group, &mut ends).await;
        }
    });
    sender
}

/// Writes a group, again and again until the database has taken it. The leases go on meanwhile.
async fn write(engine: &Arc<Engine>, group: &mut Vec<Finished>, ends: &mut Vec<End>) {
    ends.extend(group.iter_mut().filter_map(|finished| finished.end.take()));
    let mut pause = Duration::from_millis(20);
    let states = loop {
        if ends.is_empty() {
            break Vec::new();
        }
        match engine.store.finish(ends).await {
            Ok(states) => break states,
            Err(error) => {
                tracing::warn!(%error, ends = ends.len(), "how processes ended could not be written; trying again");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(Duration::from_secs(1));
            }
        }
    };
    engine.let_go(group.iter().map(|finished| &finished.run));
    let mut ended = Vec::with_capacity(ends.len());
    let mut again = false;
    for (end, state) in ends.drain(..).zip(states) {
        match state {
            Some(state) if state.ended() => {
                ended.push(end.id);
                if matches!(state, State::Failed | State::Lost) {
                    give_up(engine, end.id);
                }
            }
            Some(_) => again = true,
            None => tracing::warn!(
                process = end.id,
                attempt = end.attempt,
                "a run ended that did not hold its process any more; its answer is not kept"
            ),
        }
    }
    engine.hub.ended(&ended);
    if again {
        engine.hub.work();
    }
    group.drain(..).for_each(|finished| drop(finished.done));
}

/// Tells the function that asked for it that a process is given up.
fn give_up(engine: &Arc<Engine>, id: Id) {
    if engine.handlers.none_gives_up() {
        return;
    }
    let engine = Arc::clone(engine);
    tokio::spawn(async move {
        let record = match engine.store.read(id).await {
            Ok(Some(record)) => record,
            Ok(None) => return,
            Err(error) => {
                tracing::error!(process = id, %error, "a process was given up, and nobody could be told");
                return;
            }
        };
        let Ok(handler) = engine.handlers.get(&record.name) else { return };
        if let Some(function) = &handler.options.give_up {
            function(record).await;
        }
    });
}
