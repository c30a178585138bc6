//! The language of somebody who has not chosen one: what the browser asks for, where that is switched on.
//!
//! Where URLs tell the language, a visitor from elsewhere whose browser prefers another one than the page's is sent
//! to the same page in it, once: a cookie keeps that it has happened, and who follows a link of the site itself has
//! chosen. Where URLs do not tell it, the page itself is in the language that the browser asks for.

use cookie::{Cookie, SameSite};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use ravand_core::Response;
use ravand_router::{LanguageMode, Languages};
use time::Duration;

use crate::{Context, Wants, urls};

/// The cookie of who was sent to another language.
const COOKIE: &str = "ravand_language";

/// Chooses the language before anything else, where URLs do not tell it.
pub(crate) fn choose(cx: &Context, headers: &HeaderMap) {
    let languages = cx.app().0.rules.languages();
    let by_url = match languages.mode() {
        LanguageMode::None => false,
        LanguageMode::Parameter => cx.request().is_none_or(|request| {
            request.query().is_some_and(|query| query.split('&').any(|pair| pair.starts_with("lang=")))
        }),
        LanguageMode::UriShort | LanguageMode::UriComplete => true,
    };
    let preferred = if by_url { None } else { preferred(headers, languages) };
    if let Some(language) = preferred.and_then(|code| cx.app().0.translator.language(code)) {
        cx.choose_language(language);
    }
}

/// Sends a first visitor of a page, which a rule or a convention was found for, to the page in another language.
pub(crate) fn redirect(cx: &Context, head: &Parts) -> Option<Response> {
    let request = cx.request()?;
    let languages = cx.app().0.rules.languages();
    let in_path = matches!(languages.mode(), LanguageMode::UriShort | LanguageMode::UriComplete);
    let page = matches!(request.method, Method::GET | Method::HEAD) && request.wants == Wants::Html;
    if !in_path || !page || urls::tells_language(cx.app(), request) || is_inside(&head.headers, &request.host)
    {
        return None;
    }
    let code = preferred(&head.headers, languages).filter(|code| languages.default_code() != Some(code))?;
    if cx.cookie(COOKIE).is_some() {
        return None;
    }
    let url = urls::in_language(cx, code);
    let cookie = Cookie::build((COOKIE, code.to_owned())).path("/").http_only(true).same_site(SameSite::Lax);
    cx.set_cookie(cookie.max_age(Duration::days(365)).secure(cx.app().0.sessions.secure).build());
    let vary = HeaderValue::from_static("Accept-Language, Cookie");
    Some(Response::new(true).go(url).set_http_code(StatusCode::FOUND).set_header(header::VARY, vary))
}

/// Says that the answer depends on the browser's languages.
pub(crate) fn vary(headers: &mut HeaderMap, languages: &Languages) {
    if matches!(languages.mode(), LanguageMode::None | LanguageMode::Parameter) {
        headers.append(header::VARY, HeaderValue::from_static("Accept-Language"));
    }
}

/// Whether the visitor comes from a page of the same site.
fn is_inside(headers: &HeaderMap, host: &str) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if matches!(text("sec-fetch-site"), Some("same-origin" | "same-site")) {
        return true;
    }
    let referer = text("referer").and_then(|referer| referer.parse::<http::Uri>().ok());
    referer.and_then(|uri| Some(uri.authority()?.as_str().eq_ignore_ascii_case(host))).unwrap_or(false)
}

/// The available language that comes first in the `Accept-Language` header (RFC 9110, section 12.5.4): of each range
/// the exact language, or the first one of its short code.
fn preferred<'l>(headers: &HeaderMap, languages: &'l Languages) -> Option<&'l str> {
    let text = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut ranges: Vec<(f32, &str)> = Vec::new();
    // Nobody speaks more languages than this; longer headers are made to cost something.
    for range in text.split(',').take(32) {
        let mut parts = range.split(';').map(str::trim);
        let tag = parts.next().unwrap_or_default();
        let quality = parts.find_map(|part| part.strip_prefix("q=")).map_or(Ok(1.0), str::parse::<f32>);
        if let Some(quality) = quality.ok().filter(|quality| *quality > 0.0) {
            ranges.push((quality, tag));
        }
    }
    ranges.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    ranges.into_iter().find_map(|(_, tag)| {
        if tag == "*" {
            return languages.default_code();
        }
        let same = |code: &&str| code.len() == tag.len() && code.replace('_', "-").eq_ignore_ascii_case(tag);
        let first = |text: &str| text.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        let short = |code: &&str| first(code) == first(tag);
        languages.codes().find(same).or_else(|| languages.codes().find(short))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_browsers_send() {
        let codes = ["en_US", "fa_IR", "fa_AF", "de_DE"];
        let languages = Languages::new(LanguageMode::UriShort, codes, "en_US").unwrap();
        for (header, expected) in [
            ("fa-IR,fa;q=0.9,en-US;q=0.8,en;q=0.7", Some("fa_IR")),
            ("fa-af", Some("fa_AF")),
            ("FA", Some("fa_IR")),
            ("en;q=0.5, de;q=0.8", Some("de_DE")),
            ("ja, de-AT;q=0.3, *;q=0.1", Some("de_DE")),
            ("ja, *;q=0.1", Some("en_US")),
            ("fa;q=0, de;q=x", None),
            ("ja", None),
            ("", None),
            (",;q=1,", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(header));
            assert_eq!(preferred(&headers, &languages), expected, "{header}");
        }
        assert_eq!(preferred(&HeaderMap::new(), &languages), None);
    }
}
