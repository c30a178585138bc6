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

/// Says hello.
#[derive(Controller)]
pub struct Hello;

#[controller]
impl Hello {
    /// Hello as JSON.
    pub async fn index(&self) -> Json<Greeting> {
        Json(GREETING)
    }
}
