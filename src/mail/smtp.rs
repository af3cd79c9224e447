//! The SMTP server of the settings: connections to it, encrypted and with its certificate checked, and bounded in time.

use std::fmt::Display;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use lettre::address::Envelope;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use tokio::time::timeout;

use super::letter;
use crate::config::{Config, Secret, SmtpTls};

/// For the name, the connection, its encryption and signing in, all together.
const TO_CONNECT: Duration = Duration::from_secs(30);

/// For one mail. RFC 5321 section 4.5.3.2.6: who waits too briefly for the last answer sends the mail twice.
const TO_SEND: Duration = Duration::from_mins(1);

/// For the farewell.
const TO_QUIT: Duration = Duration::from_secs(5);

/// The longest text of an error that is kept.
const ERROR_CHARS: usize = 300;

/// How to reach the server.
pub(super) struct Smtp {
    host: String,
    port: u16,
    tls: Encryption,
    hello: ClientId,
    credentials: Option<Credentials>,
    password: Secret,
}

enum Encryption {
    /// From the first octet (RFC 8314 section 3.3).
    Whole(TlsParameters),
    /// From STARTTLS on (RFC 3207), never without.
    Upgraded(TlsParameters),
    None,
}

/// A connection that takes mails, one after the other.
pub(super) struct Connection<'a> {
    smtp: &'a Smtp,
    // Pooled connections would be used again after a time-out in the middle of a mail: here they end with their batch.
    open: Option<AsyncSmtpConnection>,
}

impl Smtp {
    /// Reads the settings, and the certificates that this machine trusts. The error is for the log.
    pub(super) fn new(config: &Config) -> Result<Self, String> {
        let mail = &config.mail;
        let parameters =
            || TlsParameters::new(mail.smtp_host.clone()).map_err(|error| error.to_string());
        let tls = match mail.smtp_tls {
            SmtpTls::Tls => Encryption::Whole(parameters()?),
            SmtpTls::Starttls => Encryption::Upgraded(parameters()?),
            SmtpTls::None => Encryption::None,
        };
        let (name, password) = (mail.smtp_username.clone(), mail.smtp_password.clone());
        let credentials =
            (!name.is_empty()).then(|| Credentials::new(name, password.expose().to_owned()));
        let (host, port) = (mail.smtp_host.clone(), mail.smtp_port);
        Ok(Self {
            host,
            port,
            tls,
            hello: hello(&letter::host(config)),
            credentials,
            password,
        })
    }

    /// Connects. The error says why no mail can be sent now.
    pub(super) async fn connect(&self) -> Result<Connection<'_>, String> {
        match timeout(TO_CONNECT, self.open()).await {
            Ok(Ok(open)) => Ok(Connection {
                smtp: self,
                open: Some(open),
            }),
            Ok(Err(error)) => Err(self.shorten(&error)),
            Err(_) => Err(format!(
                "{} did not answer within {} s",
                self.host,
                TO_CONNECT.as_secs()
            )),
        }
    }

    async fn open(&self) -> Result<AsyncSmtpConnection, lettre::transport::smtp::Error> {
        let whole = match &self.tls {
            Encryption::Whole(parameters) => Some(parameters.clone()),
            _ => None,
        };
        let address = (self.host.as_str(), self.port);
        // Shorter for one address, so that a host whose IPv6 leads nowhere is reached by IPv4.
        let patience = Some(TO_CONNECT / 3);
        let mut open =
            AsyncSmtpConnection::connect_tokio1(address, patience, &self.hello, whole, None)
                .await?;
        if let Encryption::Upgraded(parameters) = &self.tls {
            // Fails when the server does not offer it: whoever removed the offer on the way reads nothing.
            open.starttls(parameters.clone(), &self.hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            open.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(open)
    }

    /// An error's text without what should not be kept: servers quote links, and perhaps what they were sent.
    fn shorten(&self, error: &impl Display) -> String {
        let error = error.to_string();
        let password = self.password.expose();
        let is_secret = |word: &str| {
            let is_password = !password.is_empty() && word.contains(password);
            word.contains("://") || word.chars().count() > 40 || is_password
        };
        let words = error
            .split(|c: char| c.is_whitespace() || c.is_control())
            .filter(|word| !word.is_empty());
        let words: Vec<&str> = words
            .map(|word| if is_secret(word) { "[...]" } else { word })
            .collect();
        words.join(" ").chars().take(ERROR_CHARS).collect()
    }
}

impl Connection<'_> {
    /// Hands over a mail. After an error the connection is not used again.
    pub(super) async fn send(&mut self, envelope: &Envelope, letter: &[u8]) -> Result<(), String> {
        let Some(mut open) = self.open.take() else {
            return Err("the connection has ended".into());
        };
        match timeout(TO_SEND, open.send(envelope, letter)).await {
            Ok(Ok(_)) => {
                self.open = Some(open);
                Ok(())
            }
            Ok(Err(error)) => Err(self.smtp.shorten(&error)),
            Err(_) => Err(format!(
                "{} did not take the mail within {} s",
                self.smtp.host,
                TO_SEND.as_secs()
            )),
        }
    }

    /// Whether it takes another mail.
    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Says goodbye.
    pub(super) async fn quit(self) {
        if let Some(mut open) = self.open {
            let _ = timeout(TO_QUIT, open.quit()).await;
        }
    }
}

/// How this server introduces itself (RFC 5321 section 4.1.3 for addresses).
fn hello(host: &str) -> ClientId {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match (bare.parse::<Ipv4Addr>(), bare.parse::<Ipv6Addr>()) {
        (Ok(address), _) => ClientId::Ipv4(address),
        (_, Ok(address)) => ClientId::Ipv6(address),
        _ => ClientId::Domain(host.to_owned()),
    }
}
