//! Ask for a mail by typing an address: the same answer, after the same work, whether or not an account has it.
//!
//! The request only counts and leaves a job behind. Who has an account is looked up by the job, when nobody waits for it.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::app::App;
use crate::audit::{self, Event};
use crate::db::Run;
use crate::email_address::{self, EmailAddress};
use crate::error::{Error, Problem, Result};
use crate::http::Client;
use crate::http::input::Fields;
use crate::jobs;
use crate::limits::{self, Rate};
use crate::shape_of;

/// Where to send a mail.
#[derive(Deserialize, ToSchema)]
pub struct MailRequest {
    /// The e-mail address of the account.
    #[schema(value_type = String, max_length = 254, format = Email, example = "john.doe@example.com")]
    pub email: EmailAddress,
}

impl Fields for MailRequest {
    shape_of!(MailRequest);
}

/// What everybody is told who asks for a mail.
#[derive(Debug, Serialize, ToSchema)]
pub struct OnItsWay {
    /// Always the same.
    #[schema(example = "If an account has this address, a mail is on its way.")]
    detail: &'static str,
}

impl OnItsWay {
    /// The answer: it does not tell whether an account has the address.
    pub const ANSWER: Self = Self {
        detail: "If an account has this address, a mail is on its way.",
    };
}

/// What a job knows: the address that was typed, and by whom.
#[derive(Debug, Serialize, Deserialize)]
pub struct Asked {
    email: String,
    address: IpAddr,
    user_agent: String,
    request_id: String,
}

impl Asked {
    /// Reads what [`ask`] has left.
    pub fn read(about: Value) -> Result<Self> {
        serde_json::from_value(about).map_err(|error| Error::Internal(error.to_string()))
    }

    /// The address as it was typed, for the audit log.
    pub fn typed(&self) -> &str {
        &self.email
    }

    /// By which an account is found. Mail goes to the address that the account has, never to what was typed.
    pub fn key(&self) -> String {
        email_address::fold(&self.email)
    }

    /// Who asked.
    pub fn client(&self) -> Client {
        Client {
            address: self.address,
            user_agent: self.user_agent.clone(),
            request_id: self.request_id.clone(),
        }
    }
}

/// Leaves a job of `kind` behind for whoever has `email`. Refuses a network that has asked too often; for an address that was
/// named too often nothing is done, and nobody is told.
pub async fn ask(
    app: &App,
    client: &Client,
    (kind, email): (&'static str, &EmailAddress),
) -> Result<()> {
    let mail = &app.config.mail;
    let rate = |most| Rate {
        most,
        window: mail.asked_window.get(),
    };
    let network = limits::bucket("mails_of_network", &client.network().to_string());
    // By what was typed, account or not: the limit tells nothing. One for all mails, so that kinds do not add up.
    let address = limits::bucket("mails_to_address", &email.key());
    let (network, by_network) = (&network, rate(mail.asked_per_network));
    let (address, by_address) = (&address, rate(mail.asked_per_address));
    let about = &json!({
        "email": email.as_str(),
        "address": client.address,
        "user_agent": client.user_agent,
        "request_id": client.request_id,
    });
    let asked = app
        .db
        .transaction(|tx| async move {
            let now = app.clock.now();
            limits::require(app, &tx, network, by_network).await?;
            if limits::take(&tx, address, by_address, now).await? {
                return jobs::enqueue(&tx, app, kind, about).await;
            }
            limits::note_refusal(app, address);
            let full = (address.as_str(), by_address, "mails_to_address");
            note_limit(app, &tx, (client, Some(email)), full).await
        })
        .await;
    if let Err(Error::TryLater(Problem::TooManyRequests, _)) = &asked {
        let full = (network.as_str(), by_network, "mails_of_network");
        note_limit(app, &app.db, (client, None), full).await?;
    }
    app.bell.ring();
    asked
}

/// Writes down that a limit was reached, once in a while for each bucket: a flood must not become one of the audit log.
async fn note_limit(
    app: &App,
    run: &impl Run,
    (client, email): (&Client, Option<&EmailAddress>),
    (full, rate, limit): (&str, Rate, &'static str),
) -> Result<()> {
    let once = Rate { most: 1, ..rate };
    if !limits::take(run, &format!("{full}:noted"), once, app.clock.now()).await? {
        return Ok(());
    }
    let mut note = audit::note(Event::LimitReached, client).refused(limit);
    if let Some(email) = email {
        note = note.personal("email", email.as_str());
    }
    note.write(app, run).await
}
