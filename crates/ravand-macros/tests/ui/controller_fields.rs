//! Fields of controllers that are no extractors of a request's parts.
#![allow(unused_variables)]

use ravand::prelude::*;

pub struct User;

#[derive(Controller)]
pub struct Tickets {
    pub user: User,
    pub body: Json<u8>,
    pub options: Options,
}

#[derive(Controller)]
pub struct Pair(Options, Options);

fn main() {}
