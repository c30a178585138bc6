//! The programs of the sides, a database for each turn, and the figures they print.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::tools::{Outcome, output};

/// Who is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Ravand,
    Hand,
    Apalis,
    /// graphile_worker with a local queue of 500 and acknowledgements in batches.
    Graphile,
    GraphileDefaults,
}

/// Where a side keeps its processes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

pub(crate) struct Sides {
    pub ours: PathBuf,
    pub peers: PathBuf,
    pub folder: PathBuf,
    /// The server's URL, without a database.
    pub server: String,
}

/// A database that is removed with this. Where a server keeps it, that also has the server write down all that is
/// left to be written, so that the next turn does not pay for this one.
pub(crate) struct Database<'a> {
    pub address: String,
    engine: Engine,
    sides: &'a Sides,
    _server: Option<ravand_cluster::Database>,
}

/// The figures of a turn, by name; those of samples have many.
pub(crate) struct Figures(HashMap<String, Vec<f64>>);

impl Engine {
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

impl Side {
    pub fn name(self) -> &'static str {
        match self {
            Self::Ravand => "Ravand",
            Self::Hand => "by hand",
            Self::Apalis => "apalis",
            Self::Graphile => "graphile_worker, tuned",
            Self::GraphileDefaults => "graphile_worker, defaults",
        }
    }
}

impl Sides {
    /// A database that is empty.
    pub fn database(&self, engine: Engine) -> Outcome<Database<'_>> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let (address, server) = match engine {
            Engine::Sqlite => {
                let name = format!("{}.sqlite", COUNT.fetch_add(1, Ordering::Relaxed));
                (self.folder.join(name).display().to_string(), None)
            }
            Engine::Postgres => {
                let server = ravand_cluster::Database::on(&self.server)?;
                (server.url(), Some(server))
            }
        };
        Ok(Database { address, engine, sides: self, _server: server })
    }

    /// A measure on a database of its own.
    pub fn measure(&self, side: Side, engine: Engine, measure: &str, number: u32) -> Outcome<Figures> {
        self.database(engine)?.measure(side, measure, number)
    }
}

impl Database<'_> {
    pub fn measure(&self, side: Side, measure: &str, number: u32) -> Outcome<Figures> {
        let (program, name) = match (side, self.engine) {
            (Side::Ravand, _) => (&self.sides.ours, "ravand"),
            (Side::Hand, _) => (&self.sides.ours, "hand"),
            (Side::Apalis, Engine::Sqlite) => (&self.sides.peers, "apalis-sqlite"),
            (Side::Apalis, Engine::Postgres) => (&self.sides.peers, "apalis-postgres"),
            (Side::Graphile, _) => (&self.sides.peers, "graphile"),
            (Side::GraphileDefaults, _) => (&self.sides.peers, "graphile-defaults"),
        };
        let mut command = Command::new(program);
        command.args([name, &self.address, measure, &number.to_string()]);
        Figures::read(&output(&mut command)?)
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        if self.engine == Engine::Sqlite {
            for end in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(format!("{}{end}", self.address));
            }
        }
    }
}

impl Figures {
    fn read(text: &str) -> Outcome<Self> {
        let mut figures: HashMap<String, Vec<f64>> = HashMap::new();
        for line in text.lines() {
            let (name, figure) = line.split_once(' ').ok_or("a line that is no name and number")?;
            figures.entry(name.to_owned()).or_default().push(figure.parse()?);
        }
        Ok(Self(figures))
    }

    /// A figure that there is once.
    pub fn one(&self, name: &str) -> Outcome<f64> {
        match self.0.get(name).map(Vec::as_slice) {
            Some([figure]) => Ok(*figure),
            other => Err(format!("one figure {name} was expected; found {other:?}").into()),
        }
    }

    /// How many a second: `done` of them, or all, in the time of this name.
    pub fn rate(&self, name: &str, number: u32) -> Outcome<f64> {
        let done = if name == "drain" { self.one("done").unwrap_or(number.into()) } else { number.into() };
        Ok(done / self.one(name)?)
    }

    /// The sample that so many of a hundred do not pass, in milliseconds.
    pub fn percentile(&self, name: &str, percent: f64) -> Outcome<f64> {
        let mut samples = self.0.get(name).cloned().unwrap_or_default();
        samples.sort_by(f64::total_cmp);
        let at = (samples.len() as f64 * percent / 100.0).ceil() as usize;
        samples
            .get(at.saturating_sub(1))
            .map(|sample| sample / 1000.0)
            .ok_or_else(|| format!("there are no samples {name}").into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_by_name() {
        let figures = Figures::read("drain 0.5\nstart 4000\nstart 1000\nstart 3000\nstart 2000\n").unwrap();
        assert_eq!(figures.rate("drain", 100).unwrap(), 200.0);
        assert_eq!(figures.percentile("start", 50.0).unwrap(), 2.0);
        assert_eq!(figures.percentile("start", 99.0).unwrap(), 4.0);
        assert!(figures.one("start").is_err());
    }
}
