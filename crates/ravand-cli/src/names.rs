//! Names of rules: one name belongs to one rule of all packages.

use std::collections::HashMap;

use ravand_core::{Problem, Problems};
use ravand_manifest::Spanned;

use crate::package::Package;

/// Two rules of one name in two packages. (Two in one file are told by its reader.)
pub(crate) fn check(packages: &[Package], problems: &mut Problems) {
    let mut known: HashMap<&str, &Spanned<String>> = HashMap::new();
    for name in packages.iter().flat_map(|package| &package.routes).filter_map(|route| route.name.as_ref()) {
        match known.get(name.value.as_str()) {
            None => {
                known.insert(&name.value, name);
            }
            Some(first) => {
                let problem = Problem::error(format!("two rules have the name `{}`", name.value));
                problems
                    .push(problem.at(name.place.clone()).help(format!("the other is at {}", first.place)));
            }
        }
    }
}
