//! Views of a wrong shape.
#![allow(unused_variables)]

use ravand::prelude::*;

#[derive(View)]
#[view("tickets/list.html")]
pub struct List {
    pub title: String,
}

#[derive(Serialize, View)]
#[view(tickets)]
pub struct Show;

#[derive(Serialize, View)]
pub struct Page<'a> {
    pub title: &'a str,
}

fn main() {}
