//! The process that sends a mail.

use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use ravand::prelude::*;
use ravand::App;
use ravand::process::Level;

use crate::libraries::transport;

/// Sends mails.
#[derive(Processes)]
pub struct Email {
    app: App,
}

/// A mail, with the seed's names.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Mail {
    /// The sender's address.
    pub sender: String,
    /// The sender's name.
    pub sender_name: String,
    /// Where it goes.
    pub send_to: String,
    /// Its subject; `Jeyserver Support`, as in the seed, when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Its text; `Your request has been done !`, as in the seed, when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

#[process]
impl Email {
    /// Sends a mail. The response's status is the mailer's result: what went wrong is in the process's log. A server
    /// that refuses is asked again; an address that is none stays one.
    #[process(queue = "mail", attempts = 5, backoff = "30s..1h", time_limit = "1m")]
    pub async fn send(&self, mail: Mail, run: &Run) -> Result<Response> {
        let message = message(&mail).map_err(|error| Retry::never(error.to_string()))?;
        match transport::send(&self.app, message).await {
            Ok(()) => Ok(Response::new(true)),
            Err(error) => {
                run.log_at(Level::Error, error.chain());
                Ok(Response::new(false))
            }
        }
    }
}

/// The mail as it is sent.
///
/// # Errors
/// When an address or a name cannot stand in a mail.
pub fn message(mail: &Mail) -> Result<Message> {
    let address =
        |text: &str| text.parse().map_err(|error| invalid(format!("`{text}` is no e-mail address"), error));
    let from = Mailbox::new(Some(mail.sender_name.clone()), address(&mail.sender)?);
    let subject = mail.subject.as_deref().unwrap_or("Jeyserver Support");
    let body = mail.body.as_deref().unwrap_or("Your request has been done !");
    Message::builder()
        .from(from)
        .to(Mailbox::new(None, address(&mail.send_to)?))
        .subject(subject)
        .header(ContentType::TEXT_PLAIN)
        .body(body.to_owned())
        .map_err(|error| invalid("the mail is not right".to_owned(), error))
}

fn invalid(what: String, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::Invalid, what).caused_by(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(send_to: &str) -> Mail {
        Mail {
            sender: "support@jeyserver.com".into(),
            sender_name: "Jey Support".into(),
            send_to: send_to.into(),
            subject: None,
            body: None,
        }
    }

    #[test]
    fn the_seeds_mail() {
        let text = String::from_utf8(message(&mail("client@email.com")).unwrap().formatted()).unwrap();
        assert!(text.contains("From: \"Jey Support\" <support@jeyserver.com>"), "{text}");
        assert!(text.contains("To: client@email.com"), "{text}");
        assert!(text.contains("Subject: Jeyserver Support"), "{text}");
        assert!(text.ends_with("Your request has been done !"), "{text}");
    }

    #[test]
    fn what_is_no_address_is_told() {
        let fault = message(&mail("client")).unwrap_err();
        assert_eq!(fault.to_string(), "`client` is no e-mail address");
        assert!(message(&mail("a@b.example\r\nBcc: c@d.example")).is_err());
    }

    #[test]
    fn a_subject_cannot_add_headers() {
        let mail = Mail { subject: Some("Hi\r\nBcc: c@d.example".into()), ..mail("a@b.example") };
        let text = String::from_utf8(message(&mail).unwrap().formatted()).unwrap();
        assert!(!text.contains("\r\nBcc:"), "{text}");
    }
}
