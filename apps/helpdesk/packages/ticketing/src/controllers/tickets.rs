//! Tickets: the list, a ticket, and what can be done with it.

use ravand::axum::http::{HeaderValue, StatusCode, header};
use ravand::prelude::*;
use userpanel::auth::changing::Changing;
use userpanel::auth::current_user::Staff;
use userpanel::auth::{back, flash};

use crate::events::answered::Answered;
use crate::events::closed::Closed;
use crate::events::opened::Opened;
use crate::events::request_done::{How, RequestDone, Told};
use crate::libraries::{export, validate};
use crate::models::listing::{self, Filter};
use crate::models::status::Status;
use crate::models::thread::{self, Draft};
use crate::models::ticket::{self, DEPARTMENTS};
use crate::models::viewer::Viewer;
use crate::views::add::{Add, NewTicket};
use crate::views::list::{List, Tab};
use crate::views::show::{Show, Shown};

/// How many tickets a download has at most.
const EXPORTED: u64 = 10_000;

/// Tickets.
#[derive(Controller)]
pub struct Tickets {
    db: Db,
    session: Session,
    viewer: Viewer,
}

/// The query of a list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    q: String,
    page: String,
    status: String,
}

/// The query of a ticket's page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct KeyQuery {
    key: String,
}

/// The form of a reply.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ReplyForm {
    body: String,
}

/// The form that has an author told.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DoneForm {
    how: How,
}

/// What a program may change of a ticket.
#[derive(Debug, Deserialize)]
pub struct Change {
    status: Status,
}

#[controller]
impl Tickets {
    /// The list.
    pub async fn index(&self, cx: &Context, Query(query): Query<ListQuery>) -> Result<List> {
        let status = Status::from_name(&query.status);
        self.list(cx, status, query).await
    }

    /// The list of one state.
    pub async fn by_status(
        &self,
        cx: &Context,
        Param(status): Param<String>,
        Query(query): Query<ListQuery>,
    ) -> Result<List> {
        let status = Status::from_name(&status)
            .ok_or_else(|| Error::not_found(format!("there is no state `{status}`")))?;
        self.list(cx, Some(status), query).await
    }

    /// A ticket with its messages. The key of its link makes it the browser's own.
    pub async fn view(
        &self,
        cx: &Context,
        Param(id): Param<i64>,
        Query(query): Query<KeyQuery>,
    ) -> Result<Response> {
        if !query.key.is_empty() {
            return self.by_key(cx, id, &query.key).await;
        }
        let ticket = thread::read(&self.db, &self.viewer, id).await?;
        let messages = thread::messages(&self.db, id).await?;
        Ok(Response::new(true).set_view(Show::new(ticket, messages, &self.viewer)))
    }

    /// The short link of a ticket.
    pub async fn short(&self, cx: &Context, Param(id): Param<i64>) -> Result<Response> {
        Ok(Response::new(true).go(page_of(cx, id)?).set_http_code(StatusCode::MOVED_PERMANENTLY))
    }

    /// The form of a new ticket.
    pub async fn add(&self) -> Add {
        Add { form: NewTicket { public: "1".to_owned(), ..NewTicket::default() }, departments: &DEPARTMENTS }
    }

    /// Opens a ticket.
    pub async fn store(&self, cx: &Context, _: Changing, Form(form): Form<NewTicket>) -> Result<Response> {
        let (draft, errors) = self.draft(cx, &form);
        if !errors.is_empty() {
            let view = View::from(Add { form, departments: &DEPARTMENTS }).with_errors(errors);
            return Ok(Response::new(false).set_view(view).set_http_code(StatusCode::UNPROCESSABLE_ENTITY));
        }
        let body = draft.body.clone();
        let transaction = self.db.begin().await?;
        let ticket = thread::open(&transaction, draft).await?;
        let (id, is_own) = (ticket.id, ticket.user_id.is_none());
        let mut opened = Opened { ticket, body, transaction };
        opened.trigger(cx).await?;
        opened.transaction.commit().await?;
        if is_own {
            self.viewer.remember(&self.session, id).await?;
        }
        flash::done(&self.session, cx.t("ticket.opened")).await?;
        Ok(Response::new(true).set_data(id, "id").go(page_of(cx, id)?))
    }

    /// Adds a message: the staff's answer, or its author's reply.
    pub async fn reply(
        &self,
        cx: &Context,
        _: Changing,
        Param(id): Param<i64>,
        Form(form): Form<ReplyForm>,
    ) -> Result<Response> {
        let ticket = thread::write(&self.db, &self.viewer, id).await?;
        let mut errors = FieldErrors::default();
        let body = validate::text(&mut errors, "body", &form.body, 2..=10_000);
        if !errors.is_empty() {
            let messages = thread::messages(&self.db, id).await?;
            let view = Show { reply: form.body, ..Show::new(ticket, messages, &self.viewer) };
            return Ok(Response::new(false)
                .set_view(View::from(view).with_errors(errors))
                .set_http_code(StatusCode::UNPROCESSABLE_ENTITY));
        }
        let from_staff = self.viewer.is_staff() && !self.viewer.owns(&ticket);
        let author = match &self.viewer.user.0 {
            Some(user) => user.name.clone(),
            None => ticket.author_name.clone(),
        };
        let transaction = self.db.begin().await?;
        let (ticket, message) = thread::reply(&transaction, ticket, author, from_staff, body).await?;
        let number = message.id;
        if from_staff {
            let (author, body) = (message.author, message.body);
            let mut answered = Answered { ticket, author, body, transaction };
            answered.trigger(cx).await?;
            answered.transaction.commit().await?;
        } else {
            transaction.commit().await?;
        }
        flash::done(&self.session, cx.t("ticket.replied")).await?;
        let page = format!("{}#m{number}", page_of(cx, id)?);
        Ok(Response::new(true).set_data(number, "message_id").go(page))
    }

    /// Closes a ticket. One that is closed already stays as it is.
    pub async fn close(&self, cx: &Context, _: Changing, Param(id): Param<i64>) -> Result<Response> {
        thread::write(&self.db, &self.viewer, id).await?;
        self.set_status(cx, id, Status::Closed).await?;
        flash::done(&self.session, cx.t("ticket.closed")).await?;
        Ok(Response::new(true).go(page_of(cx, id)?))
    }

    /// A member of the staff begins to work on a ticket.
    pub async fn take(&self, cx: &Context, _: Changing, _: Staff, Param(id): Param<i64>) -> Result<Response> {
        thread::write(&self.db, &self.viewer, id).await?;
        thread::set_status(&self.db, id, Status::InProgress).await?;
        flash::done(&self.session, cx.t("ticket.taken")).await?;
        Ok(Response::new(true).go(page_of(cx, id)?))
    }

    /// Changes a ticket's state, for programs: `PATCH` with `{"status": "closed"}`.
    pub async fn update(
        &self,
        cx: &Context,
        _: Changing,
        _: Staff,
        Param(id): Param<i64>,
        Json(change): Json<Change>,
    ) -> Result<Response> {
        let ticket = thread::write(&self.db, &self.viewer, id).await?;
        let changed = self.set_status(cx, id, change.status).await?;
        Ok(Response::new(true).set_data(Shown::new(changed.unwrap_or(ticket), true), "ticket").json())
    }

    /// Has the author told that the request has been done: a package that can do so listens to the event. `how` says
    /// whether the staff waits for it.
    pub async fn request_done(
        &self,
        cx: &Context,
        _: Changing,
        _: Staff,
        Param(id): Param<i64>,
        Form(form): Form<DoneForm>,
    ) -> Result<Response> {
        let ticket = thread::write(&self.db, &self.viewer, id).await?;
        let mut done = RequestDone { ticket, how: form.how, told: None };
        done.trigger(cx).await?;
        let told = done.told.unwrap_or(Told::Failed);
        let (message, is_well) = (cx.t(told.phrase()), told != Told::Failed);
        match is_well {
            true => flash::done(&self.session, message.clone()).await?,
            false => flash::failed(&self.session, message.clone()).await?,
        }
        Ok(Response::new(is_well).set_data(message, "message").go(page_of(cx, id)?))
    }

    /// A ticket as a text file.
    pub async fn export(&self, cx: &Context, Param(id): Param<i64>) -> Result<Response> {
        let ticket = thread::read(&self.db, &self.viewer, id).await?;
        let messages = thread::messages(&self.db, id).await?;
        let language = cx.language();
        let text = export::thread(
            &format!("#{id} {}", ticket.subject),
            messages.iter().map(|message| {
                (
                    message.author.as_str(),
                    language.date_time(message.created_at, Default::default()),
                    message.body.as_str(),
                )
            }),
        );
        download(text, "text/plain; charset=utf-8", &format!("ticket-{id}.txt"))
    }

    /// All tickets, for staff, as CSV or as text.
    pub async fn export_all(&self, cx: &Context, _: Staff, Param(format): Param<String>) -> Result<Response> {
        let filter = Filter { per_page: EXPORTED, page: 1, ..Filter::default() };
        let rows = listing::find(&self.db, &self.viewer, &filter).await?.rows;
        let language = cx.language();
        let day = |unix| language.date_time(unix, Default::default());
        if format.eq_ignore_ascii_case("txt") {
            let lines = rows.iter().map(|row| {
                format!(
                    "#{} {} ({}, {})\n",
                    row.id,
                    row.subject,
                    cx.t(&format!("status.{}", row.status.name())),
                    day(row.updated_at)
                )
            });
            return download(lines.collect(), "text/plain; charset=utf-8", "tickets.txt");
        }
        // Spreadsheets take a file for UTF-8 by the mark at its beginning.
        let mut csv = String::from("\u{feff}");
        let head = ["id", "subject", "department", "status", "author", "created_at", "updated_at"];
        csv.push_str(&export::csv_row(&head));
        for row in rows {
            let (id, created, updated) = (row.id.to_string(), day(row.created_at), day(row.updated_at));
            let cells =
                [&id, &row.subject, &row.department, row.status.name(), &row.author_name, &created, &updated];
            csv.push_str(&export::csv_row(&cells));
        }
        download(csv, "text/csv; charset=utf-8", "tickets.csv")
    }
}

impl Tickets {
    /// Gives the ticket another state, and says so when it is closed now; nothing when it has that state already.
    async fn set_status(&self, cx: &Context, id: i64, status: Status) -> Result<Option<ticket::Model>> {
        let transaction = self.db.begin().await?;
        let changed = thread::set_status(&transaction, id, status).await?;
        match changed.clone().filter(|ticket| ticket.status == Status::Closed) {
            Some(ticket) => {
                let mut closed = Closed { ticket, automatically: false, transaction };
                closed.trigger(cx).await?;
                closed.transaction.commit().await?;
            }
            None => transaction.commit().await?,
        }
        Ok(changed)
    }

    async fn list(&self, cx: &Context, status: Option<Status>, query: ListQuery) -> Result<List> {
        let search: String = query.q.trim().chars().take(100).collect();
        let filter = Filter {
            status,
            search,
            page: query.page.parse().unwrap_or(1),
            per_page: cx.options().get_or("packages.ticketing.per_page", 10)?,
        };
        let found = listing::find(&self.db, &self.viewer, &filter).await?;
        let page = |page: u64| address(cx, status, &filter.search, page);
        let mut tabs = vec![Tab {
            name: "all",
            url: address(cx, None, &filter.search, 1)?,
            count: found.counts.values().sum(),
            current: status.is_none(),
        }];
        for each in Status::ALL {
            tabs.push(Tab {
                name: each.name(),
                url: address(cx, Some(each), &filter.search, 1)?,
                count: found.counts.get(&each).copied().unwrap_or_default(),
                current: status == Some(each),
            });
        }
        Ok(List {
            tickets: found.rows,
            tabs,
            status_shown: status.map_or("", Status::name),
            page: found.page,
            pages: found.pages,
            total: found.total,
            previous: if found.page > 1 { Some(page(found.page - 1)?) } else { None },
            next: if found.page < found.pages { Some(page(found.page + 1)?) } else { None },
            search: filter.search.clone(),
        })
    }

    /// Who comes by the link of a mail may write in the ticket from now on.
    async fn by_key(&self, cx: &Context, id: i64, key: &str) -> Result<Response> {
        use ravand::sea_orm::EntityTrait;
        let ticket = ticket::Entity::find_by_id(id).one(&*self.db).await?;
        let Some(ticket) = ticket.filter(|ticket| same(&ticket.access_key, key)) else {
            return Err(Error::not_found(format!("there is no ticket {id} with this key")));
        };
        self.viewer.remember(&self.session, ticket.id).await?;
        Ok(Response::new(true).go(page_of(cx, id)?))
    }

    /// What the form says, and what is wrong with it.
    fn draft(&self, cx: &Context, form: &NewTicket) -> (Draft, FieldErrors) {
        let mut errors = FieldErrors::default();
        let subject = validate::text(&mut errors, "subject", &validate::line(&form.subject), 3..=150);
        let body = validate::text(&mut errors, "body", &form.body, 2..=10_000);
        if !DEPARTMENTS.contains(&form.department.as_str()) {
            errors.add("department", "errors.department");
        }
        let (user_id, name, email) = match &self.viewer.user.0 {
            Some(user) => (Some(user.id), user.name.clone(), user.email.clone()),
            None => {
                let name = validate::text(&mut errors, "name", &validate::line(&form.name), 2..=80);
                (None, name, validate::email(&mut errors, "email", &form.email))
            }
        };
        let lang = cx.language().code().as_str().to_owned();
        let department = form.department.clone();
        (
            Draft { subject, department, body, public: !form.public.is_empty(), user_id, name, email, lang },
            errors,
        )
    }
}

fn page_of(cx: &Context, id: i64) -> Result<String> {
    cx.url_for("ticket", &[("id", &id.to_string())])
}

/// The address of a page of a list.
fn address(cx: &Context, status: Option<Status>, search: &str, page: u64) -> Result<String> {
    let path = match status {
        Some(status) => cx.url_for("tickets.status", &[("status", status.name())])?,
        None => cx.url_for("tickets", &[])?,
    };
    let mut query = Vec::new();
    if !search.is_empty() {
        query.push(format!("q={}", back::encoded(search)));
    }
    if page > 1 {
        query.push(format!("page={page}"));
    }
    Ok(if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) })
}

/// A text that browsers save.
fn download(text: String, kind: &str, name: &str) -> Result<Response> {
    let disposition = HeaderValue::try_from(format!("attachment; filename=\"{name}\""))
        .map_err(|error| Error::internal(format!("`{name}` is no name of a file")).caused_by(error))?;
    Ok(Response::new(true)
        .raw_output(text)
        .set_mime_type(kind)
        .set_header(header::CONTENT_DISPOSITION, disposition))
}

/// Compares all letters, wherever the first difference is.
fn same(ours: &str, given: &str) -> bool {
    let difference = ours.bytes().zip(given.bytes()).fold(0, |all, (ours, given)| all | (ours ^ given));
    ours.len() == given.len() && difference == 0
}
