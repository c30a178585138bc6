//! A controller whose struct cannot be made.
#![allow(unused_variables)]

use ravand::prelude::*;

pub struct Tickets;

#[controller]
impl Tickets {
    pub async fn view(&self) -> Response {
        Response::new(true)
    }
}

#[controller]
pub struct Users;

fn main() {}
