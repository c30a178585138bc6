//! What a user does, from nothing to pages: `new`, `generate`, `package new`, then format, test, serve, ask.
//!
//! The application is built with the versions and into the target folder of this workspace, so that what is there
//! is not compiled a second time and nothing is downloaded.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use support::{ravand, text, tree};

/// Its crates' names are those of no other test, for they share the target folder.
const NAME: &str = "corner-shop";

#[test]
fn from_nothing_to_pages() {
    let folder = tempfile::tempdir().unwrap();
    do_it(folder.path(), &["new", NAME]);
    let app = folder.path().join(NAME);
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.lock");
    fs::copy(lock, app.join("Cargo.lock")).unwrap();
    for arguments in [
        &["controller", "Posts"][..],
        &["controller", "admin/help-desk", "--at", "/desk"],
        &["controller", "status", "--no-view"],
        &["process", "Reports"],
        &["event", "OrderPlaced", "id:bigint", "customer:string?"],
        &["event", "ping"],
        &["listener", "OrderPlaced", "OrderPlaced"],
        &["view", "about"],
        &["view", "receipt", "number:bigint", "paid_at:time?", "note:text", "data:json", "raw:bytes?"],
        &["model", "post", "title:string", "body:text?", "shown:bool", "price:float", "views:int", "at:time"],
        &["model", "part", "data:json", "more:json?", "raw:bytes", "count:bigint"],
        &["model", "tag"],
        &["migration", "add_colour_to_tags", "colour:string", "size:int", "weight:float", "data:json?"],
        &["migration", "fill_in"],
    ] {
        do_it(&app, &[&["generate"][..], arguments].concat());
    }
    // Every event of the framework can be heard.
    for event in framework_events() {
        let name = format!("On{}", event.rsplit('/').next().unwrap());
        do_it(&app, &["generate", "listener", &name, event]);
    }
    do_it(&app, &["package", "new", "Blog"]);
    do_it(
        &app.join("packages/blog"),
        &["generate", "listener", "orders", "packages/home/events/OrderPlaced"],
    );

    is_formatted(&app);
    let tested = cargo(&app, &["test", "--offline", "--quiet"]);
    assert!(!text(&tested.stderr).contains("warning"), "{}", text(&tested.stderr));
    cargo(&app, &["build", "--offline", "--quiet"]);
    let process = "--process=packages/home/processes/Reports@run";
    let reported = program(&app).arg(process).output().unwrap();
    assert_eq!(text(&reported.stdout).trim(), r#"{"status":true,"steps":4}"#, "{}", text(&reported.stderr));

    let server = Server::start(&app);
    for (path, expected) in [
        ("/", "<h1>Welcome</h1>"),
        ("/fa", "dir=\"rtl\""),
        ("/posts", "<li>the first one</li>"),
        ("/fa/posts", "dir=\"rtl\""),
        ("/desk", "<title>Help desk · Corner shop</title>"),
        ("/status", r#"{"status":true,"items":["the first one","the second one"]}"#),
        ("/posts?api=1", r#""items":["the first one","the second one"]"#),
        ("/blog", "<title>Blog · Corner shop</title>"),
        ("/assets/corner-shop/app.css", "max-inline-size"),
    ] {
        let answer = server.get(path);
        assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains(expected), "{path}: {answer}");
    }
    assert!(server.get("/nothing").starts_with("HTTP/1.1 404 "));
}

fn do_it(folder: &Path, arguments: &[&str]) {
    let output = ravand(folder, arguments);
    assert!(output.status.success(), "ravand {arguments:?}: {}", text(&output.stderr));
}

/// The addresses of the framework's own events, from its sources.
fn framework_events() -> impl Iterator<Item = &'static str> {
    let known = include_str!("../../ravand/src/events/known.rs");
    known.split('"').filter(|text| text.starts_with("packages/base/"))
}

/// Every Rust file is as rustfmt lays it out. `cargo fmt` itself sees those only that a `mod` line names.
fn is_formatted(app: &Path) {
    cargo(app, &["fmt", "--check"]);
    let rustfmt = Path::new(&cargo_path()).with_file_name("rustfmt");
    let files = tree(app).into_keys().filter(|path| path.ends_with(".rs"));
    let output =
        Command::new(rustfmt).args(["--edition", "2024", "--check"]).args(files).current_dir(app).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
}

fn cargo_path() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

fn cargo(app: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(cargo_path());
    // It is built once: nothing is kept for the next change.
    command.env("CARGO_TARGET_DIR", target()).env("CARGO_INCREMENTAL", "0");
    let output = command.args(arguments).current_dir(app).output().unwrap();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "cargo {arguments:?}:\n{out}\n{err}");
    output
}

/// The target folder of this workspace.
fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap()
}

fn program(app: &Path) -> Command {
    let mut command = Command::new(target().join("debug").join(NAME));
    command.current_dir(app).env("RUST_LOG", "warn");
    command
}

/// The application on a free port; it ends with the value.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(app: &Path) -> Self {
        let mut child = program(app).args(["serve", "--port", "0"]).stdout(Stdio::piped()).spawn().unwrap();
        // The line with the address says that it listens.
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        child.stdout = Some(output.into_inner());
        let address = line.split_once("http://").unwrap_or_else(|| panic!("no address in {line:?}")).1;
        Self { child, address: address.trim().to_owned() }
    }

    /// The whole answer to a request.
    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
