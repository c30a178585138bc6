//! The build scripts of applications and packages: a thin shell over ravand-codegen.
//!
//! A package's build.rs is `fn main() { ravand_build::package(); }`, an application's
//! `fn main() { ravand_build::application(); }`.
//!
//! What is wrong stops the build; what is only doubtful is a warning of cargo's. Warnings are errors where the
//! environment has `RAVAND_DENY_WARNINGS=1` (`0` or nothing: they are not), else where the crate's Cargo.toml says so:
//!
//! ```toml
//! [package.metadata.ravand]
//! deny-warnings = true
//! ```
//!
//! For a whole workspace the variable can stand under `[env]` in `.cargo/config.toml`.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::exit;

use ravand_codegen::Built;

/// The build script of a package: checks its wiring and writes what `ravand::package!()` includes.
pub fn package() {
    run(ravand_codegen::package, "package.rs");
}

/// The build script of an application: checks its packages together and writes what
/// `ravand::application!()` includes.
pub fn application() {
    run(ravand_codegen::application, "application.rs");
}

fn run(build: fn(&Path) -> Built, file: &str) {
    let result = folder("CARGO_MANIFEST_DIR").and_then(|root| {
        let built = build(&root);
        let built = match deny_warnings(std::env::var_os(VARIABLE), built.deny_warnings)? {
            Some(why) => built.without_warnings(why),
            None => built,
        };
        tell(&built)?;
        if built.problems.has_errors() {
            exit(1);
        }
        ravand_codegen::write_if_changed(&folder("OUT_DIR")?.join(file), &built.code)
    });
    if let Err(error) = result {
        let _ = writeln!(io::stderr(), "error: the build script of Ravand failed: {error}");
        exit(1);
    }
}

/// The variable of the environment that makes warnings errors.
const VARIABLE: &str = "RAVAND_DENY_WARNINGS";

/// Who asked for warnings to be errors, if somebody did: the environment comes first.
fn deny_warnings(variable: Option<OsString>, of_cargo: bool) -> io::Result<Option<&'static str>> {
    let Some(value) = variable.filter(|value| !value.is_empty()) else {
        return Ok(of_cargo.then_some("`deny-warnings = true` in `[package.metadata.ravand]`"));
    };
    match value.to_str() {
        Some("1" | "true") => Ok(Some("the environment has RAVAND_DENY_WARNINGS")),
        Some("0" | "false") => Ok(None),
        _ => Err(io::Error::other(format!("{VARIABLE} is `1` or `0`, and not {value:?}"))),
    }
}

/// Tells cargo what to watch and what to warn of. When the build fails everything goes to stderr instead: cargo
/// runs a script that failed again anyway, and shows all that it wrote.
fn tell(built: &Built) -> io::Result<()> {
    if built.problems.has_errors() {
        return writeln!(io::stderr(), "\n{}", built.problems);
    }
    let mut cargo = io::stdout().lock();
    writeln!(cargo, "cargo::rerun-if-env-changed={VARIABLE}")?;
    for path in &built.watched {
        writeln!(cargo, "cargo::rerun-if-changed={}", path.display())?;
    }
    for problem in &built.problems.0 {
        let text = problem.to_string();
        let text = text.strip_prefix("warning: ").unwrap_or(&text);
        text.lines().try_for_each(|line| writeln!(cargo, "cargo::warning={line}"))?;
    }
    Ok(())
}

fn folder(variable: &str) -> io::Result<PathBuf> {
    let missing = || io::Error::other(format!("{variable} is not set: it runs as a build script only"));
    std::env::var_os(variable).map(PathBuf::from).ok_or_else(missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_denies_warnings() {
        for (variable, of_cargo, expected) in [
            (None, false, "no"),
            (None, true, "`deny-warnings = true` in `[package.metadata.ravand]`"),
            (Some(""), true, "`deny-warnings = true` in `[package.metadata.ravand]`"),
            (Some("1"), false, "the environment has RAVAND_DENY_WARNINGS"),
            (Some("true"), true, "the environment has RAVAND_DENY_WARNINGS"),
            (Some("0"), true, "no"),
            (Some("false"), true, "no"),
            (Some("yes"), true, "RAVAND_DENY_WARNINGS is `1` or `0`, and not \"yes\""),
        ] {
            let said = match deny_warnings(variable.map(OsString::from), of_cargo) {
                Ok(why) => why.unwrap_or("no").to_owned(),
                Err(error) => error.to_string(),
            };
            assert_eq!(said, expected, "{variable:?} {of_cargo}");
        }
    }
}
