//! What both frameworks serve: a thousand rules whose parameter has to be a number, and one handler.

use serde::Serialize;

/// How many rules there are.
pub const RULES: usize = 1_000;

/// What a handler answers.
#[derive(Debug, Serialize)]
pub struct Item {
    /// What the path names.
    pub id: u64,
}

/// The fixed part of a rule's path.
pub fn beginning(number: usize) -> String {
    format!("/area{}/resource{number}", number / 40)
}
