//! The database: one connection pool, the packages' migrations, and the framework's own tables.

mod migrate;
pub(crate) mod options;
pub(crate) mod sessions;

pub(crate) use migrate::{Migrator, base_migrations};

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ravand_core::{Error, Result};
use sea_orm::{ConnectOptions, Database, DatabaseConnection};

use crate::App;
use crate::context::{Context, FromContext, from_request_by_context};
use crate::options::DatabaseSettings;

/// The connection to the database: an extractor, and a field of listeners and processes. SeaORM's operations
/// take it as `&*db`, or by reference.
#[derive(Clone, Debug)]
pub struct Db(DatabaseConnection);

impl Deref for Db {
    type Target = DatabaseConnection;

    fn deref(&self) -> &DatabaseConnection {
        &self.0
    }
}

/// The application's connection.
pub(crate) fn of(app: &App) -> Result<Db> {
    let connection = app.0.database.clone();
    connection.map(Db).ok_or_else(|| {
        Error::internal("the application has no database: set the option `database.url`, as in `sqlite://storage/app.sqlite`")
    })
}

/// Opens the database that the options name; a SQLite file is made when it is not there.
pub(crate) async fn connect(settings: &DatabaseSettings, root: &Path) -> Result<Option<DatabaseConnection>> {
    let Some(url) = &settings.url else { return Ok(None) };
    let (url, file) = resolve(url, root);
    let shown = shown(&url);
    let fault = |error: Box<dyn std::error::Error + Send + Sync>| {
        Error::internal(format!("the database {shown} cannot be opened: {error}")).caused_by(error)
    };
    if let Some(folder) = file.as_deref().and_then(Path::parent) {
        std::fs::create_dir_all(folder).map_err(|error| fault(error.into()))?;
    }
    let mut options = ConnectOptions::new(&url);
    options
        .sqlx_logging(false)
        .acquire_timeout(Duration::from_secs(8))
        .connect_timeout(Duration::from_secs(8));
    if let Some(connections) = settings.connections {
        options.max_connections(connections);
    }
    #[cfg(feature = "sqlite")]
    if file.is_some() || url.starts_with("sqlite:") {
        use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
        options.map_sqlx_sqlite_opts(|sqlite| {
            sqlite
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Normal)
                .busy_timeout(Duration::from_secs(10))
                .foreign_keys(true)
        });
    }
    let connection = Database::connect(options).await.map_err(|error| fault(error.into()))?;
    connection.ping().await.map_err(|error| fault(error.into()))?;
    Ok(Some(connection))
}

/// A relative SQLite path starts from the application's folder.
fn resolve(url: &str, root: &Path) -> (String, Option<PathBuf>) {
    let Some(rest) = url.strip_prefix("sqlite:") else { return (url.to_owned(), None) };
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let (path, query) = rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
    if path.contains(":memory:") {
        return (url.to_owned(), None);
    }
    let path = root.join(path);
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    (format!("sqlite://{}{query}", path.display()), Some(path))
}

/// The URL without its password.
fn shown(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(start), Some(at)) if at > start => format!("{}://…{}", &url[..start], &url[at..]),
        _ => url.to_owned(),
    }
}

/// What the database refused, as an error of ours.
pub(crate) fn fault(error: sea_orm::DbErr) -> Error {
    Error::internal(format!("the database refused: {error}")).caused_by(error)
}

impl FromContext for Db {
    async fn from_context(cx: &Context) -> Result<Self> {
        of(cx.app())
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
    fn relative_files_start_from_the_application() {
        let (url, file) = resolve("sqlite://storage/a.sqlite?mode=rwc", Path::new("/app"));
        assert_eq!(url, "sqlite:///app/storage/a.sqlite?mode=rwc");
        assert_eq!(file.as_deref(), Some(Path::new("/app/storage/a.sqlite")));
        assert_eq!(resolve("sqlite::memory:", Path::new("/app")), ("sqlite::memory:".to_owned(), None));
    }
}
