//! The lines of a run on their way to its record: each is written once, by the keeper while it runs or with its end.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::store::NoteLine;

/// What a run said and what is being done with it.
///
/// The end of a run waits for lines that are just being written: after it their run holds its process no more, and
/// they would be refused.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    inner: Mutex<Inner>,
    written: Notify,
}

#[derive(Debug, Default)]
struct Inner {
    waiting: Vec<NoteLine>,
    being_written: bool,
    /// Who locks the database out meanwhile: transactions on SQLite.
    locks: u32,
}

impl Lines {
    pub(crate) fn push(&self, line: NoteLine) {
        self.lock().waiting.push(line);
    }

    /// Takes what is to be written now; [`Lines::written`] is owed when there is any.
    pub(crate) fn begin_writing(&self) -> Vec<NoteLine> {
        let mut inner = self.lock();
        if inner.locks > 0 || inner.waiting.is_empty() {
            return Vec::new();
        }
        inner.being_written = true;
        std::mem::take(&mut inner.waiting)
    }

    /// Nothing is being written any more.
    pub(crate) fn written(&self) {
        self.lock().being_written = false;
        self.written.notify_waiters();
    }

    /// Puts lines back that could not be written, before those that came since.
    pub(crate) fn back(&self, mut lines: Vec<NoteLine>) {
        let mut inner = self.lock();
        lines.append(&mut inner.waiting);
        inner.waiting = lines;
    }

    /// All that is left, when nothing is being written any more.
    pub(crate) async fn rest(&self) -> Vec<NoteLine> {
        self.when_quiet(|inner| std::mem::take(&mut inner.waiting)).await
    }

    /// Lets lines wait until [`Lines::go_on`]: writing them would wait for a transaction, and its end for them.
    pub(crate) async fn wait(&self) {
        self.when_quiet(|inner| inner.locks += 1).await;
    }

    pub(crate) fn go_on(&self) {
        self.lock().locks -= 1;
    }

    async fn when_quiet<T>(&self, act: impl FnOnce(&mut Inner) -> T) -> T {
        loop {
            {
                let mut inner = self.lock();
                if !inner.being_written {
                    return act(&mut inner);
                }
            }
            let mut written = std::pin::pin!(self.written.notified());
            // Heard from here on: it may be said before it is waited for.
            written.as_mut().enable();
            if self.lock().being_written {
                written.await;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;
    use crate::Level;

    fn line(text: &str) -> NoteLine {
        NoteLine { at: 0, level: Level::Info, text: text.to_owned() }
    }

    fn texts(lines: Vec<NoteLine>) -> Vec<String> {
        lines.into_iter().map(|line| line.text).collect()
    }

    #[tokio::test]
    async fn the_end_waits_for_what_is_being_written() {
        let lines = Lines::default();
        lines.push(line("a"));
        assert_eq!(texts(lines.begin_writing()), ["a"]);
        lines.push(line("b"));
        let mut rest = Box::pin(lines.rest());
        assert!(rest.as_mut().now_or_never().is_none());
        // It could not be written: the end takes it along.
        lines.back(vec![line("a")]);
        lines.written();
        assert_eq!(texts(rest.await), ["a", "b"]);
        assert!(lines.begin_writing().is_empty());
        assert!(lines.rest().await.is_empty(), "nothing is owed");
    }

    #[tokio::test]
    async fn a_transaction_keeps_them_for_its_commit() {
        let lines = Lines::default();
        lines.push(line("a"));
        assert_eq!(texts(lines.begin_writing()), ["a"]);
        let mut wait = Box::pin(lines.wait());
        assert!(wait.as_mut().now_or_never().is_none(), "what is being written is written first");
        lines.written();
        wait.await;
        lines.push(line("b"));
        assert!(lines.begin_writing().is_empty());
        lines.go_on();
        assert_eq!(texts(lines.begin_writing()), ["b"]);
    }
}
