//! Lists of tickets: filtered, searched, a page at a time.

use std::collections::HashMap;

use ravand::Result;
use ravand::sea_orm::entity::prelude::*;
use ravand::sea_orm::sea_query::{LikeExpr, Query};
use ravand::sea_orm::{self, Condition, FromQueryResult, QueryOrder, QuerySelect};
use serde::Serialize;

use super::status::Status;
use super::viewer::Viewer;
use super::{message, ticket};

/// What a list shows.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only tickets of this state.
    pub status: Option<Status>,
    /// Only tickets with these words, or of this number.
    pub search: String,
    /// The page, from 1; one behind the last is the last.
    pub page: u64,
    /// How many tickets a page has.
    pub per_page: u64,
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Listing {
    /// The tickets of the page, the one with the latest message first.
    pub rows: Vec<Row>,
    /// How many there are of each state, whatever state is asked for.
    pub counts: HashMap<Status, u64>,
    /// How many there are of the state that is asked for.
    pub total: u64,
    /// The page.
    pub page: u64,
    /// How many pages there are; at least one.
    pub pages: u64,
}

/// A ticket in a list.
#[derive(Clone, Debug, Serialize, FromQueryResult)]
pub struct Row {
    /// The number.
    pub id: i64,
    /// What it is about.
    pub subject: String,
    /// Who it is for.
    pub department: String,
    /// Its state.
    pub status: Status,
    /// Whether everybody may read it.
    pub public: bool,
    /// Who opened it.
    pub author_name: String,
    /// When it was opened.
    pub created_at: i64,
    /// When something happened in it last.
    pub updated_at: i64,
}

/// The columns of a [`Row`].
const COLUMNS: [ticket::Column; 8] = [
    ticket::Column::Id,
    ticket::Column::Subject,
    ticket::Column::Department,
    ticket::Column::Status,
    ticket::Column::Public,
    ticket::Column::AuthorName,
    ticket::Column::CreatedAt,
    ticket::Column::UpdatedAt,
];

/// Finds a page of the tickets that the viewer may read.
///
/// # Errors
/// When the database refuses.
pub async fn find(db: &DatabaseConnection, viewer: &Viewer, filter: &Filter) -> Result<Listing> {
    let all = Condition::all().add(viewer.readable()).add_option(found(&filter.search));
    let counts = count(db, all.clone()).await?;
    let total = match filter.status {
        Some(status) => counts.get(&status).copied().unwrap_or_default(),
        None => counts.values().sum(),
    };
    let per_page = filter.per_page.max(1);
    let pages = total.div_ceil(per_page).max(1);
    let page = filter.page.clamp(1, pages);
    let rows = ticket::Entity::find()
        .select_only()
        .columns(COLUMNS)
        .filter(all.add_option(filter.status.map(|status| ticket::Column::Status.eq(status))))
        .order_by_desc(ticket::Column::UpdatedAt)
        .order_by_desc(ticket::Column::Id)
        .offset((page - 1) * per_page)
        .limit(per_page)
        .into_model::<Row>()
        .all(db)
        .await?;
    Ok(Listing { rows, counts, total, page, pages })
}

/// How many tickets there are of each state.
///
/// # Errors
/// When the database refuses.
pub async fn count(db: &DatabaseConnection, which: Condition) -> Result<HashMap<Status, u64>> {
    let counted: Vec<(Status, i64)> = ticket::Entity::find()
        .select_only()
        .column(ticket::Column::Status)
        .column_as(ticket::Column::Id.count(), "tickets")
        .filter(which)
        .group_by(ticket::Column::Status)
        .into_tuple()
        .all(db)
        .await?;
    Ok(counted
        .into_iter()
        .map(|(status, count)| (status, u64::try_from(count).unwrap_or_default()))
        .collect())
}

/// The tickets that wait for the staff, the one that waits longest first.
///
/// # Errors
/// When the database refuses.
pub async fn waiting(db: &DatabaseConnection, viewer: &Viewer, limit: u64) -> Result<Vec<Row>> {
    Ok(ticket::Entity::find()
        .select_only()
        .columns(COLUMNS)
        .filter(viewer.readable())
        .filter(ticket::Column::Status.is_in([Status::Open, Status::InProgress]))
        .order_by_asc(ticket::Column::UpdatedAt)
        .limit(limit)
        .into_model::<Row>()
        .all(db)
        .await?)
}

/// The answered tickets that nobody wrote in for a day at `now`, as far as the viewer may read them.
///
/// # Errors
/// When the database refuses.
pub async fn due(db: &DatabaseConnection, viewer: &Viewer, now: i64) -> Result<Vec<Row>> {
    Ok(ticket::Entity::find()
        .select_only()
        .columns(COLUMNS)
        .filter(viewer.readable())
        .filter(super::auto_close::due(now))
        .order_by_asc(ticket::Column::AnsweredAt)
        .into_model::<Row>()
        .all(db)
        .await?)
}

/// The condition of a search: words in the subject, the author's name or a message, or the ticket's number.
fn found(search: &str) -> Option<Condition> {
    let search = search.trim();
    if search.is_empty() {
        return None;
    }
    let pattern = pattern(search);
    let like = || LikeExpr::new(pattern.clone()).escape('\\');
    let in_messages = Query::select()
        .column(message::Column::TicketId)
        .from(message::Entity)
        .cond_where(message::Column::Body.like(like()))
        .to_owned();
    let number = search.trim_start_matches('#').parse::<i64>().ok();
    Some(
        Condition::any()
            .add(ticket::Column::Subject.like(like()))
            .add(ticket::Column::AuthorName.like(like()))
            .add(ticket::Column::Id.in_subquery(in_messages))
            .add_option(number.map(|number| ticket::Column::Id.eq(number))),
    )
}

/// The text anywhere; its own `%` and `_` stand for themselves.
fn pattern(search: &str) -> String {
    let mut pattern = String::from("%");
    for letter in search.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[test]
    fn a_search_is_taken_literally() {
        assert_eq!(pattern("50% _off\\"), "%50\\% \\_off\\\\%");
    }
}
