//! Mail: a real round trip to the mail server of the settings.

use super::report::Report;
use crate::clock::Clock;
use crate::config::{Config, SmtpTls};
use crate::email_address::EmailAddress;
use crate::mail;

pub(super) async fn check(config: &Config, to: Option<&EmailAddress>, report: &mut Report) {
    if !config.smtp() {
        return none(config, to.is_some(), report);
    }
    let mail = &config.mail;
    let server = format!("{}:{}", mail.smtp_host, mail.smtp_port);
    let to = to.map(ToString::to_string);
    match mail::probe(config, to.as_deref(), Clock::system().now()).await {
        Ok(()) => {
            let how = match mail.smtp_tls {
                SmtpTls::Starttls => "after STARTTLS",
                SmtpTls::Tls => "over TLS",
                SmtpTls::None => "in the clear",
            };
            let signed_in = if mail.smtp_username.is_empty() {
                "without signing in"
            } else {
                "signed in"
            };
            let taken = to.map_or_else(String::new, |to| {
                format!(" It has taken a mail to {to}; look whether it arrives.")
            });
            report.ok(
                "mail",
                format!("{server} answers {how}, {signed_in}.{taken}"),
            );
        }
        Err(error) => report.fail(
            "mail",
            format!("{server}: {error}"),
            "Look at mail.smtp_host, smtp_port, smtp_tls, smtp_username and smtp_password. Mails wait until it works (docs/mail.md).",
        ),
    }
}

fn none(config: &Config, is_wanted: bool, report: &mut Report) {
    let todo = "Set mail.smtp_host (docs/mail.md).";
    if is_wanted {
        report.fail("mail", "There is no mail server to send a mail by.", todo);
    } else if mail::is_dev_mailbox(config) {
        report.ok("mail", "Mails are shown at /dev/mail, and not sent.");
    } else {
        let seen = mail::warning(config).unwrap_or_default();
        report.warn("mail", seen, todo);
    }
}
