//! Views: themes merged from all packages' frontends, templates (minijinja), and the events around them.

mod engine;
mod functions;
mod page;
mod phrases;
mod theme;
mod values;
#[cfg(all(test, feature = "translate"))]
mod vocabulary;

pub(crate) use engine::{Views, show};
pub(crate) use theme::Sources;
pub(crate) use values::Values;
