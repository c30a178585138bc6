//! `generate controller`: a controller with an `index`, its rule, and its page.

use ravand_core::Problem;

use super::Next;
use super::pages::Page;
use super::target::Target;
use crate::name::Name;
use crate::stop::Stop;
use crate::template::fill;

/// The controller that is asked for.
pub(crate) struct Controller {
    name: Name,
    /// The address of its `index`.
    at: String,
    /// It shows a page; else it answers data.
    has_view: bool,
}

impl Controller {
    /// Reads what the command line says; without an address it is the name's.
    pub(crate) fn read(name: &str, at: Option<&str>, has_view: bool) -> Result<Self, Stop> {
        let name = Name::parse(name)?;
        let at = match at {
            None => format!("/{}", name.url()),
            Some(at) if at.starts_with('/') => at.to_owned(),
            Some(at) => {
                let problem = Problem::error(format!("`{at}` is no address of a page"));
                return Err(Stop::usage(problem.help(format!("it begins with `/`: write `--at /{at}`"))));
            }
        };
        Ok(Self { name, at, has_view })
    }
}

/// Adds a controller.
pub(crate) fn add(target: &mut Target<'_>, controller: &Controller) -> Result<Vec<Next>, Stop> {
    let Controller { name, at, has_view } = controller;
    let (class, template, module) = (name.camel(), target.template_name(name), name.module());
    let parts = [
        ("at", at.as_str()),
        ("Class", class.as_str()),
        ("module", module.as_str()),
        ("template", &template),
    ];
    let text = match has_view {
        true => include_str!("../../templates/class/controller.rs"),
        false => include_str!("../../templates/class/data_controller.rs"),
    };
    target.class("controllers", name, &class, fill(text, &parts))?;
    if *has_view {
        let view = fill(include_str!("../../templates/class/controller_view.rs"), &parts);
        target.class("views", name, &format!("{class}Page"), view)?;
        target.needs_serde()?;
        let body = include_str!("../../templates/class/controller.html");
        target.page(&Page { name, template, body })?;
    }
    target.needs_tokio_in_tests()?;
    target.rule(at, &format!("controllers/{}{class}@index", name.folder()), &name.dotted())?;
    let answers = if *has_view { "shows the page at" } else { "answers" };
    let mut next = vec![
        ("cargo run".to_owned(), format!("{answers} {at}")),
        ("cargo test".to_owned(), format!("runs its test, in src/controllers/{}.rs", name.path())),
    ];
    if *has_view {
        next.extend(target.translations()?);
    }
    Ok(next)
}
