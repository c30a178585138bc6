//! How a mail leaves: by SMTP when the options name a server, else as a file.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lettre::message::Message;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use ravand::{App, Error, Result, Storage};
use serde::Deserialize;

/// The option `packages.email.smtp`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    host: String,
    port: Option<u16>,
    user: Option<String>,
    password: Option<String>,
    #[serde(default)]
    tls: Security,
}

/// How the connection to the server is kept secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// From the first byte on (port 465).
    #[default]
    Tls,
    /// By `STARTTLS`, which the server must offer (port 587).
    Starttls,
    /// Not at all: for a server on this machine (port 25).
    None,
}

/// Sends a message.
///
/// # Errors
/// When the options are not right, the server refuses, or the disk does.
pub async fn send(app: &App, message: Message) -> Result<()> {
    match app.options().get::<Smtp>("packages.email.smtp")? {
        Some(smtp) => {
            transport(&smtp)?.send(message).await.map_err(|error| fault("the mail server refused", error))?;
        }
        None => {
            Storage::of(app, "email", "private")?.write(&file_name()?, &message.formatted()).await?;
        }
    }
    Ok(())
}

fn transport(smtp: &Smtp) -> Result<AsyncSmtpTransport<Tokio1Executor>> {
    let tls = || {
        TlsParameters::new(smtp.host.clone())
            .map_err(|error| fault("the mail server's name is no name", error))
    };
    let (port, tls) = match smtp.tls {
        Security::Tls => (465, Tls::Wrapper(tls()?)),
        Security::Starttls => (587, Tls::Required(tls()?)),
        Security::None => (25, Tls::None),
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&smtp.host)
        .port(smtp.port.unwrap_or(port))
        .tls(tls)
        .timeout(Some(Duration::from_secs(10)));
    if let Some(user) = &smtp.user {
        builder =
            builder.credentials(Credentials::new(user.clone(), smtp.password.clone().unwrap_or_default()));
    }
    Ok(builder.build())
}

/// A name that sorts by time and that nobody else has.
fn file_name() -> Result<String> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let mut random = [0_u8; 6];
    getrandom::fill(&mut random).map_err(|error| Error::internal(format!("no random numbers: {error}")))?;
    let random: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("{}-{random}.eml", since.as_millis()))
}

fn fault(what: &'static str, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::internal(what).caused_by(error)
}
