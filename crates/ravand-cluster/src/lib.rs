//! A private PostgreSQL server: started on a free port in a folder of its own, gone with its owner.
//!
//! However the owner ends (it returns, panics, is killed), a shell that waits for the end of a pipe stops the server
//! and removes its folder.

mod database;
mod programs;

use std::io;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

pub use database::Database;
pub use programs::{Programs, missing};

/// The variable that names a server which is there already, as a URL without a database.
pub const VARIABLE: &str = "TEST_POSTGRES";

/// The only user, who may do everything.
const USER: &str = "ravand";

/// What the server is started for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Tests: it does not wait for the disk.
    Tests,
    /// Measurements and chaos: it keeps what it has said, as it does by itself.
    Durable,
}

/// A running server. Dropped, it is stopped, and all it kept is removed.
#[derive(Debug)]
pub struct Cluster {
    programs: Programs,
    folder: PathBuf,
    port: u16,
    guard: Option<(Child, ChildStdin)>,
}

impl Cluster {
    /// Makes and starts one.
    ///
    /// # Errors
    /// When the server's programs are not there (the text says what to install), or it does not start.
    pub fn start(purpose: Purpose) -> io::Result<Self> {
        let programs = Programs::find()?;
        let folder = tempfile::Builder::new().prefix("ravand-postgres-").tempdir()?.keep();
        programs.give(&folder)?;
        // From here on the folder goes when this program does.
        let guard = programs.guard(&folder)?;
        let mut cluster = Self { programs, port: 0, guard: Some(guard), folder };
        let data = cluster.data();
        cluster.programs.run("initdb", |command| {
            command.arg("--pgdata").arg(&data).args(["--username", USER, "--auth", "trust", "--no-sync"]);
            command.args(["--encoding", "UTF8", "--locale", "C"]);
        })?;
        cluster.configure(purpose)?;
        // Another program may take the port that was free a moment ago.
        for last in [false, false, true] {
            cluster.port = free_port()?;
            match cluster.resume() {
                Err(error) if last => return Err(error),
                Err(_) => {}
                Ok(()) => break,
            }
        }
        Ok(cluster)
    }

    /// The URL of a database; every server has one named `postgres`.
    pub fn url(&self, database: &str) -> String {
        format!("{}/{database}", self.server())
    }

    /// The URL of the server, without a database: what [`VARIABLE`] holds.
    pub fn server(&self) -> String {
        format!("postgres://{USER}@127.0.0.1:{}", self.port)
    }

    /// Stops the server; what it keeps stays. Gracefully it ends what is under way, else it is as if it were
    /// killed.
    ///
    /// # Errors
    /// When it does not stop.
    pub fn stop(&self, gracefully: bool) -> io::Result<()> {
        let data = self.data();
        let mode = if gracefully { "fast" } else { "immediate" };
        self.programs.run("pg_ctl", |command| {
            command.args(["stop", "--wait", "--mode", mode, "--pgdata"]).arg(&data);
        })
    }

    /// Starts it again, on the same port, with what it kept.
    ///
    /// # Errors
    /// When it does not start; with the end of its log.
    pub fn resume(&self) -> io::Result<()> {
        let (data, log) = (self.data(), self.folder.join("log"));
        let options = format!("-p {} -k {}", self.port, self.folder.display());
        let started = self.programs.run("pg_ctl", |command| {
            command.args(["start", "--wait", "--timeout", "60", "--options", &options, "--pgdata"]);
            command.arg(&data).arg("--log").arg(&log);
        });
        started.map_err(|error| {
            let log = std::fs::read_to_string(&log).unwrap_or_default();
            let from = log.char_indices().rev().nth(1500).map_or(0, |(at, _)| at);
            io::Error::other(format!("{error}\nthe end of its log:\n{}", &log[from..]))
        })
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn configure(&self, purpose: Purpose) -> io::Result<()> {
        let file = self.data().join("postgresql.conf");
        let mut text = std::fs::read_to_string(&file)?;
        text.push_str("\nlisten_addresses = '127.0.0.1'\nmax_connections = 400\n");
        if purpose == Purpose::Tests {
            text.push_str(
                "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nshared_buffers = '64MB'\n",
            );
        }
        std::fs::write(file, text)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some((mut shell, pipe)) = self.guard.take() {
            drop(pipe);
            // It stops the server and removes the folder.
            let _ = shell.wait();
        }
    }
}

impl Programs {
    /// The shell that waits until this program ends or lets go of the pipe.
    fn guard(&self, folder: &Path) -> io::Result<(Child, ChildStdin)> {
        let script = "cat > /dev/null; \"$1\" stop -w -m immediate -D \"$2/data\" > /dev/null 2>&1; \
                      cd / && rm -rf -- \"$2\"";
        let mut command = self.command(Path::new("/bin/sh"));
        command.args(["-c", script, "guard"]).arg(self.path("pg_ctl")).arg(folder);
        let mut shell = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        match shell.stdin.take() {
            Some(pipe) => Ok((shell, pipe)),
            None => Err(io::Error::other("the shell that guards the server has no input")),
        }
    }

    /// Runs one of the server's programs, which must succeed.
    fn run(&self, name: &str, complete: impl FnOnce(&mut Command)) -> io::Result<()> {
        let mut command = self.command(&self.path(name));
        complete(&mut command);
        // The server itself would keep a pipe open for as long as it runs, so what it says goes to a file.
        let mut said = tempfile::tempfile()?;
        let status = command
            .stdin(Stdio::null())
            .stdout(said.try_clone()?)
            .stderr(said.try_clone()?)
            .status()
            .map_err(|error| io::Error::other(format!("`{name}` cannot be run: {error}")))?;
        if status.success() {
            return Ok(());
        }
        let mut text = String::new();
        io::Seek::rewind(&mut said)?;
        io::Read::read_to_string(&mut said, &mut text)?;
        Err(io::Error::other(format!("`{name}` failed: {status}\n{}", text.trim_end())))
    }
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
