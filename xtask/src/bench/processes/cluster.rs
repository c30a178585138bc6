//! A private cluster of PostgreSQL on a free port, with the server's own settings: it waits for the disk.

use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::tools::{Outcome, output, program};

/// A server that runs until this is dropped.
pub(crate) struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
    port: u16,
}

impl Cluster {
    /// Makes one in a folder that is not there yet.
    pub fn start(folder: &Path) -> Outcome<Self> {
        let programs = programs().ok_or("PostgreSQL is missing: Debian and Ubuntu have it as postgresql")?;
        std::fs::create_dir_all(folder)?;
        // The server refuses to run as root.
        let user = output(Command::new("id").args(["-u", "postgres"])).ok().and_then(|id| id.trim().parse().ok());
        if is_root() {
            chown(folder, Some(user.ok_or("there is no user postgres")?), None)?;
        }
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let cluster = Self { folder: folder.join("data"), programs, port };
        output(cluster.server("initdb").args(["--auth", "trust", "--username", "postgres", "--pgdata"]).arg(&cluster.folder))?;
        let options = format!("-p {port} -h 127.0.0.1 -k ''");
        let log = folder.join("log");
        let mut start = cluster.server("pg_ctl");
        start.args(["start", "--wait", "--options", &options, "--pgdata"]).arg(&cluster.folder).arg("--log").arg(log);
        let status = start.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        if !status.success() {
            return Err(format!("PostgreSQL did not start: {status}").into());
        }
        Ok(cluster)
    }

    /// Makes a database that is empty; its address.
    pub fn database(&self, name: &str) -> Outcome<String> {
        self.ask("postgres", &format!("CREATE DATABASE {name}"))?;
        Ok(format!("postgres://postgres@127.0.0.1:{}/{name}", self.port))
    }

    /// Removes it, and writes to the disk what is left to be written, so that the next turn does not pay for it.
    pub fn remove(&self, name: &str) -> Outcome<()> {
        self.ask("postgres", &format!("DROP DATABASE {name} WITH (FORCE)"))?;
        self.ask("postgres", "CHECKPOINT").map(drop)
    }

    /// Runs a statement; what it gives as text.
    pub fn ask(&self, database: &str, statement: &str) -> Outcome<String> {
        let mut command = Command::new(self.programs.join("psql"));
        command.args(["--host", "127.0.0.1", "--username", "postgres", "--port", &self.port.to_string()]);
        output(command.args(["--quiet", "--tuples-only", "--no-align", "--dbname", database, "--command", statement]))
    }

    /// One of the server's programs, as the server's user.
    fn server(&self, name: &str) -> Command {
        let path = self.programs.join(name);
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid", "postgres", "--regid", "postgres", "--clear-groups"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        command.current_dir("/");
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut stop = self.server("pg_ctl");
        stop.args(["stop", "--mode", "immediate", "--pgdata"]).arg(&self.folder);
        let _ = stop.stdin(Stdio::null()).stdout(Stdio::null()).status();
    }
}

/// Where Debian puts the server's programs: the newest, else those in `PATH`.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    versions.sort();
    versions.pop().map(|(_, path)| path).or_else(|| Some(program(&["initdb"])?.parent()?.to_owned()))
}

fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}
