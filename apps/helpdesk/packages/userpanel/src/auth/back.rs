//! Where to go after the log-in: back to the page that asked for it, and never to another site.

use ravand::{Context, Result};

/// A page of this application that a request may be sent back to; anything else is nothing.
pub fn local(back: &str) -> Option<&str> {
    let own = back.starts_with('/') && !back.starts_with("//");
    let odd = |byte: u8| byte <= b' ' || byte == b'\\' || byte == 0x7f || !byte.is_ascii();
    (own && !back.bytes().any(odd)).then_some(back)
}

/// The address of the log-in page that leads back here. A request that changes something is not repeated:
/// it leads back to the front page.
///
/// # Errors
/// When there is no route named `login`.
pub fn login_url(cx: &Context) -> Result<String> {
    let login = cx.url_for("login", &[])?;
    let request = cx.request().filter(|request| request.method == ravand::axum::http::Method::GET);
    let page = request.and_then(|request| request.uri.path_and_query()).and_then(|page| local(page.as_str()));
    Ok(match page {
        Some(page) if page != "/" => format!("{login}?back={}", encoded(page)),
        _ => login,
    })
}

/// A value of a query, percent-encoded.
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_this_site() {
        for (back, expected) in [
            ("/tickets/7?key=a%20b", true),
            ("/", true),
            ("", false),
            ("tickets", false),
            ("//evil.example", false),
            ("/\\evil.example", false),
            ("https://evil.example", false),
            ("/a\r\nSet-Cookie: x", false),
            ("/تیکت", false),
        ] {
            assert_eq!(local(back).is_some(), expected, "{back:?}");
        }
    }

    #[test]
    fn a_page_is_encoded_as_a_value() {
        assert_eq!(encoded("/tickets?q=a&b"), "/tickets%3Fq%3Da%26b");
    }
}
