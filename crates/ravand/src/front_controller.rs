//! The front controller: it receives every request and runs the whole way.

use std::any::TypeId;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::task::Poll;

use axum::body::Body;
use bytes::Bytes;
use futures_util::FutureExt;
use http::request::Parts;
use http::{HeaderValue, Request, StatusCode, header};
use ravand_core::{Error, ErrorKind, Response, Result};

use crate::accept::{RequestInfo, accept};
use crate::controller::{Answer, Answered, Dispatch, Stop};
use crate::dispatcher::{dispatch_loop, dispatch_within};
use crate::events::request::{RequestAccepted, Responded, Routed as RoutedEvent};
use crate::private::{BoxFuture, HttpResponse};
use crate::router::{Permission, RouteRequest, Routed};
use crate::session::{Session, csrf};
use crate::{App, Context, Event, error_page, first_visit, response};

/// Receives every request. It is a [`tower::Service`], so that axum and tower-http can mount it and put layers
/// around it.
#[derive(Clone, Debug)]
pub struct FrontController {
    app: App,
}

impl FrontController {
    /// The front controller of a started application.
    pub fn new(app: App) -> Self {
        Self { app }
    }

    /// The same front controller with a handle of the application of its own, for a connection.
    pub(crate) fn of_connection(&self) -> Self {
        Self { app: self.app.own_handle() }
    }

    /// The application.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The whole way of a request. Its stages stand in the files of their names.
    pub fn handle(
        &self,
        request: Request<Body>,
        peer: IpAddr,
    ) -> impl Future<Output = HttpResponse> + Send + use<> {
        self.answer(request, peer, std::convert::identity)
    }

    /// The same, and what the server makes of the response: as a future around this one it would be moved once more.
    pub(crate) fn answer<T, F: FnOnce(HttpResponse) -> T + Send>(
        &self,
        request: Request<Body>,
        peer: IpAddr,
        end: F,
    ) -> impl Future<Output = T> + Send + use<T, F> {
        // 1. Accept: the client, the host, the scheme, the form of answer it wants.
        let (info, cookies, refused) = match accept(&request, peer, &self.app.0.settings) {
            Ok((info, cookies)) => (info, cookies, None),
            Err(error) => (RequestInfo::unreadable(&request, peer), None, Some(error)),
        };
        let cx = Context::of_request(self.app.clone(), info, cookies);
        if self.app.0.settings.translator.accept_language {
            first_visit::choose(&cx, request.headers());
        }
        let mut dispatch = Dispatch::new(cx.clone(), request);
        async move {
            // 2 to 4. Bootstraps, router, dispatch loop. A panic becomes an error, and the other requests go on.
            let answer = match refused {
                None => AssertUnwindSafe(way(&cx, &mut dispatch)).catch_unwind().await,
                Some(error) => Ok(Err(Stop::Error(error))),
            };
            let answer = answer.unwrap_or_else(|panic| Err(Stop::Error(panicked(panic.as_ref()))));

            // 5 and 6. The response is rendered; an error goes once through the exception routes.
            // The answer is moved on: borrowed, as by a guard, it would get a place of its own in the future.
            let heard = cx.app().0.listeners.heard(TypeId::of::<Responded>());
            let mut response = match (answer, heard) {
                (Ok(Answered::Http(response)), false) => response,
                (answer, _) => Box::pin(show(answer, &cx, &mut dispatch)).await,
            };
            if let Some(session) = cx.opened_session() {
                response = Box::pin(keep(session, response, &cx)).await;
            }
            response::finish(&mut response, &cx);
            end(response)
        }
    }
}

/// Stages 2 to 4: from an accepted request to an answer.
async fn way(cx: &Context, dispatch: &mut Dispatch) -> Answer {
    let app = &*cx.app().0;
    if app.listeners.heard(TypeId::of::<RequestAccepted>()) {
        Box::pin(RequestAccepted.trigger(cx)).await?;
    }

    // 2. Plugins before routing; then every package's bootstrap, in load order.
    let mut request = RouteRequest::of(cx);
    for plugin in &app.plugins {
        plugin.route_startup(&mut request, cx).await?;
    }
    if !app.bootstraps.0.is_empty()
        && let Some(answer) = app.bootstraps.run(cx).await?
    {
        return Ok(answer);
    }

    // 3. The router makes the token, once.
    if let Some(answer) = route(&request, cx, dispatch).await? {
        return Ok(answer);
    }
    for plugin in &app.plugins {
        plugin.route_shutdown(&mut dispatch.token, cx).await?;
    }
    if app.listeners.heard(TypeId::of::<RoutedEvent>()) {
        let mut routed = Box::new(RoutedEvent { token: dispatch.token.clone() });
        Box::pin(routed.trigger(cx)).await?;
        dispatch.token = routed.token;
    }
    if !csrf::is_safe(&dispatch.head().method) {
        Box::pin(csrf::check(cx, dispatch)).await?;
    }

    // 4. The dispatch loop, within the time that the rule gives.
    match dispatch.token.resolved.and_then(|to| app.routes.of(to)).and_then(|rule| rule.timeout) {
        None => dispatch_loop(app, dispatch).await,
        Some(limit) => Box::pin(dispatch_within(limit, app, dispatch)).await,
    }
}

/// Stage 3: the token of the first rule whose permission lets the request in; or the router's own answer.
async fn route(
    request: &RouteRequest<'_>,
    cx: &Context,
    dispatch: &mut Dispatch,
) -> Result<Option<Answered>, Stop> {
    let app = &cx.app().0;
    let mut after = None;
    loop {
        let (language, rank) = match app.router.route(request, after)? {
            Routed::Token { token, language, rank } => {
                dispatch.token = token;
                (language, rank)
            }
            Routed::Redirect(url) => {
                let code = StatusCode::MOVED_PERMANENTLY;
                return Ok(Some(Response::new(true).go(url).set_http_code(code).into()));
            }
            Routed::MethodNotAllowed(allow) if request.method == http::Method::OPTIONS => {
                return Ok(Some(Answered::Http(options(&allow))));
            }
            Routed::MethodNotAllowed(allow) => return Err(Error::method_not_allowed(allow).into()),
            Routed::NotFound => return Err(Error::not_found("no rule is for this address").into()),
        };
        let rule = dispatch.token.resolved.and_then(|to| app.routes.of(to));
        let permission = match (rule, request.wants) {
            (Some(rule), crate::Wants::Api) => &rule.api,
            (Some(rule), crate::Wants::Ajax) => &rule.ajax,
            _ => &Permission::Yes,
        };
        let allowed = match permission {
            Permission::Yes => true,
            Permission::No => false,
            Permission::Ask(middleware) => match (middleware.call)(dispatch).await {
                Ok(None) => true,
                Ok(Some(_)) => false,
                Err(Stop::Error(error)) if error.kind() == ErrorKind::Forbidden => false,
                Err(stop) => return Err(stop),
            },
        };
        if allowed {
            if app.settings.translator.accept_language
                && rule.is_none_or(|rule| !rule.rule.absolute)
                && let Some(elsewhere) = first_visit::redirect(cx, dispatch.head())
            {
                return Ok(Some(elsewhere.into()));
            }
            choose_language(cx, language);
            return Ok(None);
        }
        let Some(rank) = rank else { return Err(Error::not_found("no rule is for this address").into()) };
        after = Some(rank);
    }
}

/// Stages 5 and 6: the answer as HTTP. An error goes once through the exception routes.
async fn show(answer: Answer, cx: &Context, dispatch: &mut Dispatch) -> HttpResponse {
    match respond(answer, cx, dispatch.head()).await {
        Ok(response) => response,
        Err(error) => fail(error, cx, dispatch).await,
    }
}

/// Stage 5: the answer as HTTP.
async fn respond(answer: Answer, cx: &Context, head: &Parts) -> Result<HttpResponse> {
    let answered = match answer {
        Ok(answered) => answered,
        Err(Stop::Answer(answered)) => *answered,
        Err(Stop::Error(error)) => return Err(error),
    };
    let mut response = match answered {
        Answered::Http(response) => response,
        Answered::Response(response) => {
            let rendered = AssertUnwindSafe(response::render(*response, cx, head)).catch_unwind();
            rendered.await.unwrap_or_else(|panic| Err(panicked(panic.as_ref())))?
        }
        Answered::Forward(_) => return Err(Error::internal("only an action can forward")),
    };
    if cx.app().0.listeners.heard(TypeId::of::<Responded>()) {
        let headers = std::mem::take(response.headers_mut());
        let mut responded = Responded { status: response.status(), headers };
        responded.trigger(cx).await?;
        *response.headers_mut() = responded.headers;
    }
    Ok(response)
}

/// Stage 6: an error goes once through the exception routes, else it is the framework's own page.
async fn fail(error: Error, cx: &Context, dispatch: &mut Dispatch) -> HttpResponse {
    error_page::log(&error, cx);
    let app = &*cx.app().0;
    let whole = cx.request().map_or("/", RequestInfo::path);
    let path = cx.request().map_or("/", |request| crate::urls::path_behind_language(cx.app(), request));
    let Some(token) = app.exceptions.token(&error, path, whole) else { return error_page::show(&error, cx) };
    let error = std::sync::Arc::new(error);
    dispatch.begin_again(token, crate::exceptions::Caught(error.clone()));
    let handled = AssertUnwindSafe(dispatch_loop(app, dispatch)).catch_unwind().await;
    let answer = handled.unwrap_or_else(|panic| Err(Stop::Error(panicked(panic.as_ref()))));
    match respond(answer, cx, dispatch.head()).await {
        Ok(mut response) => {
            if response.status() == StatusCode::OK {
                *response.status_mut() = error.status();
            }
            error_page::allow(&error, &mut response);
            response
        }
        // An error inside the exception route: the first one is shown, plainly.
        Err(second) => {
            error_page::log(&second, cx);
            error_page::show(&error, cx)
        }
    }
}

/// The response when the session is kept, and an error in its place when it cannot be.
async fn keep(session: &Session, response: HttpResponse, cx: &Context) -> HttpResponse {
    match session.close(cx).await {
        Ok(()) => response,
        Err(error) => {
            error_page::log(&error, cx);
            error_page::show(&error, cx)
        }
    }
}

impl<B> tower::Service<Request<B>> for FrontController
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    type Response = HttpResponse;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<HttpResponse, Infallible>>;

    fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let info = request.extensions().get::<axum::extract::ConnectInfo<SocketAddr>>();
        let peer = info.map_or(IpAddr::from([127, 0, 0, 1]), |info| info.0.ip());
        Box::pin(self.answer(request.map(Body::new), peer, Ok))
    }
}

impl<'a> RouteRequest<'a> {
    fn of(cx: &'a Context) -> Self {
        let info = cx.request();
        Self {
            method: info.map(|info| info.method.clone()).unwrap_or_default(),
            scheme: info.map_or(ravand_router::Scheme::Http, |info| info.scheme),
            host: info.map(|info| info.host.as_str()).unwrap_or_default().into(),
            path: info.map(RequestInfo::path).unwrap_or_default().into(),
            query: info.and_then(RequestInfo::query).map(Into::into),
            wants: info.map_or(crate::Wants::Html, |info| info.wants),
        }
    }
}

fn choose_language(cx: &Context, code: Option<&str>) {
    let translator = &cx.app().0.translator;
    if let Some(language) = code.and_then(|code| translator.language(code)) {
        cx.choose_language(language);
    }
}

fn options(allow: &[String]) -> HttpResponse {
    let mut response = HttpResponse::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    if let Ok(value) = HeaderValue::try_from(allow.join(", ")) {
        response.headers_mut().insert(header::ALLOW, value);
    }
    response
}

fn panicked(panic: &(dyn std::any::Any + Send)) -> Error {
    let text =
        panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    Error::internal(format!("it panicked: {}", text.unwrap_or("without a message")))
}
