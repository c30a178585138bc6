//! The hello.

use ravand::prelude::*;

/// What is said.
#[derive(Debug, Serialize)]
pub struct Greeting {
    /// The words.
    pub message: &'static str,
    /// A number.
    pub count: u32,
}

/// The greeting that both sides of the comparison send.
pub const GREETING: Greeting = Greeting { message: "hello, world", count: 42 };

/// What a path names.
#[derive(Debug, Serialize)]
pub struct Item {
    /// Its number.
    pub id: u64,
}

/// Says hello.
#[derive(Controller)]
pub struct Hello;

#[controller]
impl Hello {
    /// Hello as JSON.
    pub async fn index(&self) -> Json<Greeting> {
        Json(GREETING)
    }

    /// What the path names, as JSON.
    pub async fn item(&self, Param(id): Param<u64>) -> Json<Item> {
        Json(Item { id })
    }
}
