//! Listeners of a wrong shape.
#![allow(unused_variables)]

use ravand::prelude::*;

pub struct Closed;

#[derive(Event)]
pub struct Opened;

pub struct User;

#[derive(Listeners)]
pub struct Stats {
    pub user: User,
}

#[derive(Listeners)]
pub struct Mails;

#[listener]
impl Mails {
    pub async fn closed(&self, event: &mut Closed) -> Result<()> {
        Ok(())
    }

    pub async fn opened(&self, event: Opened) -> Result<()> {
        Ok(())
    }

    pub async fn nothing(&self) {}

    pub async fn count(&self, event: &mut Opened) -> u8 {
        1
    }

    pub async fn who(&self, event: &mut Opened, user: User) {}
}

pub struct Bare;

#[listener]
impl Bare {
    pub async fn opened(&self, event: &mut Opened) {}
}

#[derive(Event)]
pub enum Several {
    One,
}

fn main() {}
