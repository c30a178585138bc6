//! A route's values by the names of its parameters: defaults and requirements; and its time limit.

use std::time::Duration;

use jsonc_parser::ast::Value;
use ravand_core::{Problem, nearest};
use ravand_router::{Part, Pattern, Rule};

use crate::fields::{Field, distinct, list};
use crate::json::{Reader, head};
use crate::{conditions, names};

/// What a parameter must look like.
#[derive(Clone)]
pub(crate) enum Requirement {
    /// A pattern that it matches.
    Regex(Pattern),
    /// One of these.
    Values(Vec<String>),
}

/// The value of `defaults`: a text, number or boolean for each name.
pub(crate) fn defaults(reader: &mut Reader<'_>, field: Field<'_>) -> Vec<(String, String)> {
    let accepts = "an object of parameters' names with strings, numbers or booleans";
    let mut defaults = Vec::new();
    for entry in entries(reader, field, accepts) {
        let value = match entry.value {
            Value::StringLit(text) => text.value.to_string(),
            Value::NumberLit(number) => number.value.to_owned(),
            Value::BooleanLit(literal) => literal.value.to_string(),
            _ => {
                reader.wrong_shape(entry.key, "a string, a number or a boolean", entry.value);
                continue;
            }
        };
        defaults.push((entry.key.to_owned(), value));
    }
    defaults
}

/// The value of `requirements`: a pattern, or an array of values, for each name.
pub(crate) fn requirements(reader: &mut Reader<'_>, field: Field<'_>) -> Vec<(String, Requirement)> {
    let accepts = "an object of parameters' names with patterns, or arrays of values";
    let mut requirements = Vec::new();
    for entry in entries(reader, field, accepts) {
        let requirement = match entry.value {
            Value::Array(_) => {
                reader.not_empty(entry.key, entry.value);
                let texts = reader.strings(entry.key, "an array of strings", entry.value);
                Some(Requirement::Values(texts.into_iter().map(|text| text.value.to_owned()).collect()))
            }
            _ => {
                let accepts = "a pattern such as `/^[0-9]+$/`, or an array of values";
                let text = reader.string(entry.key, accepts, entry.value);
                text.and_then(|text| conditions::pattern(reader, entry.key, text)).map(Requirement::Regex)
            }
        };
        requirements.extend(requirement.map(|requirement| (entry.key.to_owned(), requirement)));
    }
    requirements
}

/// The value of `timeout`, in seconds.
pub(crate) fn timeout(reader: &mut Reader<'_>, field: Field<'_>) -> Option<Duration> {
    let accepts = "a number of seconds, as in `5` or `0.5`";
    let Value::NumberLit(number) = field.value else {
        reader.wrong_shape(field.key, accepts, field.value);
        return None;
    };
    let seconds = number.value.parse::<f64>().ok().filter(|seconds| *seconds >= 0.001);
    let timeout = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    if timeout.is_none() {
        let problem = Problem::error(format!("`{}` is {accepts}; found {}", field.key, number.value));
        reader.report(problem, head(field.value));
    }
    timeout
}

/// Puts requirements on the parameters that have none of their own, and looks at the defaults. `own` are the names
/// that the rule itself has requirements for, in its file.
pub(crate) fn apply(
    reader: &mut Reader<'_>,
    rule: &mut Rule,
    requirements: &[(String, Requirement)],
    own: Option<Field<'_>>,
) {
    for part in rule.paths.iter_mut().flatten() {
        let (Part::Dynamic { name, regex, values } | Part::Wildcard { name, regex, values }) = part else {
            continue;
        };
        if regex.is_some() || !values.is_empty() {
            continue;
        }
        match requirements.iter().find(|(one, _)| one == name) {
            Some((_, Requirement::Regex(pattern))) => *regex = Some(pattern.clone()),
            Some((_, Requirement::Values(list))) => values.clone_from(list),
            None => {}
        }
    }
    let Some(own) = own else { return };
    let Value::Object(object) = own.value else { return };
    let mut known: Vec<&str> = rule.paths.iter().flatten().filter_map(Part::name).collect();
    known.sort_unstable();
    known.dedup();
    for entry in &object.properties {
        let name = entry.name.as_str();
        if !known.contains(&name) {
            let problem = Problem::error(format!("no path of the rule has the parameter `{name}`"));
            let problem = match (nearest(name, known.iter().copied()), known.is_empty()) {
                (Some(near), _) => problem.help(format!("did you mean `{near}`?")),
                (None, true) => problem,
                (None, false) => problem.help(format!("it has {}", list(&known))),
            };
            reader.report(problem, jsonc_parser::common::Ranged::range(&entry.name));
        }
    }
}

/// A default that its own parameter would not take.
pub(crate) fn misfit(rule: &Rule) -> Option<String> {
    rule.paths.iter().flatten().find_map(|part| {
        let (Part::Dynamic { name, regex, values } | Part::Wildcard { name, regex, values }) = part else {
            return None;
        };
        let (_, default) = rule.defaults.iter().find(|(one, _)| one == name)?;
        let wants = match regex {
            Some(regex) if !regex.is_match(default) => format!("it must match {regex}"),
            _ if !values.is_empty() && !values.contains(default) => {
                format!("it is one of {}", values.join(", "))
            }
            _ if default.is_empty() && matches!(part, Part::Dynamic { .. }) => {
                "no segment is empty".to_owned()
            }
            _ => return None,
        };
        Some(format!("the parameter `{name}` cannot be {default:?}, its default: {wants}"))
    })
}

/// The entries of an object whose keys are names of parameters.
fn entries<'v>(reader: &mut Reader<'_>, field: Field<'v>, accepts: &str) -> Vec<Field<'v>> {
    let Value::Object(object) = field.value else {
        reader.wrong_shape(field.key, accepts, field.value);
        return Vec::new();
    };
    let mut entries = distinct(reader, &object.properties);
    entries.retain(|entry| {
        let fits = names::is_parameter(entry.key);
        if !fits {
            let problem = Problem::error(format!("`{}` is no name of a parameter", entry.key));
            reader.report(problem.help("write letters, digits and `_`, no digit first"), entry.key_range);
        }
        fits
    });
    entries
}
