//! Mails to the authors of tickets, each in the author's own language.

use ravand::prelude::*;
use ravand::process::{Handle, State};
use ticketing::events::answered::Answered;
use ticketing::events::closed::Closed;
use ticketing::events::opened::Opened;
use ticketing::events::request_done::{How, RequestDone, Told};
use ticketing::models::ticket;

use crate::processes::email::{Email, Mail};

/// Tells the authors of tickets what happens with them: each mail is a process that is queued in the transaction of what
/// it tells of, so that one is there if and only if the other is.
#[derive(Listeners)]
pub struct Tickets;

#[listener]
impl Tickets {
    /// The ticket has arrived.
    pub async fn opened(&self, event: &mut Opened, cx: &Context) -> Result<()> {
        tell(&event.transaction, write(cx, &event.ticket, "opened", "", &event.body)?).await
    }

    /// The staff answered.
    pub async fn answered(&self, event: &mut Answered, cx: &Context) -> Result<()> {
        tell(&event.transaction, write(cx, &event.ticket, "answered", &event.author, &event.body)?).await
    }

    /// The ticket is closed.
    pub async fn closed(&self, event: &mut Closed, cx: &Context) -> Result<()> {
        let phrase = if event.automatically { "closed_by_itself" } else { "closed" };
        tell(&event.transaction, write(cx, &event.ticket, phrase, "", "")?).await
    }

    /// The request has been done. The staff may wait for this mail, to see whether it is sent: the seed's three forms.
    pub async fn request_done(&self, event: &mut RequestDone, cx: &Context) -> Result<()> {
        let mail = Mail {
            sender: sender(cx)?,
            sender_name: sender_name(cx)?,
            send_to: event.ticket.author_email.clone(),
            subject: None,
            body: None,
        };
        event.told = Some(match event.how {
            // By its address, as the seed does it.
            How::Background => {
                let process = Process::new("packages/email/processes/Email@send");
                let process = process.parameters(&mail)?.save(cx).await?;
                process.background_run(cx).await?;
                Told::InBackground
            }
            // By its method, which rustc checks.
            How::Wait => {
                let process = Email::send(mail).save(cx).await?;
                process.run(cx).await?;
                let is_done = process.wait_for(secs(10)).await;
                told(&process, is_done).await?
            }
            How::RunAndWait => {
                let process = Email::send(mail).save(cx).await?;
                let is_done = process.run_and_wait_for(secs(10)).await;
                told(&process, is_done).await?
            }
        });
        Ok(())
    }
}

/// What became of a mail that was waited for. What it failed with is in its record.
async fn told(process: &Handle, is_done: Result<bool>) -> Result<Told> {
    let state = process.state().await?;
    Ok(match is_done {
        Ok(false) => Told::NotYet,
        Ok(true) if state == State::Done => Told::Sent,
        Ok(true) => Told::Failed,
        Err(_) if state.ended() => Told::Failed,
        Err(error) => return Err(error),
    })
}

/// Has a mail sent when the transaction is committed.
async fn tell(transaction: &Transaction, mail: Mail) -> Result<()> {
    Email::send(mail).background_run(transaction).await?;
    Ok(())
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
