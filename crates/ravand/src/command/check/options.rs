//! Options: unknown, of a wrong type, or set by a variable that nobody reads.

use std::path::Path;

use ravand_core::{Problem, nearest};
use ravand_terminal::count;

use super::{Area, Look};
use crate::Options;
use crate::options::{Part, VARIABLES};

/// What begins like a variable of the framework, and is one.
const OTHERS: [&str; 1] = ["RAVAND_ROOT"];

/// What reading them told, and the variables.
pub(super) fn area(options: &Options, root: &Path, mut problems: Vec<Problem>) -> Area {
    let variables: Vec<String> =
        std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()).collect();
    problems.extend(misspelt(variables.iter().map(String::as_str)));
    let read = variables.iter().filter(|name| is_ours(name)).count();
    let file = if root.join("ravand.toml").is_file() { "ravand.toml" } else { "no ravand.toml" };
    let note = match (options.are_given(), read) {
        (true, _) => "given by the program".to_owned(),
        (false, 0) => file.to_owned(),
        (false, read) => format!("{file}, {}", count(read, "variable")),
    };
    Area::of("options", note, problems)
}

/// Options of packages that are not there.
pub(super) fn names(look: &Look<'_>, area: &mut Area) {
    let names: Vec<&str> = look.app.package_names().collect();
    for package in look.options.keys("packages") {
        let full = format!("packages.{package}");
        if names.contains(&package.as_str()) {
            continue;
        }
        let problem = Problem::warning(format!("the options [{full}] are of no package"));
        let problem = match nearest(&package, names.iter().copied()) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help(format!("there are: {}", names.join(", "))),
        };
        area.problems.push(look.options.mark(problem, &full, Part::Name));
    }
}

fn is_ours(name: &str) -> bool {
    name.get(..VARIABLES.len()).is_some_and(|start| start.eq_ignore_ascii_case(VARIABLES))
}

/// One underscore instead of two sets nothing.
fn misspelt<'a>(variables: impl Iterator<Item = &'a str>) -> Vec<Problem> {
    let alone = |name: &&str| name.starts_with("RAVAND_") && !is_ours(name) && !OTHERS.contains(name);
    let problem = |name: &str| {
        let rest = name.trim_start_matches("RAVAND_");
        Problem::warning(format!("the variable {name} of the environment sets no option")).help(format!(
            "two underscores stand between the parts: {VARIABLES}{}",
            rest.replacen('_', "__", 1)
        ))
    };
    variables.filter(alone).map(problem).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_with_too_few_underscores() {
        let names = ["RAVAND_SERVER_PORT", "RAVAND__SERVER__PORT", "RAVAND_ROOT", "PATH", "ravand__x"];
        let told = misspelt(names.into_iter());
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].help, ["two underscores stand between the parts: RAVAND__SERVER__PORT"]);
    }
}
