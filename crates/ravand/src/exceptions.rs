//! Exception routes: which action shows an error, by the error's class and the path it happened under.

use std::borrow::Cow;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;
use percent_encoding::percent_decode_str;
use ravand_core::{Error, ErrorKind, Result};
use ravand_router::{Params, Part};

use crate::Token;
use crate::class_map::{ClassMap, FoundAction};

/// The exception routes of all packages.
#[derive(Default)]
pub(crate) struct ExceptionRoutes(Vec<ExceptionRoute>);

struct ExceptionRoute {
    /// The classes it is for.
    classes: Vec<String>,
    /// The path prefix, as whole segments.
    prefix: Vec<String>,
    /// The prefix is taken as it is, with no language in front.
    absolute: bool,
    action: FoundAction,
}

/// The error that an exception route shows: an extractor, inside such a route.
#[derive(Clone, Debug)]
pub struct Caught(pub Arc<Error>);

impl ExceptionRoutes {
    /// Adds a route of a manifest.
    pub fn add(&mut self, route: &ravand_manifest::Route, classes: &ClassMap) -> Result<()> {
        let at = |place: &ravand_core::Place, text: String| Error::internal(format!("{place}: {text}"));
        let action = classes
            .action(&route.target.value)
            .map_err(|error| at(&route.target.place, error.to_string()))?;
        let mut names = Vec::new();
        for exception in &route.exceptions {
            let known: Vec<&str> = known().collect();
            if !known.contains(&exception.value.as_str()) {
                let hint = ravand_core::nearest(&exception.value, known.iter().copied());
                let hint = hint.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
                return Err(at(
                    &exception.place,
                    format!("`{}` is no class of errors{hint}", exception.value),
                ));
            }
            names.push(exception.value.clone());
        }
        for path in &route.rule.paths {
            let prefix = path
                .iter()
                .map_while(|part| match part {
                    Part::Static(text) => Some(text.clone()),
                    _ => None,
                })
                .collect();
            let (classes, absolute) = (names.clone(), route.rule.absolute);
            self.0.push(ExceptionRoute { classes, prefix, absolute, action: action.clone() });
        }
        Ok(())
    }

    /// The token of the action that shows an error: the most specific class wins, then the longest prefix,
    /// then the first one loaded.
    ///
    /// `path` is the raw one behind its language, `whole` with it.
    pub fn token(&self, error: &Error, path: &str, whole: &str) -> Option<Token> {
        if self.0.is_empty() {
            return None;
        }
        let (own, all) = (segments(path), segments(whole));
        let inside =
            |route: &ExceptionRoute| starts_with(if route.absolute { &all } else { &own }, &route.prefix);
        let ancestry = error.kind().ancestry();
        let best = self
            .0
            .iter()
            .enumerate()
            .filter(|(_, route)| inside(route))
            .filter_map(|(order, route)| {
                let depth =
                    ancestry.iter().position(|class| route.classes.iter().any(|name| name == class))?;
                Some((depth, usize::MAX - route.prefix.len(), order, route))
            })
            .min_by_key(|(depth, length, order, _)| (*depth, *length, *order))?;
        let found = &best.3.action;
        Some(Token::of_action(found, Params::new(), None))
    }
}

/// The classes of the framework's errors, and their ancestors.
fn known() -> impl Iterator<Item = &'static str> {
    ErrorKind::all().map(ErrorKind::class).chain(["ClientError", "ServerError", "Error"])
}

/// The decoded segments of a raw path. What is no UTF-8 begins with no prefix.
fn segments(path: &str) -> Vec<Cow<'_, str>> {
    let segments = path.split('/').filter(|segment| !segment.is_empty());
    segments.map(|segment| percent_decode_str(segment).decode_utf8_lossy()).collect()
}

fn starts_with(segments: &[Cow<'_, str>], prefix: &[String]) -> bool {
    prefix.len() <= segments.len() && prefix.iter().zip(segments).all(|(wanted, found)| wanted == found)
}

impl<S: Send + Sync> FromRequestParts<S> for Caught {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| Error::internal("an error is there only inside an exception route"))
    }
}
