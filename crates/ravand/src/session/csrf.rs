//! Against forged requests: a token in every form, and the browser's own word on where a request comes from.
//!
//! The client holds a random seed in a signed cookie; the token is the seed's HMAC-SHA256 under the
//! application's key, so that nothing is stored (the "signed double-submit cookie" of OWASP's cheat sheet).
//! `Sec-Fetch-Site` and `Origin` are checked besides, as Go's `CrossOriginProtection` does.

use axum::body::{Body, Bytes};
use hmac::{Hmac, KeyInit, Mac};
use http::{Method, header};
use http_body_util::{BodyExt, Limited};
use ravand_core::{Error, ErrorKind, Result};
use sha2::Sha256;
use time::Duration;

use crate::Context;
use crate::controller::Dispatch;
use crate::session::SessionSettings;

/// The field of a form, and the header of a script's request, that carry the token.
pub(crate) const FIELD: &str = "_csrf";
const HEADER: &str = "x-csrf-token";
const COOKIE: &str = "ravand_csrf";

/// The token for this client's forms; its seed is set as a cookie when the client has none yet.
pub(crate) fn token(cx: &Context) -> String {
    let settings = &cx.app().0.sessions;
    let seed = cx.csrf_seed(|| seed(cx).unwrap_or_else(|| plant(cx)));
    mac(settings, &seed).map(|mac| hex(&mac.finalize().into_bytes())).unwrap_or_default()
}

/// Gives the client a new seed: tokens in pages it loaded before are worth nothing, and a page that this request
/// still renders has the new one.
pub(crate) fn rotate(cx: &Context) {
    if cx.has_csrf_seed() || seed(cx).is_some() {
        cx.change_csrf_seed(plant(cx));
    }
}

/// Whether a method changes nothing (RFC 9110, section 9.2.1).
pub(crate) fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE)
}

/// Refuses a request that changes something and was forged. Reads the body of a form to find its token and
/// puts it back.
pub(crate) async fn check(cx: &Context, dispatch: &mut Dispatch) -> Result<()> {
    let (head, body) = dispatch.head_and_body();
    let headers = &head.headers;
    let Some(request) = cx.request() else { return Ok(()) };
    let settings = &cx.app().0.settings;
    let below = |prefix: &String| {
        request
            .path()
            .strip_prefix(prefix.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    if settings.security.csrf_exempt.iter().any(below) {
        return Ok(());
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match text("sec-fetch-site") {
        Some("same-origin" | "none") => {}
        Some(_) => return Err(forged("the browser says that another site sent it")),
        None => {
            if let Some(origin) = text(header::ORIGIN.as_str())
                && origin.split_once("://").is_none_or(|(_, host)| !host.eq_ignore_ascii_case(&request.host))
            {
                return Err(forged("its Origin is another site"));
            }
        }
    }
    let kind = text(header::CONTENT_TYPE.as_str()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let multipart = kind == "multipart/form-data";
    let form = multipart || kind == "application/x-www-form-urlencoded" || kind == "text/plain";
    let bare = kind.is_empty() && cx.cookie(&cx.app().0.sessions.cookie).is_some();
    if !form && !bare {
        return Ok(());
    }
    let given = match text(HEADER) {
        Some(token) => Some(token.to_owned()),
        None => field(&buffer(body, settings.server.body_limit).await?, multipart),
    };
    let Some(given) = given else { return Err(forged("it carries no token")) };
    let Some(seed) = seed(cx) else { return Err(forged("its client has no token cookie")) };
    let Some(given) = unhex(&given) else { return Err(forged("its token is ill-formed")) };
    let right = mac(&cx.app().0.sessions, &seed).is_some_and(|mac| mac.verify_slice(&given).is_ok());
    if right { Ok(()) } else { Err(forged("its token is not the client's")) }
}

fn seed(cx: &Context) -> Option<String> {
    cx.app().0.sessions.verify(COOKIE, cx.cookie(COOKIE)?)
}

fn plant(cx: &Context) -> String {
    let settings = &cx.app().0.sessions;
    let mut random = [0_u8; 16];
    if let Err(error) = getrandom::fill(&mut random) {
        // Without random numbers no token can be given out: an empty seed is never accepted back, since its
        // cookie is not set.
        tracing::error!(%error, "the system gives no random numbers");
        return String::new();
    }
    let seed = hex(&random);
    let cookie = settings.make_cookie(COOKIE, seed.clone(), Duration::days(14));
    cx.set_cookie(settings.sign(cookie));
    seed
}

/// None only for a key that HMAC cannot take; there is then no token, and no form is accepted.
fn mac(settings: &SessionSettings, seed: &str) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(settings.key.signing()).ok()?;
    mac.update(b"csrf:");
    mac.update(seed.as_bytes());
    Some(mac)
}

async fn buffer(body: &mut Option<Body>, limit: usize) -> Result<Bytes> {
    let Some(whole) = body.take() else { return Ok(Bytes::new()) };
    let bytes = Limited::new(whole, limit).collect().await.map_err(|error| {
        let error =
            Error::new(ErrorKind::PayloadTooLarge, "the form is larger than the limit").caused_by(error);
        error.public("The form is too large.")
    })?;
    let bytes = bytes.to_bytes();
    *body = Some(Body::from(bytes.clone()));
    Ok(bytes)
}

fn field(body: &[u8], multipart: bool) -> Option<String> {
    if multipart {
        let text = String::from_utf8_lossy(body);
        let (_, rest) = text.split_once(&format!("name=\"{FIELD}\"\r\n\r\n"))?;
        return rest.split("\r\n").next().map(str::to_owned);
    }
    let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(body).ok()?;
    pairs.into_iter().find(|(name, _)| name == FIELD).map(|(_, value)| value)
}

fn forged(why: &'static str) -> Error {
    Error::forbidden(format!("the request was refused as forged: {why}"))
        .public("This form has expired. Go back, load the page again and send it once more.")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
        text
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}
