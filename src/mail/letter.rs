//! A mail as it travels: header fields, both bodies, and the envelope.

use std::time::{Duration, UNIX_EPOCH};

use lettre::address::{Address, Envelope};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message as Mime, MultiPart};
use url::Url;

use super::outbox::Mail;
use crate::config::Config;
use crate::email_address::EmailAddress;

/// RFC 3834 section 5: no out-of-office note answers it.
const AUTO_SUBMITTED: HeaderName = HeaderName::new_from_ascii_str("Auto-Submitted");

/// Writes the mail as RFC 5322 asks, and says between whom it travels. The error is for the log.
pub fn compose(config: &Config, mail: &Mail) -> Result<(Envelope, Vec<u8>), String> {
    // Read again: whatever has happened to the row, the envelope has one recipient and no second command.
    let to = EmailAddress::parse(&mail.to)
        .map_err(|reason| format!("the recipient is no address: {reason}"))?;
    // The domain in ASCII, so that only an international local part needs a server that knows SMTPUTF8.
    let to = Address::new_dangerous(to.local_part(), to.ascii_domain());
    let from = sender(&config.mail.from)?;
    let envelope = Envelope::new(Some(from.email.clone()), vec![to.clone()])
        .map_err(|error| error.to_string())?;
    let written_at =
        UNIX_EPOCH + Duration::from_millis(u64::try_from(mail.created_at.0).unwrap_or(0));
    let mime = Mime::builder()
        .envelope(envelope.clone())
        .from(from)
        // Without a name: people choose their names, and a name in a header field is a way into it.
        .to(Mailbox::new(None, to))
        .subject(mail.content.subject.clone())
        .date(written_at)
        // The same at every try, so that a mail program shows a repeated one once (RFC 5322 section 3.6.4).
        .message_id(Some(format!("<{}@{}>", mail.id, host(config))))
        .raw_header(HeaderValue::new(AUTO_SUBMITTED, "auto-generated".into()))
        .multipart(MultiPart::alternative_plain_html(
            mail.content.text.clone(),
            mail.content.html.clone(),
        ))
        .map_err(|error| error.to_string())?;
    Ok((envelope, mime.formatted()))
}

/// Reads `Name <address>`, or an address alone.
fn sender(from: &str) -> Result<Mailbox, String> {
    let (name, address) = match from.rsplit_once('<') {
        Some((name, rest)) => (name, rest.trim_end().trim_end_matches('>')),
        None => ("", from),
    };
    let name: String = name
        .trim()
        .trim_matches('"')
        .chars()
        .filter(|c| !c.is_control())
        .collect();
    let (local_part, domain) = address
        .trim()
        .rsplit_once('@')
        .ok_or("mail.from is no address")?;
    let domain = idna::domain_to_ascii(domain).map_err(|_| "mail.from has no valid domain")?;
    let address =
        Address::new(local_part, domain).map_err(|error| format!("mail.from: {error}"))?;
    Ok(Mailbox::new((!name.is_empty()).then_some(name), address))
}

/// The host of the public URL: how this server names itself to others.
pub(super) fn host(config: &Config) -> String {
    let url = Url::parse(&config.public_url()).ok();
    url.and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_else(|| "localhost".into())
}
