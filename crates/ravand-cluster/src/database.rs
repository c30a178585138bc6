//! A database for one test, on the server that is there or on one that this program starts.

use std::io;
use std::process::Command;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::{Cluster, Programs, Purpose, VARIABLE};

/// An empty database, which is dropped with this value.
#[derive(Debug)]
pub struct Database {
    programs: Programs,
    server: String,
    name: String,
}

/// The server of this program, when no other is named. It ends with the program.
static OWN: Mutex<Option<Cluster>> = Mutex::new(None);

impl Database {
    /// Makes one, on the server that [`VARIABLE`] names; without it on one that is started for all databases of
    /// this program.
    ///
    /// # Errors
    /// When there is no server and none can be started (the text says what to install), or it refuses.
    pub fn create() -> io::Result<Self> {
        if let Ok(server) = std::env::var(VARIABLE) {
            return Self::on(&server);
        }
        let mut own = OWN.lock().unwrap_or_else(PoisonError::into_inner);
        let server = match &*own {
            Some(cluster) => cluster.server(),
            None => own.insert(Cluster::start(Purpose::Tests)?).server(),
        };
        drop(own);
        Self::on(&server)
    }

    /// Makes one on a server, given as a URL without a database.
    ///
    /// # Errors
    /// When `psql` is not there, or the server refuses.
    pub fn on(server: &str) -> io::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let moment = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let database = Self {
            programs: Programs::find()?,
            server: server.to_owned(),
            name: format!("ravand_{}_{moment}_{count}", std::process::id()),
        };
        database.say(&format!("CREATE DATABASE {}", database.name))?;
        Ok(database)
    }

    /// Its URL.
    pub fn url(&self) -> String {
        format!("{}/{}", self.server, self.name)
    }

    fn say(&self, text: &str) -> io::Result<()> {
        let mut command: Command = self.programs.command(&self.programs.path("psql"));
        let said = command.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", text]).arg("-d");
        let said = said.arg(format!("{}/postgres", self.server)).output()?;
        if said.status.success() {
            return Ok(());
        }
        let error = String::from_utf8_lossy(&said.stderr);
        Err(io::Error::other(format!("the server at {} refused `{text}`: {}", self.server, error.trim())))
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // The server may be gone by now, and the database with it.
        let _ = self.say(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}
