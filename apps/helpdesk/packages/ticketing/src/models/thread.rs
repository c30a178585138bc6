//! A ticket with its messages: read, opened, written in, closed.

use ravand::sea_orm::entity::prelude::*;
use ravand::sea_orm::{QueryOrder, Set};
use ravand::{Error, Result};

use super::status::Status;
use super::viewer::Viewer;
use super::{message, ticket};
use crate::libraries::clock::now;

/// What a new ticket is made of.
#[derive(Clone, Debug)]
pub struct Draft {
    /// What it is about.
    pub subject: String,
    /// Who it is for.
    pub department: String,
    /// What its author writes.
    pub body: String,
    /// Whether everybody may read it.
    pub public: bool,
    /// The author's account.
    pub user_id: Option<i64>,
    /// The author's name.
    pub name: String,
    /// The author's e-mail address.
    pub email: String,
    /// The author's language.
    pub lang: String,
}

/// The ticket of a number, when the viewer may read it. One that is hidden is not told from one that is not
/// there.
///
/// # Errors
/// 404, or when the database refuses.
pub async fn read(db: &DatabaseConnection, viewer: &Viewer, id: i64) -> Result<ticket::Model> {
    let ticket = ticket::Entity::find_by_id(id).one(db).await?;
    ticket
        .filter(|ticket| viewer.may_read(ticket))
        .ok_or_else(|| Error::not_found(format!("there is no ticket {id} for this viewer")))
}

/// As [`read`], for who wants to write in it.
///
/// # Errors
/// 404, 403 for a ticket of somebody else, or when the database refuses.
pub async fn write(db: &DatabaseConnection, viewer: &Viewer, id: i64) -> Result<ticket::Model> {
    let ticket = read(db, viewer, id).await?;
    if viewer.may_write(&ticket) {
        return Ok(ticket);
    }
    Err(Error::forbidden(format!("the ticket {id} is of somebody else")))
}

/// The messages of a ticket, the oldest first.
///
/// # Errors
/// When the database refuses.
pub async fn messages(db: &DatabaseConnection, ticket: i64) -> Result<Vec<message::Model>> {
    Ok(message::Entity::find()
        .filter(message::Column::TicketId.eq(ticket))
        .order_by_asc(message::Column::Id)
        .all(db)
        .await?)
}

/// Opens a ticket with its first message, in a transaction of the caller's.
///
/// # Errors
/// When the database refuses, or the system gives no random numbers.
pub async fn open(db: &impl ConnectionTrait, draft: Draft) -> Result<ticket::Model> {
    let at = now();
    let author = draft.name.clone();
    let ticket = ticket::ActiveModel {
        subject: Set(draft.subject),
        department: Set(draft.department),
        status: Set(Status::Open),
        public: Set(draft.public),
        user_id: Set(draft.user_id),
        author_name: Set(draft.name),
        author_email: Set(draft.email),
        lang: Set(draft.lang),
        access_key: Set(random_key()?),
        created_at: Set(at),
        updated_at: Set(at),
        answered_at: Set(None),
        ..Default::default()
    };
    let ticket = ticket.insert(db).await?;
    new_message(ticket.id, author, false, draft.body, at).insert(db).await?;
    Ok(ticket)
}

/// Adds a message, in a transaction of the caller's. The staff's makes the ticket answered, its author's opens it
/// again.
///
/// # Errors
/// When the database refuses.
pub async fn reply(
    db: &impl ConnectionTrait,
    ticket: ticket::Model,
    author: String,
    from_staff: bool,
    body: String,
) -> Result<(ticket::Model, message::Model)> {
    let at = now();
    let id = ticket.id;
    let mut changed = ticket::ActiveModel::from(ticket);
    changed.updated_at = Set(at);
    if from_staff {
        changed.status = Set(Status::Answered);
        changed.answered_at = Set(Some(at));
    } else {
        changed.status = Set(Status::Open);
    }
    let message = new_message(id, author, from_staff, body, at).insert(db).await?;
    let ticket = changed.update(db).await?;
    Ok((ticket, message))
}

/// Gives the ticket another state; nothing when it has it already.
///
/// # Errors
/// When the database refuses.
pub async fn set_status(
    db: &impl ConnectionTrait,
    id: i64,
    status: Status,
) -> Result<Option<ticket::Model>> {
    let changed = ticket::Entity::update_many()
        .col_expr(ticket::Column::Status, Expr::value(status))
        .col_expr(ticket::Column::UpdatedAt, Expr::value(now()))
        .filter(ticket::Column::Id.eq(id))
        .filter(ticket::Column::Status.ne(status))
        .exec_with_returning(db)
        .await?;
    Ok(changed.into_iter().next())
}

fn new_message(
    ticket_id: i64,
    author: String,
    from_staff: bool,
    body: String,
    at: i64,
) -> message::ActiveModel {
    message::ActiveModel {
        ticket_id: Set(ticket_id),
        author: Set(author),
        from_staff: Set(from_staff),
        body: Set(body),
        created_at: Set(at),
        ..Default::default()
    }
}

/// 128 random bits, in hexadecimal.
fn random_key() -> Result<String> {
    let mut random = [0_u8; 16];
    getrandom::fill(&mut random).map_err(|error| Error::internal(format!("no random numbers: {error}")))?;
    Ok(random.iter().map(|byte| format!("{byte:02x}")).collect())
}
