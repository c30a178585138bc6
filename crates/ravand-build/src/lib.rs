//! The build scripts of applications and packages: a thin shell over ravand-codegen.
//!
//! A package's build.rs is `fn main() { ravand_build::package(); }`, an application's
//! `fn main() { ravand_build::application(); }`.

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

/// Tells cargo what to watch and what to warn of. When the build fails everything goes to stderr instead: cargo
/// runs a script that failed again anyway, and shows all that it wrote.
fn tell(built: &Built) -> io::Result<()> {
    if built.problems.has_errors() {
        return writeln!(io::stderr(), "\n{}", built.problems);
    }
    let mut cargo = io::stdout().lock();
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
