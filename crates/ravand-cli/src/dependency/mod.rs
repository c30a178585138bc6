//! `package new`, `package add` and `package remove`: a package in `packages/` is made, becomes a dependency of its
//! application, or is none any longer.

mod cargo;
mod new;

use std::path::Path;

use ravand_core::{Problem, Problems, Severity, nearest};

use crate::line::PackageCommand;
use crate::output::{self, DOUBTFUL, GOOD, list, paint};
use crate::package::Package;
use crate::stop::{End, Stop};
use crate::{application, check, files};

use cargo::Crate;

/// Does what is asked.
pub(crate) fn run(command: &PackageCommand) -> Result<End, Stop> {
    match command {
        PackageCommand::New { name, at, app } => new::run(name, at.as_deref(), app.as_deref()),
        PackageCommand::Add { name, app } => add(name, &application::folder(app.as_deref())?),
        PackageCommand::Remove { name, app } => remove(name, &application::folder(app.as_deref())?),
    }
}

fn add(name: &str, app: &Path) -> Result<End, Stop> {
    let folder = folder(app, name)?;
    let mut problems = Problems::default();
    let package = Package::read(name, folder.clone(), format!("packages/{name}"), &mut problems);
    if let Some(package) = &package {
        check::one(package, &mut problems);
    }
    let Some(package) = package else {
        // Without a manifest it is passed over; who asks for it by name is told that it is wrong.
        problems.0.iter_mut().for_each(|problem| problem.severity = Severity::Error);
        return Err(problems.into());
    };
    if !folder.join("Cargo.toml").is_file() {
        let problem = Problem::error(format!("`packages/{name}` has no Cargo.toml"));
        problems.push(problem.help("a package of an application is a library crate of its folder's name"));
    }
    if problems.has_errors() {
        return Err(problems.into());
    }
    output::complain_all(&problems)?;
    let application = Crate::read(app)?;
    if application.dependencies.iter().any(|known| known == name) {
        let text = format!("`{name}` is a dependency of `{}` already: nothing to do", application.name);
        output::say(&text)?;
        return Ok(End::Done);
    }
    let path = application.below(&folder);
    let ran = application.cargo(&["add", "--package", &application.name, "--path", &path])?;
    output::say(&format!("{} {ran}", paint(GOOD, "ran")))?;
    let text = format!("`{name}` is a dependency of `{}` now; its manifest has no errors", application.name);
    output::say(&text)?;
    let on = package.manifest.dependencies.iter().map(|on| on.value.as_str());
    let unlinked: Vec<&str> =
        on.filter(|on| *on != "base" && !application.dependencies.iter().any(|known| known == on)).collect();
    output::say("\nwhat comes next:")?;
    for on in unlinked {
        output::say(&format!("  ravand package add {on}    `{name}` depends on it"))?;
    }
    output::say("  cargo build    checks its wiring, and puts its routes and classes into the application")?;
    Ok(End::Done)
}

fn remove(name: &str, app: &Path) -> Result<End, Stop> {
    folder(app, name)?;
    let application = Crate::read(app)?;
    if !application.dependencies.iter().any(|known| known == name) {
        let text = format!("`{name}` is no dependency of `{}`: nothing to do", application.name);
        output::say(&text)?;
        return Ok(End::Done);
    }
    let users = users(app, name);
    let ran = application.cargo(&["remove", "--package", &application.name, name])?;
    output::say(&format!("{} {ran}", paint(GOOD, "ran")))?;
    output::say(&format!("`{name}` is no dependency of `{}` any more", application.name))?;
    if !users.is_empty() {
        let text = format!("{} on it still", if users.len() == 1 { "depends" } else { "depend" });
        let users = list(users.iter().map(String::as_str));
        output::say(&format!("{}: {users} {text}", paint(DOUBTFUL, "warning")))?;
    }
    output::say("\nwhat comes next:")?;
    output::say(&format!(
        "  move or delete `packages/{name}`: a folder there that is no dependency stops the build"
    ))?;
    output::say("  cargo build    checks that nothing names it any more")?;
    Ok(End::Done)
}

/// The folder of a package of an application.
fn folder(app: &Path, name: &str) -> Result<std::path::PathBuf, Stop> {
    let packages = app.join("packages");
    let names: Vec<String> = files::list(&packages)
        .into_iter()
        .filter(|(_, is_folder)| *is_folder)
        .map(|(name, _)| name)
        .collect();
    if names.iter().any(|known| known == name) {
        return Ok(packages.join(name));
    }
    let problem = Problem::error(format!("there is no folder `packages/{name}`"));
    let names = || names.iter().map(String::as_str);
    let help = match nearest(name, names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if names().next().is_none() => "`packages/` is empty".to_owned(),
        None => format!("there are {}", list(names().take(8))),
    };
    Err(problem.help(help).into())
}

/// The packages whose manifests depend on one.
fn users(app: &Path, name: &str) -> Vec<String> {
    let packages = app.join("packages");
    let read =
        |other: String| Package::read(&other, packages.join(&other), other.clone(), &mut Problems::default());
    let all = files::list(&packages).into_iter().filter(|(_, is_folder)| *is_folder);
    all.filter_map(|(other, _)| read(other))
        .filter(|other| other.declares(name))
        .map(|other| other.name)
        .collect()
}
