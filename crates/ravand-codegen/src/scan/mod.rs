//! Finding what a package has: its files, modules and classes, and what its code names.

pub(crate) mod additions;
pub(crate) mod arguments;
pub(crate) mod asked;
pub(crate) mod autoload;
pub(crate) mod cargo;
pub(crate) mod cfg;
pub(crate) mod classes;
pub(crate) mod code;
pub(crate) mod frontend;
pub(crate) mod imports;
pub(crate) mod lexer;
pub(crate) mod literals;
mod live;
pub(crate) mod modules;
mod outline;
pub(crate) mod package;
mod parallel;
pub(crate) mod receivers;
mod rust;
mod serialize;
pub(crate) mod shapes;
pub(crate) mod tokens;
