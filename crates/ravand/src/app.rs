//! The application once it has started: everything that requests share, made once and never changed.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

use crate::bootstrap::Bootstraps;
use crate::class_map::ClassMap;
use crate::events::ListenerTable;
use crate::exceptions::ExceptionRoutes;
use crate::options::{Options, Settings};
use crate::package::LoadedPackage;
use crate::plugin::Plugin;
use crate::router::{RouteTable, Router};
use crate::session::SessionSettings;
use crate::{Dispatcher, translate};

/// The started application. Cloning it is cheap; it is also the state of axum's extractors.
#[derive(Clone)]
pub struct App(pub(crate) Arc<Handle>);

/// A handle of the application with a counter of its own. Each connection has one, so that requests on several
/// cores do not write to one counter.
pub(crate) struct Handle(Arc<Inner>);

pub(crate) struct Inner {
    pub name: String,
    pub root: PathBuf,
    pub options: Options,
    pub settings: Settings,
    pub packages: Vec<LoadedPackage>,
    pub classes: ClassMap,
    pub routes: RouteTable,
    pub rules: std::sync::Arc<ravand_router::Router>,
    pub router: Box<dyn Router>,
    pub dispatcher: Box<dyn Dispatcher>,
    pub plugins: Vec<Box<dyn Plugin>>,
    pub bootstraps: Bootstraps,
    pub listeners: ListenerTable,
    pub exceptions: ExceptionRoutes,
    pub assets: crate::base::Assets,
    pub translator: translate::Translator,
    pub sessions: SessionSettings,
    pub states: HashMap<TypeId, Box<dyn Any + Send + Sync>>,
    #[cfg(feature = "database")]
    pub database: Option<sea_orm::DatabaseConnection>,
    #[cfg(feature = "database")]
    pub migrator: crate::database::Migrator,
    #[cfg(feature = "views")]
    pub views: crate::view::Views,
    pub processes: crate::process::Engine,
}

/// An application that may have ended.
pub(crate) struct WeakApp(Weak<Inner>);

impl WeakApp {
    pub fn upgrade(&self) -> Option<App> {
        self.0.upgrade().map(|inner| App(Arc::new(Handle(inner))))
    }
}

impl App {
    pub(crate) fn new(inner: Inner) -> Self {
        Self(Arc::new(Handle(Arc::new(inner))))
    }

    /// The same application behind a handle of its own.
    pub(crate) fn own_handle(&self) -> Self {
        Self(Arc::new(Handle(self.0.0.clone())))
    }

    pub(crate) fn downgrade(&self) -> WeakApp {
        WeakApp(Arc::downgrade(&self.0.0))
    }

    /// The application's name: that of its Cargo package.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The folder that relative paths in `ravand.toml` start from.
    pub fn root(&self) -> &Path {
        &self.0.root
    }

    /// The options.
    pub fn options(&self) -> &Options {
        &self.0.options
    }

    /// Whether the application runs in development: pages then show what went wrong inside.
    pub fn development(&self) -> bool {
        self.0.settings.development
    }

    /// The packages' names, in load order, `base` first.
    pub fn package_names(&self) -> impl Iterator<Item = &str> {
        self.0.packages.iter().map(|package| package.name.as_str())
    }

    /// Closes the connections to the database; what is asked of it afterwards is an error.
    pub async fn close(&self) {
        #[cfg(feature = "database")]
        if let Some(database) = &self.0.database
            && let Err(error) = database.close_by_ref().await
        {
            tracing::warn!(%error, "the database was not closed in order");
        }
    }

    /// A value that the application gave with [`crate::Application::state`].
    pub fn state<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.0.states.get(&TypeId::of::<T>()).and_then(|state| state.downcast_ref())
    }
}

impl std::ops::Deref for Handle {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("name", &self.0.name).finish_non_exhaustive()
    }
}
