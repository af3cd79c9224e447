//! Probe the mail server: everything that a mail needs, and a mail as well if somebody wants one.

use super::letter;
use super::message::Content;
use super::outbox::Mail;
use super::smtp::Smtp;
use crate::clock::Timestamp;
use crate::config::Config;
use crate::ids::MailId;

/// Connects, encrypts and signs in as the worker does, hands a mail over when there is somebody `to` receive it, and says
/// goodbye. The error says what did not work.
pub async fn probe(config: &Config, to: Option<&str>, now: Timestamp) -> Result<(), String> {
    let smtp = Smtp::new(config)?;
    let mut connection = smtp.connect().await?;
    if let Some(to) = to {
        let (envelope, mime) = letter::compose(config, &mail(config, to, now))?;
        connection.send(&envelope, &mime).await?;
    }
    connection.quit().await;
    Ok(())
}

fn mail(config: &Config, to: &str, now: Timestamp) -> Mail {
    let text =
        "This mail was asked for by `gatepost doctor`. It has arrived, so others do as well.";
    Mail {
        id: MailId::new(),
        to: to.to_owned(),
        created_at: now,
        content: Content {
            subject: format!("{}: a mail to try out the mail server", config.product),
            text: format!("{text}\n"),
            html: format!("<!doctype html><title>gatepost doctor</title><p>{text}</p>\n"),
        },
    }
}
