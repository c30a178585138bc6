//! Methods that cannot be actions or hooks.
#![allow(unused_variables)]

use ravand::prelude::*;

#[derive(Controller)]
pub struct Tickets;

#[controller]
impl Tickets {
    pub fn helper() -> u8 {
        1
    }

    pub async fn view<T>(&self, value: T) -> Response {
        Response::new(true)
    }

    pub async fn list(&self, run: &Run) -> Response {
        Response::new(true)
    }

    pub async fn twice(&self, Json(a): Json<u8>, Form(b): Form<u8>) -> Response {
        Response::new(true)
    }

    pub async fn right(&self) {}

    async fn pre_dispatch(&self) -> String {
        String::new()
    }
}

fn main() {}
