//! The expansion of every attribute and derive: tokens in, tokens out.
//!
//! A mistake becomes a `compile_error!` at its own place; what is right is expanded all the same, so that
//! one mistake is one message.

mod actions;
mod arguments;
mod bootstrap;
mod fields;
mod input;
mod listener;
mod methods;
mod process;
mod process_options;
mod view;

pub use actions::{controller, middleware};
pub use bootstrap::bootstrap;
pub use fields::{derive_controller, derive_from_context};
pub use listener::listener;
pub use process::process;
pub use view::{derive_event, derive_view};

pub(crate) use actions::HOOKS;
pub(crate) use arguments::{Argument, inside, last_segment, plain};
pub(crate) use methods::read_method;
pub(crate) use view::template_of;
