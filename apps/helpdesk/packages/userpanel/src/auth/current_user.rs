//! Who asks: an extractor for anybody, one for users, one for staff.

use ravand::axum::extract::FromRequestParts;
use ravand::axum::http::request::Parts;
use ravand::axum::response::{IntoResponse, Redirect, Response as HttpResponse};
use ravand::sea_orm::EntityTrait;
use ravand::{Context, Error, ErrorKind, FromContext, Response, Result, Session};

use crate::auth::back::login_url;
use crate::models::user;

/// Where the session keeps the user's number.
const KEY: &str = "userpanel.user";

/// The user who asks, when there is one.
#[derive(Clone, Debug, Default)]
pub struct CurrentUser(pub Option<user::Model>);

/// The user who asks. Without one a page leads to the log-in, and JSON is answered with 401.
#[derive(Clone, Debug)]
pub struct User(pub user::Model);

/// The member of the staff who asks. Other users get 403; without a user it is as for [`User`].
#[derive(Clone, Debug)]
pub struct Staff(pub user::Model);

impl CurrentUser {
    /// The user's number.
    pub fn id(&self) -> Option<i64> {
        self.0.as_ref().map(|user| user.id)
    }

    /// Whether it is a member of the staff.
    pub fn is_staff(&self) -> bool {
        self.0.as_ref().is_some_and(user::Model::is_staff)
    }
}

/// Makes this session the user's. It gets a new id, so that one that was planted before is worth nothing.
///
/// # Errors
/// When the session cannot be kept.
pub async fn enter(cx: &Context, session: &Session, user: &user::Model) -> Result<()> {
    session.rotate(cx).await?;
    session.insert(KEY, user.id).await
}

/// Nothing when a member of the staff asks; else the answer that leads to the log-in.
///
/// # Errors
/// 401 for a visitor who asks for JSON, 403 for a user who is no staff.
pub fn require_staff(user: &CurrentUser, cx: &Context) -> Result<Option<Response>> {
    match &user.0 {
        Some(user) if user.is_staff() => Ok(None),
        Some(_) => Err(not_staff(cx)),
        None => Ok(Some(Response::new(false).go(to_login(cx)?))),
    }
}

/// The address of the log-in page, which leads back here.
///
/// # Errors
/// 401 where JSON is asked for.
pub fn to_login(cx: &Context) -> Result<String> {
    if cx.request().is_some_and(|request| request.wants.is_json()) {
        return Err(
            Error::new(ErrorKind::Unauthorized, "nobody is logged in").public(cx.t("errors.login_first"))
        );
    }
    login_url(cx)
}

fn not_staff(cx: &Context) -> Error {
    Error::forbidden("the user is no staff").public(cx.t("errors.staff_only"))
}

impl FromContext for CurrentUser {
    async fn from_context(cx: &Context) -> Result<Self> {
        if cx.request().is_none() {
            return Ok(Self(None));
        }
        match cx.session()?.get::<i64>(KEY).await? {
            Some(id) => Ok(Self(user::Entity::find_by_id(id).one(&*cx.db()?).await?)),
            None => Ok(Self(None)),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for CurrentUser {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let cx = Context::from_request_parts(parts, state).await?;
        Self::from_context(&cx).await
    }
}

impl<S: Send + Sync> FromRequestParts<S> for User {
    type Rejection = HttpResponse;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, HttpResponse> {
        let cx = Context::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        match CurrentUser::from_context(&cx).await.map_err(IntoResponse::into_response)?.0 {
            Some(user) => Ok(Self(user)),
            None => Err(match to_login(&cx) {
                Ok(login) => Redirect::to(&login).into_response(),
                Err(error) => error.into_response(),
            }),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Staff {
    type Rejection = HttpResponse;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, HttpResponse> {
        let User(user) = User::from_request_parts(parts, state).await?;
        if user.is_staff() {
            return Ok(Self(user));
        }
        let cx = Context::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        Err(not_staff(&cx).into_response())
    }
}
