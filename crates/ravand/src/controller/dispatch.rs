//! One dispatch: the request as an action's extractors see it.

use axum::body::Body;
use axum::extract::Request;
use http::request::Parts;

use crate::{App, Caught, Context, Token};

/// The request while the dispatch loop runs, and the token that is being dispatched.
pub struct Dispatch {
    pub(crate) cx: Context,
    pub(crate) token: Token,
    parts: Parts,
    body: Option<Body>,
    /// The extensions hold the context.
    prepared: bool,
    /// The context knows the present token.
    told: bool,
}

impl Dispatch {
    /// A request that the router has not seen yet: its token is empty.
    pub(crate) fn new(cx: Context, request: Request) -> Self {
        let (parts, body) = request.into_parts();
        Self { cx, token: Token::empty(), parts, body: Some(body), prepared: false, told: false }
    }

    /// The same request for an exception route: no body, and the error.
    pub(crate) fn begin_again(&mut self, token: Token, caught: Caught) {
        self.parts.extensions.insert(caught);
        self.token = token;
        self.body = None;
    }

    /// The context.
    pub fn context(&self) -> &Context {
        &self.cx
    }

    /// The context, which knows the token that is being dispatched.
    #[doc(hidden)]
    pub fn told_context(&mut self) -> &Context {
        self.tell();
        &self.cx
    }

    /// The token that is being dispatched.
    pub fn token(&self) -> &Token {
        &self.token
    }

    /// The request's headers, address and extensions.
    pub fn head(&self) -> &Parts {
        &self.parts
    }

    pub(crate) fn parts(&mut self) -> (&mut Parts, &App) {
        self.prepare();
        (&mut self.parts, self.cx.app())
    }

    /// The whole request for an extractor of the body. A second one finds the body empty.
    pub(crate) fn request(&mut self) -> (Request, App) {
        self.prepare();
        let body = self.body.take().unwrap_or_default();
        (Request::from_parts(self.parts.clone(), body), self.cx.app().clone())
    }

    /// The head to look at, and the body to read and put back.
    pub(crate) fn head_and_body(&mut self) -> (&Parts, &mut Option<Body>) {
        (&self.parts, &mut self.body)
    }

    /// A new turn of the loop, perhaps with another token.
    pub(crate) fn begin_turn(&mut self) {
        self.told = false;
    }

    /// Extractors find the context in the request's extensions. It is put there when the first one asks, so
    /// that actions without extractors cost nothing.
    fn prepare(&mut self) {
        if !self.prepared {
            self.parts.extensions.insert(self.cx.clone());
            self.prepared = true;
        }
        self.tell();
    }

    fn tell(&mut self) {
        if !self.told {
            self.cx.set_token(&self.token);
            self.told = true;
        }
    }
}
