//! Ravand, a web framework for applications made of packages.
//!
//! The modules stand in the order of a request's way: [`Application`] is built once at the start;
//! [`FrontController`] receives every request and names each stage; [`Token`] says which action comes next;
//! the dispatch loop calls [`mod@controller`]s; the response turns what they give into HTTP.
//!
//! ```
//! use ravand::prelude::*;
//!
//! #[derive(Controller)]
//! pub struct Hello;
//!
//! #[controller]
//! impl Hello {
//!     pub async fn index(&self) -> &'static str {
//!         "hello"
//!     }
//! }
//! # fn main() {}
//! ```

extern crate self as ravand;

mod accept;
mod app;
mod application;
mod base;
mod bootstrap;
mod class_map;
mod command;
mod context;
pub mod controller;
#[cfg(feature = "database")]
mod database;
mod dispatcher;
mod error_page;
pub mod events;
mod exceptions;
mod first_visit;
mod front_controller;
mod negotiate;
mod options;
mod package;
mod plugin;
#[doc(hidden)]
pub mod private;
pub mod process;
mod redirects;
mod response;
mod router;
mod server;
pub mod session;
mod start;
mod storage;
mod token;
mod translate;
mod urls;
#[cfg(feature = "views")]
mod view;

pub use accept::{RequestInfo, Wants};
pub use app::App;
pub use application::Application;
pub use class_map::{Class, ClassKind};
pub use context::{Context, FromContext};
#[cfg(feature = "database")]
pub use database::Transaction;
pub use dispatcher::{ClassDispatcher, Dispatcher};
pub use events::Event;
pub use exceptions::Caught;
pub use front_controller::FrontController;
pub use options::Options;
pub use package::Package;
pub use plugin::{Plugin, Turn};
pub use process::{Process, Run};
pub use ravand_core::{
    Address, Error, ErrorKind, FieldErrors, LanguageCode, Problem, Problems, Response, Result, View,
};
pub use redirects::Back;
pub use router::{Route, RouteRequest, Routed, Router, RuleRouter};
pub use session::Session;
pub use storage::Storage;
pub use token::{Forward, Token};
pub use translate::Language;
pub use urls::UrlFor;

pub use ravand_macros::{
    Controller, Event, FromContext, Listeners, Processes, View, bootstrap, controller, listener, middleware,
    process,
};

pub use axum;
pub use ravand_macros;
#[cfg(feature = "database")]
pub use sea_orm;
#[cfg(feature = "database")]
pub use sea_orm_migration;
pub use serde;
pub use serde_json;
pub use tracing;

/// What a package's file needs most: `use ravand::prelude::*;`.
pub mod prelude {
    pub use crate::controller::{Client, Param, Params};
    #[cfg(feature = "database")]
    pub use crate::database::{Db, Transaction};
    pub use crate::process::{Retry, secs};
    pub use crate::{
        Back, Context, Error, ErrorKind, Event as _, FieldErrors, Forward, Language, Options, Process,
        Response, Result, Run, Session, Storage, Token, UrlFor,
    };
    pub use axum::extract::{Form, Json, Query};
    pub use ravand_core::View;
    pub use ravand_macros::{
        Controller, Event, FromContext, Listeners, Processes, View, bootstrap, controller, listener,
        middleware, process,
    };
    pub use serde::{Deserialize, Serialize};
}

#[cfg(feature = "database")]
pub use database::Db;

/// Declares a package's modules and its class map, which its build script wrote. It stands alone in `lib.rs`.
#[macro_export]
macro_rules! package {
    () => {
        include!(concat!(env!("OUT_DIR"), "/package.rs"));
    };
}

/// Declares the application: its packages in load order, which its build script wrote, and the function
/// `application()` that gives an [`Application`] to start.
#[macro_export]
macro_rules! application {
    () => {
        include!(concat!(env!("OUT_DIR"), "/application.rs"));

        /// The application with all its packages.
        pub fn application() -> $crate::Application {
            $crate::Application::new(env!("CARGO_PKG_NAME"), env!("CARGO_MANIFEST_DIR"), ravand_packages())
        }
    };
}
