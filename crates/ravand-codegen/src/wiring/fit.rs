//! Whether the texts that a rule takes can be read into the types that its action asks for.
//!
//! Only what is certain is told: a part that takes any text may be anything.

use ravand_core::{Address, Problem};
use ravand_manifest::{Route, Spanned};
use ravand_router::{Domain, Part, Pattern};

use super::world::list;
use crate::scan::asked::{Param, Scalar};

/// The first misfit of a parameter.
pub(super) fn check(
    route: &Route,
    address: &Spanned<Address>,
    action: &str,
    param: &Param,
) -> Option<Problem> {
    let (ty, rule) = (param.ty?, &route.rule);
    let parts = rule.paths.iter().flatten().filter(|part| part.name() == Some(&param.name));
    let of_parts = parts.into_iter().find_map(|part| match part {
        Part::Static(_) => None,
        Part::Dynamic { regex, values, .. } | Part::Wildcard { regex, values, .. } => {
            of_values(ty, values).or_else(|| of_pattern(ty, regex.as_ref()?, None))
        }
    });
    let of_domains = rule.domains.iter().filter_map(|domain| match domain {
        Domain::Pattern(pattern) => Some(pattern),
        _ => None,
    });
    let misfit = of_parts.or_else(|| {
        let mut patterns = rule.regex.iter().chain(of_domains);
        patterns.find_map(|pattern| {
            let has = pattern.names().any(|name| name == param.name);
            has.then(|| of_pattern(ty, pattern, Some(&param.name))).flatten()
        })
    })?;
    let name = ty.name();
    let problem = Problem::error(format!(
        "`{action}` reads the parameter `{}` as `{name}`, which {misfit}",
        param.name
    ));
    let asked = match &param.of {
        Some(of) => format!("it is a field of `{of}` at {}", param.place),
        None => format!("it is asked for at {}", param.place),
    };
    Some(problem.at(address.place.clone()).help(asked).help(format!(
        "ask for `String` or a type of your own there, or let the rule take what `{name}` can be"
    )))
}

/// Values that the type cannot be: their addresses would never be answered.
fn of_values(ty: Scalar, values: &[String]) -> Option<String> {
    let bad: Vec<String> = values.iter().filter(|value| !ty.reads(value)).cloned().collect();
    match bad.as_slice() {
        [] => None,
        [one] => Some(format!("the rule's value `{one}` is not")),
        bad => Some(format!("the rule's values {} are not", list(bad))),
    }
}

/// A pattern that finds nothing the type can be.
fn of_pattern(ty: Scalar, pattern: &Pattern, group: Option<&str>) -> Option<String> {
    let may = match (ty, group) {
        (Scalar::Bool, None) => pattern.is_match("true") || pattern.is_match("false"),
        (Scalar::Bool, group) => pattern.may_find(group, "true") || pattern.may_find(group, "false"),
        (ty, group) => ty.letters().is_none_or(|letters| pattern.may_find(group, letters)),
    };
    (!may).then(|| match group {
        None => format!("nothing is that `{pattern}` finds"),
        Some(group) => format!("the group `{group}` of `{pattern}` never is"),
    })
}
