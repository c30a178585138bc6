//! A timer for hyper's time-outs that is put off without touching the runtime's own timers.
//!
//! hyper sets the time-out of a request's head anew for every request of a connection, and nearly none runs
//! out. Here a later deadline is only noted; the runtime's timer is set again when the earlier one has passed.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use hyper::rt::{Sleep, Timer};

/// Makes [`LazySleep`]s.
#[derive(Clone, Debug)]
pub(super) struct LazyTimer;

/// A sleep whose deadline can be put off for the price of a store.
struct LazySleep {
    inner: Pin<Box<tokio::time::Sleep>>,
    deadline: Instant,
}

impl Timer for LazyTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(Instant::now() + duration)
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        let inner = Box::pin(tokio::time::sleep_until(deadline.into()));
        Box::pin(LazySleep { inner, deadline })
    }

    fn reset(&self, sleep: &mut Pin<Box<dyn Sleep>>, deadline: Instant) {
        match sleep.as_mut().downcast_mut_pin::<LazySleep>() {
            Some(mut lazy) => {
                if deadline < lazy.deadline {
                    lazy.inner.as_mut().reset(deadline.into());
                }
                lazy.deadline = deadline;
            }
            None => *sleep = self.sleep_until(deadline),
        }
    }
}

impl Future for LazySleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            std::task::ready!(self.inner.as_mut().poll(cx));
            if Instant::now() >= self.deadline {
                return Poll::Ready(());
            }
            let deadline = self.deadline;
            self.inner.as_mut().reset(deadline.into());
        }
    }
}

impl Sleep for LazySleep {}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_sleeps_until_the_last_deadline_that_was_set() {
        let timer = LazyTimer;
        let start = Instant::now();
        let mut sleep = timer.sleep(Duration::from_millis(5));
        timer.reset(&mut sleep, start + Duration::from_millis(40));
        sleep.as_mut().await;
        assert!(start.elapsed() >= Duration::from_millis(40), "put off");
        let start = Instant::now();
        let mut sleep = timer.sleep(Duration::from_secs(600));
        timer.reset(&mut sleep, start + Duration::from_millis(5));
        sleep.as_mut().await;
        assert!(start.elapsed() < Duration::from_secs(600), "and brought forward");
    }
}
