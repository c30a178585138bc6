//! The headers that every response carries unless it sets them itself.

use http::header::{self, HeaderName, HeaderValue};

use crate::Context;
use crate::private::HttpResponse;

const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const SAME_ORIGIN: HeaderValue = HeaderValue::from_static("SAMEORIGIN");
const REFERRER: HeaderValue = HeaderValue::from_static("strict-origin-when-cross-origin");

/// Adds the security headers, the language and the cookies.
pub(crate) fn finish(response: &mut HttpResponse, cx: &Context) {
    let headers = response.headers_mut();
    let add = |headers: &mut http::HeaderMap, name: HeaderName, value: HeaderValue| {
        headers.entry(name).or_insert(value);
    };
    // One look at what is there, which is little, costs less than a search for each.
    let (mut kind, mut told) = (None, false);
    for (name, value) in &*headers {
        if *name == header::CONTENT_TYPE {
            kind.get_or_insert(value);
        } else if *name == header::X_CONTENT_TYPE_OPTIONS {
            told = true;
        }
    }
    let html = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if !told {
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    }
    if html {
        add(headers, header::X_FRAME_OPTIONS, SAME_ORIGIN);
        add(headers, header::REFERRER_POLICY, REFERRER);
        if let Some(policy) = &cx.app().0.settings.security.policy {
            add(headers, header::CONTENT_SECURITY_POLICY, policy.clone());
        }
        add(headers, header::CONTENT_LANGUAGE, cx.app().0.settings.content_language(cx.language()));
    }
    if cx.app().0.settings.translator.accept_language {
        crate::first_visit::vary(headers, cx.app().0.rules.languages());
    }
    for cookie in cx.take_cookies() {
        if let Ok(value) = HeaderValue::try_from(cookie.to_string()) {
            headers.append(header::SET_COOKIE, value);
        }
    }
}
