//! What the stores over SQL share: statements that are the same but for a few words, and those words.
//!
//! A statement is written once, with `?` for its values; the connection says which engine it goes to.

pub mod keys;
mod patience;
#[cfg(test)]
pub mod plans;
pub mod read;
pub mod runs;
pub mod upkeep;

use std::time::Duration;

use ravand_core::Error;
use sea_orm::{DbBackend, DbErr, QueryResult, Statement, TryGetable, Value};

use super::Connection;
use crate::{Id, Millis, State};

pub(crate) use patience::patiently;
pub use patience::{Fault, Patience, driver};

/// The words in which the engines differ.
#[derive(Debug)]
pub struct Dialect {
    backend: DbBackend,
    /// The clock of the database, in milliseconds; one value throughout a statement, or nearly.
    pub now: &'static str,
    /// After a column: that it is among ids, which are one value ([`Dialect::ids`]).
    pub among: &'static str,
    /// At the end of a `SELECT`: the rows stay as they are until the transaction ends, without those that
    /// somebody else changes.
    pub locked: &'static str,
    /// The channel on which the engine tells its listeners, when it has such a thing.
    channel: Option<&'static str>,
}

/// SQLite.
#[cfg(feature = "sqlite")]
pub const SQLITE: Dialect = Dialect {
    backend: DbBackend::Sqlite,
    now: "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
    among: "IN (SELECT value FROM json_each(?))",
    locked: "",
    channel: None,
};

/// PostgreSQL. A sub-query that depends on nothing is worked out once in a statement.
#[cfg(feature = "postgres")]
pub const POSTGRES: Dialect = Dialect {
    backend: DbBackend::Postgres,
    now: "(SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint))",
    among: "= ANY (?)",
    locked: "FOR UPDATE SKIP LOCKED",
    channel: Some(super::postgres::CHANNEL),
};

/// The dialect that a connection speaks.
pub fn dialect(connection: &dyn Connection) -> &'static Dialect {
    match connection.backend() {
        #[cfg(feature = "postgres")]
        DbBackend::Postgres => &POSTGRES,
        #[cfg(feature = "sqlite")]
        _ => &SQLITE,
        #[cfg(not(feature = "sqlite"))]
        _ => &POSTGRES,
    }
}

impl Dialect {
    /// A statement, with `?` for each value. (No statement of ours has one in a text.)
    pub fn sql(&self, text: impl Into<String>, values: impl IntoIterator<Item = Value>) -> Statement {
        let text = text.into();
        let text = if self.backend == DbBackend::Postgres { numbered(&text) } else { text };
        Statement::from_sql_and_values(self.backend, text, values)
    }

    /// Ids as one value.
    pub fn ids(&self, ids: &[Id]) -> Value {
        match self.backend {
            #[cfg(feature = "postgres")]
            DbBackend::Postgres => ids.to_vec().into(),
            _ => {
                let ids: Vec<_> = ids.iter().map(Id::to_string).collect();
                format!("[{}]", ids.join(",")).into()
            }
        }
    }

    /// What the indexes know a queue by whose name is an expression: the name itself, or a number that is made of it.
    /// Two names may have the same number.
    pub fn key(&self, queue: &str) -> String {
        match self.backend {
            DbBackend::Postgres => format!("hashtextextended({queue}, 0)"),
            _ => queue.to_owned(),
        }
    }

    /// For the end of a `RETURNING`: tells a text, which is an expression over the row, to all who listen.
    pub fn tell(&self, text: &str) -> String {
        self.channel.map(|channel| format!(", pg_notify('{channel}', {text})")).unwrap_or_default()
    }
}

/// `?` as `$1`, `$2`, ….
fn numbered(text: &str) -> String {
    let mut numbered = String::with_capacity(text.len() + 32);
    for (place, part) in text.split('?').enumerate() {
        if place > 0 {
            numbered.push('$');
            numbered.push_str(&place.to_string());
        }
        numbered.push_str(part);
    }
    numbered
}

/// The value of a column, by its place.
pub fn get<T: TryGetable>(row: &QueryResult, column: usize) -> Result<T, DbErr> {
    row.try_get_by_index(column)
}

/// The state of a number.
pub fn state(number: i16) -> Result<State, DbErr> {
    State::of(number).map_err(custom)
}

/// Milliseconds as the tables keep them.
pub fn millis(time: Duration) -> Millis {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX / 4)
}

/// Milliseconds as the tables keep them, as a time to wait.
pub fn duration(millis: Millis) -> Duration {
    Duration::from_millis(u64::try_from(millis).unwrap_or(0))
}

/// An error about what a database keeps, beside those of its driver.
pub fn custom(error: impl std::fmt::Display) -> DbErr {
    DbErr::Custom(error.to_string())
}

/// A text to be told once what the database said.
pub fn fault(error: DbErr) -> Error {
    Error::from(error)
}
