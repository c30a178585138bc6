//! What Ravand's command lines show, the tool's and every application's: tables, colours, problems, routes.
//!
//! Colours, and whatever else is meant for eyes only, are left out where the output is no terminal.

mod output;
mod paint;
mod problems;
mod progress;
pub mod routes;
mod screen;
mod table;
mod words;

pub use anstyle::Style;
pub use output::{complain, complain_all, complain_text, raw, say, say_json};
pub use paint::{BAD, Colour, DOUBTFUL, FRAME, GOOD, QUIET, STRONG, paint};
pub use problems::{all_painted, painted, painted_text, problem_json, problems_json};
pub use progress::Progress;
pub use screen::Screen;
pub use table::{Column, Table};
pub use words::{count, lines, list};
