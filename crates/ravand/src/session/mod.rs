//! Sessions: what a client's visits have in common, under a signed, `HttpOnly`, `SameSite` cookie.

pub(crate) mod csrf;
mod store;

use std::sync::Arc;

use cookie::{Cookie, CookieJar, Key, SameSite};
use ravand_core::{Error, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use time::Duration;
use tower_sessions_core::session::{Expiry, Id};

use crate::context::{Context, FromContext, from_request_by_context};
pub(crate) use store::Store;

/// The client's session. It is read from the store when it is first asked for, and written back, when it was
/// changed, before the response is sent.
#[derive(Clone, Debug)]
pub struct Session {
    inner: tower_sessions_core::Session,
    had_cookie: bool,
}

/// How sessions are kept and their cookies signed.
pub(crate) struct SessionSettings {
    pub key: Key,
    pub store: Arc<Store>,
    pub cookie: String,
    pub age: Duration,
    pub secure: bool,
}

impl SessionSettings {
    pub fn cookie_name(&self) -> &str {
        &self.cookie
    }

    /// A cookie with the safe attributes.
    pub fn make_cookie(&self, name: &str, value: String, age: Duration) -> Cookie<'static> {
        Cookie::build((name.to_owned(), value))
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.secure)
            .path("/")
            .max_age(age)
            .build()
    }

    /// The same cookie with its value signed.
    pub fn sign(&self, cookie: Cookie<'static>) -> Cookie<'static> {
        let name = cookie.name().to_owned();
        let mut jar = CookieJar::new();
        jar.signed_mut(&self.key).add(cookie.clone());
        jar.get(&name).cloned().unwrap_or(cookie)
    }

    /// The value of a signed cookie, when the signature is right.
    pub fn verify(&self, name: &str, value: String) -> Option<String> {
        let cookie = Cookie::new(name.to_owned(), value);
        CookieJar::new().signed(&self.key).verify(cookie).map(|cookie| cookie.value().to_owned())
    }
}

impl Session {
    pub(crate) fn open(settings: &SessionSettings, cookie: Option<String>) -> Option<Self> {
        let had_cookie = cookie.is_some();
        let id = cookie
            .and_then(|value| settings.verify(&settings.cookie, value))
            .and_then(|id| id.parse::<Id>().ok());
        let expiry = Expiry::OnInactivity(settings.age);
        let inner = tower_sessions_core::Session::new(id, settings.store.clone(), Some(expiry));
        Some(Self { inner, had_cookie })
    }

    /// The value under a key.
    ///
    /// # Errors
    /// When the store cannot be read, or the value is no `T`.
    pub async fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>> {
        self.inner.get(key).await.map_err(fault)
    }

    /// Puts a value under a key.
    ///
    /// # Errors
    /// When the store cannot be read, or the value cannot be JSON.
    pub async fn insert(&self, key: &str, value: impl Serialize) -> Result<()> {
        self.inner.insert(key, value).await.map_err(fault)
    }

    /// Takes the value under a key out.
    ///
    /// # Errors
    /// As [`Session::get`].
    pub async fn remove<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>> {
        self.inner.remove(key).await.map_err(fault)
    }

    /// Gives the session a new id, and forms a new token: at log-in and at every change of rights, so that
    /// an id that somebody planted before is worth nothing.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn rotate(&self, cx: &Context) -> Result<()> {
        self.inner.cycle_id().await.map_err(fault)?;
        cx.rotate_csrf();
        Ok(())
    }

    /// Ends the session: everything in it is gone.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn end(&self, cx: &Context) -> Result<()> {
        self.inner.flush().await.map_err(fault)?;
        cx.rotate_csrf();
        Ok(())
    }

    /// Writes the session back and sets its cookie, once, before the response is sent.
    pub(crate) async fn close(&self, cx: &Context) -> Result<()> {
        let settings = &cx.app().0.sessions;
        let remove = || cx.set_cookie(settings.make_cookie(&settings.cookie, String::new(), Duration::ZERO));
        if !self.inner.is_modified() {
            return Ok(());
        }
        if self.inner.is_empty().await {
            if self.inner.id().is_some() {
                self.inner.delete().await.map_err(fault)?;
            }
            if self.had_cookie {
                remove();
            }
            return Ok(());
        }
        self.inner.save().await.map_err(fault)?;
        if let Some(id) = self.inner.id() {
            cx.set_cookie(settings.sign(settings.make_cookie(
                &settings.cookie,
                id.to_string(),
                settings.age,
            )));
        }
        Ok(())
    }
}

fn fault(error: tower_sessions_core::session::Error) -> Error {
    Error::internal("the session could not be read or written").caused_by(error)
}

impl FromContext for Session {
    async fn from_context(cx: &Context) -> Result<Self> {
        cx.session()
    }
}

from_request_by_context!(Session);
