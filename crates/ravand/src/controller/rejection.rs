//! What extractors refuse with, and who may read it.
//!
//! A rejection of the application's own is a text for visitors: that is what axum's handlers would send. What
//! axum's extractors say of a body or a query (`Failed to deserialize form body: amount: invalid digit found in
//! string`) is for programmers: it is sent to clients that ask for JSON, which wrote what it is about, and is
//! shown on no page outside development. A page names the fields instead.

use std::any::type_name;
use std::fmt;

use ravand_core::{Carried, Error, ErrorKind, FieldErrors, carried};

use super::action::{Answered, Stop};
use crate::private::HttpResponse;

/// What is wrong with a field, as phrases: an application may translate them.
const MISSING: &str = "this field is missing";
const WRONG: &str = "this value is not right";

/// The cause of an error whose message is axum's, of what a client sent.
#[derive(Debug)]
struct OfClient;

impl Stop {
    /// What an extractor refused with: an error of ours, a plain HTTP error, or an answer of its own. `of_axum`
    /// tells whether the extractor is one of axum's.
    pub(crate) async fn rejected(mut response: HttpResponse, of_axum: bool) -> Self {
        match carried(&mut response) {
            Some(Carried::Error(error)) => return Self::Error(error),
            Some(Carried::Response(answer)) => return Self::Answer(Box::new(Answered::Response(answer))),
            _ => {}
        }
        let status = response.status();
        if !(status.is_client_error() || status.is_server_error()) {
            return Self::Answer(Box::new(Answered::Http(response)));
        }
        let text = match axum::body::to_bytes(response.into_body(), 16 * 1024).await {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) => format!("the reason could not be read: {error}"),
        };
        let error = Error::new(ErrorKind::from_status(status), text.clone());
        Self::Error(match (status.is_client_error(), of_axum) {
            (true, true) => error.with_fields(fields(&text)).caused_by(OfClient),
            (true, false) => error.public(text),
            (false, _) => error,
        })
    }
}

/// What a client that asks for JSON may read of an error, when axum said it.
pub(crate) fn text_for_clients(error: &Error) -> Option<&str> {
    let cause = std::error::Error::source(error)?;
    cause.is::<OfClient>().then(|| error.message())
}

/// Whether a rejection is one of axum's crates.
pub(crate) fn is_of_axum<R>() -> bool {
    type_name::<R>().split("::").next().is_some_and(|name| name == "axum" || name.starts_with("axum_"))
}

/// The field that axum's text names, behind what it could not read: `…: amount: invalid digit`, or `…: missing
/// field `amount``.
fn fields(text: &str) -> FieldErrors {
    let mut fields = FieldErrors::default();
    let said = text.strip_prefix("Failed to deserialize").and_then(|text| text.split_once(": "));
    let Some((_, said)) = said else { return fields };
    let quoted = |start: &str| said.strip_prefix(start)?.split('`').nth(1);
    let path =
        |said: &str| said.split_once(": ").map(|(path, _)| path.to_owned()).filter(|path| is_path(path));
    if let Some(field) = quoted("missing field ") {
        fields.add(field, MISSING);
    } else if let Some(field) = quoted("duplicate field ").or_else(|| quoted("unknown field ")) {
        fields.add(field, WRONG);
    } else if let Some(path) = path(said) {
        // In a part of the body the reason may name the field itself.
        let missing = said.split("missing field `").nth(1).and_then(|rest| rest.split('`').next());
        match missing {
            Some(field) => fields.add(format!("{path}.{field}"), MISSING),
            None => fields.add(path, WRONG),
        }
    }
    fields
}

fn is_path(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "_-.[]".contains(c))
}

impl fmt::Display for OfClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an extractor could not read the request")
    }
}

impl std::error::Error for OfClient {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_axum_s_texts() {
        for (text, expected) in [
            (
                "Failed to deserialize form body: amount: invalid digit found in string",
                Some(("amount", WRONG)),
            ),
            ("Failed to deserialize form body: missing field `amount`", Some(("amount", MISSING))),
            (
                "Failed to deserialize query string: page: number too large to fit in target type",
                Some(("page", WRONG)),
            ),
            (
                "Failed to deserialize the JSON body into the target type: lines[0].price: invalid value: integer `300`, expected u8 at line 1 column 9",
                Some(("lines[0].price", WRONG)),
            ),
            (
                "Failed to deserialize the JSON body into the target type: address: missing field `city` at line 1 column 13",
                Some(("address.city", MISSING)),
            ),
            (
                "Failed to deserialize the JSON body into the target type: unknown field `x`, expected `y` at line 1",
                Some(("x", WRONG)),
            ),
            ("Failed to parse the request body as JSON: EOF while parsing a value at line 1 column 0", None),
            ("Expected request with `Content-Type: application/json`", None),
            ("amount: wrong", None),
            ("", None),
        ] {
            let found = fields(text);
            let found: Vec<(&str, String)> =
                found.iter().map(|(field, phrases)| (field, phrases.join(","))).collect();
            let expected: Vec<(&str, String)> =
                expected.into_iter().map(|(field, phrase)| (field, phrase.to_owned())).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn rejections_of_axum_are_known() {
        assert!(is_of_axum::<axum::extract::rejection::FormRejection>());
        assert!(is_of_axum::<axum::extract::rejection::StringRejection>());
        assert!(!is_of_axum::<Error>());
        assert!(!is_of_axum::<(http::StatusCode, &str)>());
    }
}
