//! The application before it starts: its packages, and what its `main` adds to them.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::path::PathBuf;
use std::process::ExitCode;

use ravand_core::Result;

use crate::dispatcher::Dispatcher;
use crate::options::Settings;
use crate::package::Package;
use crate::plugin::Plugin;
use crate::router::Router;
use crate::start::{Parts, Reach, start};
use crate::{App, FrontController, Options, command};

/// An application made of packages. `ravand::application!()` makes one; [`Application::main`] is the whole of
/// `fn main`.
pub struct Application {
    name: &'static str,
    root: PathBuf,
    options: Option<Options>,
    packages: Vec<Package>,
    plugins: Vec<Box<dyn Plugin>>,
    router: Option<Box<dyn Router>>,
    dispatcher: Option<Box<dyn Dispatcher>>,
    states: HashMap<TypeId, Box<dyn Any + Send + Sync>>,
    program: Option<ravand_process::Program>,
}

impl Application {
    /// An application of these packages. `folder` is where it was built; where that is no longer, the folder it
    /// is started in counts, and `RAVAND_ROOT` before both.
    pub fn new(name: &'static str, folder: &str, packages: Vec<Package>) -> Self {
        let built = PathBuf::from(folder);
        let here = || std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
        let root = match std::env::var_os("RAVAND_ROOT") {
            Some(root) => PathBuf::from(root),
            None if built.is_dir() => built,
            None => here(),
        };
        Self {
            name,
            root,
            options: None,
            packages,
            plugins: Vec::new(),
            router: None,
            dispatcher: None,
            states: HashMap::new(),
            program: None,
        }
    }

    /// The application in another folder.
    #[must_use]
    pub fn root(mut self, root: impl Into<PathBuf>) -> Self {
        self.root = root.into();
        self
    }

    /// The application with these options instead of those of its folder and environment.
    #[must_use]
    pub fn options(mut self, options: Options) -> Self {
        self.options = Some(options);
        self
    }

    /// Adds a plugin; plugins run in the order they are added.
    #[must_use]
    pub fn plugin(mut self, plugin: impl Plugin) -> Self {
        self.plugins.push(Box::new(plugin));
        self
    }

    /// Routes by another router.
    #[must_use]
    pub fn router(mut self, router: impl Router) -> Self {
        self.router = Some(Box::new(router));
        self
    }

    /// Dispatches by another dispatcher.
    #[must_use]
    pub fn dispatcher(mut self, dispatcher: impl Dispatcher) -> Self {
        self.dispatcher = Some(Box::new(dispatcher));
        self
    }

    /// Gives the application a value that actions find by [`App::state`].
    #[must_use]
    pub fn state<T: Send + Sync + 'static>(mut self, state: T) -> Self {
        self.states.insert(TypeId::of::<T>(), Box::new(state));
        self
    }

    /// The program that runs one process by `--process=ID`: for isolated processes, and where a process is queued and
    /// no worker lives. [`Application::main`] takes the program that runs; one that starts the application itself has
    /// none unless it names one, which must call `main` of the same application.
    #[must_use]
    pub fn program(mut self, path: impl Into<PathBuf>) -> Self {
        self.program = Some(ravand_process::Program::new(path));
        self
    }

    /// Starts it: opens the database, brings its tables up to date, loads the packages.
    ///
    /// # Errors
    /// When an option, a manifest or the database is not right: the error says what and where.
    pub async fn start(self) -> Result<FrontController> {
        self.start_to(Reach::All).await.map(FrontController::new)
    }

    pub(crate) async fn start_to(self, reach: Reach) -> Result<App> {
        let options = self.load_options()?;
        let settings = Settings::read(&options)?;
        self.start_with(options, settings, reach).await
    }

    /// Those it was given, or those of its folder and environment.
    pub(crate) fn load_options(&self) -> Result<Options> {
        self.options.clone().map_or_else(|| Options::load(&self.root), Ok)
    }

    pub(crate) async fn start_with(self, options: Options, settings: Settings, reach: Reach) -> Result<App> {
        let parts = Parts {
            name: self.name.to_owned(),
            root: self.root,
            options,
            settings,
            packages: self.packages,
            plugins: self.plugins,
            router: self.router,
            dispatcher: self.dispatcher,
            states: self.states,
            program: self.program,
        };
        // Boxed, since it is deep: the compiler follows futures inside each other 128 levels, and an application may
        // put its own around this one.
        Box::pin(start(parts, reach)).await
    }

    pub(crate) fn folder(&self) -> &std::path::Path {
        &self.root
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Runs the command line: `serve` when no command is given.
    pub fn main(mut self) -> ExitCode {
        if self.program.is_none() {
            // Where the system does not tell, processes wait for a worker.
            self.program = ravand_process::Program::this().ok();
        }
        command::main(self)
    }
}

impl std::fmt::Debug for Application {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Application")
            .field("name", &self.name)
            .field("root", &self.root)
            .finish_non_exhaustive()
    }
}
