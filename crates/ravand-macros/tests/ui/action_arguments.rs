//! Arguments of actions that are no extractors.
#![allow(unused_variables)]

use ravand::prelude::*;

pub struct User;

#[derive(Deserialize)]
pub struct Filter {
    pub page: u32,
}

#[derive(Controller)]
pub struct Tickets;

#[controller]
impl Tickets {
    pub async fn view(&self, user: User) -> Response {
        Response::new(true)
    }

    pub async fn show(&self, Param(user): Param<User>) -> Response {
        Response::new(true)
    }

    pub async fn maybe(&self, Param(user): Param<Option<User>>) -> Response {
        Response::new(true)
    }

    pub async fn list(&self, Query(user): Query<User>) -> Response {
        Response::new(true)
    }

    pub async fn add(&self, filter: Filter) -> Response {
        Response::new(true)
    }

    pub async fn name(&self, name: &str) -> Response {
        Response::new(true)
    }

    pub async fn right(&self, Query(filter): Query<Filter>, Param(id): Param<i64>, cx: &Context) -> Response {
        Response::new(true)
    }
}

fn main() {}
