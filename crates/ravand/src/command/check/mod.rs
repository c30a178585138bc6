//! `check`: what no build can know. It looks at everything and changes nothing.

mod clock;
#[cfg(feature = "database")]
mod database;
mod disk;
mod hosts;
mod options;
mod phrases;
mod routes;
mod secret;
mod server;
mod storages;
#[cfg(test)]
mod tests;

use ravand_core::{Error, Problem, Result, Severity};
use ravand_terminal::{BAD, Column, DOUBTFUL, GOOD, QUIET, Screen, Style, Table, count, paint};
use serde_json::{Value, json};

use super::End;
use super::output::{As, pretty, say};
use crate::options::Settings;
use crate::start::Reach;
use crate::{App, Application, Options};

/// One thing that was looked at, and what is wrong with it.
struct Area {
    name: &'static str,
    /// What was found, in a few words.
    note: String,
    problems: Vec<Problem>,
}

/// What the areas look at.
struct Look<'a> {
    options: &'a Options,
    settings: &'a Settings,
    app: &'a App,
}

pub(super) async fn run(application: Application, deny_warnings: bool, form: As) -> Result<End> {
    let areas = areas(application).await;
    let (errors, warnings) = (number(&areas, Severity::Error), number(&areas, Severity::Warning));
    say(&match form {
        As::Json => pretty(&in_json(&areas, errors, warnings))?,
        As::Text(screen) => told(&areas, deny_warnings, screen),
    })?;
    Ok(if errors > 0 || (deny_warnings && warnings > 0) { End::Failed } else { End::Done })
}

/// Looks at everything, as far as it is there to be looked at.
async fn areas(application: Application) -> Vec<Area> {
    let options = match application.load_options() {
        Ok(options) => options,
        Err(error) => return vec![Area::of("options", "", problems_of(&error))],
    };
    let (settings, problems) = Settings::gather(&options);
    let root = application.folder().to_owned();
    let mut areas = vec![options::area(&options, &root, problems.0)];
    let app = match application.start_with(options.clone(), settings.clone(), Reach::Wiring).await {
        Ok(app) => app,
        Err(error) => {
            areas.push(Area::of("packages", "the rest is not looked at", problems_of(&error)));
            return areas;
        }
    };
    let look = Look { options: &options, settings: &settings, app: &app };
    options::names(&look, &mut areas[0]);
    areas.push(packages(&app));
    areas.push(routes::area(&look));
    areas.push(phrases::area(&look));
    areas.push(server::area(&look).await);
    areas.push(hosts::area(&look));
    areas.push(secret::area(&look));
    #[cfg(feature = "database")]
    let ran = {
        let (area, ran) = database::area(&look).await;
        areas.push(area);
        ran
    };
    #[cfg(not(feature = "database"))]
    let ran = None;
    areas.push(storages::area(&look));
    areas.push(clock::area(&look, ran));
    areas
}

fn packages(app: &App) -> Area {
    let (packages, classes) = (app.0.packages.len(), app.0.classes.all().len());
    let classes = if classes == 1 { "1 class".to_owned() } else { format!("{classes} classes") };
    Area::of("packages", format!("{}, {classes}", count(packages, "package")), Vec::new())
}

impl Area {
    fn of(name: &'static str, note: impl Into<String>, problems: Vec<Problem>) -> Self {
        Self { name, note: note.into(), problems }
    }

    fn state(&self) -> (&'static str, Style) {
        match self.problems.iter().map(|problem| problem.severity).max() {
            None => ("ok", GOOD),
            Some(Severity::Warning) => ("warning", DOUBTFUL),
            Some(Severity::Error) => ("error", BAD),
        }
    }
}

impl Look<'_> {
    /// Whether visitors from outside are to be expected.
    fn production(&self) -> bool {
        !self.settings.development
    }
}

/// The problems that an error was made of, or the error as one.
fn problems_of(error: &Error) -> Vec<Problem> {
    match error.problems() {
        [] => vec![Problem::error(error.message())],
        problems => problems.to_vec(),
    }
}

fn number(areas: &[Area], severity: Severity) -> usize {
    areas.iter().flat_map(|area| &area.problems).filter(|problem| problem.severity == severity).count()
}

/// A table of what was looked at, then every problem, then how many there are.
fn told(areas: &[Area], deny_warnings: bool, screen: Screen) -> String {
    let mut table = Table::new(&[Column::word("CHECK"), Column::word("STATE"), Column::text("FOUND")]);
    for area in areas {
        let (state, style) = area.state();
        table.styled_row([(area.name, Style::new()), (state, style), (area.note.as_str(), QUIET)]);
    }
    let mut text = table.shown(screen);
    text.push('\n');
    for problem in areas.iter().flat_map(|area| &area.problems) {
        text.push_str(&format!("\n{}", ravand_terminal::painted(problem)));
    }
    let denied = if deny_warnings { " (denied)" } else { "" };
    let errors = |number| paint(BAD, &count(number, "error"));
    let warnings = |number| format!("{}{denied}", paint(DOUBTFUL, &count(number, "warning")));
    let summary = match (number(areas, Severity::Error), number(areas, Severity::Warning)) {
        (0, 0) => paint(GOOD, "all is well"),
        (0, some) => warnings(some),
        (some, 0) => errors(some),
        (some, more) => format!("{} and {}", errors(some), warnings(more)),
    };
    format!("{text}\n{summary}")
}

fn in_json(areas: &[Area], errors: usize, warnings: usize) -> Value {
    let checks: Vec<Value> = areas
        .iter()
        .map(|area| json!({ "check": area.name, "state": area.state().0, "found": area.note }))
        .collect();
    let problem = |area: &Area, problem: &Problem| {
        let mut value = ravand_terminal::problem_json(problem);
        value["check"] = area.name.into();
        value
    };
    let problems: Vec<Value> =
        areas.iter().flat_map(|area| area.problems.iter().map(move |one| problem(area, one))).collect();
    json!({ "checks": checks, "errors": errors, "warnings": warnings, "problems": problems })
}
