//! The start: packages in load order, each with its storages, routes, languages and listeners; then the events.

mod locale;
mod names;
mod routes;
mod secret;

pub(crate) use secret::file as secret_file;

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use ravand_core::{Error, Problem, Problems, Result};
use time::Duration;

use crate::app::Inner;
use crate::base::Assets;
use crate::bootstrap::Bootstraps;
use crate::class_map::ClassMap;
use crate::dispatcher::{ClassDispatcher, Dispatcher};
use crate::events::ListenerTable;
use crate::events::package::{PackageLoad, PackageLoaded, PackageRegistered, PackagesLoaded};
use crate::events::process::GivenUp;
use crate::exceptions::ExceptionRoutes;
use crate::options::{Options, Settings};
use crate::package::{LoadedPackage, Package};
use crate::plugin::Plugin;
use crate::process;
use crate::router::{RouteTable, Router, RuleRouter};
use crate::session::{SessionSettings, Store};
use crate::{App, Context, Event};

/// What an application is made of before it starts.
pub(crate) struct Parts {
    pub name: String,
    pub root: PathBuf,
    pub options: Options,
    pub settings: Settings,
    pub packages: Vec<Package>,
    pub plugins: Vec<Box<dyn Plugin>>,
    pub router: Option<Box<dyn Router>>,
    pub dispatcher: Option<Box<dyn Dispatcher>>,
    pub states: HashMap<TypeId, Box<dyn Any + Send + Sync>>,
    /// What runs one process by `--process=ID`.
    pub program: Option<ravand_process::Program>,
}

/// How much of the start a command needs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Packages, routes and classes; no database, nothing written.
    Wiring,
    /// All of it.
    All,
}

/// Starts an application.
pub(crate) async fn start(parts: Parts, reach: Reach) -> Result<App> {
    let settings = parts.settings;
    let mut packages = load(parts.packages)?;
    names::check(&parts.options, &settings, &packages)?;
    routes::mount(&mut packages, &settings)?;

    #[cfg(feature = "database")]
    let migrator = {
        let mut migrator = crate::database::Migrator::default();
        for package in &mut packages {
            migrator.add(&package.name, std::mem::take(&mut package.source.migrations));
        }
        migrator
    };
    #[cfg(feature = "database")]
    let database = match reach {
        Reach::Wiring => None,
        Reach::All => open_database(&parts.options, &settings, &parts.root, &migrator).await?,
    };

    let mut classes = ClassMap::default();
    let mut bootstraps = Bootstraps::default();
    for package in &packages {
        package.source.classes.iter().for_each(|class| classes.add(class.clone()));
        bootstraps.0.extend(package.source.bootstrap.map(|bootstrap| (package.name.clone(), bootstrap)));
    }
    #[cfg_attr(not(feature = "views"), expect(unused_mut))]
    let mut assets = Assets::with_base();
    let translator = locale::translator(&packages, &settings)?;
    let mut routes = RouteTable::default();
    let mut exceptions = ExceptionRoutes::default();
    let rules =
        Arc::new(routes::compile(&packages, &settings, &classes, &translator, &mut routes, &mut exceptions)?);
    let router = match parts.router {
        Some(router) => router,
        None => {
            let routing: Vec<&str> = packages
                .iter()
                .filter(|package| package.manifest.routing.is_some() && package.name != "base")
                .map(|package| package.name.as_str())
                .collect();
            Box::new(RuleRouter::new(rules.clone(), &routes, &routing, classes.all(), &settings.router)?)
        }
    };
    let listeners = listeners(&packages, &classes)?;
    #[cfg(feature = "views")]
    let views = {
        let sources = crate::view::Sources::merge(&packages, settings.theme.as_deref(), &mut assets);
        crate::view::Views::new(sources, classes.all(), &assets, settings.development)?
    };
    let key = match reach {
        Reach::All => secret::key(&parts.options, &parts.root)?,
        Reach::Wiring => cookie::Key::generate(),
    };
    #[cfg(feature = "database")]
    let store = database.clone().map_or_else(|| Store::Memory(Default::default()), Store::Database);
    #[cfg(not(feature = "database"))]
    let store = Store::Memory(Default::default());
    let https = settings.router.scheme == Some(crate::options::SchemePolicy::Https);
    let sessions = SessionSettings {
        key,
        store: Arc::new(store),
        cookie: settings.session.cookie.clone(),
        age: Duration::hours(settings.session.hours),
        secure: settings.session.secure.unwrap_or(https),
    };
    let link = process::Link::default();
    let processes = process::start(process::Parts {
        classes: &classes,
        settings: &settings,
        #[cfg(feature = "database")]
        database: database.as_ref(),
        program: parts.program,
        hears_given_up: listeners.heard(TypeId::of::<GivenUp>()),
        link: link.clone(),
    })
    .await?;
    let app = App::new(Inner {
        name: parts.name,
        root: parts.root,
        options: parts.options,
        settings,
        packages,
        classes,
        routes,
        rules,
        router,
        dispatcher: parts.dispatcher.unwrap_or_else(|| Box::new(ClassDispatcher)),
        plugins: parts.plugins,
        bootstraps,
        listeners,
        exceptions,
        assets,
        translator,
        sessions,
        states: parts.states,
        #[cfg(feature = "database")]
        database,
        #[cfg(feature = "database")]
        migrator,
        #[cfg(feature = "views")]
        views,
        processes,
    });
    link.set(&app);
    process::planned(&app)?;
    if reach == Reach::All {
        announce(&app).await?;
    }
    Ok(app)
}

/// Reads the packages in their load order, `base` first. All problems of all packages are told together.
fn load(sources: Vec<Package>) -> Result<Vec<LoadedPackage>> {
    let mut problems = Problems::default();
    let mut packages = Vec::new();
    for source in std::iter::once(crate::base::package()).chain(sources) {
        match LoadedPackage::read(source) {
            Ok(package) => packages.push(package),
            Err(found) => problems.extend(found),
        }
    }
    if problems.has_errors() {
        return Err(problems.into());
    }
    let named: Vec<(&str, &[_])> = packages
        .iter()
        .filter(|package| package.name != "base")
        .map(|package| (package.name.as_str(), package.manifest.dependencies.as_slice()))
        .collect();
    let order: Vec<String> =
        ravand_manifest::load_order(&named).map_err(Error::from)?.into_iter().map(str::to_owned).collect();
    let place =
        |package: &LoadedPackage| order.iter().position(|name| *name == package.name).unwrap_or(usize::MAX);
    packages.sort_by_key(place);
    Ok(packages)
}

#[cfg(feature = "database")]
async fn open_database(
    options: &Options,
    settings: &Settings,
    root: &std::path::Path,
    migrator: &crate::database::Migrator,
) -> Result<Option<sea_orm::DatabaseConnection>> {
    use sea_orm_migration::MigratorTraitSelf;
    let Some(database) = crate::database::connect(&settings.database, root).await? else { return Ok(None) };
    let standing = migrator.standing(&database).await.map_err(crate::database::fault)?;
    if let Some(problem) = standing.fault() {
        return Err(Problems(vec![problem]).into());
    }
    if settings.database.migrate.unwrap_or(true) {
        migrator.up(&database, None).await.map_err(|error| {
            Error::internal(format!("the database could not be brought up to date: {error}")).caused_by(error)
        })?;
        options.read_saved(&database).await?;
    }
    Ok(Some(database))
}

/// The listeners of all manifests and themes, checked against their events' types.
fn listeners(packages: &[LoadedPackage], classes: &ClassMap) -> Result<ListenerTable> {
    let mut table = ListenerTable::default();
    let mut problems = Problems::default();
    for package in packages {
        let themed = package.themes.iter().flat_map(|theme| &theme.events);
        for event in package.manifest.events.iter().chain(themed) {
            let method = match classes.listener(&event.listener.value) {
                Ok(method) => method,
                Err(error) => {
                    problems.push(Problem::error(error.to_string()).at(event.listener.place.clone()));
                    continue;
                }
            };
            let type_id = match crate::events::known::base(&event.name.value) {
                Some(type_id) => type_id,
                None => match classes.event(&event.name.value) {
                    Ok(type_id) => type_id,
                    Err(error) => {
                        problems.push(Problem::error(error.to_string()).at(event.name.place.clone()));
                        continue;
                    }
                },
            };
            let (takes, name) = (method.event)();
            if takes != type_id {
                let text = format!("`{}` takes {name}, not `{}`", event.listener.value, event.name.value);
                problems.push(Problem::error(text).at(event.listener.place.clone()));
                continue;
            }
            table.add(type_id, method);
        }
    }
    if problems.has_errors() { Err(problems.into()) } else { Ok(table) }
}

/// Fires the events of the start, per package and at the end.
async fn announce(app: &App) -> Result<()> {
    let cx = Context::without_request(app.clone());
    let packages: Vec<String> = app.package_names().map(str::to_owned).collect();
    for package in &packages {
        PackageLoad { package: package.clone() }.trigger(&cx).await?;
        PackageLoaded { package: package.clone() }.trigger(&cx).await?;
        PackageRegistered { package: package.clone() }.trigger(&cx).await?;
    }
    PackagesLoaded { packages }.trigger(&cx).await
}
