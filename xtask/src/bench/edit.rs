//! `edit`: from one changed line in a controller to the new page answering, in a debug build; then where the time
//! of a clean build goes, for the help desk and for what `ravand new` makes.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::Place;
use super::pair::Spread;
use super::server::get_body;
use crate::tools::{Outcome, cargo, must, output, root};

const ROUNDS: usize = 7;
const SECONDS: f64 = 3.0;
/// A new page that has not come by then does not come.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many crates of a clean build are listed.
const DEAREST: usize = 12;

/// The page that is edited. Its package is the help desk's largest one.
const RULE: &str = r#"{ "path": "/bench-edit", "controller": "controllers/BenchEdit@show" },"#;

pub(crate) fn run(place: &Place) -> Outcome<bool> {
    let folder = place.files.join("edit");
    let desk = folder.join("helpdesk");
    copy_workspace(&desk)?;
    let package = desk.join("apps/helpdesk/packages/ticketing");
    let routing = package.join("routing.json");
    let text = std::fs::read_to_string(&routing)?;
    std::fs::write(&routing, text.replacen('[', &format!("[{RULE}"), 1))?;
    let controller = package.join("src/controllers/bench_edit.rs");
    std::fs::write(&controller, page(0))?;

    println!("the help desk, built from nothing (debug, without downloads):");
    let target = folder.join("target");
    clean_build(&desk, &target, &["--package", "helpdesk"])?;

    let program = target.join("debug/helpdesk");
    let files = folder.join("files");
    std::fs::create_dir_all(&files)?;
    std::fs::copy(desk.join("apps/helpdesk/ravand.toml"), files.join("ravand.toml"))?;
    output(Command::new(&program).arg("migrate").env("RAVAND_ROOT", &files))?;
    let (mut wholes, mut builds) = (Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        let start = Instant::now();
        std::fs::write(&controller, page(round))?;
        output(&mut build(&desk, &target, &["--package", "helpdesk"]))?;
        builds.push(start.elapsed().as_secs_f64());
        answer(&program, &files, &round.to_string())?;
        wholes.push(start.elapsed().as_secs_f64());
    }
    std::fs::write(&controller, page(ROUNDS + 1))?;
    let parts = timed(&desk, &target, &["--package", "helpdesk"])?;
    println!("\none changed line in a controller of the package `ticketing`, {ROUNDS} rounds:");
    println!("  cargo build: {} s", Spread::of(builds));
    // What was not built again has no time.
    for (seconds, part) in parts.iter().filter(|(seconds, _)| *seconds >= 0.005) {
        println!("    {seconds:>6.2} s  {part}");
    }
    let wholes = Spread::of(wholes);
    let held = wholes.median < SECONDS;
    println!(
        "  to the new page answering: {wholes} s; goal under {SECONDS} s: {}",
        if held { "holds" } else { "does NOT hold" }
    );

    println!("\nwhat `ravand new` makes, built from nothing:");
    must(&mut cargo(&["build", "--quiet", "--package", "ravand-cli"]))?;
    let tool = crate::metadata::target()?.join("debug/ravand");
    output(Command::new(tool).args(["new", "shop"]).current_dir(&folder))?;
    let shop = folder.join("shop");
    std::fs::copy(root().join("Cargo.lock"), shop.join("Cargo.lock"))?;
    clean_build(&shop, &folder.join("shop-target"), &[])?;
    Ok(held)
}

fn page(number: usize) -> String {
    format!(
        "//! A page that changes.\n\nuse ravand::prelude::*;\n\n#[derive(Controller)]\npub struct BenchEdit;\n\n\
         #[controller]\nimpl BenchEdit {{\n    pub async fn show(&self) -> String {{\n        \
         {number}.to_string()\n    }}\n}}\n"
    )
}

/// The workspace's own files, without what git ignores.
fn copy_workspace(to: &Path) -> Outcome<()> {
    let mut list = Command::new("git");
    list.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(root());
    for name in output(&mut list)?.split('\0').filter(|name| !name.is_empty()) {
        let (from, to) = (root().join(name), to.join(name));
        // What is deleted and not yet committed is listed too.
        if from.is_file() {
            std::fs::create_dir_all(to.parent().unwrap_or(&to))?;
            std::fs::copy(from, to)?;
        }
    }
    Ok(())
}

fn build(folder: &Path, target: &Path, arguments: &[&str]) -> Command {
    let mut command = cargo(&["build", "--offline"]);
    command.args(arguments).current_dir(folder).env("CARGO_TARGET_DIR", target);
    command
}

/// Builds from nothing, and prints how long it takes and which crates cost most.
fn clean_build(folder: &Path, target: &Path, arguments: &[&str]) -> Outcome<()> {
    if target.exists() {
        std::fs::remove_dir_all(target)?;
    }
    let start = Instant::now();
    let parts = timed(folder, target, arguments)?;
    println!(
        "  {:.0} s, {} crates and build scripts; the dearest:",
        start.elapsed().as_secs_f64(),
        parts.len()
    );
    for (seconds, part) in parts.iter().take(DEAREST) {
        println!("    {seconds:>6.2} s  {part}");
    }
    Ok(())
}

/// Builds, and tells how many seconds each crate took: the dearest first.
fn timed(folder: &Path, target: &Path, arguments: &[&str]) -> Outcome<Vec<(f64, String)>> {
    let mut command = build(folder, target, arguments);
    output(command.arg("--timings"))?;
    let report: PathBuf = target.join("cargo-timings/cargo-timing.html");
    let text = std::fs::read_to_string(&report)?;
    let units = text
        .split_once("const UNIT_DATA = ")
        .and_then(|(_, rest)| serde_json::Deserializer::from_str(rest).into_iter::<Value>().next())
        .ok_or_else(|| format!("{} holds no UNIT_DATA", report.display()))??;
    let mut parts: Vec<(f64, String)> = Vec::new();
    for unit in units.as_array().into_iter().flatten() {
        let text = |key: &str| unit.get(key).and_then(Value::as_str).unwrap_or_default().trim().to_owned();
        let seconds = unit.get("duration").and_then(Value::as_f64).unwrap_or_default();
        let name = format!("{} {} {}", text("name"), text("version"), text("target"));
        parts.push((seconds, name.trim_end().to_owned()));
    }
    parts.sort_by(|one, other| other.0.total_cmp(&one.0));
    Ok(parts)
}

/// Starts the program and waits for the page.
fn answer(program: &Path, files: &Path, wanted: &str) -> Outcome<()> {
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let mut command = Command::new(program);
    command.args(["serve", "--port", &port.to_string()]).env("RAVAND_ROOT", files);
    let start = Instant::now();
    let _running = Running(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?);
    loop {
        let body = get_body(&format!("127.0.0.1:{port}"), "/bench-edit");
        if body.as_ref().is_ok_and(|body| body == wanted) {
            return Ok(());
        }
        if start.elapsed() > PATIENCE {
            return Err(format!("/bench-edit answers {body:?} instead of {wanted}").into());
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// A program that is ended with the round.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
