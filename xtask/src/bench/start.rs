//! `start`: how long the help desk takes from its start to its first answer, and its memory when it is idle.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::Place;
use super::pair::Spread;
use super::server::{Server, get};
use crate::tools::{Outcome, output, root};

const ROUNDS: usize = 9;
const MILLISECONDS: f64 = 100.0;
const MEGABYTES: f64 = 30.0;
/// How long it is left alone before its memory is read.
const IDLE: Duration = Duration::from_secs(3);
/// A start that takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) fn run(place: &Place) -> Outcome<bool> {
    let program = place.program("helpdesk");
    let folder = place.files.join("helpdesk");
    std::fs::create_dir_all(&folder)?;
    std::fs::copy(root().join("apps/helpdesk/ravand.toml"), folder.join("ravand.toml"))?;
    let migrated = output(Command::new(&program).arg("migrate").env("RAVAND_ROOT", &folder))?;
    println!("the help desk with a migrated database ({} migrations)", migrated.lines().count());

    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut command = Command::new(&program);
        command.args(["serve", "--port", &port.to_string()]).env("RAVAND_ROOT", &folder);
        let start = Instant::now();
        let running = Running(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?);
        let address = format!("127.0.0.1:{port}");
        let answer = loop {
            if let Ok(answer) = get(&address, "/") {
                break answer;
            }
            if start.elapsed() > PATIENCE {
                return Err("the help desk does not answer".into());
            }
            std::thread::sleep(Duration::from_micros(200));
        };
        times.push(start.elapsed().as_secs_f64() * 1000.0);
        drop(running);
        let status = answer.split(' ').nth(1).unwrap_or_default();
        if !status.starts_with(['2', '3']) {
            return Err(format!("the help desk answers its front page with {answer}").into());
        }
    }
    let times = Spread::of(times);
    let quick = times.median < MILLISECONDS;
    println!(
        "from its start to its first answer: {times} ms; goal under {MILLISECONDS} ms: {}",
        if quick { "holds" } else { "does NOT hold" }
    );

    let folder = folder.display().to_string();
    let server = Server::start(&program, &["serve", "--port", "0"], &[("RAVAND_ROOT", &folder)])?;
    std::thread::sleep(IDLE);
    let fresh = server.memory()? as f64 / 1000.0 * 1.024;
    for _ in 0..100 {
        server.get("/")?;
    }
    std::thread::sleep(IDLE);
    let used = server.memory()? as f64 / 1000.0 * 1.024;
    let small = fresh.max(used) < MEGABYTES;
    println!(
        "resident memory idle: {fresh:.1} MB after the start, {used:.1} MB after 100 pages; goal under {MEGABYTES} MB: {}",
        if small { "holds" } else { "does NOT hold" }
    );
    Ok(quick && small)
}

/// A program that is ended with the round.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
