//! The rules of all packages, compiled once.

use std::sync::Arc;

use ravand_core::{Problem, Problems};
use ravand_router::{Domain, Router};
use ravand_terminal::routes::{RouteTable, Row};

use crate::package::Package;

/// Compiles the rules of packages that are in load order and have no errors. Rules for exceptions are counted
/// and left out: no request finds them.
pub(crate) fn compile(packages: &[Package]) -> Result<RouteTable, Problems> {
    let mut builder = Router::builder();
    builder.default_domains(vec![Domain::Any]);
    let (mut rows, mut problems) = (Vec::new(), Problems::default());
    for package in packages {
        for (index, route) in package.routes.iter().enumerate().filter(|(_, route)| !route.is_exception()) {
            match builder.add(route.rule.clone()) {
                Ok(_) => rows.push(Row {
                    package: package.name.clone(),
                    index,
                    controller: route.target.value.to_string(),
                    route: route.clone(),
                }),
                Err(error) => {
                    problems.push(Problem::error(error.to_string()).at(route.place.clone()));
                }
            }
        }
    }
    match problems.has_errors() {
        true => Err(problems),
        false => Ok(RouteTable { router: Arc::new(builder.build()), rows }),
    }
}
