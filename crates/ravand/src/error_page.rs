//! Stage 6, errors: the framework's own page or JSON, with nothing internal outside development.

use http::{HeaderValue, header};
use ravand_core::{Error, FieldErrors};
use serde_json::{Value, json};

use crate::controller::text_for_clients;
use crate::private::HttpResponse;
use crate::response::{to_html, to_json};
use crate::{Context, Wants};

/// Shows an error in the form that the client wants.
pub(crate) fn show(error: &Error, cx: &Context) -> HttpResponse {
    let wants = cx.request().map_or(Wants::Html, |request| request.wants);
    let mut response = if wants.is_json() { as_json(error, cx) } else { to_html(page(error, cx)) };
    *response.status_mut() = error.status();
    allow(error, &mut response);
    response
}

/// The `Allow` header of a 405.
pub(crate) fn allow(error: &Error, response: &mut HttpResponse) {
    if !error.allow().is_empty()
        && let Ok(value) = HeaderValue::try_from(error.allow().join(", "))
    {
        response.headers_mut().insert(header::ALLOW, value);
    }
}

/// Logs an error: a fault of the application with its causes, a client's in a line.
pub(crate) fn log(error: &Error, cx: &Context) {
    let (method, path) = cx.request().map_or(("-", "-"), |request| (request.method.as_str(), request.path()));
    if error.status().is_server_error() {
        tracing::error!(status = error.status().as_u16(), method, path, "{}", error.chain());
    } else {
        tracing::debug!(status = error.status().as_u16(), method, path, "{error}");
    }
}

/// What is wrong with fields, in the request's language.
pub(crate) fn fields(errors: &FieldErrors, cx: &Context) -> Value {
    let fields = errors.iter().map(|(field, phrases)| {
        let texts = phrases.iter().map(|phrase| Value::String(cx.t(phrase))).collect();
        (field.to_owned(), Value::Array(texts))
    });
    Value::Object(fields.collect())
}

fn as_json(error: &Error, cx: &Context) -> HttpResponse {
    let mut body = json!({ "status": false, "error": error.kind().class(), "message": message(error) });
    if let Value::Object(body) = &mut body {
        if !error.fields().is_empty() {
            body.insert("errors".to_owned(), fields(error.fields(), cx));
        }
        if cx.app().development() {
            body.insert("detail".to_owned(), Value::String(error.chain()));
        }
    }
    to_json(&body).unwrap_or_else(|_| HttpResponse::new(axum::body::Body::empty()))
}

/// For clients that ask for JSON: the text for visitors, or what axum says of what they sent, or the kind.
fn message(error: &Error) -> &str {
    let reason = || error.status().canonical_reason().unwrap_or("Error");
    error.public_text().or_else(|| text_for_clients(error)).unwrap_or_else(reason)
}

fn page(error: &Error, cx: &Context) -> String {
    let code = error.status().as_u16();
    let title = error.status().canonical_reason().unwrap_or("Error");
    let language = cx.language();
    let text = error.public_text().map(|text| format!("<p>{}</p>", escape(text))).unwrap_or_default();
    let text = text + &field_list(error.fields(), cx);
    let detail = match (cx.app().development(), cx.token()) {
        (false, _) => String::new(),
        (true, token) => {
            let token = token.map(|token| format!("{token}\n")).unwrap_or_default();
            format!(
                "<pre>{}{}</pre><p class=note>Shown in development only.</p>",
                escape(&token),
                escape(&error.chain())
            )
        }
    };
    format!(
        "<!doctype html><html lang=\"{}\" dir=\"{}\"><head><meta charset=utf-8>\
         <meta name=viewport content=\"width=device-width, initial-scale=1\"><title>{code} {title}</title>\
         <link rel=stylesheet href=\"{}\"></head><body><main><h1>{code}</h1><h2>{title}</h2>{text}{detail}\
         </main></body></html>",
        language.bcp47(),
        language.direction(),
        crate::base::ERROR_STYLE,
    )
}

/// What is wrong with each field, as a list.
fn field_list(errors: &FieldErrors, cx: &Context) -> String {
    if errors.is_empty() {
        return String::new();
    }
    let item = |(field, phrases): (&str, &[String])| {
        let texts: Vec<String> = phrases.iter().map(|phrase| escape(&cx.t(phrase))).collect();
        format!("<li><b>{}</b>: {}</li>", escape(field), texts.join("; "))
    };
    format!("<ul>{}</ul>", errors.iter().map(item).collect::<String>())
}

/// A text as HTML, also inside an attribute.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#x27;")
}
