//! The response of an action or a process: status, data, and at most one of view, file, redirect, raw body.

use std::path::PathBuf;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

use crate::View;

/// What an action or a process answers.
///
/// `status` tells whether the work succeeded; it is not the HTTP status. As JSON it is
/// `{"status": …, …data}`, and data cannot overwrite `status`.
///
/// ```
/// use ravand_core::Response;
/// let response = Response::new(true).set_data("sent", "message");
/// assert_eq!(response.to_json().to_string(), r#"{"status":true,"message":"sent"}"#);
/// ```
#[derive(Debug, Default)]
pub struct Response {
    status: bool,
    data: Map<String, Value>,
    body: Body,
    http_code: Option<StatusCode>,
    mime_type: Option<String>,
    headers: HeaderMap,
    json: bool,
    problem: Option<String>,
}

/// What a response shows, besides its data.
#[derive(Debug, Default)]
#[non_exhaustive]
pub enum Body {
    /// Only the data.
    #[default]
    Data,
    /// A view, rendered as HTML or given as JSON.
    View(View),
    /// A file from disk, streamed.
    File(FileBody),
    /// Another address, where the client is sent.
    Redirect(String),
    /// These bytes as they are.
    Raw(Vec<u8>),
}

/// A file to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileBody {
    /// Where it is on disk.
    pub path: PathBuf,
    /// The name a download is saved under; its own name when absent.
    pub name: Option<String>,
    /// Whether the browser saves it instead of showing it.
    pub force_download: bool,
}

impl Response {
    /// A response that succeeded (`true`) or not.
    pub fn new(status: bool) -> Self {
        Self { status, ..Self::default() }
    }

    /// Sets whether the work succeeded.
    #[must_use]
    pub fn set_status(mut self, status: bool) -> Self {
        self.status = status;
        self
    }

    /// Whether the work succeeded.
    pub fn status(&self) -> bool {
        self.status
    }

    /// Puts a value under a key. A value that cannot be JSON (a map with keys that are no strings, say)
    /// is kept as a fault, which [`Response::fault`] tells and the front controller answers with 500.
    #[must_use]
    pub fn set_data(mut self, value: impl Serialize, key: impl Into<String>) -> Self {
        let key = key.into();
        match serde_json::to_value(value) {
            Ok(value) => {
                self.data.insert(key, value);
            }
            Err(error) => self.problem = Some(format!("the response's data `{key}` is no JSON: {error}")),
        }
        self
    }

    /// The value under a key.
    pub fn get_data(&self, key: &str) -> Option<&Value> {
        self.data.get(key)
    }

    /// All the data.
    pub fn data(&self) -> &Map<String, Value> {
        &self.data
    }

    /// Shows a view.
    #[must_use]
    pub fn set_view(mut self, view: impl Into<View>) -> Self {
        self.body = Body::View(view.into());
        self
    }

    /// Sends a file from disk, with range and conditional requests.
    #[must_use]
    pub fn set_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.body = Body::File(FileBody { path: path.into(), name: None, force_download: false });
        self
    }

    /// Has the browser save the file, under `name` when one is given.
    #[must_use]
    pub fn force_download(mut self, name: Option<&str>) -> Self {
        if let Body::File(file) = &mut self.body {
            file.force_download = true;
            file.name = name.map(str::to_owned);
        }
        self
    }

    /// Sends the client to another address, with 303 unless [`Response::set_http_code`] says otherwise.
    #[must_use]
    pub fn go(mut self, url: impl Into<String>) -> Self {
        self.body = Body::Redirect(url.into());
        self
    }

    /// Answers these bytes as they are.
    #[must_use]
    pub fn raw_output(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.body = Body::Raw(bytes.into());
        self
    }

    /// Sets a header, replacing one of the same name.
    #[must_use]
    pub fn set_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// The headers that were set.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Sets the HTTP status.
    #[must_use]
    pub fn set_http_code(mut self, code: StatusCode) -> Self {
        self.http_code = Some(code);
        self
    }

    /// The HTTP status that was set.
    pub fn http_code(&self) -> Option<StatusCode> {
        self.http_code
    }

    /// Sets the media type.
    #[must_use]
    pub fn set_mime_type(mut self, mime_type: impl Into<String>) -> Self {
        self.mime_type = Some(mime_type.into());
        self
    }

    /// The media type that was set.
    pub fn mime_type(&self) -> Option<&str> {
        self.mime_type.as_deref()
    }

    /// Answers JSON, whatever the request prefers.
    #[must_use]
    pub fn json(mut self) -> Self {
        self.json = true;
        self
    }

    /// Whether JSON was asked for by [`Response::json`].
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// What it shows besides its data.
    pub fn body(&self) -> &Body {
        &self.body
    }

    /// What it shows, to change.
    pub fn body_mut(&mut self) -> &mut Body {
        &mut self.body
    }

    /// Takes out what it shows, leaving the data.
    pub fn take_body(&mut self) -> Body {
        std::mem::take(&mut self.body)
    }

    /// A value that could not be kept, in words.
    pub fn fault(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    /// `{"status": …, …data}`; a key `status` in the data is left out.
    pub fn to_json(&self) -> Value {
        let mut object = Map::with_capacity(self.data.len() + 1);
        object.insert("status".to_owned(), Value::Bool(self.status));
        object.extend(
            self.data.iter().filter(|(key, _)| *key != "status").map(|(k, v)| (k.clone(), v.clone())),
        );
        Value::Object(object)
    }

    /// The text of [`Response::to_json`], without the value in between.
    pub fn to_json_text(&self) -> String {
        // Most processes answer nothing else.
        if self.data.is_empty() {
            return if self.status { r#"{"status":true}"# } else { r#"{"status":false}"# }.to_owned();
        }
        // Values are always written; the other way is for what cannot happen.
        serde_json::to_string(&Text(self)).unwrap_or_else(|_| self.to_json().to_string())
    }
}

/// A response as its JSON text shows it.
struct Text<'a>(&'a Response);

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("status", &self.0.status)?;
        for (key, value) in self.0.data.iter().filter(|(key, _)| *key != "status") {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl From<View> for Response {
    fn from(view: View) -> Self {
        Self::new(true).set_view(view)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_text_is_that_of_the_json() {
        let check = |response: Response, text: &str| {
            assert_eq!(response.to_json_text(), text);
            assert_eq!(response.to_json().to_string(), text);
        };
        check(Response::new(true), r#"{"status":true}"#);
        check(Response::new(false), r#"{"status":false}"#);
        check(Response::new(false).set_data("lost", "status"), r#"{"status":false}"#);
        check(
            Response::new(true)
                .set_data(json!({"z": [1, 2.5, null, 1e300], "a": {}}), "b\"\n")
                .set_data(1, "status")
                .set_data("سلام \u{1}/", "a"),
            "{\"status\":true,\"b\\\"\\n\":{\"z\":[1,2.5,null,1e+300],\"a\":{}},\"a\":\"سلام \\u0001/\"}",
        );
    }
}
