//! `generate process`: work that is called by its address.

use super::Next;
use super::target::Target;
use crate::name::Name;
use crate::stop::Stop;
use crate::template::fill;

/// Adds a process.
pub(super) fn add(target: &mut Target<'_>, name: &str) -> Result<Vec<Next>, Stop> {
    let name = Name::parse(name)?;
    let class = name.camel();
    let address = target.path(&format!("processes/{}{class}", name.folder()));
    let parts = [("Class", class.as_str()), ("address", &address)];
    let text = fill(include_str!("../../templates/class/process.rs"), &parts);
    target.class("processes", &name, &class, text)?;
    target.needs_tokio_in_tests()?;
    Ok(vec![
        (format!("cargo run -- --process={address}@run"), "runs it".to_owned()),
        ("cargo test".to_owned(), format!("runs its test, in src/processes/{}.rs", name.path())),
    ])
}
