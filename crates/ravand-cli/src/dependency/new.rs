//! `package new`: a package with a page of its own, in the application's layout and languages.

use std::collections::BTreeSet;
use std::path::Path;

use ravand_core::{AddressKey, Problem};
use ravand_manifest::check_package_name;

use crate::application::Application;
use crate::changes::Changes;
use crate::edit::{CargoToml, Source, quoted};
use crate::files;
use crate::generate::{Controller, NO_RULES, Target, add_controller, has_layout, tell_next, theme_name};
use crate::name::Name;
use crate::stop::{End, Stop};
use crate::template::fill;

/// Crates that packages depend on, and Rust's own one for tests: a package of that name would hide them.
const CRATES: [&str; 5] = ["ravand", "ravand_build", "serde", "tokio", "test"];

/// Makes the package and tells.
pub(super) fn run(name: &str, at: Option<&str>, app: Option<&Path>) -> Result<End, Stop> {
    let name = Name::parse_plain(name, "package")?;
    let application = Application::open(app)?;
    check_name(&application, name.snake())?;
    let controller = Controller::read(name.snake(), at, true)?;
    let changes = Changes::new(&application.root);
    let mut target = Target { application: &application, name: name.snake().to_owned(), changes };
    create(&mut target, &name)?;
    let next = add_controller(&mut target, &controller)?;
    if application.workspace().has(&["workspace", "lints"]) {
        let cargo = target.path("Cargo.toml");
        target.changes.edit(&cargo, "", |text| Ok(format!("{text}\n[lints]\nworkspace = true\n")))?;
    }
    let path = format!("packages/{}", name.snake());
    target.changes.edit("Cargo.toml", format!("depends on `{}`", name.snake()), |text| {
        let mut cargo = CargoToml::parse("Cargo.toml", text)?;
        cargo.add("dependencies", name.snake(), &Source::Path(path));
        Ok(cargo.text())
    })?;
    target.finish()?.tell()?;
    tell_next(&next)?;
    Ok(End::Done)
}

fn check_name(application: &Application, name: &str) -> Result<(), Stop> {
    let refuse = |text: String| Err(Stop::usage(Problem::error(text)));
    if let Err(error) = check_package_name(name) {
        return refuse(error.to_string());
    }
    if CRATES.contains(&name) {
        return refuse(format!("`{name}` is no package name: it is a crate that packages use"));
    }
    if application
        .cargo
        .name()
        .is_some_and(|own| AddressKey::of(&own.replace('-', "_")) == AddressKey::of(name))
    {
        return refuse(format!("`{name}` is no package name here: the application itself is called so"));
    }
    let key = AddressKey::of(name);
    let folders = files::list(&application.root.join("packages"));
    match folders.iter().find(|(other, _)| AddressKey::of(other) == key) {
        Some((other, _)) => {
            let problem = Problem::error(format!("`packages/{other}` is there already"));
            Err(problem.help("nothing is overwritten: choose another name").into())
        }
        None => Ok(()),
    }
}

/// The files that every package has.
fn create(target: &mut Target<'_>, name: &Name) -> Result<(), Stop> {
    let application = target.application;
    let layout = application.packages.iter().find(|package| has_layout(package));
    let layout = layout.map(|package| package.name.as_str());
    let languages = languages(application);
    let file = |target: &mut Target<'_>, file: &str, text: String| {
        let path = target.path(file);
        target.changes.create(path, text);
    };
    let cargo = cargo(application, name.snake(), layout)?;
    file(target, "Cargo.toml", cargo);
    file(target, "build.rs", include_str!("../../templates/application/home/build.rs").to_owned());
    file(target, "package.json", manifest(layout, &languages));
    file(target, "routing.json", NO_RULES.to_owned());
    file(
        target,
        "src/lib.rs",
        fill(include_str!("../../templates/package/lib.rs"), &[("title", &name.title())]),
    );
    let theme = theme_name(application).unwrap_or_else(|| name.snake().to_owned());
    file(target, "frontend/theme.json", format!("{{\n    \"name\": {}\n}}\n", quoted(&theme)));
    for code in &languages {
        file(target, &format!("langs/{code}.json"), "{\n    \"phrases\": {\n    }\n}\n".to_owned());
    }
    Ok(())
}

/// The languages of the application's packages.
fn languages(application: &Application) -> BTreeSet<String> {
    let manifests = application.packages.iter().map(|package| &package.manifest);
    let languages = manifests.flat_map(|manifest| &manifest.languages);
    languages.map(|language| language.code.value.as_str().to_owned()).collect()
}

fn manifest(layout: Option<&str>, languages: &BTreeSet<String>) -> String {
    let on: Vec<String> = ["base"].into_iter().chain(layout).map(quoted).collect();
    let mut text = format!(
        "{{\n    \"dependencies\": [{}],\n    \"routing\": \"routing.json\",\n    \"frontend\": \"frontend\",\n    \
         \"autoload\": {{\n        \"directories\": [\"controllers\", \"views\"]\n    }}",
        on.join(", ")
    );
    let entry =
        |code: &String| format!("        {}: {}", quoted(code), quoted(&format!("langs/{code}.json")));
    let entries: Vec<String> = languages.iter().map(entry).collect();
    if !entries.is_empty() {
        text.push_str(&format!(",\n    \"languages\": {{\n{}\n    }}", entries.join(",\n")));
    }
    text.push_str("\n}\n");
    text
}

/// A Cargo.toml that takes from the workspace what the workspace has.
fn cargo(application: &Application, name: &str, layout: Option<&str>) -> Result<String, Stop> {
    let workspace = application.workspace();
    let mut text = format!("[package]\nname = \"{name}\"\n");
    for (key, own) in [("version", Some("0.1.0")), ("edition", Some("2024")), ("rust-version", None)] {
        match (workspace.has(&["workspace", "package", key]), own) {
            (true, _) => text.push_str(&format!("{key}.workspace = true\n")),
            (false, Some(own)) => text.push_str(&format!("{key} = \"{own}\"\n")),
            (false, None) => {}
        }
    }
    text.push_str("publish = false\n");
    let mut cargo = CargoToml::parse("Cargo.toml", &text)?;
    if let Some(layout) = layout {
        cargo.add("dependencies", layout, &Source::Path(format!("../{layout}")));
    }
    for (list, dependency) in [("dependencies", "ravand"), ("build-dependencies", "ravand-build")] {
        let Some(item) = application.cargo.dependency(list, dependency) else {
            let problem = Problem::error(format!("`Cargo.toml` has no `{dependency}` under `[{list}]`"));
            return Err(problem.help("an application depends on it; its packages do so too").into());
        };
        cargo.add(list, dependency, &Source::of(item, 2));
    }
    Ok(cargo.text())
}
