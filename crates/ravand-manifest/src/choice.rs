//! A string that is one of a few words.

use ravand_core::{Problem, nearest};

use crate::fields::Field;
use crate::json::Reader;

/// The choice that a string names; a string that names none is reported.
pub(crate) fn one_of<T: Copy>(
    reader: &mut Reader<'_>,
    field: Field<'_>,
    choices: &[(&'static str, T)],
) -> Option<T> {
    let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
    let accepts = any_of(&names);
    let text = reader.string(field.key, &accepts, field.value)?;
    if let Some((_, choice)) = choices.iter().find(|(name, _)| *name == text.value) {
        return Some(*choice);
    }
    let problem = Problem::error(format!("`{}` is {accepts}; found `{}`", field.key, text.value));
    let problem = match nearest(text.value, names.iter().copied()) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem,
    };
    reader.report(problem, text.range);
    None
}

/// `a`, `b` or `c`, each in backquotes.
fn any_of(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}
