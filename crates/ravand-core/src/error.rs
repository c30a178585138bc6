//! The error of a request, a listener or a process: its kind decides the HTTP status.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use http::StatusCode;

use crate::{FieldErrors, Problem, Problems};

/// What an action, a listener or a process gives.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Something that went wrong, with the kind that decides its HTTP status and an optional cause.
///
/// The message and cause are for the developer and the log; outside development a page shows only what
/// the kind says. A text for the visitor is given by [`Error::public`].
///
/// ```
/// use ravand_core::{Error, ErrorKind};
/// let error = Error::new(ErrorKind::NotFound, "ticket 7 is not there");
/// assert_eq!(error.status().as_u16(), 404);
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: Cow<'static, str>,
    public: Option<String>,
    fields: FieldErrors,
    allow: Vec<String>,
    problems: Problems,
    cause: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kinds of errors. Each has one HTTP status and one class name for the exception routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// 400: the request is not well-formed.
    BadRequest,
    /// 401: who asks must log in.
    Unauthorized,
    /// 403: who asks may not.
    Forbidden,
    /// 404: nothing is there.
    NotFound,
    /// 405: something is there, but not for this method.
    MethodNotAllowed,
    /// 406: no form of the answer suits the request.
    NotAcceptable,
    /// 408: the request took too long.
    RequestTimeout,
    /// 409: the state does not allow it.
    Conflict,
    /// 413: the body is larger than the limit.
    PayloadTooLarge,
    /// 414: the address is longer than the limit.
    UriTooLong,
    /// 415: the body is of a type that is not read here.
    UnsupportedMediaType,
    /// 422: the fields are not right; the error names them.
    Invalid,
    /// 429: too many requests.
    TooManyRequests,
    /// 500: a fault of the application.
    Internal,
    /// 503: not now.
    Unavailable,
}

impl ErrorKind {
    const ALL: [Self; 15] = [
        Self::BadRequest,
        Self::Unauthorized,
        Self::Forbidden,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::NotAcceptable,
        Self::RequestTimeout,
        Self::Conflict,
        Self::PayloadTooLarge,
        Self::UriTooLong,
        Self::UnsupportedMediaType,
        Self::Invalid,
        Self::TooManyRequests,
        Self::Internal,
        Self::Unavailable,
    ];

    /// Every kind, in the order of its status.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter()
    }

    /// The HTTP status.
    pub fn status(self) -> StatusCode {
        match self {
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::Conflict => StatusCode::CONFLICT,
            Self::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UriTooLong => StatusCode::URI_TOO_LONG,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The kind whose status this is; another 4xx is `BadRequest`, anything else `Internal`.
    pub fn from_status(status: StatusCode) -> Self {
        let fallback = if status.is_client_error() { Self::BadRequest } else { Self::Internal };
        Self::all().find(|kind| kind.status() == status).unwrap_or(fallback)
    }

    /// The name of the class, as exception routes write it: `NotFound` in `packages/base/NotFound`.
    pub fn class(self) -> &'static str {
        match self {
            Self::BadRequest => "BadRequest",
            Self::Unauthorized => "Unauthorized",
            Self::Forbidden => "Forbidden",
            Self::NotFound => "NotFound",
            Self::MethodNotAllowed => "MethodNotAllowed",
            Self::NotAcceptable => "NotAcceptable",
            Self::RequestTimeout => "RequestTimeout",
            Self::Conflict => "Conflict",
            Self::PayloadTooLarge => "PayloadTooLarge",
            Self::UriTooLong => "UriTooLong",
            Self::UnsupportedMediaType => "UnsupportedMediaType",
            Self::Invalid => "Invalid",
            Self::TooManyRequests => "TooManyRequests",
            Self::Internal => "Internal",
            Self::Unavailable => "Unavailable",
        }
    }

    /// The class and its ancestors, the most specific first: `NotFound`, `ClientError`, `Error`.
    pub fn ancestry(self) -> [&'static str; 3] {
        let family = if self.status().is_client_error() { "ClientError" } else { "ServerError" };
        [self.class(), family, "Error"]
    }
}

impl Error {
    /// An error of a kind; `message` is for the developer.
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            public: None,
            fields: FieldErrors::default(),
            allow: Vec::new(),
            problems: Problems::default(),
            cause: None,
        }))
    }

    /// 404: nothing is there.
    pub fn not_found(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::NotFound, message)
    }

    /// 400: the request is not well-formed.
    pub fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::BadRequest, message)
    }

    /// 403: who asks may not.
    pub fn forbidden(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Forbidden, message)
    }

    /// 500: a fault of the application.
    pub fn internal(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Internal, message)
    }

    /// 422: these fields are not right.
    pub fn invalid(fields: FieldErrors) -> Self {
        Self::new(ErrorKind::Invalid, "the fields are not right").with_fields(fields)
    }

    /// 405: the methods in `allow` are the ones that something is there for.
    pub fn method_not_allowed(allow: Vec<String>) -> Self {
        let mut error = Self::new(ErrorKind::MethodNotAllowed, "no rule takes this method here");
        error.0.allow = allow;
        error
    }

    /// The same error with what caused it.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    /// The same error with a text that visitors may read.
    #[must_use]
    pub fn public(mut self, text: impl Into<String>) -> Self {
        self.0.public = Some(text.into());
        self
    }

    /// The same error with what is wrong with fields.
    #[must_use]
    pub fn with_fields(mut self, fields: FieldErrors) -> Self {
        self.0.fields = fields;
        self
    }

    /// Its kind.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Its HTTP status.
    pub fn status(&self) -> StatusCode {
        self.0.kind.status()
    }

    /// The message for the developer.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The text for visitors, when one was given.
    pub fn public_text(&self) -> Option<&str> {
        self.0.public.as_deref()
    }

    /// What is wrong with fields: of a 422, or of a request that could not be read.
    pub fn fields(&self) -> &FieldErrors {
        &self.0.fields
    }

    /// The methods that are allowed, for a 405.
    pub fn allow(&self) -> &[String] {
        &self.0.allow
    }

    /// The problems that it tells together, each with its place, where it was made from some.
    pub fn problems(&self) -> &[Problem] {
        &self.0.problems.0
    }

    /// The error and its causes, a line each.
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut cause = StdError::source(self);
        while let Some(error) = cause {
            text.push_str("\n  caused by: ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        text
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Error");
        debug.field("kind", &self.0.kind).field("message", &self.0.message);
        if let Some(cause) = &self.0.cause {
            debug.field("cause", cause);
        }
        debug.finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.cause.as_deref().map(|cause| cause as &(dyn StdError + 'static))
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self::new(kind, kind.status().canonical_reason().unwrap_or("error"))
    }
}

impl From<Problems> for Error {
    fn from(problems: Problems) -> Self {
        let mut error = Self::internal(problems.to_string());
        error.0.problems = problems;
        error
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::internal("a file or network operation failed").caused_by(error)
    }
}

#[cfg(feature = "database")]
impl From<sea_orm::DbErr> for Error {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::internal(format!("the database refused: {error}")).caused_by(error)
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::internal("JSON could not be written or read").caused_by(error)
    }
}
