//! Bootstraps of a wrong shape.
#![allow(unused_variables)]

use ravand::prelude::*;

pub struct User;

pub mod text {
    use super::*;

    #[bootstrap]
    pub async fn check(cx: &Context) -> String {
        String::new()
    }
}

pub mod user {
    use super::*;

    #[bootstrap]
    pub async fn check(user: User) -> Result<()> {
        Ok(())
    }
}

pub mod param {
    use super::*;

    #[bootstrap]
    pub async fn check(Param(id): Param<i64>) -> Result<()> {
        Ok(())
    }
}

pub mod class {
    use super::*;

    #[bootstrap]
    pub struct Check;
}

fn main() {}
