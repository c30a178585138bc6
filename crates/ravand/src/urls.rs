//! URLs: of a page, of a named route, of the same page in another language.

use ravand_core::{Error, LanguageCode, Result};
use ravand_router::UrlOptions;

use crate::context::{FromContext, from_request_by_context};
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

/// The URL of a named route. `@lang` asks for another language, `@hostname` for an absolute URL on a host.
pub(crate) fn url_for(cx: &Context, name: &str, params: &[(&str, &str)]) -> Result<String> {
    let special = |key: &str| params.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
    let own: Vec<(&str, &str)> = params.iter().filter(|(name, _)| !name.starts_with('@')).copied().collect();
    let own_host = cx.request().map(|request| request.host.as_str());
    let options = UrlOptions {
        lang: Some(special("@lang").unwrap_or(cx.language().code().as_str())),
        absolute: special("@hostname").is_some(),
        host: special("@hostname").filter(|host| !host.is_empty()).or(own_host),
        scheme: cx.request().map(|request| request.scheme),
        ..UrlOptions::default()
    };
    let rules = &cx.app().0.rules;
    rules.url_for(name, &own, &options).map_err(|error| Error::internal(error.to_string()))
}

/// The URL of a path in the request's language: `/tickets` becomes `/fa/tickets`.
pub(crate) fn url(cx: &Context, page: &str, code: Option<&str>) -> String {
    let code = code.unwrap_or(cx.language().code().as_str());
    let languages = cx.app().0.rules.languages();
    let path = if page.starts_with('/') { page.to_owned() } else { format!("/{page}") };
    match languages.spelling(code) {
        Some(spelling) if languages.default_code() != Some(code) => {
            let path = if path == "/" { "" } else { path.as_str() };
            format!("/{spelling}{path}")
        }
        _ => path,
    }
}

/// The code of the language that a request's URL tells, also where no rule is for it.
pub(crate) fn language<'a>(app: &'a App, request: &RequestInfo) -> Option<&'a str> {
    let lang = request.query_value("lang");
    app.0.rules.split_language(&asked(request, lang.as_deref())).0
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

/// The address of this request's page in another language.
pub(crate) fn in_language(cx: &Context, language: &LanguageCode) -> String {
    let Some(request) = cx.request() else { return url(cx, "/", Some(language.as_str())) };
    let asked = asked(request, None);
    let (_, path) = cx.app().0.rules.split_language(&asked);
    url(cx, path, Some(language.as_str()))
}
