//! Rules with what they belong to.

use std::sync::Arc;

use ravand_manifest::{Allow, Route};
use ravand_router::{Outcome, Place, Router};

use super::{Asked, Wants};

/// The compiled rules of all packages. A rule's number in the router is its number among the rows.
#[derive(Clone, Debug)]
pub struct RouteTable {
    /// The rules.
    pub router: Arc<Router>,
    /// What each belongs to.
    pub rows: Vec<Row>,
}

/// A rule and what it belongs to.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its package.
    pub package: String,
    /// Its place in its routing.json, from 0.
    pub index: usize,
    /// The address of the action that answers.
    pub controller: String,
    /// The rule as its file has it.
    pub route: Route,
}

impl RouteTable {
    /// The first rule for the request whose permission does not refuse it.
    pub fn find(&self, asked: &Asked<'_>) -> Outcome<'_> {
        let request = asked.request();
        let mut outcome = self.router.find(&request);
        while let Outcome::Found(found) = &outcome
            && self.rows.get(found.rule).is_some_and(|row| row.refuses(asked.wants))
        {
            outcome = self.router.find_after(&request, found.rank);
        }
        outcome
    }

    /// The rules' paths in the order in which they are tried.
    pub fn in_order(&self) -> impl Iterator<Item = (&Row, &Place)> {
        self.router.places().filter_map(|place| Some((self.rows.get(place.rule)?, place)))
    }

    /// The schemes and hosts of a rule.
    pub(super) fn hosts(&self, row: &Row) -> String {
        row.route.rule.hosts_text(self.router.default_domains())
    }
}

impl Row {
    /// The permission that the form of a request asks for.
    pub fn permission(&self, wants: Wants) -> &Allow {
        match wants {
            Wants::Page => &Allow::Yes,
            Wants::Api => &self.route.permissions.api,
            Wants::Ajax => &self.route.permissions.ajax,
        }
    }

    /// Whether its permission refuses the form of a request. What a controller would say is not known here.
    pub fn refuses(&self, wants: Wants) -> bool {
        matches!(self.permission(wants), Allow::No)
    }

    /// File and line.
    pub fn source(&self) -> String {
        format!("{}:{}", self.route.place.file, self.route.place.line)
    }
}
