//! Processes of a wrong shape.
#![allow(unused_variables)]

use ravand::prelude::*;

pub struct Mail;

#[derive(Processes)]
pub struct Email;

#[process]
impl Email {
    pub async fn send(&self, mail: Mail) -> Result<Response> {
        Ok(Response::new(true))
    }

    pub async fn count(&self) -> u8 {
        1
    }

    pub async fn pair(&self, a: u8, b: u8) -> Result<()> {
        Ok(())
    }
}

pub struct Bare;

#[process]
impl Bare {
    pub async fn send(&self) {}
}

fn main() {}
