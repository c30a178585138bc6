//! Finding what a package has: its files, modules and classes.

pub(crate) mod autoload;
pub(crate) mod cargo;
pub(crate) mod classes;
pub(crate) mod frontend;
pub(crate) mod modules;
pub(crate) mod package;
