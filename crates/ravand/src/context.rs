//! The context: what belongs to one request, or to one run of a process. It is passed on, never global.

use std::future::Future;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use axum::extract::FromRequestParts;
use cookie::Cookie;
use http::request::Parts;
use ravand_core::{Error, LanguageCode, Result};

use crate::session::Session;
use crate::{App, Language, Options, RequestInfo, Token};

/// What belongs to one request or one run of a process: the application, the language, the session.
///
/// It is an extractor, an argument of listeners, processes and bootstraps, and cheap to clone.
#[derive(Clone)]
pub struct Context(Arc<Inner>);

struct Inner {
    app: App,
    request: Option<RequestInfo>,
    language: OnceLock<Language>,
    session: OnceLock<Option<Session>>,
    cookies: OnceLock<Mutex<Vec<Cookie<'static>>>>,
    token: Mutex<Option<Box<Token>>>,
    cookie_header: Option<http::HeaderValue>,
    /// The seed of the forms' token, once it was asked for or changed in this request.
    csrf: OnceLock<Mutex<String>>,
    /// The `traceparent` of the request, or of the process.
    trace_before: Option<String>,
    trace: OnceLock<String>,
}

/// What can be made from a context: the fields of listeners and processes, and their arguments.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be made from a context",
    note = "a field of a listener or process is `Db`, `Options`, `Language`, `Context` or a type that derives `FromContext`"
)]
pub trait FromContext: Sized {
    /// Makes it.
    fn from_context(cx: &Context) -> impl Future<Output = Result<Self>> + Send;
}

impl Context {
    pub(crate) fn of_request(app: App, request: RequestInfo, cookies: Option<http::HeaderValue>) -> Self {
        let trace = request.traceparent.as_ref().and_then(|trace| trace.to_str().ok()).map(str::to_owned);
        Self::make(app, Some(request), cookies, trace)
    }

    /// The context of one run of a process, in the trace of who queued it.
    pub(crate) fn of_run(app: App, run: &crate::Run) -> Self {
        Self::make(app, None, None, run.traceparent().map(str::to_owned))
    }

    /// A context without a request: for processes, commands and tests.
    pub fn without_request(app: App) -> Self {
        Self::make(app, None, None, None)
    }

    fn make(
        app: App,
        request: Option<RequestInfo>,
        cookie_header: Option<http::HeaderValue>,
        trace_before: Option<String>,
    ) -> Self {
        Self(Arc::new(Inner {
            app,
            request,
            language: OnceLock::new(),
            session: OnceLock::new(),
            cookies: OnceLock::new(),
            token: Mutex::new(None),
            cookie_header,
            csrf: OnceLock::new(),
            trace_before,
            trace: OnceLock::new(),
        }))
    }

    /// The application.
    pub fn app(&self) -> &App {
        &self.0.app
    }

    /// The request; none in a process or a command.
    pub fn request(&self) -> Option<&RequestInfo> {
        self.0.request.as_ref()
    }

    /// The options.
    pub fn options(&self) -> &Options {
        self.0.app.options()
    }

    /// The language of this request, as its URL tells it, or the default one.
    pub fn language(&self) -> &Language {
        self.0.language.get_or_init(|| {
            let translator = &self.0.app.0.translator;
            let of_url =
                self.0.request.as_ref().and_then(|request| crate::urls::language(&self.0.app, request));
            of_url.and_then(|code| translator.language(code)).unwrap_or_else(|| translator.default_language())
        })
    }

    /// Chooses the language; the first choice stays.
    pub(crate) fn choose_language(&self, language: Language) {
        let _ = self.0.language.set(language);
    }

    /// A phrase in this request's language, as plain text.
    pub fn t(&self, key: &str) -> String {
        crate::translate::phrase(self.language(), key)
    }

    /// The URL of the route of this name, in this request's language.
    ///
    /// `@lang` among the parameters asks for another language, `@hostname` for an absolute URL on that host (on the
    /// request's own when it is empty), `@encode` with `false` for letters beyond ASCII as they are. A route of
    /// another host or scheme has an absolute URL in any case.
    ///
    /// # Errors
    /// When there is no such name (the nearest is told), or a parameter is missing or not as the rule asks.
    pub fn url_for(&self, name: &str, params: &[(&str, &str)]) -> Result<String> {
        crate::urls::url_for(self, name, params)
    }

    /// The URL of a page in this request's language: `/tickets` becomes `/fa/tickets`.
    pub fn url(&self, page: &str) -> String {
        crate::urls::url(self, page)
    }

    /// The URL of a page with parameters as its query, absolute where that is asked for; `@lang`, `@hostname` and
    /// `@encode` as for [`Context::url_for`].
    ///
    /// ```no_run
    /// # fn example(cx: &ravand::Context) -> ravand::Result<()> {
    /// let url = cx.url_with("/tickets", &[("q", "a b"), ("@lang", "fa_IR")], false)?;
    /// assert_eq!(url, "/fa/tickets?q=a%20b");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the language is not available, or an absolute URL has no host.
    pub fn url_with(&self, page: &str, params: &[(&str, &str)], absolute: bool) -> Result<String> {
        crate::urls::url_with(self, page, params, absolute)
    }

    /// The URL of the route that calls an action, by its address; one without `packages/` is of the package whose
    /// action is being dispatched.
    ///
    /// # Errors
    /// When there is no such action, no rule calls it, or a parameter is missing or not as the rule asks.
    pub fn url_of(&self, address: &str, params: &[(&str, &str)]) -> Result<String> {
        crate::urls::url_of(self, address, params)
    }

    /// The token that is being dispatched.
    pub fn token(&self) -> Option<Token> {
        lock(&self.0.token).as_deref().cloned()
    }

    pub(crate) fn set_token(&self, token: &Token) {
        *lock(&self.0.token) = Some(Box::new(token.clone()));
    }

    /// The session of the client.
    ///
    /// # Errors
    /// When there is no request, or the application has no secret or store for sessions.
    pub fn session(&self) -> Result<Session> {
        let session = self.0.session.get_or_init(|| {
            self.0.request.as_ref()?;
            Session::open(&self.0.app.0.sessions, self.cookie(self.0.app.0.sessions.cookie_name()))
        });
        session.clone().ok_or_else(|| Error::internal("there is no session outside a request"))
    }

    pub(crate) fn opened_session(&self) -> Option<&Session> {
        self.0.session.get()?.as_ref()
    }

    /// The value of a cookie the client sent.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let header = self.0.cookie_header.as_ref()?.to_str().ok()?;
        Cookie::split_parse(header)
            .flatten()
            .find(|cookie| cookie.name() == name)
            .map(|cookie| cookie.value().to_owned())
    }

    /// Sends a cookie with the response.
    pub fn set_cookie(&self, cookie: Cookie<'static>) {
        lock(self.0.cookies.get_or_init(Mutex::default)).push(cookie);
    }

    pub(crate) fn take_cookies(&self) -> Vec<Cookie<'static>> {
        self.0.cookies.get().map(|cookies| std::mem::take(&mut *lock(cookies))).unwrap_or_default()
    }

    /// The token that forms of this client carry against forged requests.
    pub fn csrf_token(&self) -> String {
        crate::session::csrf::token(self)
    }

    /// The seed that this request has chosen for the token; the first choice is made by `choose`.
    pub(crate) fn csrf_seed(&self, choose: impl FnOnce() -> String) -> String {
        lock(self.0.csrf.get_or_init(|| Mutex::new(choose()))).clone()
    }

    /// What is asked for from now on, also where another seed was chosen before.
    pub(crate) fn change_csrf_seed(&self, seed: String) {
        *lock(self.0.csrf.get_or_init(Mutex::default)) = seed;
    }

    pub(crate) fn has_csrf_seed(&self) -> bool {
        self.0.csrf.get().is_some()
    }

    pub(crate) fn rotate_csrf(&self) {
        crate::session::csrf::rotate(self);
    }

    /// The URL of a code's version of this page, for a language menu.
    pub fn url_in(&self, language: &LanguageCode) -> String {
        crate::urls::in_other_language(self, language)
    }

    /// Another language's context for the same application: what a listener needs to write a mail in the
    /// language of the person who reads it.
    #[must_use]
    pub fn in_language(&self, code: &str) -> Self {
        let other = Self::without_request(self.0.app.clone());
        if let Some(language) = self.0.app.0.translator.language(code) {
            other.choose_language(language);
        }
        other
    }

    /// Where the trace of this request or run goes on (`traceparent` of W3C Trace Context): in what it asks of other
    /// services, and in the processes that it queues. It continues the one that the request came with, or that the
    /// process was queued with, and else begins here.
    pub fn traceparent(&self) -> &str {
        self.0.trace.get_or_init(|| crate::process::Trace::after(self.0.trace_before.as_deref()).to_string())
    }

    /// The engine of the application's processes: lists, counts, metrics, workers, schedules.
    pub fn processes(&self) -> &crate::process::Processes {
        self.0.app.processes()
    }

    /// The connection to the database.
    ///
    /// # Errors
    /// When the application has no database.
    #[cfg(feature = "database")]
    pub fn db(&self) -> Result<crate::Db> {
        crate::database::of(self)
    }

    /// This context together with a transaction of SeaORM: a process that is saved there is there when it is committed.
    /// A transaction that `db.begin()` began needs no such thing: it is a place of its own.
    #[cfg(feature = "database")]
    pub fn within<'a>(&self, transaction: &'a impl sea_orm::ConnectionTrait) -> crate::process::Within<'a> {
        crate::process::Within::new(self.clone(), transaction)
    }
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").field("request", &self.0.request).finish_non_exhaustive()
    }
}

impl FromContext for Context {
    async fn from_context(cx: &Context) -> Result<Self> {
        Ok(cx.clone())
    }
}

impl FromContext for App {
    async fn from_context(cx: &Context) -> Result<Self> {
        Ok(cx.app().clone())
    }
}

impl FromContext for Options {
    async fn from_context(cx: &Context) -> Result<Self> {
        Ok(cx.options().clone())
    }
}

impl FromContext for Language {
    async fn from_context(cx: &Context) -> Result<Self> {
        Ok(cx.language().clone())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Context {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| Error::internal("a context is there only inside the front controller"))
    }
}

/// Extractors that are made from the context alone.
macro_rules! from_request_by_context {
    ($($name:ty),* $(,)?) => {$(
        impl<S: Send + Sync> axum::extract::FromRequestParts<S> for $name {
            type Rejection = ravand_core::Error;

            async fn from_request_parts(parts: &mut http::request::Parts, state: &S) -> ravand_core::Result<Self> {
                let cx = <$crate::Context as axum::extract::FromRequestParts<S>>::from_request_parts(parts, state).await?;
                <$name as $crate::context::FromContext>::from_context(&cx).await
            }
        }
    )*};
}
pub(crate) use from_request_by_context;

from_request_by_context!(App, Options);

impl FromRequestParts<App> for Language {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let cx = Context::from_request_parts(parts, app).await?;
        Ok(cx.language().clone())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
