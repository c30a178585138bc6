//! Log-in and log-out.

use ravand::axum::http::StatusCode;
use ravand::prelude::*;

use crate::auth::back::local;
use crate::auth::changing::Changing;
use crate::auth::current_user::{self, CurrentUser};
use crate::auth::{flash, passwords};
use crate::models::user;
use crate::views::login::Login;

/// Log-in and log-out.
#[derive(Controller)]
pub struct Access {
    db: Db,
    session: Session,
    user: CurrentUser,
}

/// Where the log-in leads to.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Back {
    back: String,
}

/// The form of the log-in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct LoginForm {
    email: String,
    password: String,
    back: String,
}

#[controller]
impl Access {
    /// The form.
    pub async fn login(&self, cx: &Context, Query(Back { back }): Query<Back>) -> Result<Response> {
        let back = local(&back).unwrap_or_default();
        if self.user.0.is_some() {
            return Ok(Response::new(true).go(target(cx, back)));
        }
        Ok(Response::new(true).set_view(Login {
            email: String::new(),
            back: back.to_owned(),
            demo: cx.app().development(),
        }))
    }

    /// Logs in. Whether it was the address or the password that is wrong is not told.
    pub async fn enter(&self, cx: &Context, _: Changing, Form(form): Form<LoginForm>) -> Result<Response> {
        let found = user::by_email(&self.db, &form.email).await?;
        let hash = found.as_ref().map(|user| user.password.clone());
        let right = passwords::is_right(form.password, hash).await?;
        let back = local(&form.back).unwrap_or_default().to_owned();
        let Some(user) = found.filter(|_| right) else {
            let mut errors = FieldErrors::default();
            errors.add("email", "login.wrong");
            let view = View::from(Login { email: form.email, back, demo: cx.app().development() });
            return Ok(Response::new(false)
                .set_view(view.with_errors(errors))
                .set_http_code(StatusCode::UNPROCESSABLE_ENTITY));
        };
        current_user::enter(cx, &self.session, &user).await?;
        let args = [("name", user.name.clone())].into_iter().collect();
        flash::done(&self.session, cx.language().text("login.welcome", &args)).await?;
        Ok(Response::new(true).go(target(cx, &back)))
    }

    /// Logs out: the session and everything in it is gone.
    pub async fn leave(&self, cx: &Context, _: Changing) -> Result<Response> {
        self.session.end(cx).await?;
        Ok(Response::new(true).go(target(cx, "")))
    }
}

/// The page that was asked for, or the front page.
fn target(cx: &Context, back: &str) -> String {
    if back.is_empty() { cx.url("/") } else { back.to_owned() }
}
