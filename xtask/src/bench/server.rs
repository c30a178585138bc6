//! A server that runs beside the measuring: started on a core of its own, asked, watched, and stopped.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::tools::{Outcome, program, shown};

/// A running server. It is stopped when it is dropped.
pub(crate) struct Server {
    child: Child,
    /// Where it listens.
    pub address: String,
}

impl Server {
    /// Starts a program that prints a line with `http://ADDRESS` when it listens, on the first core.
    pub fn start(program: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Outcome<Self> {
        let mut command = on_core(0, program);
        command.args(arguments).envs(variables.iter().copied()).env("RUST_LOG", "error");
        let line = shown(&command);
        let fail = |error: &dyn std::fmt::Display| format!("`{line}`: {error}");
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().map_err(|error| fail(&error))?;
        let mut text = String::new();
        let out = child.stdout.take().ok_or("no standard output")?;
        BufReader::new(out).read_line(&mut text)?;
        let mut server = Self { child, address: String::new() };
        match text.trim_end().split_once("http://") {
            Some((_, address)) => address.clone_into(&mut server.address),
            None => return Err(fail(&format!("it printed {text:?} and no address")).into()),
        }
        Ok(server)
    }

    /// Nanoseconds that its threads have spent on a core.
    pub fn busy(&self) -> Outcome<u64> {
        let mut nanoseconds = 0;
        for task in std::fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            // A thread that has ended meanwhile counts no more.
            let text = std::fs::read_to_string(task?.path().join("schedstat")).unwrap_or_default();
            nanoseconds += text.split(' ').next().and_then(|number| number.parse::<u64>().ok()).unwrap_or(0);
        }
        Ok(nanoseconds)
    }

    /// Its resident memory in KiB.
    pub fn memory(&self) -> Outcome<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        Ok(number.ok_or("the system tells no resident memory")?)
    }

    /// The head of its answer to a GET request.
    pub fn get(&self, path: &str) -> Outcome<String> {
        get(&self.address, path)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The first line of the answer to a GET request.
pub(crate) fn get(address: &str, path: &str) -> Outcome<String> {
    let text = ask(address, path)?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

/// The body of the answer to a GET request.
pub(crate) fn get_body(address: &str, path: &str) -> Outcome<String> {
    let text = ask(address, path)?;
    Ok(text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default())
}

fn ask(address: &str, path: &str) -> Outcome<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.write_all(
        format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes(),
    )?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A program on one core, where the system can do that.
pub(crate) fn on_core(core: usize, path: &Path) -> Command {
    match program(&["taskset"]) {
        Some(taskset) => {
            let mut command = Command::new(taskset);
            command.arg("-c").arg(core.to_string()).arg(path);
            command
        }
        None => Command::new(path),
    }
}
