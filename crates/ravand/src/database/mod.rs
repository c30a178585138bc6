//! The database: one connection pool, the packages' migrations, and the framework's own tables.

mod migrate;
pub(crate) mod options;
pub(crate) mod sessions;
#[cfg(feature = "sqlite")]
mod sqlite;
mod transaction;

pub use transaction::{Db, Transaction};

pub(crate) use migrate::{Migrator, Standing, base_migrations};

use std::path::{Path, PathBuf};
use std::time::Duration;

use ravand_core::{Error, Result};
use sea_orm::{ConnectOptions, Database, DatabaseConnection};

use crate::context::{Context, FromContext, from_request_by_context};
use crate::options::DatabaseSettings;

/// The application's connection.
pub(crate) fn of(cx: &Context) -> Result<Db> {
    let connection = cx.app().0.database.clone();
    connection.map(|connection| Db::new(connection, cx.clone())).ok_or_else(|| {
        Error::internal("the application has no database: set the option `database.url`, as in `sqlite://storage/app.sqlite`")
    })
}

/// Opens the database that the options name; a SQLite file is made when it is not there.
pub(crate) async fn connect(settings: &DatabaseSettings, root: &Path) -> Result<Option<DatabaseConnection>> {
    let Some(url) = &settings.url else { return Ok(None) };
    let target = Target::of(url, root);
    if let Some(folder) = target.file.as_deref().and_then(Path::parent) {
        std::fs::create_dir_all(folder).map_err(|error| target.fault(error))?;
    }
    let mut options = target.options();
    if let Some(connections) = settings.connections.or(target.connections()) {
        options.max_connections(connections);
    }
    #[cfg(feature = "sqlite")]
    if target.is_sqlite() {
        sqlite::serve(&mut options, target.in_memory);
    }
    target.open(options).await.map(Some)
}

/// What is there of the database that the options name.
pub(crate) enum Look {
    /// The options name none.
    None,
    /// A SQLite file that is not there yet.
    Missing(PathBuf),
    /// It is open, to be read only.
    Open(DatabaseConnection),
}

/// Opens the database to look at it: nothing is made, nothing is changed.
pub(crate) async fn look(settings: &DatabaseSettings, root: &Path) -> Result<Look> {
    let Some(url) = &settings.url else { return Ok(Look::None) };
    let target = Target::of(url, root);
    let mut options = target.options();
    options.max_connections(1);
    if let Some(file) = target.file.as_deref().filter(|file| !file.exists()) {
        return Ok(Look::Missing(file.to_owned()));
    }
    #[cfg(feature = "sqlite")]
    if let Some(file) = &target.file {
        sqlite::look(&mut options, file);
    }
    target.open(options).await.map(Look::Open)
}

/// The database as messages name it: without its password.
pub(crate) fn shown(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(start), Some(at)) if at > start => format!("{}://…{}", &url[..start], &url[at..]),
        _ => url.to_owned(),
    }
}

/// Whether a URL names a SQLite database that ends with its connection.
pub(crate) fn is_in_memory(url: &str) -> bool {
    Target::of(url, Path::new("")).in_memory
}

/// The file of a SQLite database.
pub(crate) fn file_of(url: &str, root: &Path) -> Option<PathBuf> {
    Target::of(url, root).file
}

/// What a URL names.
struct Target {
    url: String,
    /// The file of a SQLite database.
    file: Option<PathBuf>,
    /// A SQLite database that ends with its connection.
    in_memory: bool,
}

impl Target {
    /// A relative SQLite path starts from the application's folder.
    fn of(url: &str, root: &Path) -> Self {
        let other = |in_memory| Self { url: url.to_owned(), file: None, in_memory };
        let Some(rest) = url.strip_prefix("sqlite:") else { return other(false) };
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        let (path, query) = rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
        if path.contains(":memory:") || query.is_some_and(|query| query.contains("mode=memory")) {
            return other(true);
        }
        let path = root.join(path);
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        Self { url: format!("sqlite://{}{query}", path.display()), file: Some(path), in_memory: false }
    }

    fn is_sqlite(&self) -> bool {
        self.file.is_some() || self.in_memory
    }

    /// How many connections there are where the options do not say: SeaORM would give SQLite one, so that
    /// requests would wait for each other's reading. A database in memory is its connection: there is one.
    fn connections(&self) -> Option<u32> {
        const FILE: u32 = 8;
        self.is_sqlite().then_some(if self.in_memory { 1 } else { FILE })
    }

    fn options(&self) -> ConnectOptions {
        let mut options = ConnectOptions::new(&self.url);
        options
            .sqlx_logging(false)
            .acquire_timeout(Duration::from_secs(8))
            .connect_timeout(Duration::from_secs(8));
        options
    }

    async fn open(&self, options: ConnectOptions) -> Result<DatabaseConnection> {
        let connection = Database::connect(options).await.map_err(|error| self.fault(error))?;
        connection.ping().await.map_err(|error| self.fault(error))?;
        Ok(connection)
    }

    /// Drivers put the whole URL into their texts: the password is taken out, and the text alone is kept.
    fn fault(&self, error: impl std::fmt::Display) -> Error {
        let shown = shown(&self.url);
        let said = error.to_string().replace(&self.url, &shown);
        Error::internal(format!("the database {shown} cannot be opened: {said}"))
    }
}

/// What the database refused, as an error of ours.
pub(crate) fn fault(error: sea_orm::DbErr) -> Error {
    Error::internal(format!("the database refused: {error}")).caused_by(error)
}

impl FromContext for Db {
    async fn from_context(cx: &Context) -> Result<Self> {
        of(cx)
    }
}

from_request_by_context!(Db);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_not_shown() {
        assert_eq!(shown("postgres://me:pw@db/app"), "postgres://…@db/app");
        assert_eq!(shown("sqlite://a.sqlite"), "sqlite://a.sqlite");
    }

    #[test]
    fn what_a_driver_says_has_no_password_in_it() {
        let target = Target::of("postgres://me:pw@db/app", Path::new("/app"));
        let error = target.fault("The connection string 'postgres://me:pw@db/app' has no supporting driver.");
        assert!(!error.chain().contains("pw"), "{}", error.chain());
    }

    #[test]
    fn relative_files_start_from_the_application() {
        for (url, expected, file, connections) in [
            (
                "sqlite://storage/a.sqlite?mode=rwc",
                "sqlite:///app/storage/a.sqlite?mode=rwc",
                Some("/app/storage/a.sqlite"),
                Some(8),
            ),
            ("sqlite:/data/a.sqlite", "sqlite:///data/a.sqlite", Some("/data/a.sqlite"), Some(8)),
            ("sqlite::memory:", "sqlite::memory:", None, Some(1)),
            ("sqlite://a?mode=memory", "sqlite://a?mode=memory", None, Some(1)),
            ("postgres://me@db/app", "postgres://me@db/app", None, None),
        ] {
            let target = Target::of(url, Path::new("/app"));
            let found = (target.url.as_str(), target.file.as_deref(), target.connections());
            assert_eq!(found, (expected, file.map(Path::new), connections));
        }
    }
}
