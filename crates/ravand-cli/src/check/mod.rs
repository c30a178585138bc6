//! `check`: all problems of all packages, told together.

mod addresses;
mod named;
mod phrases;

use std::path::Path;

use ravand_core::{Problem, Problems, Severity};
use ravand_terminal::routes::RouteTable;
use serde_json::json;

use crate::folder::{Folder, Found};
use crate::output::{self, BAD, DOUBTFUL, GOOD, count, paint};
use crate::stop::{End, Stop};
use crate::{names, package, routes};

pub(crate) use named::Named;

/// What a folder has in it, and what is wrong.
struct Report {
    packages: usize,
    rules: usize,
    phrases: usize,
    languages: usize,
    problems: Problems,
}

/// Checks the folder and tells.
pub(crate) fn run(dir: &Path, as_json: bool, deny_warnings: bool) -> Result<End, Stop> {
    let report = check(dir)?;
    let (errors, warnings) = (report.number(Severity::Error), report.number(Severity::Warning));
    let wrong = errors > 0 || (deny_warnings && warnings > 0);
    if as_json {
        output::say_json(&json!({
            "packages": report.packages, "rules": report.rules, "phrases": report.phrases,
            "languages": report.languages, "errors": errors, "warnings": warnings,
            "problems": output::problems_json(&report.problems),
        }))?;
    } else {
        if !report.problems.0.is_empty() {
            output::say(&output::all_painted(&report.problems))?;
        }
        output::say(&report.summary(errors, warnings, deny_warnings))?;
    }
    Ok(if wrong { End::Wrong } else { End::Done })
}

/// Checks one package by itself: its manifest, and the files that it names.
pub(crate) fn one(package: &package::Package, problems: &mut Problems) {
    Named::read(package, problems);
}

fn check(dir: &Path) -> Result<Report, Stop> {
    let mut found = Folder::open(dir)?.read()?;
    found.order();
    let Found { packages, mut problems } = found;
    if packages.is_empty() && !problems.has_errors() {
        let problem = Problem::warning(format!("there is no package in `{}`", dir.display()));
        problems.push(problem.help("a package is a folder with a package.json in it"));
    }
    let named: Vec<Named> = packages.iter().map(|package| Named::read(package, &mut problems)).collect();
    addresses::check(&packages, &named, &mut problems);
    names::check(&packages, &mut problems);
    // Names are checked: what the matcher refuses beyond them is told too.
    if !problems.has_errors() {
        match routes::compile(&packages) {
            Ok(table) => problems.0.extend(unreachable(&table)),
            Err(found) => problems.extend(found),
        }
    }
    phrases::check(&packages, &named, &mut problems);
    let folders: Vec<(&Path, &str)> =
        packages.iter().map(|package| (package.path.as_path(), package.shown.as_str())).collect();
    problems.extend(ravand_codegen::check_templates(&folders));
    let files = || named.iter().flat_map(|named| &named.phrases);
    let mut languages: Vec<&str> = files().map(|file| file.language.as_str()).collect();
    languages.sort_unstable();
    languages.dedup();
    Ok(Report {
        packages: packages.len(),
        rules: packages.iter().map(|package| package.routes.len()).sum(),
        phrases: files().map(|file| file.phrases.phrases.len()).sum(),
        languages: languages.len(),
        problems,
    })
}

/// Rules that no request reaches, whatever the options of an application are: those are not known here.
fn unreachable(table: &RouteTable) -> impl Iterator<Item = Problem> {
    table.unreachable().filter(|one| !one.hangs_on_options()).map(|one| one.problem())
}

impl Report {
    fn number(&self, severity: Severity) -> usize {
        self.problems.0.iter().filter(|problem| problem.severity == severity).count()
    }

    fn summary(&self, errors: usize, warnings: usize, deny_warnings: bool) -> String {
        let mut parts = vec![count(self.packages, "package"), count(self.rules, "rule")];
        if self.phrases > 0 {
            parts.push(format!("{} in {}", count(self.phrases, "phrase"), count(self.languages, "language")));
        }
        let found = match (errors, warnings) {
            (0, 0) => paint(GOOD, "no problems"),
            (0, warnings) => {
                let denied = if deny_warnings { " (denied)" } else { "" };
                format!("{}{denied}", paint(DOUBTFUL, &count(warnings, "warning")))
            }
            (errors, 0) => paint(BAD, &count(errors, "error")),
            (errors, warnings) => format!(
                "{} and {}",
                paint(BAD, &count(errors, "error")),
                paint(DOUBTFUL, &count(warnings, "warning"))
            ),
        };
        format!("{}: {found}", parts.join(", "))
    }
}
