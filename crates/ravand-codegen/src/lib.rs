//! What the build script and the macros write: an ordinary, tested library.
//!
//! [`macros`] knows tokens and no files. [`package()`] and [`application()`] read the user's folders and give
//! the code to be included, with all problems of the wiring; they write nothing and print nothing.

#![allow(clippy::result_large_err, reason = "a problem is made when a build fails: its size costs nothing")]

pub mod macros;

mod application;
mod built;
mod files;
mod folder;
mod package;
mod scan;
pub mod templates;
mod wiring;

pub use application::application;
pub use built::Built;
pub use files::write_if_changed;
pub use folder::templates as check_templates;
pub use package::package;
