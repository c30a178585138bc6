//! From an answer to HTTP.

use axum::body::Body as HttpBody;
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use ravand_core::{Body, Error, Response, Result, View};
use serde_json::{Map, Value};

use crate::private::HttpResponse;
use crate::response::file;
use crate::{Context, Wants};

/// Renders a response in the form that the client wants.
pub(crate) async fn render(mut response: Response, cx: &Context, head: &Parts) -> Result<HttpResponse> {
    if let Some(fault) = response.fault() {
        return Err(Error::internal(fault.to_owned()));
    }
    let wants = cx.request().map_or(Wants::Html, |request| request.wants);
    let body = response.take_body();
    let json = response.is_json() || wants.is_json();
    let code = response.http_code();
    let mut answer = match body {
        Body::File(body) => file::send(&body, response.mime_type(), head).await?,
        Body::Raw(bytes) => HttpResponse::new(HttpBody::from(bytes)),
        Body::Redirect(url) if wants.is_json() => to_json(&with_redirect(response.to_json(), checked(url)?))?,
        Body::Redirect(url) => {
            let mut answer = HttpResponse::new(HttpBody::empty());
            *answer.status_mut() = StatusCode::SEE_OTHER;
            answer.headers_mut().insert(header::LOCATION, location(&checked(url)?)?);
            answer
        }
        Body::View(view) if json => to_json(&view_json(&response, &view, cx)?)?,
        Body::View(view) => html(view, &response, cx).await?,
        Body::Data => to_json(&response.to_json())?,
        _ => return Err(Error::internal("a body of a kind that is not known here")),
    };
    if let Some(code) = code {
        // A redirect keeps its 3xx, and a part of a file its 206, whatever the action's own code says.
        let kept = answer.status().is_redirection() && !code.is_redirection();
        if !kept && answer.status() != StatusCode::PARTIAL_CONTENT {
            *answer.status_mut() = code;
        }
    }
    if let Some(kind) = response.mime_type() {
        let kind =
            HeaderValue::try_from(kind).map_err(|_| Error::internal(format!("`{kind}` is no media type")))?;
        answer.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    for (name, value) in response.headers() {
        answer.headers_mut().insert(name, value.clone());
    }
    Ok(answer)
}

fn with_redirect(mut json: Value, url: String) -> Value {
    if let Value::Object(object) = &mut json {
        object.insert("redirect".to_owned(), Value::String(url));
    }
    json
}

/// JSON as HTTP.
pub(crate) fn to_json(value: &Value) -> Result<HttpResponse> {
    let mut answer = HttpResponse::new(HttpBody::from(serde_json::to_vec(value)?));
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(answer)
}

/// HTML as HTTP.
pub(crate) fn to_html(page: String) -> HttpResponse {
    let mut answer = HttpResponse::new(HttpBody::from(page));
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    answer
}

#[cfg(feature = "views")]
async fn html(view: View, response: &Response, cx: &Context) -> Result<HttpResponse> {
    crate::view::show(view, response.data(), cx).await.map(to_html)
}

#[cfg(not(feature = "views"))]
async fn html(view: View, response: &Response, cx: &Context) -> Result<HttpResponse> {
    to_json(&view_json(response, &view, cx)?)
}

/// `{"status", …view's data, …response's data, "errors"}`.
fn view_json(response: &Response, view: &View, cx: &Context) -> Result<Value> {
    let mut object = Map::new();
    object.insert("status".to_owned(), Value::Bool(response.status()));
    let data = serde_json::to_value(&view.data)
        .map_err(|error| Error::internal(format!("the view {} is no JSON", view.name)).caused_by(error))?;
    if let Value::Object(data) = data {
        object.extend(data.into_iter().filter(|(key, _)| key != "status"));
    }
    if !view.errors.is_empty() {
        object.insert("errors".to_owned(), crate::error_page::fields(&view.errors, cx));
    }
    object.extend(
        response.data().iter().filter(|(key, _)| *key != "status").map(|(k, v)| (k.clone(), v.clone())),
    );
    Ok(Value::Object(object))
}

/// A redirect's target: without line breaks, and never `//host` or `\` that a browser takes for another site.
fn checked(url: String) -> Result<String> {
    let odd = url.bytes().any(|byte| byte < 0x20 || byte == 0x7f || byte == b'\\') || url.starts_with("//");
    if odd { Err(Error::internal(format!("{url:?} is no address to redirect to"))) } else { Ok(url) }
}

fn location(url: &str) -> Result<HeaderValue> {
    HeaderValue::try_from(url)
        .map_err(|error| Error::internal(format!("{url:?} is no address")).caused_by(error))
}
