//! Rules in the order in which they are tried, and what a request finds.

mod asked;
mod explain;
mod listing;
mod row;
mod told;
mod unreachable;

pub use asked::{Asked, Bad, Defaults, Wants};
pub use explain::{Answer, Explanation, Step};
pub use listing::{listing, listing_json};
pub use row::{RouteTable, Row};
pub use unreachable::Unreachable;
