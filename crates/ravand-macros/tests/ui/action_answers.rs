//! Answers of actions that no response can be made of.
#![allow(unused_variables)]

use ravand::prelude::*;

pub struct Ticket;

#[derive(Controller)]
pub struct Tickets;

#[controller]
impl Tickets {
    pub async fn view(&self) -> Ticket {
        Ticket
    }

    pub async fn list(&self) -> Result<Vec<Ticket>> {
        Ok(vec![Ticket])
    }

    pub fn count(&self) -> u64 {
        1
    }

    pub async fn right(&self) -> Result<Response> {
        Ok(Response::new(true))
    }
}

fn main() {}
