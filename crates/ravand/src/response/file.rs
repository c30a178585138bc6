//! Files from disk: streamed, with range, ETag and conditional requests (tower-http's `ServeFile`).

use axum::body::Body;
use http::request::Parts;
use http::{Request, StatusCode, header};
use ravand_core::{Error, FileBody, Result};
use tower::ServiceExt;
use tower_http::services::ServeFile;

use crate::private::HttpResponse;

/// Answers with a file; `head` brings the request's range and conditions.
pub(crate) async fn send(file: &FileBody, mime_type: Option<&str>, head: &Parts) -> Result<HttpResponse> {
    match tokio::fs::metadata(&file.path).await {
        Ok(found) if found.is_file() => {}
        Ok(_) => return Err(Error::not_found(format!("{} is no file", file.path.display()))),
        Err(error) => {
            return Err(Error::not_found(format!("{} cannot be read", file.path.display())).caused_by(error));
        }
    }
    let mut request = Request::new(Body::empty());
    *request.method_mut() = head.method.clone();
    *request.headers_mut() = head.headers.clone();
    if request.method() != http::Method::HEAD {
        *request.method_mut() = http::Method::GET;
    }
    let answer = ServeFile::new(&file.path).oneshot(request).await;
    let mut response = match answer {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    };
    if response.status() == StatusCode::INTERNAL_SERVER_ERROR {
        return Err(Error::internal(format!("{} could not be sent", file.path.display())));
    }
    let headers = response.headers_mut();
    let guessed = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    // Texts are taken to be UTF-8, as everything is that Ravand writes.
    let text = guessed.starts_with("text/") && !guessed.contains("charset");
    let kind = mime_type.map(str::to_owned).or_else(|| text.then(|| format!("{guessed}; charset=utf-8")));
    if let Some(kind) = kind.and_then(|kind| kind.parse().ok()) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    if file.force_download {
        let own = file.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let name = file.name.as_deref().unwrap_or(&own);
        if let Ok(value) = attachment(name).parse() {
            headers.insert(header::CONTENT_DISPOSITION, value);
        }
    }
    Ok(response)
}

/// `Content-Disposition` with the name in both forms of RFC 6266.
fn attachment(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') { c } else { '_' })
        .collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::attachment;

    #[test]
    fn a_download_keeps_its_name() {
        assert_eq!(attachment("a b.pdf"), "attachment; filename=\"a_b.pdf\"; filename*=UTF-8''a%20b.pdf");
        assert_eq!(
            attachment("\"\r\n.txt"),
            "attachment; filename=\"___.txt\"; filename*=UTF-8''%22%0D%0A.txt"
        );
        assert!(attachment("گزارش.pdf").ends_with("filename*=UTF-8''%DA%AF%D8%B2%D8%A7%D8%B1%D8%B4.pdf"));
    }
}
