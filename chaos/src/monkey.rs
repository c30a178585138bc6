//! Kills, pauses and restarts workers, and the database.

use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use ravand_core::{Error, Result};
use rustix::process::{Pid, Signal, kill_process};
use tokio::time::Instant;

use crate::place::Place;
use crate::worker::Pace;
use crate::{LEASE, Settings, WORKERS};

/// Tells an engine its name. Usually each start has one of its own; here a worker comes back under the same.
const NAME: &str = "RAVAND_PROCESS_WORKER";

/// What a worker is doing.
struct Body {
    child: Child,
    paused_until: Option<Instant>,
}

/// The workers, and what was done to them.
pub struct Monkey {
    workers: Vec<Option<Body>>,
    random: fastrand::Rng,
    settings: Settings,
    killed: u32,
    stopped: u32,
    paused: u32,
    databases: u32,
}

impl Monkey {
    /// Starts the workers.
    pub fn start(place: &Place, settings: Settings) -> Result<Self> {
        let workers = (0..WORKERS).map(|_| None).collect();
        let random = fastrand::Rng::with_seed(settings.seed);
        let mut monkey = Self { workers, random, settings, killed: 0, stopped: 0, paused: 0, databases: 0 };
        for nth in 0..WORKERS {
            monkey.spawn(place, nth)?;
        }
        Ok(monkey)
    }

    fn spawn(&mut self, place: &Place, nth: usize) -> Result<()> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("worker").arg(place.address()).arg(Pace::of(self.settings.time).word());
        let child = command.env(NAME, format!("chaos-{nth}")).stdin(Stdio::null()).spawn()?;
        if let Some(body) = self.workers.get_mut(nth) {
            *body = Some(Body { child, paused_until: None });
        }
        Ok(())
    }

    /// Until the time is over.
    pub async fn rage(&mut self, place: &Place) -> Result<()> {
        let end = Instant::now() + self.settings.time;
        let mut database = Instant::now() + self.settings.time.mul_f64(0.2);
        while Instant::now() < end {
            let pause = Duration::from_millis(self.random.u64(20..250));
            tokio::time::sleep(pause).await;
            self.wake(false);
            if let Some(cluster) = place.cluster.as_ref().filter(|_| Instant::now() >= database) {
                let (cluster, gracefully) = (Arc::clone(cluster), self.random.bool());
                let away = Duration::from_millis(self.random.u64(..1500));
                let restart = move || {
                    cluster.stop(gracefully)?;
                    std::thread::sleep(away);
                    cluster.resume()
                };
                let done = tokio::task::spawn_blocking(restart).await;
                done.map_err(|error| Error::internal(format!("the restart failed: {error}")))??;
                self.databases += 1;
                database = Instant::now() + Duration::from_secs(self.random.u64(3..9));
            }
            let nth = self.random.usize(..WORKERS);
            match self.random.u8(..10) {
                0..4 => self.kill(nth)?,
                4 => self.stop(nth).await?,
                5..7 => self.pause(nth)?,
                _ => {}
            }
            // Whoever is gone comes back, now or later.
            for nth in 0..WORKERS {
                if self.is_gone(nth)? && self.random.u8(..3) == 0 {
                    self.spawn(place, nth)?;
                }
            }
        }
        Ok(())
    }

    fn is_gone(&mut self, nth: usize) -> Result<bool> {
        match self.workers.get_mut(nth).and_then(Option::as_mut) {
            Some(body) => Ok(body.child.try_wait()?.is_some()),
            None => Ok(true),
        }
    }

    fn kill(&mut self, nth: usize) -> Result<()> {
        if let Some(mut body) = self.workers.get_mut(nth).and_then(Option::take) {
            body.child.kill()?;
            body.child.wait()?;
            self.killed += 1;
        }
        Ok(())
    }

    /// SIGTERM: it lets its runs end. One that takes too long, or is paused, is killed.
    async fn stop(&mut self, nth: usize) -> Result<()> {
        let Some(mut body) = self.workers.get_mut(nth).and_then(Option::take) else { return Ok(()) };
        signal(&body.child, Signal::TERM);
        let limit = Instant::now() + Duration::from_secs(4);
        while body.child.try_wait()?.is_none() {
            if Instant::now() > limit {
                body.child.kill()?;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.stopped += 1;
        Ok(())
    }

    /// Pauses one beyond its lease.
    fn pause(&mut self, nth: usize) -> Result<()> {
        let time = LEASE.mul_f64(1.2 + 2.0 * self.random.f64());
        if let Some(body) = self.workers.get_mut(nth).and_then(Option::as_mut)
            && body.paused_until.is_none()
        {
            signal(&body.child, Signal::STOP);
            body.paused_until = Some(Instant::now() + time);
            self.paused += 1;
        }
        Ok(())
    }

    /// Lets those go on whose pause is over.
    fn wake(&mut self, all: bool) {
        for body in self.workers.iter_mut().flatten() {
            if body.paused_until.is_some_and(|until| all || until <= Instant::now()) {
                signal(&body.child, Signal::CONT);
                body.paused_until = None;
            }
        }
    }

    /// All workers live and run, and are left alone.
    pub async fn calm(&mut self, place: &Place) -> Result<()> {
        self.wake(true);
        for nth in 0..WORKERS {
            if self.is_gone(nth)? {
                self.spawn(place, nth)?;
            }
        }
        Ok(())
    }

    /// The workers are told to stop; each must do so by itself.
    pub async fn end(&mut self) -> Result<()> {
        for body in self.workers.iter().flatten() {
            signal(&body.child, Signal::TERM);
        }
        let limit = Instant::now() + Duration::from_secs(20);
        for body in self.workers.iter_mut().flatten() {
            loop {
                match body.child.try_wait()? {
                    Some(status) if status.success() => break,
                    Some(status) => return Err(Error::internal(format!("a worker ended badly: {status}"))),
                    None if Instant::now() > limit => {
                        return Err(Error::internal("a worker did not stop within 20 s after SIGTERM"));
                    }
                    None => tokio::time::sleep(Duration::from_millis(20)).await,
                }
            }
        }
        Ok(())
    }

    /// What was done, in words.
    pub fn told(&self) -> String {
        let Self { killed, stopped, paused, databases, .. } = self;
        format!(
            "workers: {killed} times killed, {stopped} times stopped, {paused} times paused beyond the lease; \
             database: {databases} times restarted"
        )
    }
}

impl Drop for Monkey {
    fn drop(&mut self) {
        for body in self.workers.iter_mut().flatten() {
            let _ = body.child.kill();
            let _ = body.child.wait();
        }
    }
}

fn signal(child: &Child, signal: Signal) {
    if let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        // It may have ended by itself.
        let _ = kill_process(pid, signal);
    }
}
