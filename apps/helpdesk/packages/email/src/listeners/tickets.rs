//! Mails to the authors of tickets, each in the author's own language.

use ravand::prelude::*;
use ravand::tracing;
use ticketing::events::answered::Answered;
use ticketing::events::closed::Closed;
use ticketing::events::opened::Opened;
use ticketing::events::request_done::RequestDone;
use ticketing::models::ticket;

use crate::libraries::transport;
use crate::processes::email::Mail;

/// Tells the authors of tickets what happens with them. A mail that cannot be sent is logged; it never breaks
/// what caused it.
#[derive(Listeners)]
pub struct Tickets;

#[listener]
impl Tickets {
    /// The ticket has arrived.
    pub async fn opened(&self, event: &mut Opened, cx: &Context) {
        tell(cx, &event.ticket, "opened", "", &event.body).await;
    }

    /// The staff answered.
    pub async fn answered(&self, event: &mut Answered, cx: &Context) {
        tell(cx, &event.ticket, "answered", &event.author, &event.body).await;
    }

    /// The ticket is closed.
    pub async fn closed(&self, event: &mut Closed, cx: &Context) {
        let phrase = if event.automatically { "closed_by_itself" } else { "closed" };
        tell(cx, &event.ticket, phrase, "", "").await;
    }

    /// The request has been done. The staff waits for this mail, to see whether it is sent.
    pub async fn request_done(&self, event: &mut RequestDone, cx: &Context) -> Result<()> {
        let mail = Mail {
            sender: sender(cx)?,
            sender_name: sender_name(cx)?,
            send_to: event.ticket.author_email.clone(),
            subject: None,
            body: None,
        };
        let process = Process::new("packages/email/processes/Email@send").parameters(&mail)?;
        event.told = process.call(cx).await?.status();
        Ok(())
    }
}

async fn tell(cx: &Context, ticket: &ticket::Model, phrase: &'static str, author: &str, body: &str) {
    let sent = async {
        let mail = write(cx, ticket, phrase, author, body)?;
        let process = Process::new("packages/email/processes/Email@send").parameters(&mail)?;
        // A server may take its time, and the visitor does not wait for it.
        if transport::is_smtp(cx.app())? {
            let own = cx.in_language(&ticket.lang);
            tokio::spawn(async move { log(process.call(&own).await) });
            return Ok(());
        }
        process.call(cx).await.map(drop)
    };
    log(sent.await);
}

fn log<T>(sent: Result<T>) {
    if let Err(error) = sent {
        tracing::error!("a mail was not sent: {}", error.chain());
    }
}

fn write(cx: &Context, ticket: &ticket::Model, phrase: &str, author: &str, body: &str) -> Result<Mail> {
    let reader = cx.in_language(&ticket.lang);
    let id = ticket.id.to_string();
    let path = reader.url_for("ticket", &[("id", &id)])?;
    let link = format!("{}{path}?key={}", site(cx)?, ticket.access_key);
    let phrase = |part: &str| {
        let args = [
            ("name", ticket.author_name.clone()),
            ("id", id.clone()),
            ("subject", ticket.subject.clone()),
            ("author", author.to_owned()),
            ("body", body.to_owned()),
            ("link", link.clone()),
        ];
        reader.language().text(&format!("mail.{phrase}.{part}"), &args.into_iter().collect()).into_owned()
    };
    Ok(Mail {
        sender: sender(cx)?,
        sender_name: sender_name(&reader)?,
        send_to: ticket.author_email.clone(),
        subject: Some(phrase("subject")),
        body: Some(phrase("body")),
    })
}

fn sender(cx: &Context) -> Result<String> {
    cx.options().get_or("packages.email.sender", "support@helpdesk.example".to_owned())
}

fn sender_name(cx: &Context) -> Result<String> {
    cx.options().get_or("packages.email.sender_name", cx.t("mail.sender_name"))
}

/// What links begin with: the option `packages.email.site_url`; without it the host of the request, and in a
/// process the address that the application serves by default.
fn site(cx: &Context) -> Result<String> {
    if let Some(url) = cx.options().get::<String>("packages.email.site_url")? {
        return Ok(url.trim_end_matches('/').to_owned());
    }
    Ok(match cx.request().filter(|request| !request.host.is_empty()) {
        Some(request) => format!("{}://{}", request.scheme.as_str(), request.host),
        None => "http://127.0.0.1:8080".to_owned(),
    })
}
