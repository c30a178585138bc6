//! Queues processes in all the ways there are, for most of the time.

use std::time::Duration;

use ravand_core::Result;
use ravand_process::{Handle, Id, Process, Processes};
use sea_orm::TransactionTrait;
use tokio::time::Instant;

use crate::Settings;

/// What was queued.
#[derive(Debug, Default)]
pub struct Asked {
    /// Those that were queued with an answer: they must be there, and done.
    pub kept: Vec<Id>,
    /// Those whose transaction was rolled back: they must not be there.
    pub gone: Vec<Id>,
    /// How often the answer was an error: whether these were queued is not known.
    pub refused: usize,
}

impl Asked {
    /// In words.
    pub fn told(&self) -> String {
        format!(
            "{} queued, {} rolled back, {} calls that the database refused",
            self.kept.len(),
            self.gone.len(),
            self.refused
        )
    }
}

/// Queues until as many are kept as were asked for.
pub async fn queue(processes: Processes, settings: Settings) -> Asked {
    let mut random = fastrand::Rng::with_seed(settings.seed ^ 0x10ad);
    let mut asked = Asked::default();
    let began = Instant::now();
    let end = settings.time.mul_f64(0.8);
    while asked.kept.len() < settings.processes {
        // Half at once, the others little by little.
        let due = 0.5 + began.elapsed().as_secs_f64() / end.as_secs_f64() / 2.0;
        #[expect(clippy::cast_precision_loss, reason = "it is a pace")]
        if asked.kept.len() as f64 > due * settings.processes as f64 {
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        }
        let left = settings.processes - asked.kept.len();
        let result = match random.u8(..10) {
            0..4 => many(&processes, &mut random, left, &mut asked).await,
            4..6 => in_a_transaction(&processes, &mut random, &mut asked).await,
            6 => saved_first(&processes, &mut random, &mut asked).await,
            _ => one(&processes, &mut random, &mut asked).await,
        };
        if result.is_err() {
            asked.refused += 1;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    asked
}

fn any(random: &mut fastrand::Rng) -> Process {
    let name = match random.u8(..20) {
        0..9 => "effect",
        9..17 => "plain",
        17..19 => "flaky",
        _ => "blocking",
    };
    let process = Process::new(name).priority(i32::from(random.u8(..3)));
    if random.u8(..10) == 0 { process.run_in(Duration::from_millis(random.u64(..500))) } else { process }
}

async fn many(
    processes: &Processes,
    random: &mut fastrand::Rng,
    left: usize,
    asked: &mut Asked,
) -> Result<()> {
    let some: Vec<_> = (0..random.usize(1..200).min(left)).map(|_| any(random)).collect();
    let handles = Processes::background_run_all(processes, some).await?;
    for handle in handles {
        asked.kept.push(handle?.id());
    }
    Ok(())
}

async fn one(processes: &Processes, random: &mut fastrand::Rng, asked: &mut Asked) -> Result<()> {
    asked.kept.push(any(random).background_run(processes).await?.id());
    Ok(())
}

async fn saved_first(processes: &Processes, random: &mut fastrand::Rng, asked: &mut Asked) -> Result<()> {
    let saved = any(random).save(processes).await?;
    saved.background_run(processes).await?;
    asked.kept.push(saved.id());
    Ok(())
}

async fn in_a_transaction(
    processes: &Processes,
    random: &mut fastrand::Rng,
    asked: &mut Asked,
) -> Result<()> {
    let Some(database) = processes.store().database() else { return Ok(()) };
    let transaction = database.begin().await?;
    let within = processes.within(&transaction);
    let mut handles: Vec<Handle> = Vec::new();
    for _ in 0..random.usize(1..5) {
        handles.push(any(random).background_run(&within).await?);
    }
    let ids = handles.iter().map(Handle::id);
    if random.bool() {
        transaction.commit().await?;
        asked.kept.extend(ids);
    } else {
        transaction.rollback().await?;
        asked.gone.extend(ids);
    }
    Ok(())
}
