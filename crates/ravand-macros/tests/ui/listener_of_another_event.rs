//! What a build writes for a manifest that gives a listener an event of the same name from another place.
#![allow(unused_variables)]

use ravand::prelude::*;

#[derive(Event)]
pub struct Closed;

pub mod other {
    #[derive(ravand::Event)]
    pub struct Closed;
}

#[derive(Listeners)]
pub struct Mails;

#[listener]
impl Mails {
    pub async fn closed(&self, event: &mut other::Closed) {}
}

const _: () = ::ravand::private::listens::<crate::Closed, _>(crate::Mails::__RAVAND_LISTENS_closed);

fn main() {}
