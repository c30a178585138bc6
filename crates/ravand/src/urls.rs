//! URLs: of a page, of a named route, of an action, of the same page in another language.

use ravand_core::{Address, AddressKey, Error, LanguageCode, Result};
use ravand_router::{Router, Scheme, UrlError, UrlOptions};

use crate::context::{FromContext, from_request_by_context};
use crate::options::{LastSlash, RouterSettings, SchemePolicy};
use crate::{App, Context, RequestInfo};

/// Builds URLs by the names of routes: an extractor.
///
/// ```no_run
/// # fn example(urls: ravand::UrlFor) -> ravand::Result<()> {
/// let url = urls.of("ticket", &[("id", "7")])?;
/// assert_eq!(url, "/tickets/7");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct UrlFor(Context);

impl UrlFor {
    /// The URL of a named route, in the request's language.
    ///
    /// # Errors
    /// As [`Context::url_for`].
    pub fn of(&self, name: &str, params: &[(&str, &str)]) -> Result<String> {
        url_for(&self.0, name, params)
    }
}

impl FromContext for UrlFor {
    async fn from_context(cx: &Context) -> Result<Self> {
        Ok(Self(cx.clone()))
    }
}

from_request_by_context!(UrlFor);

/// The URL of a named route.
pub(crate) fn url_for(cx: &Context, name: &str, params: &[(&str, &str)]) -> Result<String> {
    build(cx, params, false, |rules, own, options| rules.url_for(name, own, options))
}

/// The URL of the rule that calls an action; of several rules, of the first that can be built.
pub(crate) fn url_of(cx: &Context, address: &str, params: &[(&str, &str)]) -> Result<String> {
    let fault = |text: String| Error::internal(format!("the URL of `{address}`: {text}"));
    // An action that is being dispatched writes addresses of its own package without its name.
    let package = cx.token().map(|token| token.package().to_owned()).unwrap_or_default();
    let address = Address::parse(address, &package).map_err(|error| fault(error.to_string()))?;
    let found = cx.app().0.classes.action(&address).map_err(|error| fault(error.to_string()))?;
    let wanted = AddressKey::of(&format!(
        "packages/{}/controllers/{}@{}",
        found.package, found.controller, found.name
    ));
    let routes = cx.app().0.routes.routes.iter().enumerate();
    let mut rules = routes.filter(|(_, route)| AddressKey::of(&route.target()) == wanted).peekable();
    if rules.peek().is_none() {
        return Err(fault("no rule calls it".to_owned()));
    }
    let mut first = None;
    for (rule, _) in rules {
        match build(cx, params, false, |rules, own, options| rules.url_for_rule(rule, own, options)) {
            Ok(url) => return Ok(url),
            Err(error) => first = first.or(Some(error)),
        }
    }
    Err(first.unwrap_or_else(|| fault("no rule calls it".to_owned())))
}

/// The URL of a page that is named by its path.
pub(crate) fn url_with(cx: &Context, page: &str, params: &[(&str, &str)], absolute: bool) -> Result<String> {
    build(cx, params, absolute, |rules, own, options| rules.url_of_page(page, own, options))
}

/// The URL of a path in the request's language: `/tickets` becomes `/fa/tickets`.
pub(crate) fn url(cx: &Context, page: &str) -> String {
    plain(cx, page, cx.language().code().as_str())
}

/// The code of the language that a request's URL tells, also where no rule is for it.
pub(crate) fn language<'a>(app: &'a App, request: &RequestInfo) -> Option<&'a str> {
    let lang = request.query_value("lang");
    app.0.rules.split_language(&asked(request, lang.as_deref())).0
}

/// The raw path behind the language in front of it.
pub(crate) fn path_behind_language<'r>(app: &App, request: &'r RequestInfo) -> &'r str {
    app.0.rules.split_language(&asked(request, None)).1
}

/// Whether a language stands in front of a request's path.
pub(crate) fn tells_language(app: &App, request: &RequestInfo) -> bool {
    path_behind_language(app, request) != request.path()
}

/// The address of this request's page in another language, with its query.
pub(crate) fn in_language(cx: &Context, code: &str) -> String {
    let Some(request) = cx.request() else { return plain(cx, "/", code) };
    let (_, path) = cx.app().0.rules.split_language(&asked(request, None));
    let kept = request.query().map(|query| {
        let pairs = query.split('&').filter(|pair| pair.split('=').next() != Some("lang"));
        pairs.collect::<Vec<_>>().join("&")
    });
    match kept.filter(|query| !query.is_empty()) {
        Some(query) => plain(cx, &format!("{path}?{query}"), code),
        None => plain(cx, path, code),
    }
}

/// The same for a language menu.
pub(crate) fn in_other_language(cx: &Context, language: &LanguageCode) -> String {
    in_language(cx, language.as_str())
}

fn plain(cx: &Context, page: &str, code: &str) -> String {
    let app = &cx.app().0;
    let slash = app.settings.router.last_slash == Some(LastSlash::With);
    let options = UrlOptions { lang: Some(code), trailing_slash: slash, ..UrlOptions::default() };
    let without = || UrlOptions { lang: None, ..options };
    // The request's language is available; another one that is not is left out.
    let url = app.rules.url_of_page(page, &[], &options);
    url.or_else(|_| app.rules.url_of_page(page, &[], &without())).unwrap_or_else(|_| "/".to_owned())
}

/// Builds a URL as the policies want it. `@lang`, `@hostname` and `@encode` among the parameters say how.
fn build(
    cx: &Context,
    params: &[(&str, &str)],
    absolute: bool,
    url: impl FnOnce(&Router, &[(&str, &str)], &UrlOptions<'_>) -> Result<String, UrlError>,
) -> Result<String> {
    let special = |key: &str| params.iter().rev().find(|(name, _)| *name == key).map(|(_, value)| *value);
    let own: Vec<(&str, &str)> = params.iter().filter(|(name, _)| !name.starts_with('@')).copied().collect();
    if let Some((name, _)) = params.iter().find(|(name, _)| name.starts_with('@') && !SPECIAL.contains(name))
    {
        let hint = ravand_core::nearest(name, SPECIAL).map(|near| format!(", perhaps `{near}` is meant"));
        let text = format!("no URL has the parameter `{name}`{}", hint.unwrap_or_default());
        return Err(Error::internal(text));
    }
    let app = &cx.app().0;
    let settings = &app.settings.router;
    let hostname = special("@hostname");
    let own_host = cx.request().map(|request| policy_host(&request.host, settings));
    let options = UrlOptions {
        lang: Some(special("@lang").unwrap_or(cx.language().code().as_str())),
        absolute: absolute || hostname.is_some(),
        host: hostname.filter(|host| !host.is_empty()).or(own_host.as_deref()),
        scheme: match settings.scheme {
            Some(SchemePolicy::Https) => Some(Scheme::Https),
            Some(SchemePolicy::Http) => Some(Scheme::Http),
            None => cx.request().map(|request| request.scheme),
        },
        encode: !matches!(special("@encode"), Some("false" | "0" | "")),
        trailing_slash: settings.last_slash == Some(LastSlash::With),
    };
    url(&app.rules, &own, &options).map_err(|error| Error::internal(error.to_string()))
}

const SPECIAL: [&str; 3] = ["@lang", "@hostname", "@encode"];

/// The request's host as the policies write it.
fn policy_host(host: &str, settings: &RouterSettings) -> String {
    crate::router::policy_host(host, settings)
}

fn asked<'a>(request: &'a RequestInfo, lang_parameter: Option<&'a str>) -> ravand_router::Request<'a> {
    ravand_router::Request {
        method: request.method.as_str(),
        scheme: request.scheme,
        host: &request.host,
        path: request.path(),
        lang_parameter,
    }
}
