//! `generate`: new files of a package, wired into its manifests.

mod classes;
mod controller;
mod event;
mod events;
mod fields;
mod listener;
mod migration;
mod model;
mod pages;
mod process;
mod rules;
mod target;
mod view;

use crate::application::Application;
use crate::line::{Generate, GenerateCommand};
use crate::output;
use crate::stop::{End, Stop};

pub(crate) use controller::{Controller, add as add_controller};
pub(crate) use pages::{has_layout, theme_name};
pub(crate) use rules::NO_RULES;
pub(crate) use target::Target;

/// A line of what comes next: a command, and what it is for.
pub(crate) type Next = (String, String);

/// Makes what is asked for, and tells what was done and what comes next.
pub(crate) fn run(generate: &Generate) -> Result<End, Stop> {
    let application = Application::open(generate.app.as_deref())?;
    let mut target = Target::open(&application, generate.package.as_deref())?;
    let next = match &generate.command {
        GenerateCommand::Controller { name, at, no_view } => {
            controller::add(&mut target, &Controller::read(name, at.as_deref(), !no_view)?)?
        }
        GenerateCommand::Process { name } => process::add(&mut target, name)?,
        GenerateCommand::Listener { name, event } => listener::add(&mut target, name, event)?,
        GenerateCommand::Event { name, fields } => event::add(&mut target, name, fields)?,
        GenerateCommand::View { name, fields } => view::add(&mut target, name, fields)?,
        GenerateCommand::Model { name, fields } => model::add(&mut target, name, fields)?,
        GenerateCommand::Migration { name, fields } => migration::add(&mut target, name, fields)?,
    };
    target.finish()?.tell()?;
    tell_next(&next)?;
    Ok(End::Done)
}

/// Tells what comes next, the commands in a column.
pub(crate) fn tell_next(next: &[Next]) -> Result<(), Stop> {
    let width = next.iter().map(|(command, _)| command.chars().count()).max().unwrap_or_default();
    output::say("\nwhat comes next:")?;
    for (command, what) in next {
        output::say(format!("  {command:width$}    {what}").trim_end())?;
    }
    Ok(())
}
