//! The files of a new application.

use std::path::Path;

use heck::ToSnakeCase;
use ravand_core::Problem;

use crate::edit::quoted;
use crate::name::title;
use crate::stop::Stop;
use crate::template::fill;

/// A file's path and its template.
type File = (&'static str, &'static str);

/// A file of the application, whose template lies at the same place.
macro_rules! application {
    ($path:literal) => {
        ($path, include_str!(concat!("../../templates/application/", $path)))
    };
    ($path:literal from $template:literal) => {
        ($path, include_str!(concat!("../../templates/application/", $template)))
    };
}

/// A file of its package.
macro_rules! home {
    ($path:literal) => {
        (concat!("packages/home/", $path), include_str!(concat!("../../templates/application/home/", $path)))
    };
    ($path:literal from $template:literal) => {
        (
            concat!("packages/home/", $path),
            include_str!(concat!("../../templates/application/home/", $template)),
        )
    };
}

// A template that Cargo, git or a test would take for their own file has `.in` behind its name.
const FILES: [File; 22] = [
    application!(".gitignore" from "gitignore.in"),
    application!("Cargo.toml" from "Cargo.toml.in"),
    application!("README.md"),
    application!("build.rs"),
    application!("ravand.toml"),
    application!("src/main.rs"),
    application!("src/tests.rs"),
    home!("Cargo.toml" from "Cargo.toml.in"),
    home!("build.rs"),
    home!("frontend/assets/app.css"),
    home!("frontend/html/home/index.html"),
    home!("frontend/html/layout.html"),
    home!("frontend/theme.json"),
    home!("langs/en_US.json"),
    home!("langs/fa_IR.json"),
    home!("migrations/m20260101_000001_greetings.rs"),
    home!("package.json"),
    home!("routing.json"),
    home!("src/controllers/home.rs"),
    home!("src/lib.rs"),
    home!("src/models/greeting.rs"),
    home!("src/views/home.rs"),
];

/// All files of an application of this name: their paths and texts. `crates` is the folder of Ravand's crates.
pub(super) fn all(name: &str, crates: &Path) -> Result<Vec<(&'static str, String)>, Stop> {
    let path = |of: &str| {
        let path = crates.join(of);
        let text = path.to_str().ok_or_else(|| {
            Problem::error(format!(
                "the path `{}` is not UTF-8, which Cargo.toml is written in",
                path.display()
            ))
        })?;
        // A string of JSON is one of TOML too.
        Ok::<_, Stop>(quoted(text))
    };
    let (framework, build) = (path("ravand")?, path("ravand-build")?);
    let parts = [
        ("name", name),
        ("title", &title(&name.to_snake_case())),
        ("theme", name),
        ("rust-version", env!("CARGO_PKG_RUST_VERSION")),
        ("ravand", &framework),
        ("ravand-build", &build),
    ];
    Ok(FILES.iter().map(|(path, template)| (*path, fill(template, &parts))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_filled_in() {
        for (path, text) in all("help-desk", Path::new("/src/cra\"tes")).unwrap() {
            assert!(!text.contains('$'), "{path}: {text}");
        }
    }
}
