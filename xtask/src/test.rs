//! `cargo xtask test`: brings what the tests need, and runs every test, doc test and example.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use ravand_cluster::{Cluster, Purpose};

use crate::tools::{Outcome, cargo, must, shown};
use crate::{machine, metadata};

/// Their programs are built, and not run: they measure, or have no end.
const BUILT: [&str; 3] = ["bench-app", "ravand-benches", "ravand-fuzz"];

/// How long an example may run: it is a program that ends by itself, or a server that ends when it is asked to.
const EXAMPLE: Duration = Duration::from_secs(60);

pub(crate) fn run(arguments: &[String]) -> Outcome<bool> {
    machine::provide(machine::TESTS)?;
    let crates = metadata::crates()?;
    let chosen = arguments.iter().any(|one| one == "-p" || one.starts_with("--package"));
    // One server for all tests, each of which makes a database of its own; it goes with this program.
    let cluster = Cluster::start(Purpose::Tests)?;
    let server = cluster.server();
    let complete = |mut command: Command| {
        command.env(ravand_cluster::VARIABLE, &server);
        if !chosen {
            command.arg("--workspace");
        }
        // All that fails is told, not only the first.
        if !arguments.iter().any(|one| one.ends_with("fail-fast")) {
            command.arg("--no-fail-fast");
        }
        command.args(arguments);
        command
    };
    let built = crates.iter().map(|one| one.name.as_str()).filter(|name| BUILT.contains(name));
    if !chosen {
        let packages: Vec<&str> = built.flat_map(|name| ["--package", name]).collect();
        must(cargo(&["build", "--quiet", "--bins"]).args(packages))?;
    }

    let nextest = has_nextest();
    let runner: &[&str] = if nextest { &["nextest", "run"] } else { &["test"] };
    let mut closing = Vec::new();
    let mut command = cargo(runner);
    command.arg("--all-targets");
    let mut held = watch(complete(command), &mut closing)?;
    held &= watch(complete(cargo(&["test", "--doc"])), &mut closing)?;
    if arguments.iter().all(|one| one == "--locked") {
        for (package, example) in
            crates.iter().flat_map(|one| one.examples.iter().map(move |name| (&one.name, name)))
        {
            held &= show(package, example, &mut closing)?;
        }
    }
    println!();
    closing.iter().for_each(|line| println!("{line}"));
    println!("{}", if held { "all of it passed" } else { "something FAILED: see above" });
    Ok(held)
}

fn has_nextest() -> bool {
    let mut command = cargo(&["nextest", "--version"]);
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Runs a test runner, shows all that it writes, and keeps the lines it closes with.
fn watch(mut command: Command, closing: &mut Vec<String>) -> Outcome<bool> {
    let line = shown(&command);
    println!("$ {line}");
    closing.push(format!("$ {line}"));
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("`{line}` cannot be run: {error}"))?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let kept: Vec<String> = std::thread::scope(|scope| {
        let error = scope.spawn(move || err.map(|pipe| tee(BufReader::new(pipe), std::io::stderr())));
        let mut kept = out.map(|pipe| tee(BufReader::new(pipe), std::io::stdout())).unwrap_or_default();
        kept.extend(error.join().ok().flatten().unwrap_or_default());
        kept
    });
    let status = child.wait()?;
    closing.extend(kept);
    if !status.success() {
        closing.push(format!("`{line}` failed: {status}"));
    }
    Ok(status.success())
}

/// Copies lines, and gives back those that a runner closes with.
fn tee(mut from: impl BufRead, mut to: impl Write) -> Vec<String> {
    let mut kept = Vec::new();
    let mut line = Vec::new();
    while from.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
        let _ = to.write_all(&line);
        let _ = to.flush();
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end();
        if is_closing(text) {
            kept.push(text.to_owned());
        }
        line.clear();
    }
    kept
}

fn is_closing(line: &str) -> bool {
    let words = line.trim_start();
    // Most crates have no doc tests: that they have none is no news.
    let empty = words.starts_with("test result: ok. 0 passed; 0 failed; 0 ignored;");
    (words.starts_with("test result:") && !empty)
        || words.starts_with("Summary [")
        || words.starts_with("FAIL [")
        || words.starts_with("TIMEOUT [")
        || (words.starts_with("test ") && words.ends_with("... FAILED"))
}

/// Runs an example to its end, in a folder of its own. One that says where it serves is then asked to end.
fn show(package: &str, example: &str, closing: &mut Vec<String>) -> Outcome<bool> {
    must(&mut cargo(&["build", "--quiet", "--package", package, "--example", example]))?;
    let program = metadata::target()?.join("debug/examples").join(example);
    println!("$ {}", program.display());
    let folder = tempfile::tempdir()?;
    let mut command = Command::new(program);
    command.current_dir(folder.path()).env("ADDRESS", "127.0.0.1:0");
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    let out = child.stdout.take().ok_or("no standard output")?;
    let pid = child.id().to_string();
    let said = std::thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            println!("{line}");
            if line.starts_with("http://") {
                let _ = Command::new("sh").args(["-c", "kill -TERM $0", &pid]).status();
            }
        }
    });
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break Some(status);
        }
        if start.elapsed() > EXAMPLE {
            child.kill()?;
            child.wait()?;
            break None;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let _ = said.join();
    let held = status.is_some_and(|status| status.success());
    closing.push(match status {
        Some(status) if held => format!("example {package}/{example}: ok ({status})"),
        Some(status) => format!("example {package}/{example}: FAILED ({status})"),
        None => {
            format!("example {package}/{example}: FAILED (it did not end within {} s)", EXAMPLE.as_secs())
        }
    });
    Ok(held)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_kept_and_all_lines_shown() {
        let text = "running 2 tests\ntest result: ok. 0 passed; 0 failed; 0 ignored; 0 measured\ntest a ... ok\ntest b ... FAILED\n\ntest result: FAILED. 1 passed; 1 failed\n\
                    \x20    Summary [   0.1s] 2 tests run: 2 passed\n";
        let mut shown = Vec::new();
        let kept = tee(text.as_bytes(), &mut shown);
        assert_eq!(String::from_utf8(shown).unwrap(), text);
        assert_eq!(
            kept,
            [
                "test b ... FAILED",
                "test result: FAILED. 1 passed; 1 failed",
                "     Summary [   0.1s] 2 tests run: 2 passed"
            ]
        );
    }
}
