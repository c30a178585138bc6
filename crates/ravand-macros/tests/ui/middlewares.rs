//! Middlewares of a wrong shape.
#![allow(unused_variables)]

use ravand::prelude::*;

pub struct User;

#[derive(Controller)]
pub struct SignedIn;

#[middleware]
impl SignedIn {
    pub async fn check(&self) -> String {
        String::new()
    }

    pub async fn count(&self) -> Result<u8> {
        Ok(1)
    }

    pub async fn who(&self, user: User) -> bool {
        true
    }

    pub async fn right(&self, cx: &Context) -> Result<Option<Response>> {
        Ok(None)
    }
}

fn main() {}
