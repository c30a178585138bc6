//! `cargo xtask fuzz [SECONDS] [TARGET]…`: builds the fuzz targets with the coverage that libFuzzer is guided by, and
//! runs them.
//!
//! The stable toolchain has that coverage: it is a pass of LLVM, switched on by stable options of rustc. Only the
//! sanitizers, which safe code has no use for, need another toolchain.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::tools::{Outcome, cargo, must, output, root};
use crate::{machine, metadata};

const TARGETS: [&str; 3] = ["fuzz-manifests", "fuzz-rules", "fuzz-urls"];

/// What makes a program count which of its branches were taken.
const COVERAGE: [&str; 6] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Ccodegen-units=1",
    "-Cdebug-assertions",
];

const SECONDS: u64 = 30;

pub(crate) fn run(arguments: &[String]) -> Outcome<bool> {
    let mut seconds = SECONDS;
    let mut chosen = Vec::new();
    for argument in arguments {
        match (argument.parse(), TARGETS.iter().find(|target| *target == argument)) {
            (Ok(number), _) => seconds = number,
            (_, Some(target)) => chosen.push(*target),
            _ => {
                let known = TARGETS.join(", ");
                return Err(
                    format!("`{argument}` is no number of seconds and no target; there are {known}").into()
                );
            }
        }
    }
    if chosen.is_empty() {
        chosen.extend(TARGETS);
    }
    machine::provide(machine::FUZZING)?;
    let folder = metadata::target()?.join("fuzz");
    let host = host()?;
    // With a target named, build scripts and macros are built without the coverage.
    let mut build = cargo(&["build", "--release", "--quiet", "--package", "ravand-fuzz", "--target", &host]);
    build.arg("--target-dir").arg(&folder).env("RUSTFLAGS", COVERAGE.join(" "));
    for target in &chosen {
        build.args(["--bin", target]);
    }
    must(&mut build)?;

    // Each has a core of its own, as far as there are any.
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut held = true;
    for round in chosen.chunks(cores) {
        let mut running = Vec::new();
        for target in round {
            running.push(Running::start(target, &folder, &host, seconds)?);
        }
        for one in running {
            held &= one.finish(seconds)?;
        }
    }
    Ok(held)
}

/// A target that runs.
struct Running {
    name: &'static str,
    child: Child,
    log: std::path::PathBuf,
}

impl Running {
    fn start(name: &'static str, folder: &std::path::Path, host: &str, seconds: u64) -> Outcome<Self> {
        // What was found before is tried first, and what breaks a promise is kept beside it.
        let corpus = folder.join(format!("corpus-{name}"));
        std::fs::create_dir_all(&corpus)?;
        let log = folder.join(format!("{name}.log"));
        let mut command = Command::new(folder.join(host).join("release").join(name));
        command
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-artifact_prefix={}/{name}-", folder.display()))
            .args(["-print_final_stats=1", "-verbosity=0", "-timeout=10", "-rss_limit_mb=2048"])
            .arg(&corpus)
            .current_dir(root())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(&log)?);
        println!("$ {name} for {seconds} s");
        Ok(Self { name, child: command.spawn()?, log })
    }

    fn finish(mut self, seconds: u64) -> Outcome<bool> {
        let end = Instant::now() + Duration::from_secs(seconds + 60);
        let status = loop {
            match self.child.try_wait()? {
                Some(status) => break status,
                None if Instant::now() > end => {
                    self.child.kill()?;
                    break self.child.wait()?;
                }
                None => std::thread::sleep(Duration::from_millis(50)),
            }
        };
        let text = String::from_utf8_lossy(&std::fs::read(&self.log)?).into_owned();
        let stat = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix("stat::")?.strip_prefix(name));
            line.map_or("?", |line| line.trim_start_matches([':', ' '])).to_owned()
        };
        if status.success() {
            let (cases, kept) = (stat("number_of_executed_units"), stat("new_units_added"));
            println!("{}: {cases} cases, {kept} of them took a new way", self.name);
        } else {
            println!("{text}\n{} found a case that breaks a promise: {status}", self.name);
        }
        Ok(status.success())
    }
}

/// The machine's own target, as rustc names it.
fn host() -> Outcome<String> {
    let text = output(Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())).arg("-vV"))?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.ok_or("rustc does not tell its host")?.to_owned())
}
