//! Templates: what they name, and what they show of a view.

pub(crate) mod data;
mod expressions;
pub(crate) mod findings;
pub(crate) mod library;
pub(crate) mod names;
mod scope;
mod syntax;
pub(crate) mod template;
pub(crate) mod tree;
pub mod vocabulary;
pub(crate) mod walk;
mod words;
