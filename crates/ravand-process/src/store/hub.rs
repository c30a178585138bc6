//! Wake-ups inside one program. Each is a hint: who is woken asks the database.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use tokio::sync::{Notify, watch};

use crate::Id;

/// Where wake-ups are given and taken. A hint that comes while nobody listens is kept (one permit), so none is
/// lost; many at once are one.
#[derive(Debug)]
pub struct Hub {
    work: watch::Sender<u64>,
    signals: watch::Sender<u64>,
    soon: watch::Sender<u64>,
    ended: watch::Sender<u64>,
    waits: Mutex<HashMap<Id, (usize, Arc<Notify>)>>,
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            work: watch::Sender::new(0),
            signals: watch::Sender::new(0),
            soon: watch::Sender::new(0),
            ended: watch::Sender::new(0),
            waits: Mutex::default(),
        }
    }
}

/// Somebody waits for the end of a process, until this is dropped.
#[derive(Debug)]
pub struct Wait {
    hub: Arc<Hub>,
    id: Id,
    notify: Arc<Notify>,
}

impl Hub {
    /// There may be work that is due.
    pub fn work(&self) {
        self.work.send_modify(|count| *count += 1);
    }

    /// Some run was asked to end.
    pub fn signals(&self) {
        self.signals.send_modify(|count| *count += 1);
    }

    /// Something was written in a transaction of the user that is not committed yet: a store that has to poll
    /// polls faster for a while.
    pub fn soon(&self) {
        self.soon.send_modify(|count| *count += 1);
    }

    /// These ended.
    pub fn ended(&self, ids: &[Id]) {
        let waits = self.waits.lock().unwrap_or_else(PoisonError::into_inner);
        if waits.is_empty() {
            return;
        }
        let mut any = false;
        for id in ids {
            if let Some((_, notify)) = waits.get(id) {
                notify.notify_waiters();
                any = true;
            }
        }
        if any {
            self.ended.send_modify(|count| *count += 1);
        }
    }

    /// Anything may have happened: the connection was lost in between.
    pub fn all(&self) {
        self.work();
        self.signals();
        let waits = self.waits.lock().unwrap_or_else(PoisonError::into_inner);
        waits.values().for_each(|(_, notify)| notify.notify_waiters());
        self.ended.send_modify(|count| *count += 1);
    }

    /// The processes whose end somebody waits for.
    pub fn waited(&self) -> Vec<Id> {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner).keys().copied().collect()
    }

    /// Listens for work.
    pub fn on_work(&self) -> watch::Receiver<u64> {
        self.work.subscribe()
    }

    /// Listens for wishes to end.
    pub fn on_signals(&self) -> watch::Receiver<u64> {
        self.signals.subscribe()
    }

    /// Listens for what will be committed soon.
    pub fn on_soon(&self) -> watch::Receiver<u64> {
        self.soon.subscribe()
    }

    /// Listens for the end of any process in [`Hub::waited`].
    pub fn on_ended(&self) -> watch::Receiver<u64> {
        self.ended.subscribe()
    }

    /// Waits for the end of a process. Subscribe first, then read the record.
    pub fn wait(self: &Arc<Self>, id: Id) -> Wait {
        let mut waits = self.waits.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, notify) = waits.entry(id).or_insert_with(|| (0, Arc::new(Notify::new())));
        *count += 1;
        Wait { hub: Arc::clone(self), id, notify: Arc::clone(notify) }
    }
}

impl Wait {
    /// The next hint after this call.
    pub fn hint(&self) -> tokio::sync::futures::Notified<'_> {
        self.notify.notified()
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        let mut waits = self.hub.waits.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((count, _)) = waits.get_mut(&self.id) {
            *count -= 1;
            if *count == 0 {
                waits.remove(&self.id);
            }
        }
    }
}
