//! A process that is kept: starting it, waiting for it, asking it to end.

use std::ops::Deref;
use std::time::Duration;

use ravand_core::Result;

use super::draft::can_wait;
use super::place::Place;
use crate::Context;

/// A process that is kept, by its number.
///
/// Besides what is here it has what the engine's handle has: `wait_for`, `ended_within`, `response`, `is_running`,
/// `interrupt`, `stop`, `retry`, `record`, `state`, `attempts`, `logs`, `id`.
#[derive(Clone, Debug)]
pub struct Handle(ravand_process::Handle);

impl Handle {
    pub(super) fn new(inner: ravand_process::Handle) -> Self {
        Self(inner)
    }

    /// The process of a number.
    ///
    /// # Errors
    /// `NotFound` when there is none; when the database refuses.
    pub async fn find(cx: &Context, id: super::Id) -> Result<Self> {
        cx.processes().find(id).await.map(Self)
    }

    /// Queues it, when it was only saved: it runs in the background, on whichever worker is free first. In a
    /// transaction it is queued when that is committed. When its unique key is taken and it was made with
    /// `OnTaken::Existing`, the handle is that of the one that stands for it.
    ///
    /// # Errors
    /// `NotFound` when it is not there; `Conflict` when it is not a saved one or its unique key is taken;
    /// `Unavailable` when processes live in memory and this program has no worker; when the database refuses.
    pub async fn background_run(&self, place: &impl Place) -> Result<Self> {
        can_wait(place)?;
        self.0.background_run(place).await.map(Self)
    }

    /// Starts it in this program, whatever its time, and returns.
    ///
    /// # Errors
    /// `NotFound` when it is not there; `Conflict` when it is neither saved nor queued; when the database refuses.
    pub async fn run(&self, _: &impl Place) -> Result<()> {
        self.0.run().await
    }

    /// Runs it in this program and waits: whether it ended within the limit.
    ///
    /// # Errors
    /// As [`Handle::run`]; what it failed with; that it was lost, interrupted or cancelled.
    pub async fn run_and_wait_for(&self, limit: Duration) -> Result<bool> {
        self.0.run_and_wait_for(limit).await
    }
}

impl Deref for Handle {
    type Target = ravand_process::Handle;

    fn deref(&self) -> &ravand_process::Handle {
        &self.0
    }
}

/// Waits for the end of several: true when all ended within the limit.
///
/// # Errors
/// What the first of them failed with; the others go on.
pub async fn wait_all(handles: &[Handle], limit: Duration) -> Result<bool> {
    let handles: Vec<ravand_process::Handle> = handles.iter().map(|handle| handle.0.clone()).collect();
    ravand_process::wait_all(&handles, limit).await
}
