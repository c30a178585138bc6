//! Who looks at tickets, and which tickets those are.

use ravand::axum::extract::FromRequestParts;
use ravand::axum::http::request::Parts;
use ravand::sea_orm::{ColumnTrait, Condition};
use ravand::{Context, Error, FromContext, Result, Session};
use userpanel::auth::current_user::CurrentUser;

use super::ticket;

/// Where the session keeps the tickets of an author without an account.
const KEY: &str = "ticketing.own";
/// So many of them: the session does not grow without end.
const KEPT: usize = 50;

/// Who looks at tickets: the user, and the tickets that this browser opened or has the link of.
#[derive(Clone, Debug, Default)]
pub struct Viewer {
    /// The user, when there is one.
    pub user: CurrentUser,
    /// The numbers of the tickets that are the browser's own.
    pub own: Vec<i64>,
}

impl Viewer {
    /// Whether it is a member of the staff.
    pub fn is_staff(&self) -> bool {
        self.user.is_staff()
    }

    /// Whether the ticket is the viewer's own.
    pub fn owns(&self, ticket: &ticket::Model) -> bool {
        let account = self.user.id().is_some_and(|id| ticket.user_id == Some(id));
        account || self.own.contains(&ticket.id)
    }

    /// Whether the viewer may read the ticket.
    pub fn may_read(&self, ticket: &ticket::Model) -> bool {
        ticket.public || self.may_write(ticket)
    }

    /// Whether the viewer may write in the ticket, and close it.
    pub fn may_write(&self, ticket: &ticket::Model) -> bool {
        self.is_staff() || self.owns(ticket)
    }

    /// The tickets that the viewer may read, as a condition of a query.
    pub fn readable(&self) -> Condition {
        if self.is_staff() {
            return Condition::all();
        }
        let mut readable = Condition::any().add(ticket::Column::Public.eq(true));
        if let Some(id) = self.user.id() {
            readable = readable.add(ticket::Column::UserId.eq(id));
        }
        if !self.own.is_empty() {
            readable = readable.add(ticket::Column::Id.is_in(self.own.iter().copied()));
        }
        readable
    }

    /// Keeps in the session that the ticket is the browser's own.
    ///
    /// # Errors
    /// When the session cannot be kept.
    pub async fn remember(&self, session: &Session, ticket: i64) -> Result<()> {
        if self.own.contains(&ticket) {
            return Ok(());
        }
        let mut own = self.own.clone();
        own.push(ticket);
        let surplus = own.len().saturating_sub(KEPT);
        own.drain(..surplus);
        session.insert(KEY, own).await
    }
}

impl FromContext for Viewer {
    async fn from_context(cx: &Context) -> Result<Self> {
        let user = CurrentUser::from_context(cx).await?;
        let own = match cx.request() {
            Some(_) => cx.session()?.get(KEY).await?.unwrap_or_default(),
            None => Vec::new(),
        };
        Ok(Self { user, own })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Viewer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let cx = Context::from_request_parts(parts, state).await?;
        Self::from_context(&cx).await
    }
}
